package letter

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Words around numbers.
var (
	numberUnits    = phrases("元", "万元", "万吨", "万度", "万千", "亿元", "块钱", "吨", "千瓦", "美元", "%", "度电", "立方", "平方")
	extensionWords = phrases("转分机", "转", "分机号", "分机", "ext.", "ext", "Ext.", "EXT", "#", "-")

	ownLabels      = []string{"查询码", "回执码"}
	identityLabels = []string{"身份证", "证件", "公民身份"}
	cardLabels     = []string{"卡号", "银行卡", "储蓄卡", "借记卡", "信用卡", "工资卡", "银行账号", "银行帐号", "银行账户", "存折", "收款账号"}
	phoneLabels    = []string{"电话", "座机", "固话", "宅电", "传真", "联系方式", "tel", "Tel", "TEL", "phone", "Phone"}
	mobileLabels   = append([]string{"手机", "手机号", "手机号码", "移动电话", "微信", "mobile", "Mobile"}, phoneLabels...)
)

// numbers hides what identifies a person by digits, and e-mail addresses.
//
// A number may be written in groups, so each group of digits is tried together
// with those that follow it behind a blank or a dash. Only whole groups are
// hidden: what stays of a number is at most four digits beside at least four
// asterisks, and such remains are never part of another number.
func (m *masker) numbers() {
	m.mails()
	groups := m.digitGroups()
	for i := 0; i < len(groups); {
		row := m.row(groups[i:])
		used := 0
		for _, try := range []func([]digitGroup) int{
			m.exempt, m.service, m.identity, m.mobile, m.landline, m.card, m.labelled,
		} {
			if used = try(row); used > 0 {
				break
			}
		}
		i += max(used, 1)
	}
}

// digitGroup is a row of digits without anything between.
type digitGroup struct {
	from, to int
	digits   string
}

const (
	// keepDigits is how many digits stay at either end at most.
	keepDigits = 4
	hiddenMark = "****"
	// groupsMax bounds the groups of one number: a digit each.
	groupsMax = 19
)

// digitGroups finds the groups that may be part of a number.
func (m *masker) digitGroups() []digitGroup {
	var (
		groups []digitGroup
		digits []byte
	)
	for i := 0; i < len(m.cells); i++ {
		if !isDigit(m.cells[i].r) {
			continue
		}
		g := digitGroup{from: i}
		digits = digits[:0]
		for i < len(m.cells) && isDigit(m.cells[i].r) {
			digits = append(digits, byte(m.cells[i].r))
			i++
		}
		g.to, g.digits = i, string(digits)
		if !m.remains(g) && !slices.Contains(m.taken[g.from:g.to], true) {
			groups = append(groups, g)
		}
	}
	return groups
}

// remains tells of what masking left of a number.
func (m *masker) remains(g digitGroup) bool {
	return len(g.digits) <= keepDigits &&
		(m.has(g.to, hiddenMark) || m.has(g.to, "-"+hiddenMark) || m.has(g.from-len(hiddenMark), hiddenMark))
}

// row is the first group and those that may belong to it.
func (m *masker) row(groups []digitGroup) []digitGroup {
	n := 1
	for n < len(groups) && n < groupsMax && m.separator(groups[n-1], groups[n]) != 0 {
		n++
	}
	return groups[:n]
}

// separator is what parts two groups of one number: '-', '.' or ' '; 0 if they
// are not of one number.
func (m *masker) separator(a, b digitGroup) rune {
	if n := b.from - a.to; n < 1 || n > 3 {
		return 0
	}
	kind := ' '
	for i := a.to; i < b.from; i++ {
		switch r := m.cells[i].r; r {
		case ' ', '(', ')':
		case '-', '_':
			kind = '-'
		case '.', '·':
			if kind == ' ' {
				kind = '.'
			}
		default:
			return 0
		}
	}
	return kind
}

// shape is the lengths of groups, "3-4-4", and their common separator, 0 if
// they have different ones or there is one group only.
func (m *masker) shape(row []digitGroup) (shape string, sep rune) {
	var b strings.Builder
	for i, g := range row {
		if i > 0 {
			s := m.separator(row[i-1], g)
			if i == 1 {
				sep = s
			} else if s != sep {
				sep = 0
			}
			b.WriteByte('-')
		}
		b.WriteByte("0123456789abcdefghij"[min(len(g.digits), 19)])
	}
	return b.String(), sep
}

