package desk

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/rules"
	"xinfangd/templates"
)

// passOn is how many bytes of attachments one mail carries at most; the rest is
// named with the reason.
const passOn = 20 << 20

// read parses the letter in a blob, once per transaction.
func (w *work) read(digest string) (*letter.Letter, error) {
	if l, ok := w.parsed[digest]; ok {
		return l, nil
	}
	raw, err := w.tx.Blob(digest)
	if err != nil {
		return nil, fmt.Errorf("read letter: %w", err)
	}
	l := w.parse(raw)
	l.Digest = digest
	w.parsed[digest] = &l
	return &l, nil
}

// parse reads a mail up to the configured size; what lies beyond is kept and
// marked, not read.
func (s *Settings) parse(raw []byte) letter.Letter {
	if s.LetterBytes > 0 && int64(len(raw)) > s.LetterBytes {
		l := letter.Parse(raw[:s.LetterBytes])
		l.Truncated = true
		return l
	}
	return letter.Parse(raw)
}

// opening is the letter that opened a case; for a call or a walk-in, what the
// officer wrote down.
func (w *work) opening(c petition.Case) (*letter.Letter, error) {
	if c.Body != "" {
		raw, err := w.tx.Blob(c.Body)
		if err != nil {
			return nil, fmt.Errorf("read call: %w", err)
		}
		return &letter.Letter{Text: string(raw), New: string(raw), Subject: c.Subject, Kind: letter.KindPerson}, nil
	}
	row, err := w.tx.Letter(c.Letter)
	if err != nil {
		return nil, fmt.Errorf("find letter: %w", err)
	}
	return w.read(row.Digest)
}

// letterView is the citizen's letter as one person may see it (C14): in a
// confidential case whoever is not of the office or a leader sees neither name
// nor address, and no attachment, which might show both.
func (w *work) letterView(c petition.Case, r petition.Recipient) (templates.Letter, []letter.File, error) {
	l, err := w.opening(c)
	if err != nil {
		return templates.Letter{}, nil, err
	}
	masked := masks(c, r)
	v := templates.Letter{Masked: masked, Box: w.box(c.Mailbox).Name, Subject: c.Subject, Arrived: w.office(c.Arrived), Text: l.Text}
	if form := w.form(c.Mailbox, *l); form != nil && form.Body != "" {
		v.Text = form.Body
	}
	v.Subject, v.Text = subjectTo(c, r), remark(c, r, w.discreet(v.Text))
	if !masked {
		v.From = strings.TrimSpace(c.Name + " " + angle(c.Sender))
		if c.Phone != "" {
			v.Fields = append(v.Fields, templates.Field{Label: "联系电话", Value: remark(c, r, c.Phone)})
		}
	}
	for _, d := range l.Defects {
		if say, ok := defectWords[d.Code]; ok && !slices.Contains(v.Defects, say) {
			v.Defects = append(v.Defects, say)
		}
	}
	if l.Truncated {
		v.Defects = append(v.Defects, "来信超过读取上限，正文或附件可能不完整；原件已完整保存")
	}
	files, err := w.passedOn(&v, l, masked, passOn)
	return v, files, err
}

// passedOn lists a letter's attachments in a view and gives back those that go
// along with the mail, room bytes at most. Their names may show the citizen too.
func (w *work) passedOn(v *templates.Letter, l *letter.Letter, masked bool, room int64) ([]letter.File, error) {
	if len(l.Attachments) == 0 {
		return nil, nil
	}
	withheld, err := w.withheld(l.Digest)
	if err != nil {
		return nil, err
	}
	var files []letter.File
	for _, a := range l.Attachments {
		name := w.discreetField(a.Name)
		item := templates.Attachment{Name: name, Type: a.Type, Size: int64(a.Size)}
		reason, bad := dangerous(a)
		switch {
		case masked && withheld[a.Index] != "":
			item.Name, item.Withheld = fmt.Sprintf("附件 %d%s", len(v.Attachments)+1, extension(a.Name)), withheld[a.Index]
		case withheld[a.Index] != "":
			item.Withheld = withheld[a.Index]
		case masked:
			item.Name = fmt.Sprintf("附件 %d%s", len(v.Attachments)+1, extension(a.Name))
			item.Withheld = "保密件，附件可能显示来信人身份，请向电子政务室查阅"
		case bad:
			item.Withheld = reason
		case int64(a.Size) > room:
			item.Withheld = "附件过大，只存档，请向电子政务室调阅"
		default:
			room -= int64(a.Size)
			files = append(files, letter.File{Name: name, Type: a.Type, Data: a.Data()})
		}
		v.Attachments = append(v.Attachments, item)
	}
	return files, nil
}

