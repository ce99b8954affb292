package letter

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// ContentKind says what an attachment is by its bytes. A name can only make it
// worse: a batch file has no signature, so what is called one is taken for one.
type ContentKind string

// The kinds of content. Those from ContentExecutable on are dangerous.
const (
	ContentOther    ContentKind = "other"
	ContentText     ContentKind = "text"
	ContentImage    ContentKind = "image"
	ContentMedia    ContentKind = "media"
	ContentDocument ContentKind = "document"
	ContentArchive  ContentKind = "archive"

	// ContentExecutable runs: PE, ELF, Mach-O, MSI, Java, Flash.
	ContentExecutable ContentKind = "executable"
	// ContentScript is run by an interpreter.
	ContentScript ContentKind = "script"
	// ContentShortcut starts something else.
	ContentShortcut ContentKind = "shortcut"
	// ContentWebPage is HTML, or a picture in SVG that brings a script.
	ContentWebPage ContentKind = "web-page"
	// ContentMacro is an office file with macros or embedded objects.
	ContentMacro ContentKind = "macro"
	// ContentActivePDF is a PDF with JavaScript or a Launch action.
	ContentActivePDF ContentKind = "active-pdf"
	// ContentEncrypted is an archive or office file behind a password.
	ContentEncrypted ContentKind = "encrypted"
	// ContentCarrier is an archive that holds programs or scripts.
	ContentCarrier ContentKind = "carrier"
	// ContentSealed is an archive of which not every member's name can be read.
	ContentSealed ContentKind = "sealed"
	// ContentDisguised has a name written to be misread.
	ContentDisguised ContentKind = "disguised"
)

// Dangerous says whether such an attachment is kept in the dossier but not
// passed on, and the reason as a sentence for the office.
func (k ContentKind) Dangerous() (reason string, yes bool) {
	switch k {
	case ContentExecutable:
		reason = "可执行程序"
	case ContentScript:
		reason = "脚本文件，打开即会运行"
	case ContentShortcut:
		reason = "快捷方式，可能启动其他程序"
	case ContentWebPage:
		reason = "网页文件，可能含有脚本"
	case ContentMacro:
		reason = "办公文档，含有宏或者内嵌对象"
	case ContentActivePDF:
		reason = "PDF 文件，含有脚本或者启动程序的动作"
	case ContentEncrypted:
		reason = "加密文件，无法检查内容"
	case ContentCarrier:
		reason = "压缩包，内有程序或者脚本"
	case ContentSealed:
		reason = "压缩包，无法逐项检查内容"
	case ContentDisguised:
		reason = "文件名含有改变显示顺序的字符，有伪装嫌疑"
	default:
		return "", false
	}
	return reason + "，只存档，不转发", true
}

// Content tells what data are, named name by their sender. Archives are looked
// into one level deep, by their lists of members alone: nothing is unpacked but
// the first bytes of a gzip file and the object lists of a PDF, within bounds.
func Content(data []byte, name string) ContentKind {
	ext := fileExtension(name)
	kind := contentOfBytes(data, ext)
	if _, yes := kind.Dangerous(); yes {
		return kind
	}
	if worse := contentOfName(ext); worse != "" {
		return worse
	}
	if appended(data, kind) {
		return ContentCarrier
	}
	if strings.ContainsFunc(name, turnsAround) {
		return ContentDisguised
	}
	return kind
}

// appended says whether what passes for a picture or a document is an archive
// of programs as well: pictures are read from their beginning, archives from
// their end.
func appended(data []byte, kind ContentKind) bool {
	if kind != ContentImage && kind != ContentMedia && kind != ContentDocument {
		return false
	}
	l := listZip(data)
	if len(l.names) == 0 {
		return false
	}
	switch l.judge() {
	case ContentCarrier, ContentEncrypted:
		return true
	}
	return false
}

