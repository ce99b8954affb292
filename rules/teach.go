package rules

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"xinfangd/configs"
	"xinfangd/gateway/fold"
)

// Suggestion is a rule that past reassignments teach.
type Suggestion struct {
	Division string `json:"division"`
	// Words are the words that tell the division's letters from others, the
	// strongest first.
	Words []TaughtWord `json:"words"`
	// Letters are the numbers of the cases that went astray and that the words find.
	Letters []string `json:"letters"`
	// Fixed and Broken are what the whole set, with this rule, would send right
	// that it sends wrong today, and the other way round, among all the letters.
	Fixed  int `json:"fixed"`
	Broken int `json:"broken"`
	// YAML is a rule file with the rule and a test, ready to be saved.
	YAML string `json:"yaml"`
}

// TaughtWord is a word with the numbers that speak for it.
type TaughtWord struct {
	Word string `json:"word"`
	// Right is how many letters with the word the division handled, Wrong how
	// many others did; Astray how many of Right the rules do not send to it.
	Right  int `json:"right"`
	Wrong  int `json:"wrong"`
	Astray int `json:"astray"`
	// LogLikelihood is Dunning's G² of the word against the division; above 10.8
	// it is no accident in 999 of 1,000 cases.
	LogLikelihood float64 `json:"log_likelihood"`
}

// What a word must have to be suggested.
const (
	teachSupport    = 3     // letters that went astray
	teachLikelihood = 10.83 // chi squared at 0.001, one degree of freedom
	teachPrecision  = 0.8   // of the letters with the word
	teachWords      = 8     // in a rule
	teachShortest   = 2     // characters
	teachLongest    = 6
	teachText       = 2000 // characters of a letter that are looked at
)

// Suggest says what reassignments teach: for each division that cases came to
// only after a detour, the words that tell its letters from all others, as a
// rule that sends them there at once. Letters without a final division do not
// count, nor do those that the rules would send right today.
func (s *Set) Suggest(letters []PastLetter) []Suggestion {
	t := teacher{set: s, words: make(map[string][]int32)}
	for _, l := range letters {
		if l.Final == "" || !s.exists(l.Final) {
			continue
		}
		v := s.Classify(l.Text, l.Context)
		t.letters = append(t.letters, pupil{PastLetter: l, now: v.Division, rule: v.Rule})
	}
	t.gather()
	var out []Suggestion
	for _, division := range t.divisions() {
		if g, ok := t.teach(division); ok {
			out = append(out, g)
		}
	}
	return out
}

// teacher looks for words.
type teacher struct {
	set     *Set
	letters []pupil
	words   map[string][]int32 // by word: the letters that have it
}

// pupil is a letter with where the rules send it today.
type pupil struct {
	PastLetter
	now, rule string
}

// astray tells whether the rules send the letter to the wrong division.
func (p *pupil) astray() bool { return p.now != p.Final }

// divisions are those that letters miss, sorted.
func (t *teacher) divisions() []string {
	var out []string
	for i := range t.letters {
		if l := &t.letters[i]; l.astray() {
			out = appendNew(out, l.Final)
		}
	}
	slices.Sort(out)
	return out
}

// gather collects the words of the letters that went astray, and then who else
// has them.
func (t *teacher) gather() {
	for i := range t.letters {
		if l := &t.letters[i]; l.astray() {
			for w := range pieces(l.Text) {
				t.words[w] = nil
			}
		}
	}
	for i := range t.letters {
		for w := range pieces(t.letters[i].Text) {
			if list, ok := t.words[w]; ok {
				t.words[w] = append(list, int32(i))
			}
		}
	}
	for w, list := range t.words {
		if len(list) < teachSupport {
			delete(t.words, w)
		}
	}
}

// pieces returns what may be a word in a letter: runs of two to six characters
// without a mark or a particle in between. Where one word ends and the next
// begins, the numbers will tell.
func pieces(t Text) map[string]bool {
	out := make(map[string]bool)
	for _, field := range []string{t.Subject, t.Body, t.AttachmentText} {
		folded := fold.Fold(limit(field)).Runes
		folded = folded[:min(len(folded), teachText)]
		start := 0
		for i, r := range folded {
			if !unicode.Is(unicode.Han, r) || strings.ContainsRune(particles, r) {
				piecesOf(folded[start:i], out)
				start = i + 1
			}
		}
		piecesOf(folded[start:], out)
	}
	return out
}