// further adds the attachments of a supplement to those of the letter.
func (w *work) further(v *templates.Letter, files []letter.File, more *letter.Letter, masked bool) ([]letter.File, error) {
	if more == nil {
		return files, nil
	}
	room := int64(passOn)
	for _, f := range files {
		room -= int64(len(f.Data))
	}
	added, err := w.passedOn(v, more, masked, room)
	return append(files, added...), err
}

// extension is a file name's ending when it looks like one.
func extension(name string) string {
	ext := path.Ext(name)
	if len(ext) < 2 || len(ext) > 6 || strings.Trim(strings.ToLower(ext[1:]), "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return ""
	}
	return ext
}

// masks reports whether the citizen's identity is kept from a recipient.
func masks(c petition.Case, r petition.Recipient) bool {
	return c.Confidential && !ofOffice(r)
}

// ofOffice reports whether a recipient works in the e-gov office, which reads
// letters as they came.
func ofOffice(r petition.Recipient) bool {
	return slices.Contains([]petition.Role{petition.RoleHandler, petition.RoleApprover, petition.RoleChief}, r.Role)
}

// subjectTo is the letter's subject as a recipient may see it.
func subjectTo(c petition.Case, r petition.Recipient) string { return remark(c, r, c.Subject) }

var defectWords = map[string]string{
	letter.DefectTextDamaged:     "部分文字无法识别",
	letter.DefectCharsetUnknown:  "字符编码无法识别，文字可能有误",
	letter.DefectEncodingUnknown: "编码方式无法识别，文字可能有误",
	letter.DefectEncodingDamaged: "传输编码有损坏，文字或附件可能不完整",
	letter.DefectLimit:           "来信结构过于复杂，只读取了一部分；原件已完整保存",
	letter.DefectTNEF:            "含有 winmail.dat，无法拆开，已原样保存",
	letter.DefectEncrypted:       "来信经过加密，无法读取",
	letter.DefectEmpty:           "来信没有文字",
}

// dangerous tells attachments that are kept but never passed on, by their bytes
// first and by their name second; reason is a sentence for the reader.
func dangerous(a letter.Attachment) (reason string, yes bool) {
	return letter.Content(a.Data(), a.Name).Dangerous()
}

// hide takes the citizen's own data out of a text.
func hide(text string, c petition.Case) string {
	for _, word := range []string{c.Sender, c.Name, c.Phone} {
		if len([]rune(word)) >= 2 {
			// An address is the same in either case.
			text = regexp.MustCompile("(?i)"+regexp.QuoteMeta(word)).ReplaceAllLiteralString(text, "×××")
		}
	}
	return text
}

// remark is a text that is the citizen's, or may quote the citizen, as its
// recipient may see it (脱敏, spec mail section 7): outside the office identity,
// telephone and card numbers are masked, and in a confidential case whatever
// tells who wrote it. The original is never touched.
func remark(c petition.Case, r petition.Recipient, text string) string {
	if ofOffice(r) {
		return text
	}
	p := letter.MaskPolicy{Numbers: true}
	if c.Confidential {
		p.Names, p.Address, p.Introductions = []string{c.Name}, c.Sender, true
		text = hide(text, c)
	}
	masked, _ := letter.MaskText(text, p)
	return masked
}

// veil masks what leaders, who may know the citizen, wrote for those who may not.
func veil(c petition.Case, r petition.Recipient, list []templates.Instruction) {
	for i := range list {
		list[i].Text = remark(c, r, list[i].Text)
	}
}

func angle(address string) string {
	if address == "" {
		return ""
	}
	return "<" + address + ">"
}

func urgency(c petition.Case) string {
	if c.Urgency == petition.Normal {
		return ""
	}
	return petition.UrgencyName(c.Urgency)
}

func draftKind(k petition.DraftKind) string {
	switch k {
	case petition.DraftRefusal:
		return "不予受理告知"
	case petition.DraftReferral:
		return "转送告知"
	case petition.DraftAnswer:
	}
	return ""
}

// words reads a text that was stored as a blob; what cannot be read is said.
func (w *work) words(digest string) string {
	raw, err := w.tx.Blob(digest)
	if err != nil {
		return "（文字无法读出，请查阅归档材料）"
	}
	return string(raw)
}

func (w *work) opinion(c petition.Case, o petition.Opinion) templates.Opinion {
	v := templates.Opinion{Division: w.Policy.Roster.DivisionName(o.Division), By: w.nameOf(o.By), At: w.office(o.At), Text: w.words(o.Text)}
	for _, d := range c.Dispatches {
		if d.Division == o.Division && d.Lead {
			v.Lead = true
		}
	}
	if o.Letter == 0 {
		return v
	}
	row, err := w.tx.Letter(o.Letter)
	if err != nil {
		return v
	}
	l, err := w.read(row.Digest)
	if err != nil {
		return v
	}
	withheld, err := w.withheld(row.Digest)
	if err != nil {
		return v
	}
	for _, a := range l.Attachments {
		if !a.Inline {
			v.Attachments = append(v.Attachments, templates.Attachment{Index: a.Index, Name: a.Name, Type: a.Type, Size: int64(a.Size), Withheld: withheld[a.Index]})
		}
	}
	return v
}

