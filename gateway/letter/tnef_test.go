package letter

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// tnefWriter writes a winmail.dat as Outlook does.
type tnefWriter struct{ bytes.Buffer }

func newTNEF() *tnefWriter {
	w := &tnefWriter{}
	w.Write([]byte{0x78, 0x9f, 0x3e, 0x22, 1, 0})
	return w
}

func (w *tnefWriter) attr(level byte, id uint32, data []byte) *tnefWriter {
	w.WriteByte(level)
	w.Write(binary.LittleEndian.AppendUint32(nil, id))
	w.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(data))))
	w.Write(data)
	sum := uint16(0)
	for _, c := range data {
		sum += uint16(c)
	}
	w.Write(binary.LittleEndian.AppendUint16(nil, sum))
	return w
}

// prop is one MAPI property.
func prop(kind, id uint16, value []byte) []byte {
	out := binary.LittleEndian.AppendUint16(nil, kind)
	out = binary.LittleEndian.AppendUint16(out, id)
	if id >= 0x8000 {
		out = append(out, make([]byte, 16)...)
		out = binary.LittleEndian.AppendUint32(out, 1)
		name := twoByte("名")
		out = binary.LittleEndian.AppendUint32(out, uint32(len(name)))
		out = append(out, name...)
	}
	if kind == 0x0B || kind == 0x03 || kind == 0x40 {
		return append(out, value...)
	}
	out = binary.LittleEndian.AppendUint32(out, 1)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(value)))
	out = append(out, value...)
	return append(out, make([]byte, -len(value)&3)...)
}

func props(list ...[]byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(list))), bytes.Join(list, nil)...)
}

// twoByte is a string in UTF-16 with its zero, filled up to four bytes.
func twoByte(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	out = append(out, 0, 0)
	return append(out, make([]byte, -len(out)&3)...)
}

func number(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }

// packRTF compresses with references into the preset where it can.
func packRTF(text string) []byte {
	dict := []byte(rtfPreset)
	var body []byte
	for at := 0; at <= len(text); {
		control, group := byte(0), []byte(nil)
		for bit := range 8 {
			if at == len(text) {
				end := len(dict) % 4096 << 4
				control |= 1 << bit
				group = append(group, byte(end>>8), byte(end))
				at++
				break
			}
			if n := 5; at+n <= len(text) && len(dict) < 4000 {
				if i := bytes.Index(dict, []byte(text[at:at+n])); i >= 0 {
					ref := i<<4 | (n - 2)
					control |= 1 << bit
					group = append(group, byte(ref>>8), byte(ref))
					dict = append(dict, text[at:at+n]...)
					at += n
					continue
				}
			}
			group = append(group, text[at])
			dict = append(dict, text[at])
			at++
		}
		body = append(append(body, control), group...)
	}
	head := append(number(uint32(len(body)+12)), number(uint32(len(text)))...)
	return append(append(append(head, "LZFu"...), 0, 0, 0, 0), body...)
}

