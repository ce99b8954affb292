package command

// Parse reads the new text of a mail. When both results are empty the text
// begins with no verb: it is plain, and the desk decides whether it is an
// opinion, an instruction or an error.
func Parse(text string, opts Options) ([]Command, []Problem) { return nil, nil }
