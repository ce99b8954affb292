package rules

import "time"

// Text is a letter as rules see it.
type Text struct {
	// Mailbox is the id of the box that the letter came to.
	Mailbox string
	// Sender is the writer's name and address, as in `张三 <zs@citizen.example>`.
	Sender string
	// Subject and Body are the decoded subject and the new text of the letter.
	Subject, Body string
	// Attachments are the names of the attached files.
	Attachments []string
	// AttachmentText is the text of the attachments that could be read.
	AttachmentText string
	// Header holds header fields by name; names are compared without case.
	Header map[string][]string
	// Form holds the fields of a web form by the key of the mailbox's
	// configuration (name, phone …) or by the label on the form.
	Form map[string]string
	// Size is the length of the raw letter in bytes.
	Size int64
	// Language is a code such as zh or en; empty means: judge by the text.
	Language string
	// Arrived is the moment of arrival (INTERNALDATE).
	Arrived time.Time
}

// Context is what is known of a letter's surroundings when it is classified.
type Context struct {
	// Division is the fixed target of the letter's box, which decides before
	// any rule; empty for a box without one.
	Division string
	// Confidential tells that the box is confidential.
	Confidential bool
	// WorkingTime tells whether a moment is inside working hours. Without it,
	// conditions on `arrived` do not hold.
	WorkingTime func(time.Time) bool
}
