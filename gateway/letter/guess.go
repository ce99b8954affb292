package letter

import (
	"bytes"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// guessSample bounds how much of a text is looked at to guess its charset.
const guessSample = 8 << 10

// guessCharset names the likeliest charset of data from its bytes alone.
func guessCharset(data []byte) charset {
	if cs := bomCharset(data); cs != csNone {
		return cs
	}
	sample := data
	if len(sample) > guessSample {
		sample = sample[:guessSample]
		// Do not judge a character that the cut went through.
		for i := 0; i < 4 && len(sample) > 0 && sample[len(sample)-1] >= utf8.RuneSelf; i++ {
			sample = sample[:len(sample)-1]
		}
	}
	if cs := zeroBytes(sample); cs != csNone {
		return cs
	}
	if high(data) == 0 {
		return guessSevenBit(sample)
	}
	if whole := wholeRunes(sample); utf8.Valid(whole) && high(whole) > 0 {
		if len(data) <= 64 && commonGB(string(data)) {
			return csGB
		}
		return csUTF8
	}
	gb, big5 := scoreBytes(csGB, sample), scoreBytes(csBig5, sample)
	best, cs := gb, csGB
	// Of a word or two the scores say little, and most who write here write GB.
	if big5.total > gb.total && !(gb.bad == 0 && gb.total > 0 && gb.chars <= 3 && big5.total <= gb.total+2) {
		best, cs = big5, csBig5
	}
	if mostlyUTF8(sample) && (best.bad > 0 || !best.convincing() || best.total <= scoreHan(decodeAs(csUTF8, sample))) {
		return csUTF8
	}
	if best.total <= 0 && !(gb.bad == 0 && unleaning(sample)) || !best.convincing() && !evenHighRuns(sample) {
		return csWestern
	}
	return cs
}

func bomCharset(data []byte) charset {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return csUTF8
	case bytes.HasPrefix(data, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(data, []byte("\x00\x00\xfe\xff")):
		return csUTF32
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return csUTF16LE
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return csUTF16BE
	}
	return csNone
}

// zeroBytes recognises UTF-16 without a byte-order mark by where its zero bytes stand.
func zeroBytes(data []byte) charset {
	even, odd := 0, 0
	for i, b := range data {
		if b != 0 {
			continue
		}
		if i%2 == 0 {
			even++
		} else {
			odd++
		}
	}
	switch {
	case even+odd < 2 || (even+odd)*10 < len(data):
		return csNone
	case even > 4*odd:
		return csUTF16BE
	case odd > 4*even:
		return csUTF16LE
	}
	return csNone
}

func guessSevenBit(data []byte) charset {
	switch {
	case bytes.Contains(data, []byte("\x1b$)A")), bytes.Contains(data, []byte("\x1b$)G")):
		return csISO2022CN
	case bytes.Contains(data, []byte("\x1b$B")), bytes.Contains(data, []byte("\x1b$@")):
		return csISO2022JP
	}
	if i := bytes.Index(data, []byte("~{")); i >= 0 {
		j := bytes.Index(data[i:], []byte("~}"))
		if j < 0 {
			j = len(bytes.TrimRight(data[i:], "\r\n")) &^ 1
		}
		if j > 2 && j%2 == 0 && scoreHan(decodeHZ(data[i:i+j])) > 0 {
			return csHZ
		}
	}
	return csASCII
}

// score is how much a text looks like Chinese under one decoding.
type score struct {
	total, chars, bad int
}

func (s score) convincing() bool {
	return s.chars > 0 && s.total >= s.chars && s.bad*20 <= s.chars
}

// scoreBytes decodes data and judges the outcome.
func scoreBytes(cs charset, data []byte) score {
	if cs == csGB {
		return scoreGB(data)
	}
	var s score
	weight := weights()
	for _, r := range decodeAs(cs, data) {
		if r < utf8.RuneSelf {
			continue
		}
		s.chars++
		if r == utf8.RuneError {
			s.bad++
		}
		s.total += weight.of(r)
	}
	if cs != csBig5 {
		return s
	}
	n, _ := levels(cs, data)
	s.total += n
	return s
}

// scoreGB judges data as GB18030 without decoding it.
func scoreGB(data []byte) score {
	var s score
	pairs, weight := gbPairs(), weights()
	for i := 0; i < len(data); {
		a := data[i]
		if a < utf8.RuneSelf {
			i++
			continue
		}
		r, n := rune(0), 2
		if a > 0x80 && a < 0xFF && i+1 < len(data) && data[i+1] >= 0x40 && data[i+1] < 0xFF {
			r = pairs[int(a-0x81)*gbTrails+int(data[i+1]-0x40)]
		}
		if r < 0x800 {
			r, n = gbRune(data[i:])
		}
		i += n
		s.chars++
		if r == utf8.RuneError {
			s.bad++
		}
		s.total += weight.of(r)
	}
	n, pure := levels(csGB, data)
	s.total += n
	if pure {
		// Big5 puts two characters in five on a trail byte that is a letter, GB2312
		// none: where no trail byte is one, GB is the likelier the longer the text.
		s.total += s.chars
	}
	return s
}

func scoreHan(text string) int {
	n, weight := 0, weights()
	for _, r := range text {
		if r >= utf8.RuneSelf {
			n += weight.of(r)
		}
	}
	return n
}

// weightTable is weigh for the first plane, where nearly every character is.
type weightTable [0x10000]int8

var weights = sync.OnceValue(func() *weightTable {
	var t weightTable
	for r := range t {
		t[r] = int8(weigh(rune(r)))
	}
	return &t
})

func (t *weightTable) of(r rune) int {
	if r < rune(len(t)) {
		return int(t[r])
	}
	return weigh(r)
}

// weigh says how likely a character is in an everyday Chinese text. What a
// wrong decoding yields is valid, but rare.
func weigh(r rune) int {
	switch {
	case r == utf8.RuneError:
		return -8
	case commonHanSet[r]:
		return 4
	case strings.ContainsRune("，。、：；？！（）《》“”‘’—…【】〔〕「」　·", r):
		return 3
	case r >= 0xFF10 && r <= 0xFF5A:
		return 1
	case r >= 0x4E00 && r <= 0x9FFF:
		return 0
	case r >= 0xE000 && r <= 0xF8FF:
		return -6
	case unicode.Is(unicode.Hiragana, r), unicode.Is(unicode.Katakana, r), unicode.Is(unicode.Bopomofo, r):
		return -3
	case unicode.Is(unicode.Han, r):
		return -2
	case r >= 0x2500 && r <= 0x25FF, r >= 0x2460 && r <= 0x24FF:
		return -1
	case unicode.IsLetter(r):
		return -3
	}
	return -1
}

// levels rates the byte pairs by the part of the code table they fall in: both
// GB2312 and Big5 put the everyday characters into a first level. pure says that
// every trail byte is a high one.
func levels(cs charset, data []byte) (n int, pure bool) {
	pure = true
	for i := 0; i+1 < len(data); i++ {
		a, b := data[i], data[i+1]
		if a < 0x81 {
			continue
		}
		if cs == csGB && b >= '0' && b <= '9' && i+3 < len(data) && data[i+2] >= 0x81 && data[i+3] >= '0' && data[i+3] <= '9' {
			n += 2 // four bytes: nothing else looks like that
			i += 3
			continue
		}
		pure = pure && b >= 0xA1
		switch {
		case cs == csGB && a >= 0xB0 && a <= 0xD7 && b >= 0xA1:
			n++
		case cs == csGB && (b < 0xA1 || a < 0xA1 || a > 0xF7):
			n--
		case cs == csBig5 && a >= 0xA4 && a <= 0xC6:
			n++
		case cs == csBig5 && (a < 0xA1 || a > 0xF9):
			n--
		}
		i++
	}
	return n, pure
}

// evenHighRuns says whether high bytes come mostly in pairs, as in double-byte
// charsets, and not one by one between letters, as in Western ones.
func evenHighRuns(data []byte) bool {
	even, odd, run := 0, 0, 0
	for i := 0; i <= len(data); i++ {
		if i < len(data) && data[i] >= utf8.RuneSelf {
			run++
			continue
		}
		if run > 0 && run%2 == 0 {
			even += run
		}
		if run%2 == 1 {
			odd += run
		}
		run = 0
	}
	return even > odd
}

// unleaning says that high bytes come in pairs and that none stands beside a
// letter of ASCII: a name in rare characters, and not a Western word.
func unleaning(data []byte) bool {
	letter := func(i int) bool {
		return i >= 0 && i < len(data) && data[i]|0x20 >= 'a' && data[i]|0x20 <= 'z'
	}
	for i, c := range data {
		if c >= utf8.RuneSelf && (letter(i-1) || letter(i+1)) {
			return false
		}
	}
	return evenHighRuns(data)
}

var commonHanSet = runeSet(commonHan)

func runeSet(s string) map[rune]bool {
	m := make(map[rune]bool, len(s)/3)
	for _, r := range s {
		m[r] = true
	}
	return m
}

// commonHan are the characters that everyday Chinese is mostly made of, in both
// scripts, with the commonest surnames and words of petitions.
const commonHan = "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴病居住费修停供电反映投诉举报尊敬您好谢谢请问希望局处厅长居民小区物业噪音污染" +
	"這來國個說們為時會後過學對裡無開當經頭動兩長樣現將與進實點種聲話兒問機給幾業間電門東關體別處總場師書員華報馬張難數應親務臺記邊風戰幹許覺題愛讓認論義術結連遠資隊帶條變聯權領傳紅決達辦運輕極黃錢黨設雙歷寫識語廣議單據導網專爭組視濟離雖壞興費訴舉請謝廳區業陳劉楊趙吳孫鄭馮鄧許韓蕭蔣蘇葉閻鍾盧汪陆陈刘杨赵吴孙郑冯邓韩萧蒋苏叶钟卢徐朱胡郭何罗羅梁宋唐曹董程傅曾彭吕呂魏蔡贾丁薛潘杜戴夏姜范方石姚谭廖邹熊陆郝孔崔康毛邱秦江顾侯邵孟龙段雷钱汤尹黎易常武贺赖龚文"
