package letter

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
