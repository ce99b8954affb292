package letter

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// charset names one way of turning bytes into text.
type charset string

const (
	csNone      charset = ""
	csASCII     charset = "us-ascii"
	csUTF8      charset = "utf-8"
	csGB        charset = "gb18030"
	csBig5      charset = "big5"
	csHZ        charset = "hz-gb-2312"
	csISO2022CN charset = "iso-2022-cn"
	csISO2022JP charset = "iso-2022-jp"
	csUTF7      charset = "utf-7"
	csUTF16     charset = "utf-16"
	csUTF16LE   charset = "utf-16le"
	csUTF16BE   charset = "utf-16be"
	csUTF32     charset = "utf-32"
	csWestern   charset = "windows-1252"
	csUnknown   charset = "unknown"
)

// charsetAliases maps what mailers write to the decoder that reads it. Every GB
// label is read as GB18030: it is a superset, and mailers put four-byte
// characters (𠮷, 㐂) under a gb2312 label.
var charsetAliases = map[string]charset{
	"utf8": csUTF8, "utf-8": csUTF8, "utf_8": csUTF8, "unicode-1-1-utf-8": csUTF8, "utf-8-sig": csUTF8, "utf8mb4": csUTF8, "cesu-8": csUTF8, "cesu8": csUTF8,
	"us-ascii": csASCII, "ascii": csASCII, "us_ascii": csASCII, "ansi_x3.4-1968": csASCII, "iso646-us": csASCII, "usascii": csASCII,
	"gb2312": csGB, "gbk": csGB, "gb18030": csGB, "x-gbk": csGB, "cp936": csGB, "ms936": csGB, "windows-936": csGB,
	"gb_2312-80": csGB, "gb2312-80": csGB, "gb_2312": csGB, "gb-2312": csGB, "euc-cn": csGB, "euccn": csGB, "x-euc-cn": csGB,
	"chinese": csGB, "csgb2312": csGB, "csiso58gb231280": csGB, "iso-ir-58": csGB, "gb": csGB, "gb18030-2000": csGB,
	"gb18030-2005": csGB, "gb-18030": csGB, "gb_18030": csGB, "936": csGB, "x-cp936": csGB, "simplified chinese": csGB, "x-gb2312": csGB, "x-gb18030": csGB, "gb2312.1980": csGB, "x-mac-chinesesimp": csGB, "cngb": csGB, "cn-gb": csGB, "csgbk": csGB, "gbk2312": csGB, "ansi": csNone,
	"big5": csBig5, "big-5": csBig5, "big5-hkscs": csBig5, "big5hkscs": csBig5, "big5_hkscs": csBig5, "cn-big5": csBig5,
	"x-x-big5": csBig5, "csbig5": csBig5, "cp950": csBig5, "ms950": csBig5, "windows-950": csBig5, "950": csBig5, "big5-eten": csBig5,
	"x-big5": csBig5, "chinesebig5": csBig5, "big5-tw": csBig5, "x-mac-chinesetrad": csBig5, "big5-2003": csBig5, "x-windows-950": csBig5, "hkscs": csBig5,
	"hz": csHZ, "hz-gb-2312": csHZ, "hzgb2312": csHZ, "hz-gb2312": csHZ, "hz_gb_2312": csHZ, "x-hz": csHZ,
	"iso-2022-cn": csISO2022CN, "iso2022-cn": csISO2022CN, "csiso2022cn": csISO2022CN, "iso-2022-cn-ext": csISO2022CN, "iso2022cn": csISO2022CN, "iso2022_cn": csISO2022CN,
	"utf-7": csUTF7, "utf7": csUTF7, "unicode-1-1-utf-7": csUTF7, "x-unicode-2-0-utf-7": csUTF7, "csunicode11utf7": csUTF7, "utf_7": csUTF7,
	"utf-16": csUTF16, "utf16": csUTF16, "unicode": csUTF16, "ucs-2": csUTF16, "iso-10646-ucs-2": csUTF16, "utf_16": csUTF16,
	"utf-16le": csUTF16LE, "utf-16be": csUTF16BE, "utf16le": csUTF16LE, "utf16be": csUTF16BE, "unicodefffe": csUTF16BE, "ucs-2le": csUTF16LE, "ucs-2be": csUTF16BE,
	"utf-32": csUTF32, "utf-32le": csUTF32, "utf-32be": csUTF32, "utf32": csUTF32, "ucs-4": csUTF32,
	"latin1": csWestern, "latin-1": csWestern, "iso-8859-1": csWestern, "iso8859-1": csWestern, "iso_8859-1": csWestern,
	"cp-850": "ibm850", "cp850": "ibm850", "cp-1252": csWestern, "ansi-1252": csWestern, "ansi-1251": "windows-1251", "cp-1251": "windows-1251",
	"ks_c_5601-1987": "euc-kr", "cp949": "euc-kr", "ms949": "euc-kr", "cp932": "shift_jis", "ms932": "shift_jis", "iso2022-jp": csISO2022JP, "iso-2022-jp-2": csISO2022JP, "iso-2022-jp-1": csISO2022JP, "iso-2022-jp-3": csISO2022JP, "cp50220": csISO2022JP,
}

