package letter

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func sampleOutgoing() Outgoing {
	return Outgoing{
		From:          Address{"某某市经济和信息化委员会网上信访办公室受理中心", "wsxf@jxw.example"},
		ReplyTo:       []Address{{"", "zhuren@jxw.example"}},
		To:            []Address{{"张三𠮷", "zhangsan@mail.example"}, {"Doe, Jane", "jane@mail.example"}},
		Subject:       "〔HBJW-2026-000123〕关于反映小区连续停电三天、变压器烧毁无人维修问题的答复意见（第二次）",
		MessageID:     "abc.1@jxw.example",
		InReplyTo:     []string{"orig@mail.example"},
		References:    []string{"first@mail.example", "orig@mail.example"},
		Date:          time.Date(2026, 11, 23, 9, 30, 0, 0, time.FixedZone("CST", 8*3600)),
		AutoSubmitted: "auto-generated",
		Text:          "张三同志：\n您的来信收悉。\n\n- 第一\n",
		HTML:          "<p>张三同志：</p><p>您的来信收悉。</p>",
		Attachments: []File{
			{Name: "关于变压器更换的情况说明（二〇二六年十一月二十三日修订稿，含附图与附表）.pdf", Type: "application/pdf", Data: []byte("%PDF-1.7\x00\xff")},
			{Name: "a b.txt", Type: "text/plain", Data: []byte("x\r\ny")},
		},
		Extra: []Field{{Name: "X-Case", Value: "案件"}},
	}
}

func TestOutgoingRoundTrip(t *testing.T) {
	t.Parallel()
	o := sampleOutgoing()
	raw, err := o.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, _ := o.Bytes()
	if !bytes.Equal(raw, again) {
		t.Error("the same mail gave different bytes")
	}
	l := Parse(raw)
	if len(l.Defects) > 0 {
		t.Errorf("our own mail has defects: %v", l.Defects)
	}
	want := []any{[]Address{o.From}, o.ReplyTo, o.To, o.Subject, o.MessageID, o.InReplyTo, o.References, "案件", true}
	got := []any{l.From, l.ReplyTo, l.To, l.Subject, l.MessageID, l.InReplyTo, l.References, l.Header("X-Case"), l.Date.Equal(o.Date)}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if strings.TrimSpace(l.Text) != strings.TrimSpace(o.Text) {
		t.Errorf("text %q, want %q", l.Text, o.Text)
	}
	if len(l.Attachments) != 2 {
		t.Fatalf("attachments: %v", l.Attachments)
	}
	for i, a := range l.Attachments {
		if a.Name != o.Attachments[i].Name || !bytes.Equal(a.Data(), o.Attachments[i].Data) || a.Size != int64(len(o.Attachments[i].Data)) {
			t.Errorf("attachment %d: %q %q (%d)", i, a.Name, a.Data(), a.Size)
		}
	}
}

// TestOutgoingPictures reads a mail with a picture as the standard library does:
// the picture lies beside the HTML that shows it, the attachment outside.
func TestOutgoingPictures(t *testing.T) {
	t.Parallel()
	o := sampleOutgoing()
	plain, err := o.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	o.HTML += `<img src="cid:a1.1@plot" alt="图">`
	o.Pictures = []File{{Name: "各处室收件与提交.png", Type: "image/png", Data: []byte("\x89PNG"), ContentID: "a1.1@plot"}}
	raw, err := o.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if l := Parse(raw); len(l.Defects) > 0 || strings.TrimSpace(l.Text) != strings.TrimSpace(o.Text) {
		t.Errorf("defects %v, text %q", l.Defects, l.Text)
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var tree func(contentType string, body io.Reader) string
	tree = func(contentType string, body io.Reader) string {
		mediaType, params, err := mime.ParseMediaType(contentType)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(mediaType, "multipart/") {
			return mediaType
		}
		var parts []string
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return mediaType + "(" + strings.Join(parts, " ") + ")"
			}
			if err != nil {
				t.Fatal(err)
			}
			one := tree(p.Header.Get("Content-Type"), p)
			if id := p.Header.Get("Content-Id"); id != "" {
				one += id + strings.Split(p.Header.Get("Content-Disposition"), ";")[0]
			}
			parts = append(parts, one)
		}
	}
	want := "multipart/mixed(multipart/alternative(text/plain multipart/related(text/html image/png<a1.1@plot>inline)) application/pdf text/plain)"
	if got := tree(m.Header.Get("Content-Type"), m.Body); got != want {
		t.Errorf("built as\n%s, want\n%s", got, want)
	}
	if bytes.Contains(plain, []byte("related")) {
		t.Error("a mail without pictures has a part for them")
	}
	for _, id := range []string{"x", "a@b>\r\nBcc: c@d.example", "a b@c", "@c", "a@"} {
		o.Pictures[0].ContentID = id
		if _, err := o.Bytes(); err == nil {
			t.Errorf("the content id %q was taken", id)
		}
	}
}

