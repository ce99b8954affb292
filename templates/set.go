package templates

// Mail is a rendered mail: a subject on one line, the text part and its HTML
// twin. Lines end in LF.
type Mail struct {
	Subject string
	Text    string
	HTML    string
}

// Problem is one complaint about a template file.
type Problem struct {
	File    string // as found; built-in files have no directory
	Line    int    // 0 when unknown
	Column  int    // 0 when unknown
	Message string
}

// LoadError is what Load returns when overriding files are unusable.
type LoadError struct {
	Problems []Problem
}

// Error lists all problems, one per line.
func (e *LoadError) Error() string { return "" }

// Set is a complete set of parsed templates. It is safe for concurrent use.
type Set struct{}

// Load parses the built-in templates and the files in dir that override them
// ("" for none) and renders each with sample data; any complaint refuses the
// whole set with a *LoadError.
func Load(dir string) (*Set, error) { return &Set{}, nil }

// Check is Load for the sake of its complaints: nil when the set is usable.
func Check(dir string) []Problem { return nil }
