package command

import (
	"regexp"
	"slices"
	"strings"
)

var (
	phoneLine = regexp.MustCompile(`^(?i:(?:联系|办公|移动)?电话|手机|传真|座机|tel|phone|mobile|fax|t|m)?[ .:]*\+?[(]?\d[\d\-() ]{5,19}\d(?: ?(?:转|-) ?\d{1,6})?$`)
	mailLine  = regexp.MustCompile(`^(?i:(?:电子)?(?:邮箱|邮件)|e-?mail|mail)?(?:地址)?[ :]*<?[^\s@<>,;:]+@[^\s@<>,;:]+\.[^\s@<>,;:]+>?$`)
	dateLine  = regexp.MustCompile(`^(?:日期[ :]*)?(?:\d{4} ?[年/.-] ?\d{1,2} ?[月/.-] ?\d{1,2} ?日?|\d{1,2} ?月 ?\d{1,2} ?日|[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)(?: ?[(]?(?:星期|周)[一二三四五六日天][)]?)?(?: ?(?:上午|下午|晚上)? ?\d{1,2}:\d{2}(?::\d{2})?)?$`)
	// A postal address: place and street words, a house, no sentence.
	postLine   = regexp.MustCompile(`^(?:(?:通讯|办公|联系)?地址[ :]*)?(?:[\p{Han}]{2,12}(?:省|自治区|市|区|县|州|盟))+[\p{Han}0-9A-Za-z\-() ]{0,30}(?:号|室|楼|层|栋|幢|座|单元|院|大厦|中心)(?: ?[(]?(?:邮编[ :]*)?\d{6}[)]?)?$`)
	sentFrom   = regexp.MustCompile(`^(?:发自我的|从我的.{1,20}发送|(?i:sent from my )).{0,40}$`)
	ruler      = regexp.MustCompile(`^[-_=*~—]{2,}$`)
	signCutter = regexp.MustCompile(`(?m)^--[ \t]?\r?$`)
)

// withoutSignatureMark cuts a text at the "-- " that begins a signature
// (RFC 3676 section 4.3).
func withoutSignatureMark(text string) string {
	if at := signCutter.FindStringIndex(text); at != nil {
		return text[:at[0]]
	}
	return text
}

// isSignature says whether all the text from line index below on is a signature:
// an empty line, then only lines that are nothing but a name of the roster, the
// office's or a division's name, a telephone number, an address, a date, or
// 发自我的… (spec mail section 4).
func (r *reader) isSignature(lines []string, below int) bool {
	above := below - 1
	for above > 0 && codeLine(fold(lines[above])) {
		above--
	}
	if above < 0 || !fold(lines[above]).blank() {
		return false
	}
	for _, original := range lines[below:] {
		if signCutter.MatchString(strings.TrimRight(original, "\n")) {
			return true
		}
		if !r.signatureLine(fold(original)) {
			return false
		}
	}
	return true
}

// withoutSignature cuts the last paragraphs of a text as long as they are
// nothing but a signature.
func (r *reader) withoutSignature(text string) string {
	lines := strings.Split(text, "\n")
	end := len(lines)
	for i := len(lines) - 1; i > 0; i-- {
		l := fold(lines[i])
		if !r.signatureLine(l) {
			break
		}
		if l.blank() {
			end = i
		}
	}
	return strings.TrimSpace(strings.Join(lines[:end], "\n"))
}

// signatureLine says whether a line is blank or nothing but parts of a signature.
func (r *reader) signatureLine(l line) bool {
	s := strings.Join(strings.Fields(l.String()), " ")
	if s == "" || codeLine(l) || ruler.MatchString(s) || r.signaturePart(s) {
		return true
	}
	for _, cut := range []string{"|/;", " |/;,、·"} {
		parts := strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(cut, c) })
		if len(parts) > 1 && !slices.ContainsFunc(parts, func(p string) bool { return !r.signaturePart(strings.TrimSpace(p)) }) {
			return true
		}
	}
	return false
}

func (r *reader) signaturePart(s string) bool {
	for _, shape := range []*regexp.Regexp{phoneLine, mailLine, dateLine, postLine, sentFrom} {
		if shape.MatchString(s) {
			return true
		}
	}
	return slices.Contains(r.signers(), s)
}

// signers are the names that a signature may consist of.
func (r *reader) signers() []string {
	if r.signs != nil {
		return r.signs
	}
	r.signs = []string{"电子政务室"}
	add := func(names ...string) {
		for _, n := range names {
			if n = strings.Join(strings.Fields(foldString(n)), " "); n != "" {
				r.signs = append(r.signs, n)
			}
		}
	}
	for _, n := range r.opts.Office {
		add(n, n+"电子政务室")
	}
	roster := r.opts.Roster
	for _, m := range roster.Office {
		add(m.Name)
	}
	for _, l := range roster.Leaders {
		add(l.Name)
	}
	for _, p := range slices.Concat(roster.Duty, roster.Centre) {
		add(p.Name)
	}
	for _, d := range roster.Divisions {
		add(d.Name, d.Head.Name)
		add(d.Short...)
		for _, n := range r.opts.Office {
			add(n + d.Name)
		}
		for _, p := range d.Liaisons {
			add(p.Name)
		}
	}
	return r.signs
}