// turnsAround tells of the characters by which gpj.exe is shown as exe.jpg.
func turnsAround(r rune) bool {
	return 0x202a <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069
}

// fileExtension is what follows the last dot, in small letters. Windows drops
// trailing dots and blanks, so "a.exe. " is a program too.
func fileExtension(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	name = strings.ToLower(name)
	// The main stream of NTFS: a.exe::$DATA is a.exe.
	name = strings.TrimSuffix(name, "::$data")
	name = strings.TrimRightFunc(name, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`."'`, r) })
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return ""
	}
	return name[dot+1:]
}

func contentOfName(ext string) ContentKind {
	switch ext {
	case "exe", "scr", "com", "pif", "cpl", "dll", "ocx", "sys", "drv", "msi", "msp", "mst", "msix", "appx", "application", "appref-ms",
		"gadget", "xll", "jar", "class", "apk", "dex", "ipa", "app", "dmg", "pkg", "deb", "rpm", "run", "swf":
		return ContentExecutable
	case "js", "jse", "mjs", "vbs", "vbe", "vb", "wsf", "wsh", "wsc", "sct", "ws", "hta", "bat", "cmd", "ps1", "psm1", "psd1", "ps1xml", "sh",
		"bash", "csh", "ksh", "py", "pyw", "pyz", "pl", "rb", "php", "lua", "reg", "inf", "msc", "chm", "hlp", "ahk", "au3", "jnlp":
		return ContentScript
	case "lnk", "url", "website", "webloc", "desktop", "scf", "library-ms", "search-ms", "searchconnector-ms", "settingcontent-ms",
		"iqy", "rdp", "theme", "themepack", "deskthemepack", "diagcab", "udl":
		return ContentShortcut
	case "html", "htm", "xhtml", "xht", "shtml", "mht", "mhtml":
		return ContentWebPage
	case "docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "xla", "pptm", "ppsm", "potm", "ppam", "sldm",
		"slk", "mde", "accde", "ade", "adp":
		return ContentMacro
	case "iso", "img", "vhd", "vhdx", "wim":
		return ContentSealed
	}
	return ""
}

// archiveExtension tells of members that are archives themselves.
func archiveExtension(ext string) bool {
	switch ext {
	case "zip", "zipx", "rar", "7z", "gz", "tgz", "bz2", "tbz", "xz", "txz", "lzma", "zst", "tar", "cab", "arj", "ace", "lzh", "lha",
		"iso", "img", "vhd", "vhdx", "wim", "z":
		return true
	}
	return false
}

