package command

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"xinfangd/gateway/petition"
)

// verdict is what a line that begins with a verb turns out to be.
type verdict string

const (
	isCommand verdict = "command"
	isText    verdict = "text"
	isProblem verdict = "problem"
)

type outcome struct {
	verdict verdict
	problem Problem
}

var (
	accepted = outcome{verdict: isCommand}
	ordinary = outcome{verdict: isText}
)

func refused(code ProblemCode, text string, candidates ...string) outcome {
	return outcome{isProblem, Problem{Code: code, Text: text, Candidates: candidates}}
}

var (
	numberToken = regexp.MustCompile(`^(?:(?:登记)?编号 ?:? ?)?[〔\[【(]? ?((?:[A-Za-z][A-Za-z0-9]{0,15}-)?(?:\d{4}-)?\d{1,9}) ?[〕\]】)]?$`)
	otpToken    = regexp.MustCompile(`^\d{6}$`)
	queryToken  = regexp.MustCompile(`^(?:查询码:?)?(\d{10})$`)
	codeToken   = regexp.MustCompile(`^(?:回执码:?)?([0-9A-Za-z]{5}-[0-9A-Za-z]{5})$`)
	codeLabel   = regexp.MustCompile(`^(?:回执码|查询码|(?:登记)?编号):?$`)
)

// cursor walks over what stands behind a verb.
type cursor struct {
	rest line
	// glued: nothing separates the verb from the first token.
	glued bool
}

// token is the next word: up to a blank, a colon, or one of more. The closing
// punctuation of the line is no part of it.
func (c *cursor) token(more string) (string, line) {
	l := c.rest.trimLeft(func(r rune) bool { return isBreak(r) })
	n := 0
	for n < len(l.runes) && !isBreak(l.runes[n]) && !strings.ContainsRune(more, l.runes[n]) {
		n++
	}
	word, after := l.slice(0, n), l.from(n)
	if after.trimRight(isClosing).blank() {
		word = word.trimRight(isClosing)
	}
	return word.String(), after
}

// done says whether nothing but closing punctuation is left.
func (c *cursor) done() bool { return c.rest.trimRight(isClosing).trimLeft(isBreak).blank() }

// text is all that is left, verbatim.
func (c *cursor) text() string {
	l := c.rest.trimLeft(isBreak)
	if l.blank() {
		return ""
	}
	return l.verbatim()
}

// arguments reads what stands behind a verb into the item's command.
func (r *reader) arguments(it *item, rest line, latin bool) outcome {
	c := &cursor{rest: rest}
	c.glued = !c.done() && len(rest.runes) > 0 && !isBreak(rest.runes[0])
	if c.glued && latin {
		return ordinary
	}
	if r.opts.Citizen {
		return r.citizenArguments(it, c)
	}
	before := c.rest
	r.target(it, c)
	if c.glued && len(c.rest.runes) == len(before.runes) && !r.gluedArgument(it.entry, c) {
		return ordinary
	}
	for _, arg := range it.entry.Args {
		if out := r.argument(it, arg, c); out.verdict != isCommand {
			if c.glued && out.verdict == isProblem && out.problem.Code != AmbiguousDivision {
				return ordinary
			}
			return out
		}
	}
	switch {
	case it.entry.Body == BodyWhole:
		it.take(c.text())
	case !c.done():
		return refused(NotAlone, "“"+it.entry.Word+"”后面有不能识别的文字，没有执行。写法：“"+it.entry.Usage+"”，单独成行。")
	}
	return accepted
}

// target reads, in any order, a registration number, a reply code and a
// one-time password.
func (r *reader) target(it *item, c *cursor) {
	cmd := &it.command
	for {
		word, after := c.token(",;")
		if label := codeLabel.FindString(word); label != "" {
			next := &cursor{rest: after}
			second, afterSecond := next.token(",;")
			word, after = strings.TrimSuffix(label, ":")+":"+second, afterSecond
		}
		if word == "" {
			return
		}
		number, isNumber := r.number(it.entry, word, after)
		switch {
		case cmd.Code == "" && codeToken.MatchString(word):
			code, ok := CanonicalCode(codeToken.FindStringSubmatch(word)[1])
			if !ok {
				return
			}
			cmd.Code = code
		case cmd.OTP == "" && otpToken.MatchString(word) && slices.Contains(r.opts.OTP, it.entry.Verb):
			cmd.OTP = word
		case cmd.OTP != "" && cmd.Number == "" && isNumber && otpToken.MatchString(word):
			// 批准 000123 123456: of two the password comes last.
			first, ok := petition.ParseNumber(cmd.OTP, r.opts.Prefix, r.opts.Year)
			if !ok {
				return
			}
			cmd.Number, cmd.OTP = first, word
		case cmd.Number == "" && isNumber:
			cmd.Number = number
		default:
			return
		}
		c.rest = after.trimLeft(func(r rune) bool { return strings.ContainsRune(" :,;", r) })
	}
}