func joinDigits(row []digitGroup) string {
	if len(row) == 0 {
		return ""
	}
	if len(row) == 1 {
		return row[0].digits
	}
	var b strings.Builder
	for _, g := range row {
		b.WriteString(g.digits)
	}
	return b.String()
}

// prefixes calls f with the first group, the first two, … while they have at
// most limit digits, until f returns true, and returns how many groups that were.
func prefixes(row []digitGroup, limit int, f func(part []digitGroup, digits string) bool) int {
	n, total := 0, 0
	for n < len(row) && total+len(row[n].digits) <= limit {
		total += len(row[n].digits)
		n++
	}
	digits := joinDigits(row[:n])
	total = 0
	for k := range n {
		total += len(row[k].digits)
		if f(row[:k+1], digits[:total]) {
			return k + 1
		}
	}
	return 0
}

// hideDigits replaces the cells of a number; head and tail digits stay.
func (m *masker) hideDigits(from, to int, kind, digits string, head, tail int) bool {
	hidden := max(len(hiddenMark), len(digits)-head-tail)
	return m.hide(from, to, kind, digits[:head]+strings.Repeat("*", hidden)+digits[len(digits)-tail:])
}

// exempt passes over codes and numbers of our own.
func (m *masker) exempt(row []digitGroup) int {
	if m.label(row[0].from, ownLabels) {
		return 1
	}
	if len(row) > 1 && len(row[0].digits) == 4 && len(row[1].digits) == 6 && m.at(row[0].from-1) == '-' && isLatin(m.at(row[0].from-2)) && m.at(row[0].to) == '-' {
		return 2 // a registration number
	}
	return 0
}

// service passes over the numbers of companies.
func (m *masker) service(row []digitGroup) int {
	return prefixes(row, 10, func(part []digitGroup, digits string) bool {
		if len(digits) != 10 || !strings.HasPrefix(digits, "400") && !strings.HasPrefix(digits, "800") {
			return false
		}
		shape, _ := m.shape(part)
		return slices.Contains([]string{"a", "3-3-4", "3-4-3", "3-7", "4-3-3", "6-4", "3-5-2"}, shape)
	})
}

func (m *masker) identity(row []digitGroup) int {
	used := prefixes(row, 18, func(part []digitGroup, digits string) bool {
		from, to := part[0].from, part[len(part)-1].to
		if len(digits) == 17 {
			if x := m.checkX(to); x > to && validIdentity(digits+"X") {
				return m.hideDigits(from, x, MaskedIdentity, digits+"X", keepDigits, keepDigits)
			}
		}
		return len(digits) == 18 && validIdentity(digits) && m.hideDigits(from, to, MaskedIdentity, digits, keepDigits, keepDigits)
	})
	if used > 0 {
		return used
	}
	g := row[0]
	// Numbers written together without a gap: one of them shows in the middle.
	for i := 0; len(g.digits) > 18 && i+18 <= len(g.digits); i++ {
		if validIdentity(g.digits[i : i+18]) {
			m.hideDigits(g.from, g.to, MaskedIdentity, g.digits, keepDigits, keepDigits)
			return 1
		}
	}
	return prefixes(row, 15, func(part []digitGroup, digits string) bool {
		if len(digits) != 15 || !validOldIdentity(digits) {
			return false
		}
		shape, _ := m.shape(part)
		return (shape == "f" || shape == "6-6-3") &&
			m.hideDigits(part[0].from, part[len(part)-1].to, MaskedIdentity, digits, keepDigits, keepDigits)
	})
}

// checkX returns the cell behind a final X, to itself if there is none.
func (m *masker) checkX(to int) int {
	i := to
	if r := m.at(i); r == ' ' || r == '-' {
		i++
	}
	switch m.at(i) {
	case 'x', 'X', '×', 'Х', 'х': // the last two are Cyrillic
		if !isLatin(m.at(i + 1)) {
			return i + 1
		}
	}
	return to
}