// parseCharset finds the decoder for a declared label. The empty charset means
// that nothing usable was declared.
func parseCharset(label string) charset {
	s := strings.ToLower(strings.Trim(label, " \t\r\n\"'<>;,"))
	if i := strings.IndexAny(s, ";*("); i >= 0 {
		s = strings.TrimSpace(s[:i])
	}
	switch s {
	case "", "default", "unknown-8bit", "x-unknown", "unknown", "8bit", "7bit", "binary", "x-user-defined", "none", "null":
		return csNone
	}
	if cs, ok := charsetAliases[s]; ok {
		return cs
	}
	// QUIRK: Outlook Express writes GB2312_CHARSET and CHINESEBIG5_CHARSET.
	if t, ok := strings.CutSuffix(s, "_charset"); ok {
		return parseCharset(t)
	}
	if t, ok := strings.CutPrefix(s, "charset="); ok {
		return parseCharset(t)
	}
	if codec(charset(s)) != nil {
		return charset(s)
	}
	return csUnknown
}

// codec is the x/text decoder of a charset, or nil where we have our own.
func codec(cs charset) encoding.Encoding {
	switch cs {
	case csGB:
		return simplifiedchinese.GB18030
	case csBig5:
		return traditionalchinese.Big5
	case csUTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case csUTF16BE, csUTF16:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case csWestern:
		return charmap.Windows1252
	case "ibm850":
		return charmap.CodePage850
	}
	if e, err := htmlindex.Get(string(cs)); err == nil && e != encoding.Replacement {
		return e
	}
	if e, err := ianaindex.MIME.Encoding(string(cs)); err == nil && e != nil {
		return e
	}
	return nil
}

// decodeText turns bytes into text, which is valid UTF-8. label is what the mail declares; when it is
// missing, unknown or evidently untrue the charset is guessed and a defect says so.
func decodeText(label string, data []byte) (string, []Defect) {
	cs := parseCharset(label)
	if len(data) == 0 {
		return "", nil
	}
	switch cs {
	case csNone, csASCII, csUnknown:
		return decodeGuessed(label, cs, data)
	case csUTF8:
		return decodeUTF8(data)
	case csUTF16, csUTF16LE, csUTF16BE:
		return decodeUTF16(cs, data)
	case csUTF32:
		return decodeUTF32(data), nil
	case csUTF7, csHZ, csISO2022CN, csISO2022JP:
		if high(data) == 0 {
			return decodeAs(cs, data), nil
		}
	default:
		if !lying(cs, data[:min(len(data), guessSample)]) {
			return decodeSure(cs, data)
		}
	}
	g := guessCharset(data)
	if g == cs || g == csWestern || g == csASCII {
		return decodeSure(cs, data)
	}
	return decodeAs(g, data), []Defect{{DefectCharsetLying, string(cs) + " is " + string(g)}}
}

