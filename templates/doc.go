// Package templates renders everything that people read: the mails of the flow,
// the dossier's timeline and the board.
//
// A mail is made of two files, KIND.txt.tmpl (text/template, which also defines
// "subject") and KIND.html.tmpl (html/template); a page is one PAGE.html.tmpl.
// The built-in files are embedded; a file of the same name in the directory
// given to [Load] takes its place. Data enters as one documented View struct
// per template and leaves as a [Mail] or as the bytes of a page. Rendering is
// deterministic: equal views give equal bytes, which approval relies on.
//
// To change a mail, copy its file from mail/ into the directory of the
// configuration's key templates and edit the copy. Fields are those of the View
// struct; functions are: when, day, due, span (times), size, count, percent,
// numeral, inc (numbers), oneline, title, cut, quote, first, join (texts), rows
// (labels and values without the empty ones), internal, urgent, citizen (the
// frame for "open" and "close"), and in HTML lines (a text with its line ends)
// and css (a style by name). Shared parts are defined in parts.txt.tmpl and
// parts.html.tmpl. Registration number, 【演练】 and the removal of controls are
// not the templates' business: rendering adds them, whatever a file says.
//
// The package knows nothing of cases, stores or addresses: whoever fills a view
// has already decided what its reader may see, masked what must be masked and
// moved every time into the office's zone.
package templates