// number reads a target. Digits that are the verb's own argument are none.
func (r *reader) number(e Entry, word string, after line) (petition.Number, bool) {
	if e.NoTarget {
		return "", false
	}
	m := numberToken.FindStringSubmatch(word)
	if m == nil {
		return "", false
	}
	plain := strings.Trim(word, "0123456789") == ""
	if plain && slices.Contains(e.Args, ArgAttachments) {
		return "", false
	}
	if next := (&cursor{rest: after}); plain && slices.Contains(e.Args, ArgMaybeDays) && next.unit() {
		// 督办 5 工作日, 批示 5 天: a time limit with a blank before its unit.
		return "", false
	}
	if plain && slices.Contains(e.Args, ArgDays) {
		// 延期 5 理由 against 延期 123 5天 理由: a number needs days behind it.
		next := &cursor{rest: after}
		if _, ok := next.days(true); !ok {
			return "", false
		}
	}
	return petition.ParseNumber(m[1], r.opts.Prefix, r.opts.Year)
}

// gluedArgument says whether what stands right behind a verb is its argument
// and not the rest of a sentence.
func (r *reader) gluedArgument(e Entry, c *cursor) bool {
	if len(e.Args) == 0 {
		return false
	}
	word, _ := c.token(listMarks)
	switch e.Args[0] {
	case ArgDays:
		trial := *c
		_, ok := trial.days(false)
		return ok
	case ArgDivision, ArgDivisions, ArgMaybeDivision:
		return len(r.names.exact(word)) > 0
	case ArgLeader:
		return len(r.leaders(word)) == 1
	case ArgAttachments:
		_, ok := selection(c.rest)
		return ok
	case ArgMaybeMonth:
		_, ok := month(word, r.opts.Year)
		return ok
	}
	return false
}

// argument reads one argument of the table.
func (r *reader) argument(it *item, arg Arg, c *cursor) outcome {
	cmd := &it.command
	switch arg {
	case ArgDivision, ArgDivisions:
		return r.divisions(it, arg == ArgDivisions, c)
	case ArgMaybeDivision:
		r.named(cmd, c)
	case ArgDays, ArgMaybeDays:
		if c.impossibleDays() {
			return refused(Missing, "时限须在 1 至 366 天之间，没有执行。写法：“"+it.entry.Usage+"”。")
		}
		period, ok := c.days(arg == ArgMaybeDays && it.entry.Body == BodyWhole)
		if ok {
			cmd.Period = period
		} else if arg == ArgDays {
			return refused(Missing, "没有写明天数，没有执行。写法：“"+it.entry.Usage+"”。")
		}
	case ArgReason, ArgMaybeText:
		it.take(c.text())
		it.missingReason = arg == ArgReason && cmd.Text == ""
		if it.missingReason && it.entry.Deciding {
			return refused(Missing, "缺少理由，没有执行。理由写在同一行：“"+it.entry.Usage+"”。")
		}
		c.rest = line{at: []int{0}}
	case ArgLeader:
		return r.leader(it, c)
	case ArgUnit:
		word, after := c.token(",;。")
		if word == "" {
			return refused(Missing, "没有写明转往的单位，没有执行。写法：“"+it.entry.Usage+"”。")
		}
		cmd.Unit, c.rest = word, after.trimLeft(isListMark)
	case ArgOther:
		return r.other(it, c)
	case ArgAttachments:
		chosen, ok := selection(c.rest)
		switch {
		case !ok && c.done():
			return refused(Missing, "没有写明选哪几个附件，没有执行。写法：“附件 1,3”，或“附件 全部”“附件 无”。")
		case !ok:
			return ordinary
		}
		cmd.Attachments, c.rest = chosen, line{at: []int{0}}
	case ArgMaybeMonth:
		word, after := c.token("")
		if m, ok := month(word, r.opts.Year); ok {
			cmd.Month, c.rest = m, after
		}
	case ArgMaybeMailbox:
		word, after := c.token(",;。")
		if i := slices.IndexFunc(r.opts.Mailboxes, func(m string) bool { return strings.EqualFold(foldString(m), word) }); i >= 0 {
			cmd.Mailbox, c.rest = r.opts.Mailboxes[i], after
		}
	}
	return accepted
}