func contentOfBytes(data []byte, ext string) ContentKind {
	if k := contentProgram(data); k != "" {
		return k
	}
	if k := contentArchive(data, ext); k != "" {
		return k
	}
	if bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		if activePDF(data) {
			return ContentActivePDF
		}
		return ContentDocument
	}
	switch {
	case startsWith(data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return contentCompound(data)
	case startsWith(data, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"):
		// OneNote: the mark before a file that is embedded in a page ([MS-ONESTORE]
		// section 2.6.13).
		if bytes.Contains(data, []byte("\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac")) {
			return ContentMacro
		}
		return ContentDocument
	case startsWith(data, `{\rt`):
		// An object in RTF is how a document brings a program along.
		if bytes.Contains(data, []byte(`\objdata`)) {
			return ContentMacro
		}
		return ContentDocument
	}
	if k := contentShown(data); k != "" {
		return k
	}
	return contentText(data)
}

func startsWith(data []byte, signatures ...string) bool {
	return slices.ContainsFunc(signatures, func(s string) bool { return len(data) >= len(s) && string(data[:len(s)]) == s })
}

// contentProgram knows what runs by itself.
func contentProgram(data []byte) ContentKind {
	switch {
	case startsWith(data, "MZ", "ZM"):
		// A text may begin with these letters; a program has a header.
		if bytes.ContainsFunc(data[:min(len(data), 64)], func(r rune) bool { return r < '\t' }) {
			return ContentExecutable
		}
	case startsWith(data, "\x7fELF", "\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe", "dex\n03"):
		return ContentExecutable
	case startsWith(data, "FWS", "CWS", "ZWS"):
		if len(data) > 3 && data[3] < ' ' {
			return ContentExecutable
		}
	case startsWith(data, "ITSF\x03"):
		return ContentScript
	case startsWith(data, "L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F"):
		return ContentShortcut
	}
	return ""
}

// contentShown knows pictures, sound and film.
func contentShown(data []byte) ContentKind {
	switch {
	case startsWith(data, "\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "GIF87a", "GIF89a", "II*\x00", "MM\x00*", "\x00\x00\x01\x00"):
		return ContentImage
	case startsWith(data, "BM") && len(data) > 14 && string(data[6:10]) == "\x00\x00\x00\x00":
		return ContentImage
	// QUIRK: recordings of telephones and WeChat begin like a script, #!AMR.
	case startsWith(data, "#!AMR", "#!SILK", "\x02#!SILK", "ID3", "OggS", "fLaC", "\x1aE\xdf\xa3", "\x00\x00\x01\xba", "FLV\x01"):
		return ContentMedia
	case startsWith(data, "\xff\xfb", "\xff\xf3", "\xff\xf1", "\x30\x26\xb2\x75\x8e\x66\xcf\x11"):
		return ContentMedia
	case startsWith(data, "RIFF") && len(data) >= 12:
		if string(data[8:12]) == "WEBP" {
			return ContentImage
		}
		return ContentMedia
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		if b := string(data[8:12]); strings.HasPrefix(b, "hei") || strings.HasPrefix(b, "hev") || strings.HasPrefix(b, "avi") || b == "mif1" {
			return ContentImage
		}
		return ContentMedia
	}
	return ""
}

// contentText knows what is text: scripts, shortcuts, pages, or plain.
func contentText(data []byte) ContentKind {
	head := data[:min(len(data), 4096)]
	if startsWith(head, "\xff\xfe", "\xfe\xff") {
		head = bytes.ReplaceAll(head[2:], []byte{0}, nil)
	}
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	if rest, ok := bytes.CutPrefix(head, []byte("#!")); ok && startsWith(bytes.TrimLeft(rest, " \t"), "/") {
		return ContentScript
	}
	head = bytes.TrimLeft(head, " \t\r\n\f\v")
	for bytes.HasPrefix(head, []byte("<!--")) {
		_, rest, found := bytes.Cut(head, []byte("-->"))
		if !found {
			break
		}
		head = bytes.TrimLeft(rest, " \t\r\n\f\v")
	}
	head = bytes.ToLower(head)
	has := func(s string) bool { return bytes.Contains(head, []byte(s)) }
	switch {
	case has("<hta:application"), startsWith(head, "@echo off", "<?php", "windows registry editor", "regedit4"):
		return ContentScript
	case startsWith(head, "[internetshortcut]", "[desktop entry]", "[{000214a0"):
		return ContentShortcut
	case startsWith(head, "<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<meta"), startsWith(head, "<?xml") && has("<html"):
		return ContentWebPage
	case startsWith(head, "<svg", "<!doctype svg"), startsWith(head, "<?xml") && has("<svg"):
		return contentSVG(data)
	// Office 2003 XML, and the MHTML that Word writes, carry macros as well.
	case has("<?mso-application") && bytes.Contains(data, []byte(`macrosPresent="yes"`)),
		startsWith(head, "mime-version:") && bytes.Contains(data, []byte("application/x-mso")):
		return ContentMacro
	case startsWith(head, "<?xml") && has("<?mso-application"):
		return ContentDocument
	case bytes.ContainsFunc(head, func(r rune) bool { return r < '\t' || '\r' < r && r < ' ' && r != 0x1b }):
		return ContentOther
	}
	return ContentText
}

func contentSVG(data []byte) ContentKind {
	low := bytes.ToLower(data)
	for _, s := range []string{"<script", "javascript:", "onload", "onclick", "onbegin", "<foreignobject", "<!entity"} {
		if bytes.Contains(low, []byte(s)) {
			return ContentWebPage
		}
	}
	return ContentImage
}

// contentCompound looks for the storages of VBA in an OLE compound file
// ([MS-CFB] section 2.6). Directory entries lie at multiples of 128 bytes, so
// they are found without following chains of sectors that may be broken.
//
// NOTE: macros of Excel 4 are records inside a stream and are not seen.
func contentCompound(data []byte) ContentKind {
	kind := ContentDocument
	for e := data[min(len(data), 512):]; len(e) >= 128; e = e[128:] {
		n := int(binary.LittleEndian.Uint16(e[64:]))
		if n < 4 || n > 64 || n%2 != 0 || e[66] != 1 && e[66] != 2 && e[66] != 5 {
			continue
		}
		switch utf16Text(e[:n-2], binary.LittleEndian) {
		case "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros":
			return ContentMacro
		case "EncryptedPackage":
			kind = ContentEncrypted
		case "Root Entry":
			// The class of Windows Installer packages.
			if string(e[80:96]) == "\x84\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46" {
				return ContentExecutable
			}
		}
	}
	return kind
}

// Bounds of what is unpacked of a PDF: per object stream and in all; and of the
// rest of its dictionary, behind which it begins.
const (
	pdfStreamMax = 1 << 20
	pdfTotalMax  = 16 << 20
	pdfDictMax   = 4 << 10
)

// activePDF looks for the actions that run something (ISO 32000-1 sections
// 12.6.4.5 and 12.6.4.16), in the open and in compressed object streams.
func activePDF(data []byte) bool {
	left := int64(pdfTotalMax)
	active := false
	eachPDFName(data, func(name string, end int) bool {
		switch name {
		case "JavaScript", "Launch":
			active = true
		case "ObjStm":
			if left <= 0 {
				break
			}
			objects := inflatePDF(data[end:], min(left, pdfStreamMax))
			left -= int64(len(objects)) + pdfDictMax
			eachPDFName(objects, func(name string, _ int) bool {
				active = name == "JavaScript" || name == "Launch"
				return !active
			})
		}
		return !active
	})
	return active
}

// eachPDFName calls f with every name until it returns false. Characters may be
// written as #4A (ISO 32000-1 section 7.3.5).
func eachPDFName(data []byte, f func(name string, end int) bool) {
	const longest = 16
	var name [longest]byte
	for at := 0; ; {
		slash := bytes.IndexByte(data[at:], '/')
		if slash < 0 {
			return
		}
		at += slash + 1
		n, i := 0, at
		for ; i < len(data) && n < longest && data[i] > ' ' && data[i] < 0x7f && strings.IndexByte("/()<>[]{}%", data[i]) < 0; i, n = i+1, n+1 {
			name[n] = data[i]
			if data[i] != '#' || i+2 >= len(data) {
				continue
			}
			if v, err := strconv.ParseUint(string(data[i+1:i+3]), 16, 8); err == nil {
				name[n] = byte(v)
				i += 2
			}
		}
		if n > 0 && n < longest && !f(string(name[:n]), i) {
			return
		}
	}
}

// inflatePDF unpacks the stream that follows a dictionary, at most limit bytes;
// what cannot be unpacked is nothing to a reader either.
func inflatePDF(data []byte, limit int64) []byte {
	const begin = "stream"
	at := bytes.Index(data[:min(len(data), pdfDictMax)], []byte(begin))
	if at < 0 {
		return nil
	}
	body := bytes.TrimPrefix(bytes.TrimPrefix(data[at+len(begin):], []byte("\r")), []byte("\n"))
	r, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(io.LimitReader(r, limit)) // a truncated stream's beginning counts as well
	return out
}