func (m *masker) mobile(row []digitGroup) int {
	from, skip := m.country(row)
	first := row[0].digits
	if skip == 0 {
		if isLatin(m.at(row[0].from-1)) && isLatin(m.at(row[0].to)) {
			return 0
		}
		t := strings.TrimPrefix(strings.TrimPrefix(first, "0086"), "86")
		if len(t) == 12 {
			t = strings.TrimPrefix(t, "0")
		}
		if isMobile(first) {
			t = first
		}
		switch {
		case isMobile(t) && !m.amount(row[0]), manyMobiles(t):
			m.hideDigits(from, row[0].to, MaskedMobile, t, 3, keepDigits)
			return 1
		}
	}
	used := prefixes(row[skip:], 11, func(part []digitGroup, digits string) bool {
		if !isMobile(digits) || m.amount(part[len(part)-1]) {
			return false
		}
		shape, sep := m.shape(part)
		switch {
		case shape == "b" && skip > 0, slices.Contains([]string{"3-4-4", "3-8", "7-4"}, shape),
			shape == "1-1-1-1-1-1-1-1-1-1-1",
			(sep == '-' || skip > 0 || m.label(row[0].from, mobileLabels)) && slices.Contains([]string{"4-4-3", "3-3-5", "5-6", "4-3-4", "4-7"}, shape):
			return m.hideDigits(from, part[len(part)-1].to, MaskedMobile, digits, 3, keepDigits)
		}
		return false
	})
	if used > 0 {
		used += skip
	}
	return used
}

// country passes over +86 or 0086 in front of a number: it returns where the
// number begins, sign and parenthesis included, and how many groups the code is.
func (m *masker) country(row []digitGroup) (from, groups int) {
	from = row[0].from
	plus := m.at(from-1) == '+'
	if plus {
		from--
	}
	if len(row) > 1 && (row[0].digits == "86" || row[0].digits == "0086") {
		groups = 1
		if m.at(from-1) == '(' && m.at(row[0].to) == ')' {
			from--
		}
	}
	return from, groups
}

func isMobile(d string) bool { return len(d) == 11 && d[0] == '1' && d[1] >= '3' }

func manyMobiles(d string) bool {
	if len(d) < 22 || len(d)%11 != 0 {
		return false
	}
	for ; d != ""; d = d[11:] {
		if !isMobile(d[:11]) {
			return false
		}
	}
	return true
}

// amount tells whether a group is a sum or quantity.
func (m *masker) amount(g digitGroup) bool {
	if strings.ContainsRune("¥￥$€", m.at(g.from-1)) || m.has(g.from-3, "人民币") || m.has(g.from-3, "RMB") {
		return true
	}
	i := g.to
	if m.at(i) == '.' && isDigit(m.at(i+1)) {
		for i++; isDigit(m.at(i)); i++ {
			if i > g.to+6 {
				return false
			}
		}
	}
	return m.phrase(i, numberUnits) > 0
}

// landline hides numbers with an area code. Those without one are only told by
// a label, see labelled.
func (m *masker) landline(row []digitGroup) int {
	from, skip := m.country(row)
	abroad := skip > 0 || strings.HasPrefix(row[0].digits, "0086") || from < row[0].from
	used := prefixes(row[skip:], 18, func(part []digitGroup, digits string) bool {
		if skip == 0 && abroad {
			digits = strings.TrimPrefix(strings.TrimPrefix(digits, "0086"), "86")
		}
		if abroad && !strings.HasPrefix(digits, "0") {
			digits = "0" + digits
		}
		area, local := splitArea(digits)
		if area == "" {
			return false
		}
		shape, _ := m.shape(part)
		if len(part) > 1 {
			_, rest, _ := strings.Cut(shape, "-")
			if len(part[0].digits) > len(area) || len(part[0].digits) < len(area)-1 || !localShape(rest) {
				return false
			}
		}
		to := part[len(part)-1].to
		if m.at(from-1) == '(' && m.at(part[0].to) == ')' {
			from--
		}
		with := area + "-" + strings.Repeat("*", len(local)-2) + local[len(local)-2:]
		if end := m.extension(to); end > to {
			to, with = end, with+"转"+hiddenMark
		}
		return m.hide(from, to, MaskedLandline, with)
	})
	if used == 0 {
		return 0
	}
	used += skip
	// An extension behind a dash was a group of the row.
	for used < len(row) && m.taken[row[used].from] {
		used++
	}
	return used
}