func piecesOf(run []rune, out map[string]bool) {
	for i := range run {
		if strings.ContainsRune(measures, run[i]) {
			continue
		}
		for n := teachShortest; n <= teachLongest && i+n <= len(run); n++ {
			out[string(run[i:i+n])] = true
		}
	}
}

const (
	// particles stand in no word that a rule would ask for.
	particles = "的了是我你您他她它们这那和与及或也都就还又很没被把给从于之些么吗呢吧啊请着但如若并"
	// measures end a number or a place's name; no word begins with one.
	measures = "一二三四五六七八九十百千万栋号层户年月日时元块个名次省市县区镇乡村街路"
)

// teach makes the suggestion for one division.
func (t *teacher) teach(division string) (Suggestion, bool) {
	candidates := t.candidates(division)
	g := Suggestion{Division: division}
	covered := make(map[int32]bool)
	for _, c := range candidates {
		if len(g.Words) == teachWords {
			break
		}
		fresh := 0
		for _, i := range t.words[c.Word] {
			if l := &t.letters[i]; l.astray() && l.Final == division && !covered[i] {
				fresh++
			}
		}
		// The first word stands on its own support; another must add to it.
		if fresh < teachSupport && (len(g.Words) == 0 || fresh == 0) {
			continue
		}
		for _, i := range t.words[c.Word] {
			if l := &t.letters[i]; l.astray() && l.Final == division {
				covered[i] = true
			}
		}
		c.Word = t.endOfPhrase(c.Word)
		g.Words = append(g.Words, c)
	}
	if len(g.Words) == 0 {
		return g, false
	}
	for i := range t.letters {
		if covered[int32(i)] {
			g.Letters = append(g.Letters, t.letters[i].Number)
		}
	}
	return g, t.write(&g)
}

// candidates returns the words that are good enough for a division, best first.
func (t *teacher) candidates(division string) []TaughtWord {
	total := 0
	for i := range t.letters {
		if t.letters[i].Final == division {
			total++
		}
	}
	var out []TaughtWord
	for word, list := range t.words {
		c := TaughtWord{Word: word}
		for _, i := range list {
			switch l := &t.letters[i]; {
			case l.Final != division:
				c.Wrong++
			case l.astray():
				c.Astray++
				c.Right++
			default:
				c.Right++
			}
		}
		if c.Astray < teachSupport || share(c.Right, c.Right+c.Wrong) < teachPrecision {
			continue
		}
		c.LogLikelihood = logLikelihood(c.Right, c.Wrong, total-c.Right, len(t.letters)-total-c.Wrong)
		if c.LogLikelihood >= teachLikelihood {
			out = append(out, c)
		}
	}
	out = t.wholeWords(out)
	slices.SortFunc(out, func(a, b TaughtWord) int {
		return cmp.Or(cmp.Compare(b.LogLikelihood, a.LogLikelihood), cmp.Compare(len(b.Word), len(a.Word)), cmp.Compare(a.Word, b.Word))
	})
	return out
}

// wholeWords leaves out pieces of words: what nearly always goes on, to the same
// side, in the same few ways (社会保 in 社会保险 and 社会保障) is no word by itself.
func (t *teacher) wholeWords(words []TaughtWord) []TaughtWord {
	const ways, most = 3, 0.8
	longer := make(map[string][2][]string) // by piece: what ends, and begins, with it
	for _, w := range words {
		runes := []rune(w.Word)
		for side, piece := range []string{string(runes[1:]), string(runes[:len(runes)-1])} {
			l := longer[piece]
			l[side] = append(l[side], w.Word)
			longer[piece] = l
		}
	}
	return slices.DeleteFunc(words, func(w TaughtWord) bool {
		for _, side := range longer[w.Word] {
			if len(side) == 0 || len(side) > ways {
				continue
			}
			goOn := make(map[int32]bool)
			for _, l := range side {
				for _, i := range t.words[l] {
					goOn[i] = true
				}
			}
			if float64(len(goOn)) >= most*float64(w.Right+w.Wrong) {
				return true
			}
		}
		return false
	})
}

