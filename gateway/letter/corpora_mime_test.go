//go:build corpora

package letter

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// node is one element of mime4j's expectation files.
type node struct {
	XMLName  xml.Name
	Name     string `xml:"name,attr"`
	Children []node `xml:",any"`
}

// leaves are the names of the files with the decoded bodies, in order.
func (n node) leaves() []string {
	if n.XMLName.Local == "text-body" || n.XMLName.Local == "binary-body" {
		return []string{n.Name}
	}
	var all []string
	for _, c := range n.Children {
		all = append(all, c.leaves()...)
	}
	return all
}

// shape is the nesting of parts: m for a message, ( ) for a multipart, . for a body.
func (n node) shape() string {
	out := ""
	for _, c := range n.Children {
		out += c.shape()
	}
	switch n.XMLName.Local {
	case "message":
		return "m" + out
	case "multipart":
		return "(" + out + ")"
	case "text-body", "binary-body":
		return "."
	}
	return out
}

func partShape(p *Part) string {
	out := ""
	for _, c := range p.Children {
		out += partShape(c)
	}
	switch {
	case p.Multipart():
		return "(" + out + ")"
	case p.Type == "message/rfc822" && len(p.Children) == 1:
		return "m" + out
	}
	return "."
}

func partLeaves(p *Part) []*Part {
	if len(p.Children) == 0 && !p.Multipart() {
		return []*Part{p}
	}
	var all []*Part
	for _, c := range p.Children {
		all = append(all, partLeaves(c)...)
	}
	return all
}

// explained are the mails that we read otherwise than the corpus on purpose.
var explained = map[string]string{
	"badbound.msg":                              "no boundary line fits: read as text, so that its words are not lost",
	"missing-boundary.msg":                      "the same",
	"missing-inner-boundary.msg":                "the same",
	"missing-inner-start-boundary.msg":          "the same",
	"multipartnopart.msg":                       "the same",
	"frag.msg":                                  "base64 that is cut off: the last whole bytes are kept",
	"multi-frag.msg":                            "base64 runs into a damaged boundary line",
	"hdr-fakeout.msg":                           "no blank line: the body begins at the first line that is no field",
	"basic-plain-with-bad-header-separator.msg": "the same",
	"malformedHeader-noheader.msg":              "no header at all: everything is body",
	"malformedHeaderStartsBody-noheader.msg":    "the same",
	"malformedHeaderStartsBody-nocrlfcrlf.msg":  "a line without colon between fields is passed over, not taken for the body",
}

func TestCorporaStructure(t *testing.T) {
	t.Parallel()
	shapes, bodies, all, allBodies := 0, 0, 0, 0
	mails(t, corpus(t, "mime4j"), func(path string, raw []byte) {
		base := strings.TrimSuffix(path, ".msg")
		src, err := os.ReadFile(base + "_decoded.xml")
		if err != nil {
			return
		}
		var want node
		if err := xml.Unmarshal(src, &want); err != nil {
			t.Logf("%s: %v", filepath.Base(path), err)
			return
		}
		all++
		l := Parse(raw)
		got := "m" + partShape(l.Root)
		name := filepath.Base(path)
		if got == want.shape() || explained[name] != "" {
			shapes++
		} else {
			t.Logf("%s: shape %s, want %s", filepath.Base(path), got, want.shape())
		}
		files, parts := want.leaves(), partLeaves(l.Root)
		for i, file := range files {
			allBodies++
			body := readFile(t, filepath.Join(filepath.Dir(path), file))
			if i < len(parts) && sameBody(parts[i], body) || explained[name] != "" {
				bodies++
				continue
			}
			if i < len(parts) {
				t.Logf("%s: body %d differs (%s %s)\n got %.120q\nwant %.120q", filepath.Base(path), i+1, parts[i].Type, parts[i].Encoding, parts[i].Data(), body)
			}
		}
	})
	share(t, "mime4j structures", shapes, all, 100)
	share(t, "mime4j bodies", bodies, allBodies, 100)
}

// sameBody compares decoded bodies but for line ends and, in text, the charset.
func sameBody(p *Part, want []byte) bool {
	clean := func(b []byte) string {
		return strings.TrimRight(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(b)), "\n ")
	}
	return bytes.Equal(p.Data(), want) || clean(p.Data()) == clean(want) || squeeze(p.Text()) == squeeze(plainLines(string(want)))
}

func TestCorporaFields(t *testing.T) {
	t.Parallel()
	type value struct {
		Text    *string
		Address *struct {
			List  []struct{ Name, Address *string }
			Group []struct {
				Addresses []struct{ Name, Address *string }
			}
		}
	}
	type message struct {
		Parts []struct {
			Headers []struct {
				Name  any
				Value json.RawMessage
			}
			Body map[string]json.RawMessage
		}
		Attachments []int
	}
	good, all, parts, allParts := 0, 0, 0, 0
	mails(t, corpus(t, "stalwart"), func(path string, raw []byte) {
		src, err := os.ReadFile(strings.TrimSuffix(path, ".eml") + ".json")
		if err != nil {
			return
		}
		var want message
		if err := json.Unmarshal(src, &want); err != nil {
			t.Logf("%s: %v", filepath.Base(path), err)
			return
		}
		l := Parse(raw)
		allParts++
		if n := countParts(l.Root); n == len(want.Parts) || len(want.Parts) == 0 {
			parts++
		} else {
			t.Logf("%s: %d parts, want %d", filepath.Base(path), n, len(want.Parts))
		}
		if len(want.Parts) == 0 {
			return
		}
		for _, h := range want.Parts[0].Headers {
			var v value
			if json.Unmarshal(h.Value, &v) != nil {
				continue
			}
			switch name, _ := h.Name.(string); {
			case name == "subject" && v.Text != nil:
				all++
				// That corpus gives up on raw Latin-1; we read it.
				if squeeze(*v.Text) == squeeze(l.Subject) || strings.Contains(*v.Text, "\uFFFD") && !strings.Contains(l.Subject, "\uFFFD") {
					good++
				} else {
					t.Logf("%s: subject %q, want %q", filepath.Base(path), l.Subject, *v.Text)
				}
			case name == "from" && v.Address != nil && len(v.Address.List) > 0:
				all++
				w := v.Address.List[0]
				if len(l.From) > 0 && l.From[0].Address == deref(w.Address) && (w.Name == nil || squeeze(l.From[0].Name) == squeeze(*w.Name)) {
					good++
				} else {
					t.Logf("%s: from %q, want %v", filepath.Base(path), l.From, deref(w.Name)+" "+deref(w.Address))
				}
			}
		}
	})
	share(t, "stalwart fields", good, all, 100)
	share(t, "stalwart part counts", parts, allParts, 100)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// countParts counts parts as that corpus does: a returned mail is one part.
func countParts(p *Part) int {
	n := 1
	if p.Multipart() {
		for _, c := range p.Children {
			n += countParts(c)
		}
	}
	return n
}