// splitArea parts a number into area code and local number, "" if it is none:
// 010 and 02x have eight digits behind them, 03xx to 09xx seven or eight.
func splitArea(d string) (area, local string) {
	n := 4
	if strings.HasPrefix(d, "010") || strings.HasPrefix(d, "02") {
		n = 3
	}
	if len(d) < n+7 || d[0] != '0' || n == 4 && (d[1] < '3' || d[2] == '0') {
		return "", ""
	}
	area, local = d[:n], d[n:]
	if len(local) > 8 || n == 3 && len(local) != 8 || local[0] < '2' {
		return "", ""
	}
	return area, local
}

func localShape(shape string) bool {
	return slices.Contains([]string{"7", "8", "4-4", "3-4"}, shape)
}

// extension returns the cell behind 转8001 or -8001, to itself if there is none.
func (m *masker) extension(to int) int {
	i := to
	for m.at(i) == ' ' && i < to+2 {
		i++
	}
	n := m.phrase(i, extensionWords)
	if n == 0 {
		return to
	}
	i += n
	for (m.at(i) == ' ' || m.at(i) == ':') && i < to+8 {
		i++
	}
	end := i
	for isDigit(m.at(end)) {
		end++
	}
	if end == i || end > i+5 || slices.Contains(m.taken[i:end], true) || m.has(end, hiddenMark) {
		return to
	}
	// Another number behind a dash is no extension.
	if m.at(i-1) == '-' && (end > i+4 || (m.at(end) == '-' || m.at(end) == ' ') && isDigit(m.at(end+1))) {
		return to
	}
	return end
}

func (m *masker) card(row []digitGroup) int {
	return prefixes(row, 19, func(part []digitGroup, digits string) bool {
		if len(digits) < 16 || !issuer(digits) || !luhn(digits) {
			return false
		}
		from, to := part[0].from, part[len(part)-1].to
		shape, sep := m.shape(part)
		switch {
		case len(part) == 1:
			if isLatin(m.at(from-1)) && isLatin(m.at(to)) || m.amount(part[0]) {
				return false
			}
		case sep == 0, !strings.HasPrefix(shape, "4-4-4-") && !strings.HasPrefix(shape, "6-") && shape != "8-8":
			return false
		case len(part) == 2 && len(part[1].digits) < 8, len(part) > 5:
			return false
		}
		return m.hideDigits(from, to, MaskedCard, digits, keepDigits, keepDigits)
	})
}

// issuer tells whether a card of a Chinese bank may begin so: UnionPay 62, the
// international 4 and 5, and the older 955 and 603.
func issuer(d string) bool {
	return strings.HasPrefix(d, "62") || d[0] == '4' || '1' <= d[1] && d[1] <= '5' && d[0] == '5' ||
		strings.HasPrefix(d, "955") || strings.HasPrefix(d, "603")
}

