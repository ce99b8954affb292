package letter

// Report is what a delivery report says.
type Report struct {
	Recipients []Recipient
	// OriginalMessageID is the Message-ID of the mail it speaks of, without
	// angle brackets, or empty.
	OriginalMessageID string
	// Original is the quoted header, and what is quoted of the text, of that mail.
	Original string
}

// Recipient is the fate of one recipient.
type Recipient struct {
	Address string
	// Action is failed, delayed, delivered, relayed or expanded (RFC 3464 section 2.3.3).
	Action string
	// Status is an enhanced status code such as 5.1.1 (RFC 3463), derived from
	// the text where none is given.
	Status string
	// Code is the SMTP reply code, or empty.
	Code       string
	Diagnostic string
	// Permanent says that trying again is of no use; never true for a full mailbox.
	Permanent   bool
	MailboxFull bool
}

// FormFields maps a meaning (name, phone, email, subject, body, or any other
// word) to the labels that a web form puts before it.
type FormFields map[string][]string

// Form is what a web form's mail says about its writer.
type Form struct {
	Name, Phone, Subject, Body string
	// Email is the citizen's address, or empty when what was typed is none.
	Email string
	// Fields holds every labelled value by the key of FormFields.
	Fields map[string]string
}

// Form reads the letter as a web form's mail. It is false when none of the
// labels of the mapping stands in the text.
func (l Letter) Form(mapping FormFields) (Form, bool) { return Form{}, false }
