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
// The package knows nothing of cases, stores or addresses: whoever fills a view
// has already decided what its reader may see, masked what must be masked and
// moved every time into the office's zone.
package templates
