package letter

import (
	"regexp"
	"sort"
	"strings"

	"golang.org/x/text/width"
)

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

// Form reads the letter as a web form's mail: labelled lines in any order, full
// or half width, several on a line or in the cells of a table. It is false when
// fewer labels than two stand in the text (than one, when the mapping has one).
func (l Letter) Form(mapping FormFields) (Form, bool) {
	f := formReader{labels: labels(mapping), values: map[string]string{}}
	lines := strings.Split(l.body, "\n")
	f.survey(lines)
	for f.at = range lines {
		f.line(lines[f.at])
	}
	f.close()
	if len(f.values) == 0 || len(f.values) < min(2, len(mapping)) {
		return Form{}, false
	}
	v := f.values
	return Form{Name: v["name"], Phone: v["phone"], Email: typedAddress(v["email"]), Subject: v["subject"], Body: v["body"], Fields: v}, true
}

// label is one label of a form and what it means.
type label struct {
	text, key string
}

// labels are the labels of a mapping, longest first, so that 联系电话 is not read
// as 电话.
func labels(mapping FormFields) []label {
	var list []label
	for key, texts := range mapping {
		for _, t := range texts {
			if n := foldLabel(t); n != "" {
				list = append(list, label{n, key})
			}
		}
	}
	sort.Slice(list, func(i, j int) bool {
		if len(list[i].text) != len(list[j].text) {
			return len(list[i].text) > len(list[j].text)
		}
		return list[i].text+list[i].key < list[j].text+list[j].key
	})
	return list
}

// foldLabel makes labels comparable: width, case and blanks do not count (姓　名).
func foldLabel(s string) string {
	s = strings.ToLower(width.Fold.String(s))
	s = strings.Trim(strings.Join(strings.Fields(s), ""), ":*[]【】<>")
	for _, hint := range []string{"(必填)", "(选填)", "(可不填)", "(必填项)", "(选填项)", "(*)", "(required)", "(optional)"} {
		s = strings.TrimSuffix(s, hint)
	}
	return strings.Trim(s, ":*[]()【】<>")
}

// formReader goes through the lines of a form.
type formReader struct {
	labels []label
	values map[string]string
	key    string
	value  []string

	at    int            // the line that is being read
	heads []string       // the key of the label at the start of each line, or empty
	last  map[string]int // the last line that begins with each key's label
	tail  int            // from this line on, labels are all there is
}

// survey notes which lines begin with a label, so that a label within the
// citizen's own text can be told from the form's.
func (f *formReader) survey(lines []string) {
	f.heads, f.last, f.tail = make([]string, len(lines)), map[string]int{}, len(lines)
	for i, line := range lines {
		if _, key := f.match(line); key != "" {
			f.heads[i] = key
			f.last[key] = i
		}
	}
	for i := len(lines) - 1; i >= 0 && (f.heads[i] != "" || strings.TrimSpace(lines[i]) == ""); i-- {
		if f.heads[i] != "" {
			f.tail = i
		}
	}
}

// closesBody says whether the label at the start of this line ends the body. One
// that the form has said before, or will say again, is the citizen's own, and so
// is a lone one between lines of text.
func (f *formReader) closesBody(key string) bool {
	if key == "body" || f.values[key] != "" || f.last[key] > f.at {
		return false
	}
	if f.at >= f.tail || len(f.values) == 0 || strings.TrimSpace(strings.Join(f.value, "")) == "" {
		return true
	}
	more := 0
	for k, i := range f.last {
		if i >= f.at && f.values[k] == "" {
			more++
		}
	}
	return more > 1
}

// close stores the value that is being read. The first value of a key stands:
// labels inside the citizen's own text do not replace what the form said.
func (f *formReader) close() {
	if f.key == "" {
		return
	}
	v := strings.TrimSpace(strings.Join(f.value, "\n"))
	if _, ok := f.values[f.key]; !ok && v != "" {
		f.values[f.key] = v
	}
	f.key, f.value = "", nil
}

// pair is one label found on a line and where its value begins.
type pair struct {
	start, value int
	key          string
}

func (f *formReader) line(line string) {
	pairs := f.pairs(line)
	if len(pairs) == 0 {
		f.more(line)
		return
	}
	if before := strings.TrimSpace(line[:pairs[0].start]); before != "" {
		f.more(before)
	}
	for i, p := range pairs {
		end := len(line)
		if i+1 < len(pairs) {
			end = pairs[i+1].start
		}
		f.close()
		f.key = p.key
		f.value = []string{strings.Trim(line[p.value:end], " \t\u3000;；,，|")}
	}
}

// more adds a line to the value that is being read: always to the body, to
// another only while it is empty (a table whose cells became lines).
func (f *formReader) more(line string) {
	if f.key == "" {
		return
	}
	if f.key == "body" || strings.TrimSpace(strings.Join(f.value, "")) == "" {
		f.value = append(f.value, strings.TrimRight(line, " \t"))
	}
}