// luhn checks the last digit (ISO/IEC 7812-1 annex B).
func luhn(d string) bool {
	sum := 0
	for i := range len(d) {
		n := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

// labelled hides what its label gives away though it does not check: people
// mistype their numbers, and a local telephone number has no mark of its own.
func (m *masker) labelled(row []digitGroup) int {
	from := row[0].from
	identity, card := m.label(from, identityLabels), m.label(from, cardLabels)
	if identity || card {
		kind := MaskedCard
		if identity {
			kind = MaskedIdentity
		}
		best := 0
		prefixes(row, 19, func(part []digitGroup, digits string) bool {
			if len(digits) >= 15 {
				best = len(part)
			}
			return false
		})
		if best == 0 {
			return 0
		}
		digits, to := joinDigits(row[:best]), row[best-1].to
		if x := m.checkX(to); identity && x > to {
			digits, to = digits+"X", x
		}
		m.hideDigits(from, to, kind, digits, keepDigits, keepDigits)
		return best
	}
	if !m.label(from, phoneLabels) {
		return 0
	}
	used := prefixes(row, 8, func(part []digitGroup, digits string) bool {
		shape, _ := m.shape(part)
		if !localShape(shape) || digits[0] < '2' || len(part) < len(row) && len(row[len(part)].digits) > keepDigits {
			return false
		}
		to := part[len(part)-1].to
		with := strings.Repeat("*", len(digits)-2) + digits[len(digits)-2:]
		if end := m.extension(to); end > to {
			to, with = end, with+"转"+hiddenMark
		}
		return m.hide(from, to, MaskedLandline, with)
	})
	for used > 0 && used < len(row) && m.taken[row[used].from] {
		used++
	}
	return used
}

// label tells whether one of labels stands in front of cell i, with nothing
// between but marks, a word like 是, or another number.
func (m *masker) label(i int, labels []string) bool {
	const far = 30
	for end := i; end > i-far && end > 0; end-- {
		r := m.at(end - 1)
		if r < 0x80 && !isLatin(r) {
			if isDigit(r) || strings.ContainsRune(" :()[]\",/-*+=", r) {
				continue
			}
			return false
		}
		for _, l := range labels {
			if last, _ := utf8.DecodeLastRuneInString(l); last == r && m.has(end-utf8.RuneCountInString(l), l) {
				return true
			}
		}
		if !strings.ContainsRune("【】“”号码是为、的或和转", r) {
			return false
		}
	}
	return false
}

// identityWeights are those of GB 11643-1999 (ISO 7064 MOD 11-2).
var identityWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

// validIdentity checks 18 characters: province, birth date, check digit.
func validIdentity(d string) bool {
	// 9 and the province begin the number of a foreigner with permanent residence.
	if !(province(d) || d[0] == '9' && province(d[1:])) || !birth(d[6:14]) {
		return false
	}
	sum := 0
	for i, w := range identityWeights {
		sum += w * int(d[i]-'0')
	}
	return "10X98765432"[sum%11] == d[17]
}

// validOldIdentity checks 15 digits, which have no check digit: the county must
// be told too.
func validOldIdentity(d string) bool {
	return province(d) && d[2:4] != "00" && d[4:6] != "00" && birth("19"+d[6:12])
}

// province checks the first two digits (GB/T 2260); 81 to 83 are residence
// permits for Hong Kong, Macao, Taiwan.
func province(d string) bool {
	n := int(d[0]-'0')*10 + int(d[1]-'0')
	return 11 <= n && n <= 15 || 21 <= n && n <= 23 || 31 <= n && n <= 37 || 41 <= n && n <= 46 ||
		50 <= n && n <= 54 || 61 <= n && n <= 65 || n == 71 || 81 <= n && n <= 83 || n == 91
}

// birth checks yyyymmdd.
func birth(d string) bool {
	num := func(s string) int {
		n := 0
		for _, c := range s {
			n = n*10 + int(c-'0')
		}
		return n
	}
	y, mo, day := num(d[:4]), num(d[4:6]), num(d[6:])
	days := [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	return 1880 <= y && y < 2080 && 1 <= mo && mo <= 12 && 1 <= day && day <= days[mo]
}

// mails hides the local part of e-mail addresses. What is hidden already is
// passed over, with its domain.
func (m *masker) mails() {
	for at := range m.cells {
		if m.cells[at].r != '@' {
			continue
		}
		end := m.domain(at + 1)
		if end == 0 {
			continue
		}
		to := at
		if m.at(to-1) == ' ' {
			to--
		}
		from := to
		for from > 0 && from > to-64 && localChar(m.at(from-1)) && !m.taken[from-1] {
			from--
		}
		switch {
		case from < to:
			m.hide(from, to, MaskedMail, string(m.at(from))+hiddenMark)
			fallthrough
		case m.has(to-len(hiddenMark), hiddenMark):
			for i := at; i < end; i++ {
				m.taken[i] = true
			}
		}
	}
}

func localChar(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || isDigit(r) || strings.ContainsRune("._%+-=", r)
}

// domain returns the cell behind the domain at i, 0 if there is none.
func (m *masker) domain(i int) int {
	if m.at(i) == ' ' {
		i++
	}
	end, dot := i, -1
	for r := m.at(end); r < 0x80 && (isLatin(r) || isDigit(r) || r == '-' || r == '.') && end < i+255; r = m.at(end) {
		end++
	}
	for end > i && (m.at(end-1) == '.' || m.at(end-1) == '-') {
		end--
	}
	for k := i; k < end; k++ {
		if m.at(k) == '.' {
			dot = k
		}
	}
	if dot <= i || end-dot < 3 {
		return 0
	}
	for k := dot + 1; k < end; k++ {
		if !isLatin(m.at(k)) {
			return 0
		}
	}
	return end
}