// named reads the divisions that stand before a leader's words, if any do: the
// list ends with the first that is not followed by a mark of a list, or before
// what is nobody's name.
func (r *reader) named(cmd *Command, c *cursor) {
	for {
		word, after := c.token(listMarks)
		found := r.names.exact(word)
		if len(found) != 1 {
			return
		}
		if !slices.Contains(cmd.Divisions, found[0]) {
			cmd.Divisions = append(cmd.Divisions, found[0])
		}
		c.rest = after.trimLeft(isListMark)
		if after.blank() || !strings.ContainsRune(listMarks, after.runes[0]) {
			return
		}
	}
}

// other reads the case that another is merged into. Of two numbers the first is
// the case meant.
func (r *reader) other(it *item, c *cursor) outcome {
	word, after := c.token(",;")
	if m := numberToken.FindStringSubmatch(word); m != nil {
		if n, ok := petition.ParseNumber(m[1], r.opts.Prefix, r.opts.Year); ok {
			it.command.Other, c.rest = n, after
			return accepted
		}
	}
	if it.command.Number == "" {
		return refused(Missing, "没有写明并入哪一件，没有执行。写法：“"+it.entry.Usage+"”。")
	}
	it.command.Other, it.command.Number = it.command.Number, ""
	return accepted
}

// leaders finds the leaders that a word may mean.
func (r *reader) leaders(word string) []petition.Leader {
	var found []petition.Leader
	for _, l := range r.opts.Roster.Leaders {
		if foldString(l.Name) == word || strings.EqualFold(l.Address, word) {
			found = append(found, l)
		}
	}
	return found
}

func (r *reader) leader(it *item, c *cursor) outcome {
	word, after := c.token(",;。")
	found := r.leaders(word)
	if len(found) == 1 {
		it.command.Leader, c.rest = found[0].Address, after.trimLeft(isListMark)
		return accepted
	}
	var all []string
	for _, l := range r.opts.Roster.Leaders {
		if len(found) == 0 || slices.ContainsFunc(found, func(f petition.Leader) bool { return f.Address == l.Address }) {
			all = append(all, l.Name+" "+l.Address)
		}
	}
	if word == "" {
		return refused(Missing, "没有写明呈报哪位领导，没有执行。写法：“"+it.entry.Usage+"”。", all...)
	}
	return refused(UnknownLeader, "不能确定“"+shortened(word)+"”是哪位领导，没有执行。请写姓名或邮箱地址。", all...)
}

// selection reads the choice of 附件: 1,3 or 全部 or 无.
func selection(rest line) (Selection, bool) {
	rest = rest.trimLeft(isBreak).trimRight(isClosing)
	switch word := strings.TrimSpace(rest.String()); word {
	case "":
		return Selection{}, false
	case "全部", "all":
		return Selection{All: true}, true
	case "无", "不发", "none":
		return Selection{None: true}, true
	default:
		var s Selection
		for _, part := range strings.FieldsFunc(word, func(r rune) bool { return strings.ContainsRune(" ,;、和", r) }) {
			n, err := strconv.Atoi(part)
			if err != nil || n < 1 || n > 999 || !isDigit(rune(part[0])) {
				return Selection{}, false
			}
			s.Indexes = append(s.Indexes, n)
		}
		slices.Sort(s.Indexes)
		s.Indexes = slices.Compact(s.Indexes)
		return s, len(s.Indexes) > 0
	}
}

// shortened keeps a stranger's word from filling the transcript.
func shortened(word string) string {
	if r := []rune(word); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return word
}
