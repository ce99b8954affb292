package letter

import (
	"regexp"
	"strings"
)

// Marker is the line above which our mails ask people to reply. A letter's new
// text ends at it with certainty.
func Marker() string { return "———— 请在此行以上回复 ————" }

// markerLine finds the marker in whatever shape a mail program gave it: other
// dashes, quoted, blanks lost.
var markerLine = regexp.MustCompile(`^[\s>|*•·]*[-—–―─_－﹣ ]{2,}\s*请在此行以上回复\s*[-—–―─_－﹣ ]{2,}\s*$`)

// cutting is a text taken apart. whole says that all of it is its writer's own.
type cutting struct {
	own, signature, quoted string
	whole                  bool
}

// The marks of lines while a text is taken apart.
const (
	markBlank = 'e'
	markQuote = 'm'
	markSplit = 's'
	markText  = 't'
	markSign  = 'g'
)

// cutQuotes takes a text apart into what its writer wrote and the history that
// came along.
func cutQuotes(lines []textLine) cutting {
	c := cutLines(lines)
	if c.whole {
		c.own = strings.Trim(joinLines(lines), "\n \t")
	}
	return c
}

// cutLines is cutQuotes, but for the words of a text that is wholly its writer's.
func cutLines(lines []textLine) cutting {
	var quoted []string
	cut := false
	if at := findMarker(lines); at >= 0 {
		quoted = texts(lines[at:])
		lines, cut = lines[:at], true
	} else if whole, ok := bareForward(lines); ok {
		return cutting{own: whole}
	}
	q := &quoter{lines: lines, marks: make([]byte, len(lines)), prefix: map[int]string{}, cut: cut, shown: visibleLines(lines)}
	q.ends = attributionEnds(q.shown)
	q.mark()
	q.run()
	if len(q.quoted) == 0 && !cut && len(trimEnd(q.own)) == 0 {
		q.own, q.sign = q.sign, nil // somebody wrote into the place of the signature
	}
	own, sign := cutSignature(q.own, cut || len(q.quoted) > 0)
	sign = append(sign, q.sign...)
	if len(q.quoted)+len(quoted)+len(sign) == 0 && len(q.prefix) == 0 {
		return cutting{whole: true}
	}
	return cutting{
		own:       strings.Trim(strings.Join(own, "\n"), "\n \t"),
		signature: strings.Trim(strings.Join(sign, "\n"), "\n"),
		quoted:    strings.Trim(strings.Join(append(q.quoted, quoted...), "\n"), "\n"),
	}
}

var forwardWords = regexp.MustCompile(`(?i)forward|转发|轉寄|пересылаемое|transféré|réexpédié|weitergeleitet|reenviado|inoltrato|encaminhada`)

// bareForward says whether a mail is nothing but a forwarded one: then that is
// what its sender has to say. The line that announces it stays on top, so that
// what it forwards is never read as a command.
func bareForward(lines []textLine) (string, bool) {
	for _, l := range lines {
		if t := trimSpace(l.text); t != "" {
			if len(t) > 1000 || !drawn(t) && !mayBare(t) || !forwardWords.MatchString(t) || !rulerWords.MatchString(t) && !bareWords.MatchString(t) {
				return "", false
			}
			return strings.Trim(joinLines(lines), "\n"), true
		}
	}
	return "", false
}

func texts(lines []textLine) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.text
	}
	return out
}

// findMarker is the line of our marker, or -1. A marker inside a quotation with
// nothing above it does not count: the reply stands below the quotation then.
func findMarker(lines []textLine) int {
	for i, l := range lines {
		if !mayMark(l.text) || !strings.Contains(l.text, "请在此") {
			continue
		}
		t := visible(l.text)
		if !strings.Contains(t, "请在此行以上回复") && i+1 < len(lines) {
			t += strings.TrimLeft(visible(lines[i+1].text), " >|") // a narrow program broke it
		}
		if !markerLine.MatchString(t) {
			continue
		}
		if l.kind == lineQuoted || strings.HasPrefix(trimSpace(l.text), ">") {
			if cutQuotes(lines[:i]).own == "" {
				return -1
			}
		}
		return i
	}
	return -1
}

// quoter goes through the lines of one text.
type quoter struct {
	lines  []textLine
	marks  []byte
	prefix map[int]string // what the writer wrote before a splitter on its line
	cut    bool           // history follows the last line
	shown  []textLine     // the lines as visible shows them
	ends   []int          // by line, the next line that ends as an attribution does

	own, sign, quoted []string

	spent int // lines that were looked at with the dear expressions
}

// mostSpent is how many lines of one text are looked at closely. A thread of a
// hundred mails has some hundreds of them; beyond are texts made to cost time.
const mostSpent = 3000

// spend says whether one more line may be looked at closely.
func (q *quoter) spend() bool {
	q.spent++
	return q.spent <= mostSpent
}

// mark gives every line its mark.
func (q *quoter) mark() {
	quotes, splits := 0, 0
	q.own = make([]string, 0, len(q.lines))
	for i := 0; i < len(q.lines); {
		l := q.lines[i]
		t := trimSpace(l.text)
		switch {
		case t == "":
			q.marks[i] = markBlank
		case l.kind == lineQuoted:
			q.marks[i] = markQuote
			quotes += 2
		case l.kind == lineSignature:
			q.marks[i] = markSign
		case strings.HasPrefix(t, ">>> ") && groupWise.MatchString(t):
			q.marks[i] = markSplit
			splits++
		case strings.HasPrefix(t, ">") || strings.HasPrefix(t, "＞"):
			q.marks[i] = markQuote
			quotes++
		case strings.HasPrefix(t, "|") && q.barred(i, t):
			q.marks[i] = markQuote
			quotes += 2
		default:
			if n := q.splitter(i, t); n > 0 {
				for j := i; j < i+n; j++ {
					q.marks[j] = markSplit
				}
				i += n
				splits++
				continue
			}
			q.marks[i] = markText
		}
		i++
	}
	if splits > 0 {
		q.spareOwn()
	}
	// A lone ">" line is somebody's taste, not a quotation.
	if splits == 0 && quotes < 2 {
		for i, m := range q.marks {
			if m == markQuote {
				q.marks[i] = markText
			}
		}
	}
}