func decodeGuessed(label string, cs charset, data []byte) (string, []Defect) {
	g := guessCharset(data)
	s := decodeAs(g, data)
	if g == csASCII {
		return s, nil
	}
	if cs == csUnknown {
		return s, []Defect{{DefectCharsetUnknown, sanitizeDetail(label)}, {DefectCharsetGuessed, string(g)}}
	}
	return s, []Defect{{DefectCharsetGuessed, string(g)}}
}

func decodeUTF8(data []byte) (string, []Defect) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if utf8.Valid(data) {
		return string(data), nil
	}
	if joined := joinSurrogates(data); utf8.Valid(joined) {
		return string(joined), nil
	}
	if g := guessCharset(data); g == csGB || g == csBig5 {
		return decodeAs(g, data), []Defect{{DefectCharsetLying, "utf-8 is " + string(g)}}
	}
	return mixedLines(data), []Defect{{DefectTextDamaged, "utf-8"}}
}

// joinSurrogates makes one character of the two halves that CESU-8 writes for it.
// QUIRK: programs in Java and old databases; 𠮷 in a name becomes six bytes.
func joinSurrogates(data []byte) []byte {
	if bytes.IndexByte(data, 0xED) < 0 {
		return data
	}
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); {
		if hi := surrogate(data[i:]); hi >= 0xD800 && hi < 0xDC00 {
			if r := utf16.DecodeRune(hi, surrogate(data[i+3:])); r != utf8.RuneError {
				out = utf8.AppendRune(out, r)
				i += 6
				continue
			}
		}
		out = append(out, data[i])
		i++
	}
	return out
}

// surrogate is the half of a pair that data begins with, or 0.
func surrogate(data []byte) rune {
	if len(data) < 3 || data[0] != 0xED || data[1]&0xE0 != 0xA0 || data[2]&0xC0 != 0x80 {
		return 0
	}
	return 0xD000 | rune(data[1]&0x3F)<<6 | rune(data[2]&0x3F)
}

// mixedLines is UTF-8 with lines in GB between, as gateways and programs put them
// together without asking. Too few bytes tell nothing: they may be half a character.
func mixedLines(data []byte) string {
	var out strings.Builder
	for line := range bytes.SplitAfterSeq(data, []byte("\n")) {
		if n := high(line); n >= 8 && n < guessSample && !utf8.Valid(line) && !mostlyUTF8(line) {
			if gb := scoreBytes(csGB, line); gb.bad == 0 && gb.convincing() {
				out.WriteString(decodeGB(line))
				continue
			}
		}
		out.WriteString(strings.ToValidUTF8(string(line), "\uFFFD"))
	}
	return out.String()
}

// mostlyUTF8 says whether the high bytes are UTF-8 sequences but for a few, as
// in a text cut in the middle of a character or mixed by a gateway's footer.
func mostlyUTF8(data []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n <= 1 {
			bad++
			i++
			continue
		}
		good += n
		i += n
	}
	return good > 3*bad
}

// decodeAs decodes without asking whether the charset is right.
func decodeAs(cs charset, data []byte) string {
	switch cs {
	case csUTF8, csASCII, csNone, csUnknown:
		data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
		return strings.ToValidUTF8(string(data), "\uFFFD")
	case csGB:
		return decodeGB(data)
	case csHZ:
		return decodeHZ(data)
	case csISO2022CN:
		return decodeISO2022CN(data)
	case csUTF7:
		return decodeUTF7(data)
	case csUTF32:
		return decodeUTF32(data)
	}
	e := codec(cs)
	if e == nil {
		return strings.ToValidUTF8(string(data), "\uFFFD")
	}
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return strings.ToValidUTF8(string(data), "\uFFFD")
	}
	return string(out)
}

// decodeSure decodes what is taken to be in the charset it says.
func decodeSure(cs charset, data []byte) (string, []Defect) {
	s := decodeAs(cs, data)
	if (cs == csGB || cs == csBig5) && strings.Contains(s, "\uFFFD") {
		return s, []Defect{{DefectTextDamaged, string(cs)}}
	}
	return s, nil
}

