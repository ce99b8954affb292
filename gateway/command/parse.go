package command

import (
	"slices"
	"strings"

	"xinfangd/gateway/petition"
)

// Parse reads the new text of a mail: what stands above the quoted history. When
// both results are empty the text begins with no verb: it is plain, and the desk
// decides whether it is an opinion, an instruction or an error.
//
// Lines that begin with a verb are commands until a line that is not one; that
// line begins the body of the last command that takes one (spec mail section 4).
func Parse(text string, opts Options) ([]Command, []Problem) {
	r := newReader(opts)
	lines := strings.SplitAfter(separated(text), "\n")
	below := len(lines)
	for i, original := range lines {
		l := fold(original)
		if l.blank() || codeLine(l) {
			continue
		}
		if !r.read(l, i+1) {
			below = i
			break
		}
	}
	if len(r.items) == 0 {
		return nil, r.problems
	}
	r.attachBody(lines, below)
	return r.result()
}

// item is a line that began with a verb.
type item struct {
	entry   Entry
	command Command
	// failed items are not executed; why is among the problems already.
	failed bool
	// missingReason items need text below them.
	missingReason bool
}

type reader struct {
	opts     Options
	words    []verbWord
	names    names
	items    []item
	problems []Problem
	// over counts the command lines beyond MaxCommands.
	over int
	// overBody: the last of them that takes a body comes after all others.
	overBody bool
	signs    []string
}

func newReader(opts Options) *reader {
	entries := table()
	entries = slices.DeleteFunc(entries, func(e Entry) bool {
		return slices.Contains(e.Roles, petition.RoleCitizen) != opts.Citizen
	})
	return &reader{opts: opts, words: words(entries), names: newNames(opts.Roster)}
}

// read takes one line; it is false when the line is text.
func (r *reader) read(l line, number int) bool {
	raw := strings.TrimSpace(l.original)
	bare := l.markless()
	if entry, ok := r.sample(bare); ok {
		r.problem(Problem{Line: number, Raw: raw, Verb: entry.Verb, Code: Sample,
			Text: "这一行是邮件中的样例，没有执行。请去掉括号、引号，写上实际内容后重新发送。"})
		return true
	}
	bare = unwrapped(bare)
	w, n, ok := leadingVerb(bare, r.words)
	if !ok {
		return false
	}
	it := item{entry: w.entry, command: Command{Verb: w.entry.Verb, Line: number, Raw: raw}}
	out := r.arguments(&it, bare.from(n), w.latin)
	switch {
	case out.verdict == isText:
		return false
	case out.verdict == isProblem && r.bodyAwaited():
		// What an answer or an amendment says may well begin with a verb. Only a
		// faultless command ends a body that has not begun.
		return false
	case out.verdict == isProblem && out.problem.Code == NotAlone && len(r.items) > 0:
		// A verb without argument that does not stand alone is text.
		return false
	}
	if len(r.items) >= MaxCommands {
		r.over++
		r.overBody = r.overBody || it.entry.Body != BodyNone
		if r.over == 1 {
			r.problem(Problem{Line: number, Raw: raw, Verb: it.entry.Verb, Code: TooMany,
				Text: "一封邮件最多执行 10 条指令，这一行和以下各行没有执行，请另发一封。"})
		}
		return true
	}
	if out.verdict == isProblem {
		p := out.problem
		p.Line, p.Raw, p.Verb = number, raw, it.entry.Verb
		r.problem(p)
		it.failed = true
	}
	r.items = append(r.items, it)
	return true
}

// bodyAwaited says whether a verb whose body is its purpose still waits for it.
func (r *reader) bodyAwaited() bool {
	return slices.ContainsFunc(r.items, func(it item) bool { return it.entry.Body == BodyWhole })
}

func (r *reader) problem(p Problem) { r.problems = append(r.problems, p) }

// attachBody gives the text from line index below on to the command that takes it.
func (r *reader) attachBody(lines []string, below int) {
	taker := -1
	for i, it := range r.items {
		if it.entry.Body != BodyNone {
			taker = i
		}
	}
	body := withoutSignatureMark(strings.Join(lines[below:], ""))
	text := strings.TrimSpace(WithoutCodes(body))
	if text != "" {
		signature := r.isSignature(lines, below)
		for i := range r.items {
			it := &r.items[i]
			if it.entry.Deciding && !it.failed && i > taker && !signature {
				say := "“" + it.entry.Word + "”下面还有其他文字，没有执行。请单独发送这一行"
				if slices.Contains(it.entry.Matters, petition.MatterApproval) {
					say += "；需要改动答复内容的，请用“修改”"
				}
				r.fail(it, TextBelow, say+"。")
			}
		}
		switch {
		case r.overBody:
		case taker >= 0:
			r.items[taker].take(r.continuation(r.items[taker].entry, text, signature))
		case !signature && !slices.ContainsFunc(r.items, func(it item) bool { return it.failed }):
			first := strings.TrimSpace(lines[below])
			r.problem(Problem{Line: below + 1, Raw: first, Code: TextUnused,
				Text: "指令下面的文字没有采用。要提交办理意见的，请直接写意见，或者用“答复”另起一行写。"})
		}
	}
	for i := range r.items {
		it := &r.items[i]
		switch {
		case it.failed:
		case it.entry.Body == BodyWhole && it.command.Text == "":
			r.fail(it, Missing, "缺少正文，没有执行。请在“"+it.entry.Word+"”下面另起一行写正文。")
		case it.missingReason && it.command.Text == "":
			r.fail(it, Missing, "缺少理由或内容，没有执行。写法：“"+it.entry.Usage+"”。")
		}
	}
}

