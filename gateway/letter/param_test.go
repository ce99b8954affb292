package letter

import "testing"

// TestMissingSemicolon reads parameters that no semicolon parts, also behind raw
// bytes that are no characters of UTF-8.
func TestMissingSemicolon(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ raw, name, want string }{
		{"text/plain; charset=gbk name=a.txt", "name", "a.txt"},
		{"text/plain; charset=gbk NAME=a.txt", "name", "a.txt"},
		{"application/pdf; name=\xcd\xb6\xcb\xdf.pdf charset=gbk", "name", "投诉.pdf"},
		{"application/pdf; name=\xcd\xb6\xcb\xdf.pdf charset=gbk", "charset", "gbk"},
		{"attachment; filename=\xcd\xb6\xcb\xdf\xd0\xc5.doc Type=x", "filename", "投诉信.doc"},
		{";=\xf3\xcd\xdanAme=", "name", ""},
		{"a;=İ name=b", "name", "b"}, // a letter that grows when it is lowered
	} {
		_, params, _ := parseParams(tt.raw, "gbk")
		if got := params[tt.name]; got != tt.want {
			t.Errorf("%q: %s is %q, want %q", tt.raw, tt.name, got, tt.want)
		}
	}
}