// pairs finds the labels on a line: at its start, or behind blanks, each set off
// by a colon or a table's cell.
func (f *formReader) pairs(line string) []pair {
	var found []pair
	if len(line) > 64<<10 {
		line = line[:64<<10]
	}
	for at := 0; at < len(line); {
		start, cell := nextField(line, at)
		if start < 0 {
			break
		}
		value, key := f.match(line[start:])
		// Behind the first, a label must be one that is still open, else the
		// sentence 请拨打 电话：12345 would end the body.
		if key != "" && (len(found) == 0 || cell || f.values[key] == "") && !f.taken(found, key) && !f.inBody(found, key, line, start) {
			found = append(found, pair{start, start + value, key})
			at = start + value
			continue
		}
		at = start + 1
		for at < len(line) && line[at]&0xC0 == 0x80 {
			at++
		}
	}
	return found
}

// inBody says whether a label belongs to the citizen's own text.
func (f *formReader) inBody(found []pair, key, line string, start int) bool {
	switch {
	case len(found) == 0 && f.key == "body":
		return strings.TrimSpace(line[:start]) != "" || !f.closesBody(key)
	case len(found) > 0 && found[0].key == "body":
		return !strings.HasSuffix(line[:start], "  ") && !strings.HasSuffix(line[:start], "\t") && !strings.HasSuffix(line[:start], "|")
	}
	return false
}

func (f *formReader) taken(found []pair, key string) bool {
	for _, p := range found {
		if p.key == key {
			return true
		}
	}
	return false
}

// nextField is the next place on a line where a label may begin.
func nextField(line string, at int) (start int, cell bool) {
	if at == 0 {
		return 0, true
	}
	for i := at; i < len(line); i++ {
		switch {
		case line[i-1] == '\t' || line[i-1] == '|' || line[i-1] == ';':
			return i, true
		case line[i-1] == ' ' && line[i] != ' ':
			return i, false
		case strings.HasSuffix(line[:i], "\u3000") || strings.HasSuffix(line[:i], "；") || strings.HasSuffix(line[:i], "，"):
			return i, false
		}
	}
	return -1, false
}

var bracketed = regexp.MustCompile(`^[\s*•-]*(?:[【\[]([^】\]\n]{1,40})[】\]]|[（(]([^()（）\n]{1,40})[）)])`)

// match reads a label with its colon at the start of s; value is where what
// follows begins.
func (f *formReader) match(s string) (value int, key string) {
	head := s[:min(len(s), 120)]
	if m := bracketed.FindStringSubmatch(head); m != nil {
		for _, l := range f.labels {
			if l.text == foldLabel(m[1]+m[2]) {
				return len(s) - len(strings.TrimLeft(s[len(m[0]):], " \t:：|")), l.key
			}
		}
	}
	colon, size := -1, 0
	for i, r := range head {
		if r == ':' || r == '：' || r == '\t' || r == '|' || r == '︰' || r == '∶' || r == '﹕' || r == '=' || r == '＝' || r == '—' {
			if r == '|' && strings.TrimSpace(head[:i]) == "" || r == '\t' && i == 0 {
				continue
			}
			colon, size = i, len(string(r))
			break
		}
	}
	name := head
	if colon >= 0 {
		name = head[:colon]
	} else if len(s) > 60 {
		return 0, ""
	} else {
		colon = len(s)
	}
	name = foldLabel(unnumbered(strings.TrimRight(name, " \t|")))
	for _, l := range f.labels {
		if l.text != name {
			continue
		}
		// A cell of its own, and then the colon.
		rest := s[colon+size:]
		trimmed := strings.TrimLeft(rest, " \t:：|—")
		return len(s) - len(trimmed), l.key
	}
	return 0, ""
}

// listMarks are what stands before the items of a list.
const listMarks = " \t|·-•.、*◆◇●○■□★☆▲△▶►※→>＞#"

// unnumbered drops what counts or marks an item of a list; a telephone number
// before a label is none of it.
func unnumbered(s string) string {
	s = strings.TrimLeft(s, listMarks)
	if rest := strings.TrimLeft(s, "1234567890"); len(s)-len(rest) <= 3 {
		s = rest
	}
	return strings.TrimLeft(s, listMarks)
}

// typedAddress is the one address in what a citizen typed, or empty.
func typedAddress(s string) string {
	s = width.Fold.String(s)
	s = strings.NewReplacer("。", ".", "mailto:", " ").Replace(s)
	found := ""
	for _, a := range addressIn.FindAllString(s, 10) {
		a = strings.Trim(a, ".")
		if found != "" && !strings.EqualFold(found, a) {
			return "" // two addresses: nobody knows which is meant
		}
		if found == "" {
			found = a
		}
	}
	if !ValidAddress(found) {
		return ""
	}
	return found
}