// continuation is what a command takes of the text below it. A reason loses the
// writer's signature; a body is taken whole, since an answer has its own.
func (r *reader) continuation(e Entry, text string, signature bool) string {
	if e.Body == BodyWhole {
		return text
	}
	if signature {
		return ""
	}
	return r.withoutSignature(text)
}

// take joins text below the line to what the line itself holds.
func (it *item) take(text string) {
	if it.command.Text != "" && text != "" {
		it.command.Text += "\n"
	}
	it.command.Text += text
}

func (r *reader) fail(it *item, code ProblemCode, text string) {
	it.failed = true
	r.problem(Problem{Line: it.command.Line, Raw: it.command.Raw, Verb: it.entry.Verb, Code: code, Text: text})
}

// result drops repetitions and refuses what contradicts itself.
func (r *reader) result() ([]Command, []Problem) {
	if r.has(Approve) && r.has(Reject) {
		for i := range r.items {
			if it := &r.items[i]; !it.failed {
				r.fail(it, Contradiction, "同一封邮件里既有“批准”又有“退回重办”，整封邮件都没有执行，请重新发送其中一项。")
			}
		}
	}
	var commands []Command
	for i := range r.items {
		it := &r.items[i]
		if it.failed {
			continue
		}
		if slices.ContainsFunc(commands, func(c Command) bool { return same(c, it.command) }) {
			r.fail(it, Duplicate, "与前面的指令重复，只执行一次。")
			continue
		}
		commands = append(commands, it.command)
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Line - b.Line })
	return commands, r.problems
}

// has looks at failed lines too: whoever writes both means neither clearly.
func (r *reader) has(v Verb) bool {
	return slices.ContainsFunc(r.items, func(it item) bool { return it.command.Verb == v })
}

// same compares what two commands do, not where they stand.
func same(a, b Command) bool {
	return a.Verb == b.Verb && a.Number == b.Number && a.Code == b.Code && slices.Equal(a.Divisions, b.Divisions) &&
		a.Period == b.Period && a.Leader == b.Leader && a.Unit == b.Unit && a.Other == b.Other && a.Mailbox == b.Mailbox &&
		a.Month == b.Month && a.Attachments.All == b.Attachments.All && a.Attachments.None == b.Attachments.None &&
		slices.Equal(a.Attachments.Indexes, b.Attachments.Indexes) && a.QueryCode == b.QueryCode && a.Text == b.Text
}

// unwrapped takes a line out of the square brackets that enclose all of it.
// Quotation marks stay: what is quoted is no command.
func unwrapped(l line) line {
	t := l.trimRight(isClosing)
	n := len(t.runes)
	if n > 2 && (t.runes[0] == '【' && t.runes[n-1] == '】' || t.runes[0] == '[' && t.runes[n-1] == ']') {
		return t.slice(1, n-1).trimLeft(isSpace)
	}
	return l
}

// sample recognises the lines by which our own mails show how to command: in
// 〈〉, or with the verb in quotation marks, or with a placeholder for an argument.
func (r *reader) sample(l line) (Entry, bool) {
	bracketed := len(l.runes) > 0 && (l.runes[0] == '〈' || l.runes[0] == '<')
	quoted := len(l.runes) > 0 && strings.ContainsRune("“\"「『‘'", l.runes[0])
	if bracketed || quoted {
		l = l.from(1).trimLeft(isSpace)
	}
	w, n, ok := leadingVerb(l, r.words)
	if !ok {
		return Entry{}, false
	}
	rest := string(l.runes[n:])
	switch {
	case bracketed && strings.ContainsAny(rest, "〉>"), strings.Contains(rest, "〈") && strings.Contains(rest, "〉"):
		return w.entry, true
	case quoted:
		// “批准”——照此稿发出; but “批准”二字不妥 is a sentence.
		at := strings.IndexAny(rest, "”\"」』’'")
		if at < 0 || at > 0 && !isBreak(l.runes[n]) {
			return Entry{}, false
		}
		behind := strings.TrimLeft(rest[at:], "”\"」』’'")
		return w.entry, strings.TrimRightFunc(behind, isClosing) == "" || strings.Contains(behind, "--")
	}
	// The usage of the manual, word for word.
	usage := foldString(w.entry.Usage)
	return w.entry, usage != foldString(w.entry.Word) && hasPlaceholder(w.entry) && foldString(l.String()) == usage
}

// hasPlaceholder says whether a usage line is only an example: 统计 2026-11 and
// 附件 1,3 are commands in their own right.
func hasPlaceholder(e Entry) bool {
	return !slices.Contains(e.Args, ArgAttachments) && !slices.Contains(e.Args, ArgMaybeMonth)
}
