package letter

import "testing"

// TestNameThatLooksUTF8 reads names in GBK whose bytes are valid UTF-8 as well.
func TestNameThatLooksUTF8(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"郑志强", "郑伟"} {
		raw := encode(t, "gb18030", name)
		gb := "From: \"" + string(raw) + "\" <a@b.example>\nSubject: " + string(encode(t, "gb18030", "小区停电三天")) + "\n\nx"
		if l := Parse([]byte(gb)); len(l.From) != 1 || l.From[0].Name != name {
			t.Errorf("name %q: %v", name, l.From)
		}
	}
	for _, name := range []string{"Müller", "Zoë", "Ñandú", "Éva"} {
		raw := "From: \"" + name + "\" <a@b.example>\nContent-Type: text/plain; charset=gb2312\n\nx"
		if l := Parse([]byte(raw)); len(l.From) != 1 || l.From[0].Name != name {
			t.Errorf("name %q: %v", name, l.From)
		}
	}
}
