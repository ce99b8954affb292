package letter

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// zipOf makes an archive of empty members; flags are set in its list alone,
// which is all that is read.
func zipOf(t testing.TB, flags uint16, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range names {
		if _, err := w.Create(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	for i := 0; flags != 0; {
		j := bytes.Index(data[i:], []byte("PK\x01\x02"))
		if j < 0 {
			break
		}
		i += j + 8
		data[i] |= byte(flags)
		data[i+1] |= byte(flags >> 8)
	}
	return data
}

// zip64Of rewrites the end of an archive to Zip64 with the sizes moved out.
func zip64Of(t testing.TB, names ...string) []byte {
	t.Helper()
	data := zipOf(t, 0, names...)
	end := bytes.Clone(data[len(data)-22:])
	le := binary.LittleEndian
	record := make([]byte, 56+20)
	copy(record, "PK\x06\x06")
	le.PutUint64(record[4:], 44)
	le.PutUint64(record[32:], uint64(len(names)))
	le.PutUint64(record[40:], uint64(le.Uint32(end[12:])))
	le.PutUint64(record[48:], uint64(le.Uint32(end[16:])))
	copy(record[56:], "PK\x06\x07")
	le.PutUint64(record[56+8:], uint64(len(data)-22))
	for i := 8; i < 20; i++ {
		end[i] = 0xff
	}
	return append(append(data[:len(data)-22], record...), end...)
}

// unicodePathZip shows a harmless name in its list and another to unpackers.
func unicodePathZip(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	name := "a.exe"
	extra := binary.LittleEndian.AppendUint16(nil, 0x7075)
	extra = binary.LittleEndian.AppendUint16(extra, uint16(5+len(name)))
	extra = append(append(extra, 1, 0, 0, 0, 0), name...)
	if _, err := w.CreateHeader(&zip.FileHeader{Name: "a.txt", Extra: extra}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// compound is an OLE file of nothing but a directory.
func compound(names ...string) []byte {
	b := make([]byte, 512)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for i, n := range append([]string{"Root Entry"}, names...) {
		e := make([]byte, 128)
		for j, u := range utf16.Encode([]rune(n)) {
			binary.LittleEndian.PutUint16(e[2*j:], u)
		}
		binary.LittleEndian.PutUint16(e[64:], uint16(2*len(n)+2))
		e[66] = 1
		if i == 0 {
			e[66] = 5
		}
		b = append(b, e...)
	}
	return b
}

func installer() []byte {
	b := compound()
	copy(b[512+80:], "\x84\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46")
	return b
}

func rar4(mainFlags, fileFlags uint16, names ...string) []byte {
	le := binary.LittleEndian
	block := func(kind byte, flags uint16, rest []byte) []byte {
		b := []byte{0, 0, kind}
		b = le.AppendUint16(b, flags)
		return append(le.AppendUint16(b, uint16(7+len(rest))), rest...)
	}
	b := append([]byte("Rar!\x1a\x07\x00"), block(0x73, mainFlags, make([]byte, 6))...)
	for _, n := range names {
		rest := make([]byte, 25)
		le.PutUint32(rest, 3)
		le.PutUint16(rest[19:], uint16(len(n)))
		b = append(append(b, block(0x74, fileFlags|0x8000, append(rest, n...))...), "abc"...)
	}
	return append(b, block(0x7b, 0x4000, nil)...)
}

func rar5(encryptedHeaders bool, extra []byte, names ...string) []byte {
	header := func(body []byte) []byte {
		return append(append(make([]byte, 4), byte(len(body))), body...)
	}
	b := []byte("Rar!\x1a\x07\x01\x00")
	if encryptedHeaders {
		return append(b, header([]byte{4, 0, 0, 0, 15})...)
	}
	b = append(b, header([]byte{1, 0, 0})...)
	for _, n := range names {
		flags := byte(2)
		body := []byte{2}
		if extra != nil {
			flags |= 1
		}
		body = append(body, flags)
		if extra != nil {
			body = append(body, byte(len(extra)))
		}
		body = append(body, 3 /* packed */, 4 /* checksum follows */, 9, 0x20, 1, 2, 3, 4, 0, 1, byte(len(n)))
		b = append(append(b, header(append(append(body, n...), extra...))...), "abc"...)
	}
	return append(b, header([]byte{5, 0, 0})...)
}

func sevenZip(header []byte) []byte {
	b := make([]byte, 32)
	copy(b, "7z\xbc\xaf\x27\x1c\x00\x04")
	binary.LittleEndian.PutUint64(b[12:], 3)
	binary.LittleEndian.PutUint64(b[20:], uint64(len(header)))
	return append(append(b, "abc"...), header...)
}

func sevenZipNames(names ...string) []byte {
	b := []byte{1, 5, byte(len(names)), 0x11, 0}
	for _, n := range names {
		for _, u := range utf16.Encode([]rune(n + "\x00")) {
			b = binary.LittleEndian.AppendUint16(b, u)
		}
	}
	return append(b, 0, 0)
}

func tarOf(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, n := range names {
		if err := w.WriteHeader(&tar.Header{Name: n, Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipOf(t testing.TB, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Name = name
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func objectStream(t testing.TB, objects string) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n4 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>\nstream\r\n")
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(objects)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b.WriteString("\nendstream\nendobj\n%%EOF")
	return b.Bytes()
}

func manyNames(n int, last string) []string {
	var names []string
	for i := range n - 1 {
		names = append(names, fmt.Sprintf("照片/%04d.jpg", i))
	}
	return append(names, last)
}

type contentCase struct {
	name string
	data []byte
	file string
	want ContentKind
}

func contentCases(t testing.TB) []contentCase {
	pe := []byte("MZ\x90\x00\x03\x00\x00\x00")
	icon := "\x00\x00\x01\x00\x01\x00"
	return []contentCase{
		{"nothing", nil, "", ContentText},
		{"text", []byte("小区停电三天了"), "情况.txt", ContentText},
		{"gbk text", []byte("\xcd\xa3\xb5\xe7"), "情况.txt", ContentText},
		{"text that begins with MZ", []byte("MZ小区停电三天了，没有人来修"), "a.txt", ContentText},
		{"binary", []byte("\x01\x02\x03\x04"), "a.dat", ContentOther},
		{"jpeg", []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), "照片.jpg", ContentImage},
		{"png", []byte("\x89PNG\r\n\x1a\n"), "图", ContentImage},
		{"heic", []byte("\x00\x00\x00\x18ftypheic"), "IMG_1.HEIC", ContentImage},
		{"icon", []byte(icon), "a.ico", ContentImage},
		{"webp", []byte("RIFF\x00\x00\x00\x00WEBP"), "a.webp", ContentImage},
		{"mp4", []byte("\x00\x00\x00\x18ftypmp42"), "录像.mp4", ContentMedia},
		{"amr is no script", []byte("#!AMR\n\x0c"), "录音.amr", ContentMedia},
		{"silk is no script", []byte("\x02#!SILK_V3"), "语音.silk", ContentMedia},

		{"exe", pe, "setup.exe", ContentExecutable},
		{"exe called jpg", pe, "现场照片.jpg", ContentExecutable},
		{"elf", []byte("\x7fELF\x02"), "a", ContentExecutable},
		{"mach-o", []byte("\xcf\xfa\xed\xfe\x07"), "a", ContentExecutable},
		{"fat mach-o or java", []byte("\xca\xfe\xba\xbe\x00"), "a", ContentExecutable},
		{"msi", installer(), "a.doc", ContentExecutable},
		{"flash", []byte("CWS\x0a...."), "动画.jpg", ContentExecutable},
		{"exe by name", []byte("x"), "a.EXE", ContentExecutable},
		{"double extension", []byte("x"), "通知.pdf.scr", ContentExecutable},
		{"double extension behind blanks", []byte("x"), "通知.pdf" + strings.Repeat(" ", 60) + ".scr", ContentExecutable},
		{"trailing dots and blanks", []byte("x"), "a.exe. . ", ContentExecutable},
		{"disk image by name", []byte("x"), "a.img", ContentSealed},
		{"query of a table", []byte("WEB\n1\nhttp://x.example/a"), "a.iqy", ContentShortcut},
		{"symbolic link of tables", []byte("ID;P\n"), "a.slk", ContentMacro},
		{"programs behind a picture", append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), zipOf(t, 0, "a.exe")...), "a.jpg", ContentCarrier},
		{"programs behind a PDF", append([]byte("%PDF-1.4\n"), zipOf(t, 0, "a.js")...), "a.pdf", ContentCarrier},
		{"pictures behind a picture", append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), zipOf(t, 0, "a.png")...), "a.jpg", ContentImage},
		{"controls in a document", zipOf(t, 0, "[Content_Types].xml", "word/activeX/activeX1.bin"), "a.docx", ContentMacro},
		{"OneNote", []byte("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3 x"), "a.one", ContentDocument},
		{"OneNote with a file", []byte("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3 \xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"), "a.one", ContentMacro},
		{"invisible in the extension", []byte("x"), "a.e\u200bxe\u3000", ContentExecutable},
		{"stream of ntfs", []byte("x"), "a.exe::$DATA", ContentExecutable},
		{"colons before the extension", []byte("x"), "::0.exe", ContentExecutable},
		{"turned around program", []byte("x"), "照片\u202egpj.exe", ContentExecutable},
		{"turned around", []byte("\xff\xd8\xff\xe0"), "照片\u202efdp.jpg", ContentDisguised},
		{"harmless double extension", []byte("%PDF-1.4"), "通知.doc.pdf", ContentDocument},

		{"shebang", []byte("#! /bin/sh\nls"), "a.txt", ContentScript},
		{"shebang behind a mark", []byte("\ufeff#!/bin/sh"), "a", ContentScript},
		{"hash and bang in a text", []byte("#!重要!#"), "a.txt", ContentText},
		{"batch", []byte("@ECHO OFF\r\ndel x"), "a.txt", ContentScript},
		{"batch by name", []byte("del x"), "清理.bat", ContentScript},
		{"js by name", []byte("var a"), "发票.js", ContentScript},
		{"chm", []byte("ITSF\x03\x00"), "说明", ContentScript},
		{"hta by content", []byte("<html><HTA:APPLICATION id=a>"), "a.txt", ContentScript},
		{"lnk", []byte("L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F\x00"), "材料.docx", ContentShortcut},
		{"url", []byte("[InternetShortcut]\r\nURL=file://x"), "a.txt", ContentShortcut},
		{"html", []byte("\r\n <!-- x -->\n<!DOCTYPE html><p>x"), "a.txt", ContentWebPage},
		{"html by name", []byte("x"), "a.HTM", ContentWebPage},
		{"utf-16 html", []byte("\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00"), "a", ContentWebPage},
		{"xhtml", []byte("<?xml version='1.0'?>\n<html>"), "a.xml", ContentWebPage},
		{"a text that speaks of html", []byte("打开网页显示 <html> 字样"), "a.txt", ContentText},
		{"svg", []byte("<svg><rect/></svg>"), "a.svg", ContentImage},
		{"svg with script", []byte("<?xml version='1.0'?><svg><SCRIPT>x</script></svg>"), "a.svg", ContentWebPage},

		{"doc", compound("WordDocument", "1Table"), "报告.doc", ContentDocument},
		{"doc with macros", compound("WordDocument", "Macros", "VBA", "_VBA_PROJECT"), "报告.doc", ContentMacro},
		{"xls with macros", compound("Workbook", "_VBA_PROJECT_CUR"), "表.xls", ContentMacro},
		{"docx behind a password", compound("EncryptionInfo", "EncryptedPackage"), "报告.docx", ContentEncrypted},
		{"compound cut short", compound()[:300], "报告.doc", ContentDocument},
		{"docx", zipOf(t, 0, "[Content_Types].xml", "word/document.xml", "word/embeddings/Microsoft_Excel_Sheet1.xlsx"), "报告.docx", ContentDocument},
		{"docm called docx", zipOf(t, 0, "[Content_Types].xml", "word/vbaProject.bin"), "报告.docx", ContentMacro},
		{"xlsm by name", zipOf(t, 0, "[Content_Types].xml"), "表.xlsm", ContentMacro},
		{"macro sheet", zipOf(t, 0, "[Content_Types].xml", "xl/macrosheets/sheet1.xml"), "表.xlsx", ContentMacro},
		{"odt", zipOf(t, 0, "mimetype", "content.xml"), "a.odt", ContentDocument},
		{"odt with macros", zipOf(t, 0, "mimetype", "Basic/Standard/Module1.xml"), "a.odt", ContentMacro},
		{"ofd", zipOf(t, 0, "OFD.xml", "Doc_0/Document.xml"), "公文.ofd", ContentDocument},
		{"rtf", []byte(`{\rtf1 x}`), "a.rtf", ContentDocument},
		{"rtf with object", []byte(`{\rtf1{\object{\*\objdata 01}}}`), "a.doc", ContentMacro},
		{"word xml with macros", []byte(`<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:x w:macrosPresent="yes">`), "a.xml", ContentMacro},
		{"word mhtml with macros", []byte("MIME-Version: 1.0\r\n\r\nContent-Type: application/x-mso"), "a.doc", ContentMacro},

		{"pdf", []byte("%PDF-1.4\n<</Type/Catalog/OpenAction[3 0 R/Fit]>>"), "a.pdf", ContentDocument},
		{"pdf with script", []byte("%PDF-1.4\n<</S/JavaScript/JS(app.alert)>>"), "a.pdf", ContentActivePDF},
		{"pdf with escaped name", []byte("%PDF-1.4\n<</S/J#61va#53cript /JS 4 0 R>>"), "a.pdf", ContentActivePDF},
		{"pdf with launch", []byte("junk\n%PDF-1.4\n<</S/Launch /F(cmd.exe)>>"), "a.txt", ContentActivePDF},
		{"pdf with script in an object stream", objectStream(t, "1 0 <</S/JavaScript/JS(x)>>"), "a.pdf", ContentActivePDF},
		{"pdf with an object stream", objectStream(t, "1 0 <</Type/Page>>"), "a.pdf", ContentDocument},
		{"pdf that speaks of scripts", []byte("%PDF-1.4\n(JavaScript)/JavaScripting"), "a.pdf", ContentDocument},

		{"zip", zipOf(t, 0, "照片/1.jpg", "说明.docx", "网页.html"), "材料.zip", ContentArchive},
		{"empty zip", zipOf(t, 0), "材料.zip", ContentArchive},
		{"zip with exe", zipOf(t, 0, "照片/1.jpg", "照片/2.JPG.exe"), "材料.zip", ContentCarrier},
		{"zip with exe and backslashes", zipOf(t, 0, `a\b.exe `), "材料.zip", ContentCarrier},
		{"zip with two names", unicodePathZip(t), "材料.zip", ContentCarrier},
		{"zip with macros", zipOf(t, 0, "表.xlsm"), "材料.zip", ContentMacro},
		{"jar by content", zipOf(t, 0, "META-INF/MANIFEST.MF", "A.class"), "a.zip", ContentCarrier},
		{"zip behind a password", zipOf(t, 1, "1.jpg"), "材料.zip", ContentEncrypted},
		{"nested zip", zipOf(t, 0, "1.jpg", "内.zip"), "材料.zip", ContentSealed},
		{"zip64", zip64Of(t, "1.jpg"), "材料.zip", ContentArchive},
		{"zip64 with exe", zip64Of(t, "1.jpg", "a.exe"), "材料.zip", ContentCarrier},
		{"full zip", zipOf(t, 0, manyNames(membersMax, "a.txt")...), "材料.zip", ContentArchive},
		{"full zip with exe", zipOf(t, 0, manyNames(membersMax, "a.exe")...), "材料.zip", ContentCarrier},
		{"overfull zip", zipOf(t, 0, manyNames(membersMax+500, "a.exe")...), "材料.zip", ContentSealed},
		{"zip behind a text", append([]byte("hello "), zipOf(t, 0, "a.exe")...), "材料.zip", ContentCarrier},
		{"zip with a comment", zipWithComment(t), "材料.zip", ContentCarrier},
		{"zip cut short", zipOf(t, 0, "1.jpg")[:60], "材料.zip", ContentSealed},

		{"rar", rar4(0, 0, "1.jpg"), "a.rar", ContentArchive},
		{"rar with exe", rar4(0, 0, "1.jpg", "dir\\2.exe\x00\x01\x02"), "a.rar", ContentCarrier},
		{"rar behind a password", rar4(0, 4, "1.jpg"), "a.rar", ContentEncrypted},
		{"rar with hidden list", rar4(0x80, 0), "a.rar", ContentEncrypted},
		{"rar cut short", rar4(0, 0, "1.jpg")[:50], "a.rar", ContentSealed},
		{"rar5", rar5(false, nil, "1.jpg"), "a.rar", ContentArchive},
		{"rar5 with exe", rar5(false, nil, "1.jpg", "2.exe"), "a.rar", ContentCarrier},
		{"rar5 with other extra", rar5(false, []byte{2, 3, 0}, "1.jpg"), "a.rar", ContentArchive},
		{"rar5 behind a password", rar5(false, []byte{2, 1, 0}, "1.jpg"), "a.rar", ContentEncrypted},
		{"rar5 with hidden list", rar5(true, nil), "a.rar", ContentEncrypted},
		{"rar5 cut short", rar5(false, nil, "1.jpg")[:30], "a.rar", ContentSealed},
		{"7z", sevenZip(sevenZipNames("1.jpg")), "a.7z", ContentArchive},
		{"7z with exe", sevenZip(sevenZipNames("1.jpg", "程序.exe")), "a.7z", ContentCarrier},
		{"7z with packed list", sevenZip([]byte{0x17, 6, 0}), "a.7z", ContentSealed},
		{"7z with hidden list", sevenZip([]byte{0x17, 6, 0x24, 0x06, 0xf1, 0x07, 0x01}), "a.7z", ContentEncrypted},
		{"7z cut short", sevenZip(sevenZipNames("1.jpg"))[:40], "a.7z", ContentSealed},
		{"tar", tarOf(t, "1.jpg"), "a.tar", ContentArchive},
		{"tar with script", tarOf(t, strings.Repeat("长", 60)+".sh"), "a.tar", ContentCarrier},
		{"gzip", gzipOf(t, "", []byte("hello")), "a.gz", ContentArchive},
		{"gzip of exe", gzipOf(t, "", pe), "a.gz", ContentCarrier},
		{"gzip of script by name", gzipOf(t, "a.vbs", []byte("x")), "a.gz", ContentCarrier},
		{"gzip of tar", gzipOf(t, "a", tarOf(t, "1.jpg")), "a.tgz", ContentSealed},
		{"cab", []byte("MSCF\x00\x00"), "a", ContentSealed},
		{"iso", append(make([]byte, 0x8001), "CD001\x01\x00"...), "a.iso", ContentSealed},
	}
}

func zipWithComment(t testing.TB) []byte {
	data := zipOf(t, 0, "a.exe")
	comment := "see PK\x05\x06 there"
	binary.LittleEndian.PutUint16(data[len(data)-2:], uint16(len(comment)))
	return append(data, comment...)
}

func TestContent(t *testing.T) {
	t.Parallel()
	for _, tt := range contentCases(t) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Content(tt.data, tt.file); got != tt.want {
				t.Errorf("Content(%.20q, %q) = %s, want %s", tt.data, tt.file, got, tt.want)
			}
		})
	}
}