// high counts the bytes outside ASCII, eight at a time.
func high(data []byte) int {
	n := 0
	for ; len(data) >= 8; data = data[8:] {
		n += bits.OnesCount64(binary.LittleEndian.Uint64(data) & highBits)
	}
	for _, b := range data {
		n += int(b >> 7)
	}
	return n
}

const (
	everyByte = 0x0101010101010101
	highBits  = 0x80 * everyByte
	lowBits   = 0x7F * everyByte
)

// lying says that data is evidently not in the charset it is declared to be in.
func lying(cs charset, data []byte) bool {
	n := high(data)
	if n == 0 {
		g := guessCharset(data)
		return (cs == csGB || cs == csBig5) && (g == csHZ || g == csISO2022CN)
	}
	if bom := bomCharset(data); bom == csUTF16LE || bom == csUTF16BE {
		return true // nothing else begins like that
	}
	// The sample, or the mail, may end within a character.
	if n >= 3 && utf8.Valid(wholeRunes(data)) {
		// QUIRK: UTF-8 bytes under any other label; a GB or Western text that is
		// valid UTF-8 by chance hardly exists beyond two characters.
		if cs != csGB && cs != csBig5 {
			return true
		}
		return scoreHan(string(wholeRunes(data))) >= scoreHan(decodeAs(cs, data))
	}
	switch cs {
	case csGB, csBig5:
		// A text that begins as it should is not looked at further.
		if start := textStart(data); len(start) > 0 {
			if own := scoreBytes(cs, start); own.bad == 0 && own.chars > textStartHan && own.convincing() {
				return false
			}
		}
		own := scoreBytes(cs, data)
		if own.bad == 0 && (n < 4 || own.convincing()) {
			return false
		}
		if own.bad > 0 && guessCharset(data) == csUTF8 {
			return true // UTF-8 with a damaged place
		}
		other := scoreBytes(otherChinese(cs), data)
		return other.bad == 0 && other.convincing() && other.total > own.total
	case csWestern, "iso-8859-15", "windows-1250", "iso-8859-2", "windows-1251", "koi8-r", "iso-8859-5":
		return evenHighRuns(data) && scoreBytes(csGB, data).convincing()
	case csUTF7, csHZ, csISO2022CN, csISO2022JP, csUTF32:
		return false // none of them has high bytes, or none but those
	}
	return plainlyGB(data)
}

// plainlyGB says whether data are everyday Chinese in GB18030 and nothing else: what
// other charsets write, Korean above all, makes characters too, but rare ones.
func plainlyGB(data []byte) bool {
	s := scoreBytes(csGB, data)
	return s.bad == 0 && s.chars >= 8 && scoreHan(decodeGB(data)) >= 2*s.chars
}

// wholeRunes is data without the beginning of a UTF-8 sequence at its end.
func wholeRunes(data []byte) []byte {
	for i := len(data) - 1; i >= 0 && i >= len(data)-3; i-- {
		if utf8.RuneStart(data[i]) {
			if data[i] >= 0xC0 && !utf8.FullRune(data[i:]) {
				return data[:i]
			}
			break
		}
	}
	return data
}

const (
	textStartSize = 512
	textStartHan  = 100 // how many characters convince
)

// textStart is the first lines of a long text, or nothing.
func textStart(data []byte) []byte {
	if len(data) <= textStartSize {
		return nil
	}
	return data[:bytes.LastIndexByte(data[:textStartSize], '\n')+1]
}

func otherChinese(cs charset) charset {
	if cs == csGB {
		return csBig5
	}
	return csGB
}

// mapGBPrivate replaces the private-use code points that the GB18030 table of
// x/text still gives for characters that have had a place in Unicode since
// (GB 18030-2022; golang/go issue 81126).
func mapGBPrivate(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= 0xE78D && r <= 0xE864 }) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if m, ok := gbPrivate[r]; ok {
			return m
		}
		return r
	}, s)
}

var gbPrivate = map[rune]rune{
	0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16,
	0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19,
	0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE864: 0x9FBB,
}