// nameOf is the roster's name of an address.
func (w *work) nameOf(address string) string {
	if posts := w.Policy.Roster.Posts(address); len(posts) > 0 {
		return posts[0].Person.Name
	}
	return address
}

func contains(list []string, word string) bool { return slices.Contains(list, word) }

// SpanName is a time limit in words.
func SpanName(word string) string {
	s, err := calendar.ParseSpan(word)
	if err != nil {
		return word
	}
	switch s.Unit {
	case calendar.WorkingDays:
		return fmt.Sprintf("%d 个工作日", s.N)
	case calendar.Days:
		return fmt.Sprintf("%d 天", s.N)
	case calendar.WorkingHours:
		return fmt.Sprintf("%d 个工作小时", s.N)
	}
	return word
}

// fieldNames are the places of a hit in words.
var fieldNames = map[string]string{"subject": "主题", "body": "正文", "attachment": "附件名", "attachment_text": "附件内容", "sender": "来信人", "mailbox": "信箱", "language": "语言", "size": "大小", "arrived": "到达时间"}

// reasons are the rules' hits on the case's letter. The rules are asked again:
// the words they quote are the citizen's and lie nowhere but in the letter.
func (w *work) reasons(c petition.Case, r petition.Recipient) []templates.Reason {
	if c.Rule == "" || c.Confidential {
		return nil
	}
	v, err := w.classifyCase(c)
	if err != nil {
		return nil
	}
	if entrusted(c) {
		v = w.advise(c, v)
	}
	list := w.named(reasonsOf(v))
	for i := range list {
		list[i].Word, list[i].Context = remark(c, r, list[i].Word), remark(c, r, list[i].Context)
	}
	return list
}

func reasonsOf(v rules.Verdict) []templates.Reason {
	var list []templates.Reason
	for _, h := range v.Hits {
		if len(list) == 8 {
			break
		}
		r := templates.Reason{Rule: h.Rule, Context: h.Context}
		r.Field, r.Word = HitWords(h)
		if h.Rule == string(rules.ByLearned) {
			r.Rule, r.Name = "", learnedName
		}
		list = append(list, r)
	}
	return list
}

// named gives the reasons the names by which people know the rules.
func (w *work) named(list []templates.Reason) []templates.Reason {
	for i := range list {
		if list[i].Rule != "" {
			list[i].Name = w.Rules.Name(list[i].Rule)
		}
		list[i].Word, list[i].Context = longDigits.ReplaceAllString(list[i].Word, "…"), longDigits.ReplaceAllString(list[i].Context, "…")
	}
	return list
}

// HitWords are the place and the word of a hit as people read them.
func HitWords(h rules.Hit) (field, word string) {
	word = h.Word
	switch {
	case h.Field != "arrived":
	case h.Word == "hours: off":
		word = "工作时间以外"
	case h.Word == "hours: work":
		word = "工作时间以内"
	}
	if label, ok := strings.CutPrefix(h.Field, "form."); ok {
		return "表单项" + label, word
	}
	if name, ok := strings.CutPrefix(h.Field, "header."); ok {
		return "信头" + name, word
	}
	return cmp.Or(fieldNames[h.Field], h.Field), word
}

// proposal is what the rules, or else the learned model, would do with a case
// that waits in triage.
func (w *work) proposal(c petition.Case) *templates.Proposal {
	v, err := w.classifyCase(c)
	source := "规则"
	if err == nil && v.Division == "" {
		v, source = w.advise(c, v), learnedName
	}
	if err != nil || v.Division == "" || contains(c.Accused, v.Division) {
		return nil
	}
	p := &templates.Proposal{Source: source, Division: w.Policy.Roster.DivisionName(v.Division), Category: v.Category, Confidence: v.Confidence, Reasons: w.named(reasonsOf(v))}
	for _, id := range v.Assist {
		p.Assist = append(p.Assist, w.Policy.Roster.DivisionName(id))
	}
	if v.Urgency != rules.Normal && v.Urgency != "" {
		p.Urgency = petition.UrgencyName(petition.Urgency(v.Urgency))
	}
	if v.Deadline != "" {
		p.Deadline = SpanName(v.Deadline)
	}
	return p
}

func (w *work) classifyCase(c petition.Case) (rules.Verdict, error) {
	t, context, err := w.questionOf(c)
	if err != nil {
		return rules.Verdict{}, err
	}
	return w.Rules.Classify(t, context), nil
}