// groupWise is the attribution of GroupWise: ">>> 某某 2026/3/2 9:15 >>>".
var groupWise = regexp.MustCompile(`^>>> \S.{0,100}\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?,? .{0,12}\d[:.]\d{2}.{0,12} >>>$`)

// spareOwn leaves lines at the top to the writer that merely begin like quoted
// ones, "> 90%的业主": what they say is not in the history below, and the writer's
// own words follow without a blank line between.
func (q *quoter) spareOwn() {
	first := q.skip(0, markBlank)
	end := q.skip(first, markQuote)
	if end == first || end-first > 3 || end >= len(q.lines) || q.marks[end] != markText {
		return
	}
	for _, l := range q.lines[first:end] {
		if l.kind == lineQuoted {
			return
		}
	}
	below := end
	for below < len(q.marks) && q.marks[below] != markSplit {
		if q.marks[below] == markQuote {
			return // answers between quoted lines
		}
		below++
	}
	history := squash(q.lines[below:])
	for _, l := range q.lines[first:end] {
		words := strings.Join(strings.Fields(strings.TrimLeft(trimSpace(l.text), ">＞ ")), "")
		if strings.Contains(history, words) {
			return
		}
	}
	for i := first; i < end; i++ {
		q.marks[i] = markText
	}
}

// barred says whether a line that begins with a bar is quoted: an attribution or
// another such line stands above it. Else it may be a table or a card.
func (q *quoter) barred(i int, t string) bool {
	if strings.HasSuffix(t, "|") {
		return false
	}
	for i--; i >= 0 && q.marks[i] == markBlank; i-- {
	}
	return i >= 0 && (q.marks[i] == markSplit && holdsWrote(q.lines[i].text) || q.marks[i] == markQuote && strings.HasPrefix(trimSpace(q.lines[i].text), "|"))
}

// run sorts the lines.
func (q *quoter) run() {
	for i := 0; i < len(q.lines); {
		switch q.marks[i] {
		case markSign:
			q.sign = append(q.sign, q.lines[i].text)
			i++
		case markQuote:
			i = q.history(i)
		case markSplit:
			if p := q.prefix[i]; p != "" {
				q.own = append(q.own, p)
			}
			next := q.skip(i, markSplit, markBlank)
			if next < len(q.lines) && q.marks[next] == markQuote {
				q.take(i, next)
				i = q.history(next)
				continue
			}
			// Unmarked history runs to the end.
			q.take(i, len(q.lines))
			i = len(q.lines)
		default:
			q.own = append(q.own, q.lines[i].text)
			i++
		}
	}
}

// skip is the first line from i on with none of these marks.
func (q *quoter) skip(i int, marks ...byte) int {
	for i < len(q.marks) && strings.IndexByte(string(marks), q.marks[i]) >= 0 {
		i++
	}
	return i
}

// take moves lines to the history, and drops the rule that is drawn above it.
func (q *quoter) take(from, to int) {
	for {
		own := trimEnd(q.own)
		if len(own) == 0 || !announced(trimSpace(visible(own[len(own)-1]))) {
			break
		}
		q.own = own[:len(own)-1]
	}
	for _, l := range q.lines[from:to] {
		q.quoted = append(q.quoted, l.text)
	}
}

// titles are what stands above a quoted header without a rule.
// QUIRK: QQ Mail of 2024 and Huawei's on HarmonyOS.
var titles = regexp.MustCompile(`(?i)^[\[【《<]?(?:原始邮件|原邮件|回复的原邮件|转发的?邮件|original(?: message| mail)?)[\]】》>]?$`)

func announced(s string) bool { return ruler(s) || len(s) < 30 && titles.MatchString(s) }

// ruler says whether a line is nothing but a drawn rule.
func ruler(s string) bool {
	return len(s) >= 3 && strings.Trim(s, "-_=*—–─~－ ") == "" && s != "---"
}

// history takes a run of quoted lines and says where the writer goes on.
func (q *quoter) history(i int) int {
	for i < len(q.lines) {
		j := q.skip(i, markQuote, markBlank, markSplit)
		q.take(i, j)
		i = j
		if i >= len(q.lines) || !q.wrapped(i) {
			return i
		}
		q.take(i, i+1)
		i++
	}
	return i
}

var linkPiece = regexp.MustCompile(`^\s*[(<]?https?://|^[^\s]*\)\s*>?$|^\s*\(.*\)\s*>?\s*$`)

// wrapped says whether an unmarked line between quoted ones is a piece of a
// quoted line that a mail program broke.
func (q *quoter) wrapped(i int) bool {
	if i == 0 || i+1 >= len(q.lines) || q.marks[i-1] != markQuote || q.marks[i+1] != markQuote || q.lines[i-1].kind == lineQuoted {
		return false
	}
	prev, cur := q.lines[i-1].text, q.lines[i].text
	if linkPiece.MatchString(cur) || strings.Count(prev, "(http") > strings.Count(prev, ")") {
		return true
	}
	return len(prev) >= 70 && cur != "" && cur[0] >= 'a' && cur[0] <= 'z'
}
