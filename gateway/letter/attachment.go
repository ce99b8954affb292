package letter

import "strings"

// Attachment is a part that a person would see as a file.
type Attachment struct {
	// Index counts from 1, as people do in 附件 1,3.
	Index int
	// Name is the decoded file name without any path, never empty.
	Name string
	// Type is the declared media type.
	Type string
	// Size is the number of decoded bytes.
	Size int64
	// Inline says that the mail shows it inside its text.
	Inline bool
	Part   *Part
}

// Data is the attachment's bytes as the sender had them, never charset-converted.
func (a Attachment) Data() []byte {
	if a.Part == nil {
		return nil
	}
	return a.Part.Data()
}

func (b *body) attach(p *Part, related bool) {
	a := Attachment{Name: p.Filename, Type: p.Type, Size: p.Size(), Part: p}
	shown := strings.HasPrefix(p.Type, "image/")
	a.Inline = p.Disposition != "attachment" && (related && (shown || p.ContentID != "") || p.Disposition == "inline" && shown)
	switch {
	case tnefPart(p):
		b.r.defect(Defect{DefectTNEF, ""})
	case opaquePart(p):
		if p.Params["smime-type"] != "signed-data" {
			b.r.defect(Defect{DefectEncrypted, "s/mime"})
		}
	}
	b.attachments = append(b.attachments, a)
}

// tnefPart recognises what Outlook wraps its own format into.
func tnefPart(p *Part) bool {
	return p.Type == "application/ms-tnef" || p.Type == "application/vnd.ms-tnef" || strings.EqualFold(p.Filename, "winmail.dat")
}

// extension is the usual ending of a file of that type.
func extension(mediaType string) string {
	switch mediaType {
	case "image/jpeg", "image/jpg", "image/pjpeg":
		return ".jpg"
	case "image/png", "image/gif", "image/bmp", "image/webp", "image/heic", "image/tiff", "audio/amr", "audio/wav", "video/mp4",
		"application/pdf", "application/rtf", "application/zip", "application/xml":
		return "." + mediaType[strings.IndexByte(mediaType, '/')+1:]
	case "audio/mpeg":
		return ".mp3"
	case "application/msword":
		return ".doc"
	case "application/vnd.ms-excel":
		return ".xls"
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
		return ".docx"
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		return ".xlsx"
	case "text/plain":
		return ".txt"
	case "text/html":
		return ".html"
	case "text/calendar":
		return ".ics"
	case "text/x-vcard", "text/vcard":
		return ".vcf"
	case "text/csv":
		return ".csv"
	case "message/rfc822":
		return ".eml"
	case "application/pgp-signature":
		return ".asc"
	case "application/pkcs7-signature", "application/x-pkcs7-signature":
		return ".p7s"
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return ".p7m"
	case "application/ms-tnef":
		return ".dat"
	}
	return ".bin"
}
