package letter

import (
	"slices"
	"strings"
)

// hiddenName stands for a given name, whatever its length.
const hiddenName = "××"

// nameEnd says how a name must end to be taken for one.
type nameEnd int

const (
	// endMark: by a mark, a blank, a digit or the line's end.
	endMark nameEnd = iota
	// endWord: or by a word that continues an introduction.
	endWord
	// endAny: or not at all, since what stands in front leaves no doubt.
	endAny
)

// nameCue is a phrase behind which writers name themselves.
type nameCue struct {
	phrase string
	end    nameEnd
	// colon says that the phrase counts only with a colon behind it.
	colon bool
}

// nameCues are in the order of trial: longer ones with the same beginning first.
var nameCues = []nameCue{
	{"本人姓名", endAny, false}, {"本人名叫", endAny, false}, {"本人叫", endAny, false}, {"本人是", endWord, false}, {"本人系", endWord, false}, {"本人", endWord, false},
	{"我名叫", endAny, false}, {"我的名字叫", endAny, false}, {"我的名字是", endAny, false}, {"我的姓名", endAny, false}, {"我叫", endAny, false},
	{"我是", endWord, false}, {"我系", endWord, false}, {"我(", endMark, false},
	{"姓名", endAny, true}, {"姓 名", endAny, true}, {"姓  名", endAny, true}, {"名字", endAny, true}, {"署名", endAny, true}, {"签名", endAny, true}, {"签字", endAny, true}, {"落款", endAny, true},
	{"举报人", endAny, true}, {"投诉人", endAny, true}, {"反映人", endAny, true}, {"来信人", endAny, true}, {"写信人", endAny, true}, {"信访人", endAny, true},
	{"上访人", endAny, true}, {"申请人", endAny, true}, {"申诉人", endAny, true}, {"留言人", endAny, true}, {"咨询人", endAny, true}, {"求助人", endAny, true}, {"建议人", endAny, true},
	{"联系人", endAny, true}, {"请愿人", endAny, true}, {"具名", endAny, true}, {"敬礼", endMark, false},
}

// Words around names.
var (
	nameFollow = phrases("系", "是", "现", "今年", "年龄", "家住", "住", "来自", "身份证", "男", "性别", "联系", "出生", "生于", "原", "户籍", "籍贯", "于", "在",
		"因", "为", "向", "要", "想", "反映", "实名", "自", "对", "有", "和", "与", "特", "购", "从", "将", "已", "就", "投诉", "举报", "申请", "认为", "希望")
	// nameProof follows a name and nothing else, a mark in front or not.
	nameProof = phrases("男", "女", "系", "现年", "现住", "现居", "今年", "年龄", "家住", "住", "身份证", "性别", "汉族", "出生", "生于", "户籍", "籍贯", "电话", "手机", "联系电话", "来自", "19", "20")
	nameTitle = phrases("先生", "女士", "小姐", "老师", "师傅", "同志", "经理", "主任", "医生", "书记", "局长", "厅长", "处长", "科长", "队长", "校长", "村长", "厂长", "镇长",
		"市长", "县长", "省长", "院长", "所长", "老板", "大姐", "大爷", "大妈", "阿姨", "总", "工程师", "律师", "法官", "警官", "教授", "董")
	nameKin = phrases("儿子", "女儿", "妻子", "丈夫", "父亲", "母亲", "爸爸", "妈妈", "家属", "家人", "爱人", "老公", "老婆", "哥哥", "弟弟", "姐姐", "妹妹", "儿媳", "女婿",
		"孙子", "孙女", "外甥", "侄", "亲属", "代理人", "委托人", "家长", "朋友", "同事", "遗孀")
	nameRole = phrases("市民", "居民", "业主", "村民", "公民", "住户", "职工", "员工", "工人", "干部", "教师", "老师", "学生", "家长", "家属", "群众", "农民", "农民工", "商户", "租户",
		"用户", "司机", "读者", "网友", "考生", "个体户", "经营者", "消费者", "购房者", "退伍军人", "老兵", "党员", "法人", "负责人", "代表", "百姓", "举报者", "投诉者", "本人", "签名", "敬上")
	nameClosing = phrases("敬上", "敬呈", "谨启", "谨上", "谨呈", "敬启", "拜上", "叩首")
	// accusedWords tell that a label names somebody else.
	accusedWords = phrases("被举报", "被投诉", "被反映", "被申请", "被告", "对方", "嫌疑", "违法", "违纪", "当事")
)

