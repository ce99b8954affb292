package chromiumtest

import _ "embed"

//go:embed check.js
var check string

// Sizes are the windows that pages are looked at in: an old office PC, a phone.
func Sizes() map[string][2]int {
	return map[string][2]int{"pc": {1366, 768}, "phone": {390, 844}}
}

// Check lists what is wrong with the page for people who see badly, or use
// another device than we do.
func (b *Browser) Check() []string {
	b.t.Helper()
	var wrong []string
	b.Evaluate(check, &wrong)
	return wrong
}