func winmail(data []byte, plain string) []byte {
	return []byte("From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + plain +
		"\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrap64(data) + "--b--\r\n")
}

func rtfHex(t *testing.T, text string) string {
	var out strings.Builder
	for _, c := range encode(t, "gb18030", text) {
		out.WriteString(`\'` + strconv.FormatInt(int64(c), 16))
	}
	return out.String()
}

func TestTNEF(t *testing.T) {
	t.Parallel()
	gb := func(s string) []byte { return append(encode(t, "gb18030", s), 0) }
	inner := newTNEF().attr(1, tnefProps, props(prop(0x1F, propBody, twoByte("里面的信")))).
		attr(2, tnefNewFile, nil).attr(2, tnefFileTitle, gb("内附.txt")).attr(2, tnefFileData, []byte("inner")).Bytes()
	tests := map[string]struct {
		data  []byte
		plain string
		text  string
		files map[string]string
	}{
		"names in GBK": {
			data: newTNEF().attr(1, tnefCodepage, append(number(936), 0, 0, 0, 0)).attr(1, tnefMessageClass, []byte("IPM.Microsoft Mail.Note\x00")).
				attr(2, tnefNewFile, make([]byte, 14)).attr(2, tnefFileTitle, gb("停电照片.jpg")).attr(2, tnefFileData, []byte("one")).
				attr(2, tnefNewFile, make([]byte, 14)).attr(2, tnefFileTitle, gb("HUIZO~1.DOC")).attr(2, tnefFileData, []byte("two")).
				attr(2, tnefFileProps, props(prop(0x03, 0x3705, number(1)), prop(0x1E, propLong, gb("会议记录.doc")))).Bytes(),
			plain: "见附件", text: "见附件", files: map[string]string{"停电照片.jpg": "one", "会议记录.doc": "two"},
		},
		"names in Unicode, a named property, text in HTML": {
			data: newTNEF().attr(1, tnefProps, props(prop(0x0B, 0x8005, number(1)), prop(0x40, 0x0E06, make([]byte, 8)), prop(0x03, propCodepage, number(65001)),
				prop(0x102, propHTML, []byte("<html><body><p>尊敬的领导：<p style='display:none'>x</p>停电了</body></html>")))).
				attr(2, tnefNewFile, nil).attr(2, tnefFileData, []byte("three")).attr(2, tnefFileProps, props(prop(0x1F, propLong, twoByte("𠮷先生的材料.pdf")), prop(0x1F, propKind, twoByte("application/pdf")))).Bytes(),
			text: "尊敬的领导：\n停电了", files: map[string]string{"𠮷先生的材料.pdf": "three"},
		},
		"text in RTF": {
			data: newTNEF().attr(1, tnefProps, props(prop(0x102, propRTF, packRTF(`{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 `+rtfHex(t, "宋体")+`;}{\f1\fnil\fcharset0 Arial;}}{\colortbl;\red0\green0\blue0;}\pard\f0 `+
				rtfHex(t, "尊敬的领导")+`\par {\b `+rtfHex(t, "停电了")+`}\f1 3 \u22825?\u-10179?\u-8698?\tab x\par{\*\generator y}}`)))).Bytes(),
			text: "尊敬的领导\n停电了3 天😆\tx", files: map[string]string{},
		},
		"a brace ends what stands in for a character": {
			data: newTNEF().attr(1, tnefProps, props(prop(0x102, propRTF, packRTF(`{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 x;}}\f0\u22825{\b `+rtfHex(t, "停电了")+`}\par}`)))).Bytes(),
			text: "天停电了", files: map[string]string{},
		},
		"a page within RTF": {
			data: newTNEF().attr(1, tnefProps, props(prop(0x102, propRTF, packRTF(`{\rtf1\ansi\ansicpg936\fromhtml1 {\fonttbl{\f0\fcharset134 x;}}{\*\htmltag64 <p>}\htmlrtf \par \htmlrtf0 `+rtfHex(t, "第一段")+`{\*\htmltag72 </p>}{\*\htmltag64 <div style="display:none">}`+
				`hidden{\*\htmltag72 </div>}{\*\htmltag84 &nbsp;}{\*\htmltag64 <p>}`+rtfHex(t, "第二段")+` 1 < 2{\*\htmltag72 </p>}}`)))).Bytes(),
			text: "第一段\n\n第二段 1 < 2", files: map[string]string{},
		},
		"a mail within": {
			data: newTNEF().attr(1, tnefBody, gb("请看转来的信")).attr(2, tnefNewFile, nil).
				attr(2, tnefFileProps, props(prop(0x0D, propData, append(make([]byte, 16), inner...)))).Bytes(),
			text: "请看转来的信\n\n———— 转发的邮件 ————\n\n里面的信", files: map[string]string{"内附.txt": "inner"},
		},
		"cut off": {
			data:  newTNEF().attr(2, tnefNewFile, nil).attr(2, tnefFileTitle, gb("甲.txt")).attr(2, tnefFileData, []byte("one")).attr(2, tnefFileProps, make([]byte, 99)).Bytes()[:90],
			plain: "x", text: "x", files: map[string]string{"甲.txt": "one"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := Parse(winmail(test.data, test.plain))
			if l.Text != test.text {
				t.Errorf("text %q, want %q", l.Text, test.text)
			}
			for _, a := range l.Attachments {
				if test.files[a.Name] != string(a.Data()) {
					t.Errorf("file %q of %q", a.Name, a.Data())
				}
			}
			if len(l.Attachments) != len(test.files) || hasDefect(l, DefectTNEF) {
				t.Errorf("%d files, want %d; defects %v", len(l.Attachments), len(test.files), l.Defects)
			}
			checkSane(t, l)
		})
	}
}

// TestTNEFUnread checks that what cannot be read stays a file with a note.
func TestTNEFUnread(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"rubbish", "\x78\x9f\x3e\x22\x01\x00", "\x78\x9f\x3e\x22\x01\x00\x02\x00\x00\x00\x00\xff\xff\xff\xff"} {
		l := Parse(winmail([]byte(data), "x"))
		if len(l.Attachments) != 1 || l.Attachments[0].Name != "winmail.dat" || string(l.Attachments[0].Data()) != data || !hasDefect(l, DefectTNEF) {
			t.Errorf("%q: %v, defects %v", data, l.Attachments, l.Defects)
		}
	}
}

func FuzzTNEF(f *testing.F) {
	f.Add(newTNEF().attr(1, tnefProps, props(prop(0x102, propRTF, packRTF(`{\rtf1\ansi a\'c4\'e3\par}`)), prop(0x1F, propBody, twoByte("好")))).Bytes())
	f.Add(newTNEF().attr(2, tnefNewFile, nil).attr(2, tnefFileTitle, []byte("a.txt")).attr(2, tnefFileData, []byte("x")).Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		checkSane(t, Parse(winmail(data, "")))
		rtfLines(data)
		if out, _ := unpackRTF(data); len(out) > rtfMax || len(out) > 20*len(data) {
			t.Errorf("%d bytes unpack to %d", len(data), len(out))
		}
	})
}