// closingChars may stand in a line of a signature beside the name.
const closingChars = "年月日号时分电话手机联系方式敬上谨呈启拜叩首签名字盖章码及地址星期一二三四五六七八九十〇零天晚午下邮箱亲笔泣身份证"

// introductions hides the names by which the writer introduces himself or
// signs, and returns them, so that they are hidden wherever else they stand.
func (m *masker) introductions() []string {
	first := make(map[rune][]nameCue)
	for _, c := range nameCues {
		r := []rune(c.phrase)[0]
		first[r] = append(first[r], c)
	}
	var names []string
	for i := range m.cells {
		for _, c := range first[m.cells[i].r] {
			if !m.has(i, c.phrase) {
				continue
			}
			names = append(names, m.introduced(i, c)...)
			break
		}
	}
	return append(names, m.signatures()...)
}

// introduced hides the name behind the cue at cell i.
func (m *masker) introduced(i int, c nameCue) []string {
	at := i + len([]rune(c.phrase))
	if c.colon {
		for m.at(at) == ' ' && at < i+10 {
			at++
		}
		if m.at(at) == '(' && m.at(at+3) == ')' { // （签名）：
			at += 4
		}
		if m.at(at) != ':' || m.accused(i) {
			return nil
		}
	}
	start := at
	for at < start+4 && strings.ContainsRune(" :,(!。·", m.at(at)) && (c.phrase != "我是" || m.at(at) != ',') {
		at++
	}
	// "敬礼" is followed by a name only behind a mark or blank.
	if c.phrase == "敬礼" && at == start {
		return nil
	}
	if end, ok := m.nameAt(at, c.end); ok {
		names := m.hideName(at, end)
		if c.colon || c.phrase == "敬礼" {
			names = append(names, m.nameList(end)...)
		}
		return names
	}
	if c.colon {
		return m.labelledName(at)
	}
	if c.end != endWord {
		return nil
	}
	// "我是某厂职工张三，": the name ends the clause.
	for k := at; k < at+40 && !strings.ContainsRune(",。!?;:\n", m.at(k)); k++ {
		n := m.phrase(k, nameRole)
		if n == 0 {
			continue
		}
		if end, ok := m.nameAt(k+n, endMark); ok {
			return m.hideName(k+n, end)
		}
	}
	return nil
}

// nameList hides further names behind one that was signed with.
func (m *masker) nameList(at int) (names []string) {
	for {
		for n := 0; n < 4 && strings.ContainsRune(" 、,和及", m.at(at)); n++ {
			at++
		}
		end, ok := m.nameAt(at, endMark)
		if !ok {
			return names
		}
		names = append(names, m.hideName(at, end)...)
		at = end
	}
}

// accused tells whether the label at cell i is that of somebody whom the
// letter speaks of: his name is what the letter is about.
func (m *masker) accused(i int) bool {
	if m.at(i-1) == '被' {
		return true
	}
	for k := i - 1; k >= i-10 && m.at(k) != '\n'; k-- {
		if m.phrase(k, accusedWords) > 0 {
			return true
		}
	}
	return false
}

// labelledName hides what a label calls a name though it has no surname we
// know: a name of another people, or in Latin letters.
func (m *masker) labelledName(at int) []string {
	end := at
	for end < at+20 && (isHan(m.at(end)) || m.at(end) == '·' || m.at(end) == '•') {
		end++
	}
	latin := false
	if end == at {
		for end < at+30 && (isLatin(m.at(end)) || m.at(end) == ' ' && isLatin(m.at(end+1))) {
			end++
		}
		latin = true
	}
	if m.at(end) == '×' || m.at(end) == '*' { // hidden already
		return nil
	}
	for k := at; k < end; k++ {
		if n := m.phrase(k, nameTitle); n > 0 && k+n == end {
			return nil
		}
	}
	word := string(m.runes(at, end))
	n := end - at
	switch {
	case n < 2 || n > 4 && !latin && !strings.ContainsAny(word, "·•"):
		return nil
	case slices.Contains(anonymous, word), strings.Contains(word, "某"), notNames[string([]rune(word)[:2])]:
		return nil
	}
	return m.hideName(at, end)
}

func (m *masker) runes(from, to int) []rune {
	var out []rune
	for i := from; i < to; i++ {
		if r := m.at(i); r != ' ' {
			out = append(out, r)
		}
	}
	return out
}

func (m *masker) hideName(from, to int) []string {
	name := m.runes(from, to)
	head := name[:1]
	if compoundSurname(name) {
		head = name[:2]
	}
	if !m.hide(from, to, MaskedName, string(head)+hiddenName) {
		return nil
	}
	return []string{string(name)}
}