func TestDangerous(t *testing.T) {
	t.Parallel()
	for _, k := range []ContentKind{ContentOther, ContentText, ContentImage, ContentMedia, ContentDocument, ContentArchive, ""} {
		if reason, yes := k.Dangerous(); yes || reason != "" {
			t.Errorf("%q is dangerous: %q", k, reason)
		}
	}
	seen := map[string]ContentKind{}
	for _, k := range []ContentKind{ContentExecutable, ContentScript, ContentShortcut, ContentWebPage, ContentMacro, ContentActivePDF,
		ContentEncrypted, ContentCarrier, ContentSealed, ContentDisguised} {
		reason, yes := k.Dangerous()
		if !yes || !strings.HasSuffix(reason, "，只存档，不转发") || seen[reason] != "" {
			t.Errorf("%q: dangerous %v, reason %q, also that of %q", k, yes, reason, seen[reason])
		}
		seen[reason] = k
	}
	if reason, _ := ContentExecutable.Dangerous(); reason != "可执行程序，只存档，不转发" {
		t.Errorf("reason of a program is %q", reason)
	}
}

// A file that asks for much work gets little: the same call on a file ten times
// as large must not take a hundred times as many allocations.
func TestContentIsBounded(t *testing.T) {
	for _, tt := range []struct {
		name string
		make func(n int) []byte
	}{
		{"object streams without a stream", func(n int) []byte {
			return append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte("/ObjStm "), n)...)
		}},
		{"ends of archives", func(n int) []byte {
			return append([]byte("PK\x03\x04"), bytes.Repeat([]byte("PK\x05\x06"), n)...)
		}},
		{"blocks of rar", func(n int) []byte {
			return append([]byte("Rar!\x1a\x07\x00"), bytes.Repeat([]byte{0, 0, 0x7a, 0, 0, 7, 0}, n)...)
		}},
	} {
		small, large := tt.make(10_000), tt.make(100_000)
		a := testing.AllocsPerRun(1, func() { Content(small, "") })
		b := testing.AllocsPerRun(1, func() { Content(large, "") })
		if b > 20*a+100 {
			t.Errorf("%s: %v allocations for 10,000, %v for 100,000", tt.name, a, b)
		}
	}
	// Sixty-four thousand zeros for one: no more than the limit comes out.
	bomb := objectStream(t, strings.Repeat("\x00", 8<<20)+"/JavaScript ")
	if got := Content(bomb, "a.pdf"); got != ContentDocument {
		t.Errorf("a bomb was unpacked to its end: %s", got)
	}
}

func FuzzContent(f *testing.F) {
	for _, tt := range contentCases(f) {
		if len(tt.data) < 4096 {
			f.Add(tt.data, tt.file)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		kind := Content(data, name)
		if kind == "" {
			t.Fatal("no kind")
		}
		// Whatever the bytes are, a program's name makes them dangerous, and no
		// name makes a dangerous file harmless.
		if _, yes := Content(data, name+".exe").Dangerous(); !yes {
			t.Fatalf("%q.exe is not dangerous", name)
		}
		if _, yes := contentOfBytes(data, fileExtension(name)).Dangerous(); yes {
			if _, still := kind.Dangerous(); !still {
				t.Fatalf("%q hides what the bytes are", name)
			}
		}
	})
}