// logLikelihood is Dunning's G² of a two by two table: letters with and without
// a word, of a division and of others.
func logLikelihood(with, withOther, without, withoutOther int) float64 {
	a, b, c, d := float64(with), float64(withOther), float64(without), float64(withoutOther)
	n := a + b + c + d
	term := func(seen, row, column float64) float64 {
		if seen <= 0 {
			return 0
		}
		return seen * math.Log(seen*n/(row*column))
	}
	return 2 * (term(a, a+b, a+c) + term(b, a+b, b+d) + term(c, c+d, a+c) + term(d, c+d, b+d))
}

// write makes the rule's YAML and tries it out; a rule that does not load, or
// that breaks more than it mends, is not suggested.
func (t *teacher) write(g *Suggestion) bool {
	id := t.freeID("learned-" + g.Division)
	words := make([]string, len(g.Words))
	for i, w := range g.Words {
		words[i] = w.Word
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# 由改派学到：%d 封信几经周折才到 %s，其中 %d 封含下列词语。\n", t.missed(g.Division), g.Division, len(g.Letters))
	fmt.Fprintln(&b, "# 词：该处室办理 / 其他处室办理 / 其中现行规则分错（G² 越大越不是巧合）")
	for _, w := range g.Words {
		fmt.Fprintf(&b, "#   %s：%d / %d / %d（%.1f）\n", w.Word, w.Right, w.Wrong, w.Astray, w.LogLikelihood)
	}
	fmt.Fprintf(&b, "rules:\n  - id: %s\n    name: %s\n    priority: %d\n", quote(id), quote("由改派学到："+g.Division), t.priority(g.Division))
	fmt.Fprintf(&b, "    when: {text: {any: [%s]}}\n    then: {division: %s}\n", quoteAll(words), quote(g.Division))
	fmt.Fprintf(&b, "tests:\n  - letter: {text: %s}\n    expect: {division: %s, rule: %s}\n", quote(words[0]), quote(g.Division), quote(id))
	g.YAML = b.String()
	with, ok := t.set.with(id+".yaml", g.YAML)
	if !ok || with.Classify(Text{Body: words[0]}, Context{}).Rule != id {
		return false
	}
	for i := range t.letters {
		l := &t.letters[i]
		v := with.Classify(l.Text, l.Context)
		switch {
		case l.now != l.Final && v.Division == l.Final:
			g.Fixed++
		case l.now == l.Final && v.Division != l.Final:
			g.Broken++
		}
	}
	return g.Fixed > g.Broken
}

// missed counts the letters of a division that go astray today.
func (t *teacher) missed(division string) int {
	n := 0
	for i := range t.letters {
		if l := &t.letters[i]; l.Final == division && l.astray() {
			n++
		}
	}
	return n
}

// priority is one more than that of the rules that sent the letters astray.
func (t *teacher) priority(division string) int {
	out := 0
	for i := range t.letters {
		l := &t.letters[i]
		if l.Final != division || !l.astray() || l.rule == "" {
			continue
		}
		for _, r := range t.set.rules {
			if r.doc.ID == l.rule {
				out = max(out, r.doc.Priority+1)
			}
		}
	}
	return out
}

// freeID returns the id, with a number when there is a rule of that id.
func (t *teacher) freeID(id string) string {
	taken := func(id string) bool {
		return slices.ContainsFunc(t.set.rules, func(r rule) bool { return r.doc.ID == id })
	}
	out := id
	for n := 2; taken(out); n++ {
		out = fmt.Sprintf("%s-%d", id, n)
	}
	return out
}

// with returns the set with one more file, if that loads.
func (s *Set) with(name, text string) (*Set, bool) {
	sources := append(slices.Clone(s.sources), source{name: name, base: name, data: []byte(text)})
	out, findings := build(sources)
	if out == nil || configs.HasErrors(findings) {
		return nil, false
	}
	out.known = s.known
	return out, true
}

// quote writes a value as YAML reads it back, whatever it is.
func quote(text string) string {
	plain, err := yaml.Marshal(text)
	out := strings.TrimSuffix(string(plain), "\n")
	// In a flow list, commas and brackets end a plain value.
	if err != nil || strings.ContainsAny(out, ",[]{}#:\n") && !strings.HasPrefix(out, "'") && !strings.HasPrefix(out, `"`) {
		return "'" + strings.ReplaceAll(strings.ReplaceAll(text, "\n", " "), "'", "''") + "'"
	}
	return out
}

func quoteAll(texts []string) string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = quote(t)
	}
	return strings.Join(out, ", ")
}