// nameAt reads a Chinese name at cell i: a surname, and one or two characters,
// perhaps a blank between (张 三).
func (m *masker) nameAt(i int, how nameEnd) (end int, ok bool) {
	at, faint := i+1, strings.ContainsRune(faintSurnames, m.at(i))
	if n := m.phrase(i, compoundSurnames); n > 0 {
		at, faint = i+n, false
	} else if !strings.ContainsRune(surnames, m.at(i)) {
		return 0, false
	}
	spaced := m.at(at) == ' '
	for m.at(at) == ' ' && at < i+6 {
		at++
	}
	if !givenRune(m.at(at)) || at-i == 1 && notNames[string([]rune{m.at(i), m.at(at)})] || m.phrase(at, nameTitle) > 0 {
		return 0, false
	}
	short := at + 1
	next := short
	for spaced && m.at(next) == ' ' && next < short+4 {
		next++
	}
	long := next + 1
	whole := givenRune(m.at(next))
	switch {
	case m.nameEnds(short, how, faint, spaced):
		// 龙国和， is a name of three, though 和 could have followed one of two.
		if whole && isHan(m.at(short)) && m.nameEnds(long, endMark, false, spaced) {
			return long, true
		}
		return short, true
	case whole && (m.nameEnds(long, how, faint, spaced) || how == endAny && !faint && !spaced):
		return long, true
	}
	return 0, false
}

// givenRune tells whether a given name may have the character.
func givenRune(r rune) bool {
	return isHan(r) && !strings.ContainsRune(notNameChars, r)
}

// nameEnds tells whether a name may end before cell i.
func (m *masker) nameEnds(i int, how nameEnd, faint, spaced bool) bool {
	next := m.at(i)
	mark := !isHan(next) && next != '×' && next != '*'
	if faint && how == endWord {
		for k := i; k < i+3; k++ {
			if m.phrase(k, nameProof) > 0 {
				return true
			}
			if r := m.at(k); isHan(r) || r == '\n' {
				break
			}
		}
		return false
	}
	if mark || m.phrase(i, nameClosing) > 0 {
		return true
	}
	if spaced || how == endMark {
		return false
	}
	if next == '的' && m.phrase(i+1, nameKin) > 0 {
		return true
	}
	return m.phrase(i, nameFollow) > 0 || how == endAny && isHan(next) && strings.ContainsRune(notNameChars, next)
}

// signatureLines is how many of the last lines may be a signature.
const signatureLines = 6

// signatures hides names that fill a line of the closing, and those of the
// lines behind 此致敬礼.
func (m *masker) signatures() []string {
	type line struct{ from, to int }
	var lines []line
	for from, i := 0, 0; i <= len(m.cells); i++ {
		if i < len(m.cells) && m.cells[i].r != '\n' && m.cells[i].r != '\r' {
			continue
		}
		if l := (line{from, i}); strings.TrimSpace(string(m.runes(l.from, min(l.to, l.from+80)))) != "" {
			lines = append(lines, l)
		}
		from = i + 1
	}
	if len(lines) < 2 {
		return nil
	}
	var names []string
	greeted := 0 // how many lines the greeting still reaches
	for k, l := range lines {
		if k > 0 && (greeted > 0 || k >= len(lines)-signatureLines) {
			names = append(names, m.signature(l.from, l.to)...)
		}
		greeted--
		for i := l.from; i < min(l.to, l.from+80); i++ {
			if m.has(i, "敬礼") {
				greeted = 4
			}
		}
	}
	return names
}

// signature hides the names in a line that holds nothing but names, who they
// are, and when and where.
func (m *masker) signature(from, to int) []string {
	if to-from > 60 {
		return nil
	}
	at := from
	for i := from; i < to; i++ {
		if m.at(i) == ':' {
			if m.accused(i) {
				return nil
			}
			at = i + 1
			break
		}
		if n := m.phrase(i, nameRole); n > 0 && i+n < to {
			at = i + n
		}
	}
	type span struct{ from, to int }
	var found []span
	for {
		for at < to && !isHan(m.at(at)) && !isDigit(m.at(at)) && !isLatin(m.at(at)) {
			at++
		}
		end, ok := m.nameAt(at, endMark)
		if !ok || end > to {
			break
		}
		found = append(found, span{at, end})
		at = end
	}
	for ; at < to; at++ {
		if r := m.at(at); isHan(r) && !strings.ContainsRune(closingChars, r) {
			return nil
		}
	}
	var names []string
	for _, s := range found {
		names = append(names, m.hideName(s.from, s.to)...)
	}
	return names
}