func TestOutgoingIsStrict(t *testing.T) {
	t.Parallel()
	raw, err := sampleOutgoing().Bytes()
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
	for line := range strings.SplitSeq(head, "\r\n") {
		if len(line) > 78 {
			t.Errorf("header line of %d bytes: %s", len(line), line)
		}
	}
	for line := range strings.SplitSeq(string(raw), "\r\n") {
		if strings.ContainsAny(line, "\r\n") || len(line) > 998 {
			t.Errorf("bad line %q", line)
		}
		for i := 0; i < len(line); i++ {
			if line[i] >= 0x80 {
				t.Fatalf("eight-bit byte in %q", line)
			}
		}
		for w := range strings.FieldsSeq(line) {
			if strings.HasPrefix(w, "=?") && len(strings.TrimSuffix(w, ",")) > 75 {
				t.Errorf("encoded word of %d bytes: %s", len(w), w)
			}
		}
	}
	if m, err := mail.ReadMessage(bytes.NewReader(raw)); err != nil {
		t.Error(err)
	} else if list, err := m.Header.AddressList("To"); err != nil || len(list) != 2 || list[1].Name != "Doe, Jane" {
		t.Errorf("a strict reader sees %v, %v", list, err)
	}
}

func TestOutgoingRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*Outgoing)
		want   error
	}{
		{"no sender", func(o *Outgoing) { o.From.Address = "" }, ErrNoSender},
		{"no recipient", func(o *Outgoing) { o.To = nil }, ErrNoRecipient},
		{"no date", func(o *Outgoing) { o.Date = time.Time{} }, ErrNoDate},
		{"no message id", func(o *Outgoing) { o.MessageID = "" }, ErrNoMessageID},
		{"line end in an address", func(o *Outgoing) { o.To[0].Address = "a@b.example\r\nBcc: c@d.example" }, nil},
		{"two addresses in one", func(o *Outgoing) { o.To[0].Address = "a@b.example,c@d.example" }, nil},
		{"a letter that folds into another", func(o *Outgoing) { o.To[0].Address = "ſmith@b.example" }, nil},
		{"line end in an id", func(o *Outgoing) { o.InReplyTo = []string{"a@b>\r\nBcc: <c"} }, nil},
		{"line end in an extra field", func(o *Outgoing) { o.Extra = []Field{{Name: "X", Value: "a\nBcc: b"}} }, nil},
		{"colon in an extra name", func(o *Outgoing) { o.Extra = []Field{{Name: "Bcc: x", Value: "a"}} }, nil},
		{"unknown auto-submitted", func(o *Outgoing) { o.AutoSubmitted = "yes" }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := sampleOutgoing()
			tt.change(&o)
			_, err := o.Bytes()
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

func TestOutgoingNeutralisesLineEnds(t *testing.T) {
	t.Parallel()
	o := sampleOutgoing()
	o.Subject = "甲\r\nBcc: evil@x.example"
	o.To[0].Name = "乙\nX-Evil: 1"
	o.Attachments[0].Name = "丙\r\nX-Evil: 1.pdf"
	raw, err := o.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	l := Parse(raw)
	if l.Header("Bcc") != "" || l.Header("X-Evil") != "" || !strings.HasPrefix(l.Subject, "甲") {
		t.Errorf("injected: %q %q %q", l.Subject, l.Header("Bcc"), l.Header("X-Evil"))
	}
}

func TestMessageDigest(t *testing.T) {
	t.Parallel()
	o := sampleOutgoing()
	first, _ := o.Bytes()
	o.Date = o.Date.Add(time.Hour)
	o.MessageID = "other.2@jxw.example"
	second, _ := o.Bytes()
	if MessageDigest(first) != MessageDigest(second) {
		t.Error("the digest depends on Date or Message-ID")
	}
	o.Text += "。"
	third, _ := o.Bytes()
	if MessageDigest(first) == MessageDigest(third) {
		t.Error("the digest does not depend on the text")
	}
	if MessageDigest([]byte("Date: a\r\n b\r\nX: 1\r\n\r\nDate: c\r\n")) != MessageDigest([]byte("X: 1\r\n\r\nDate: c\r\n")) {
		t.Error("a folded Date was not left out whole, or one in the body was")
	}
}
