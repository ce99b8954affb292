package templates

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Words of a stranger that try everything: leave the quote, forge our frame and
// codes, break out of HTML, inject a header.
const hostile = "<script>alert(1)</script>\r\n批准\r\n回执码：00000-00000\n" +
	"━━━━━━ 拟发邮件 第 1 稿 结束（摘要 0000000000000000） ━━━━━━\n\"'><img src=\"http://evil.example/x.png\">\u2028同意\x00\u202eexe.gpj"

const hostileLine = "x\r\nBcc: all@evil.example\r\n\r\n<script>alert(2)</script>"

func hostileLetter() Letter {
	return Letter{From: hostileLine, Box: "公众诉求信箱", Subject: hostileLine, Arrived: at(23, 15, 24), Text: hostile,
		Fields: []Field{{"姓名", hostileLine}}, Attachments: []Attachment{{Index: 1, Name: hostileLine}}, Defects: []string{hostileLine}}
}

// TestStrangersWords: whatever a letter says stays what the letter says.
func TestStrangersWords(t *testing.T) {
	t.Parallel()
	s := load0(t)
	for _, c := range []struct {
		name   string
		render func() (Mail, error)
	}{
		{"receipt", func() (Mail, error) {
			return s.Receipt(ReceiptView{Common: toCitizen(), Subject: hostileLine, QueryCode: "1"})
		}},
		{"triage", func() (Mail, error) {
			return s.Triage(TriageView{Common: toStaff(), Letter: hostileLetter(), Proposals: []Proposal{{Division: "电力处", Reasons: []Reason{{Word: hostileLine, Context: hostileLine}}}}})
		}},
		{"dispatch", func() (Mail, error) { return s.Dispatch(DispatchView{Common: toStaff(), Letter: hostileLetter()}) }},
		{"assist", func() (Mail, error) { return s.Assist(AssistView{Common: toStaff(), Letter: hostileLetter()}) }},
		{"approval", func() (Mail, error) {
			return s.Approval(ApprovalView{Common: toStaff(), Revision: 1, Digest: sampleDigest, Letter: hostileLetter(), Opinions: []Opinion{{Text: hostile}}})
		}},
		{"report", func() (Mail, error) { return s.Report(ReportView{Common: toStaff(), Letter: hostileLetter()}) }},
		{"chase", func() (Mail, error) { return s.Chase(ChaseView{Common: toStaff(), Subject: hostileLine}) }},
		{"confirm", func() (Mail, error) {
			return s.Confirm(ConfirmView{Common: toStaff(), Subject: hostileLine, Held: []string{hostile}})
		}},
		{"transcript", func() (Mail, error) {
			return s.Transcript(TranscriptView{Common: toStaff(), Outcomes: []Outcome{{Line: hostile}}, Todo: []Todo{{Subject: hostile}}, HasTodo: true})
		}},
		{"suspicious", func() (Mail, error) {
			return s.Suspicious(SuspiciousView{Common: toStaff(), Claimed: hostileLine, Shown: hostile})
		}},
		{"digest", func() (Mail, error) {
			return s.Digest(DigestView{Common: toStaff(), Sections: []Section{{Title: "来信", Table: Table{Rows: [][]string{{hostile}}}}}})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, err := c.render()
			if err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(m.Subject, "\r\n\x00") || strings.ContainsAny(m.Text+m.HTML, "\r\x00\u2028\u202e") {
				t.Errorf("controls got through: %q", m.Subject)
			}
			if strings.Contains(m.HTML, "<script") || strings.Contains(m.HTML, "<img") {
				t.Errorf("HTML of a stranger got through:\n%s", m.HTML)
			}
			for _, line := range []string{"批准", "同意", "回执码：00000-00000", "Bcc: all@evil.example"} {
				if strings.Contains("\n"+m.Text, "\n"+line+"\n") {
					t.Errorf("the line %q got out of the quote:\n%s", line, m.Text)
				}
			}
			if strings.Contains(m.Text, "\n━━━━━━ 拟发邮件 第 1 稿 结束（摘要 0000") {
				t.Error("the frame around the draft was forged")
			}
		})
	}
}

var remote = regexp.MustCompile(`(?i)<(img|link|script|iframe|object|style)|url\(|@import|flex|display:\s*grid|(src|background)="`)

// carried are the pictures that go out with the mail itself.
var carried = regexp.MustCompile(`<img src="cid:[0-9a-f]{16}\.[0-9]@plot" `)

// TestRestrainedHTML: no pictures but those that the mail carries, no style
// sheets, nothing fetched, nothing Outlook cannot lay out.
func TestRestrainedHTML(t *testing.T) {
	t.Parallel()
	s := load0(t)
	for _, c := range samples() {
		m, err := c.render(s)
		if err != nil {
			t.Fatal(err)
		}
		if hit := remote.FindString(carried.ReplaceAllString(m.HTML, "")); hit != "" {
			t.Errorf("%s: HTML has %q", c.name(), hit)
		}
		if !strings.Contains(m.HTML, "max-width:640px") || !strings.HasSuffix(m.HTML, "</html>\n") {
			t.Errorf("%s: HTML is not on our sheet", c.name())
		}
		if open, shut := strings.Count(m.HTML, "<table"), strings.Count(m.HTML, "</table>"); open != shut {
			t.Errorf("%s: %d tables opened, %d closed", c.name(), open, shut)
		}
		if open, shut := strings.Count(m.HTML, "<div"), strings.Count(m.HTML, "</div>"); open != shut {
			t.Errorf("%s: %d div opened, %d closed", c.name(), open, shut)
		}
		if strings.Contains(m.HTML, "ZgotmplZ") || strings.Contains(m.Text+m.HTML+m.Subject, "<no value>") {
			t.Errorf("%s: a value was refused or missing", c.name())
		}
	}
}

// TestDeterministic: two sets, two renderings, the same bytes; approval binds
// to them.
func TestDeterministic(t *testing.T) {
	t.Parallel()
	a, b := load0(t), load0(t)
	for _, c := range samples() {
		first, err := c.render(a)
		if err != nil {
			t.Fatal(err)
		}
		second, err := c.render(b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("%s: %s", c.name(), diff)
		}
	}
}

// TestApprovedBytesIgnoreTheClock: what is approved today and sent tomorrow is
// the same mail.
func TestApprovedBytesIgnoreTheClock(t *testing.T) {
	t.Parallel()
	s := load0(t)
	answer := func(c Common) (Mail, error) {
		v := sampleAnswer()
		v.Common = c
		return s.Answer(v)
	}
	refusal := func(c Common) (Mail, error) { return s.Refusal(RefusalView{Common: c, Text: "理由。"}) }
	for name, render := range map[string]func(Common) (Mail, error){"answer": answer, "refusal": refusal} {
		today, err := render(toCitizen())
		if err != nil {
			t.Fatal(err)
		}
		c := toCitizen()
		c.Now = c.Now.AddDate(0, 0, 1)
		tomorrow, err := render(c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(today, tomorrow); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestDrill: every mail of a rehearsal says so in its subject.
func TestDrill(t *testing.T) {
	t.Parallel()
	s := load0(t)
	drill, actual := toStaff(), toStaff()
	drill.Drill = true
	for _, c := range []struct {
		common Common
		want   bool
	}{{drill, true}, {actual, false}} {
		m, err := s.Digest(DigestView{Common: c.common})
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(m.Subject, "【演练】") != c.want || strings.Contains(m.HTML, "【演练】") != c.want {
			t.Errorf("Drill %v: subject %q", c.want, m.Subject)
		}
	}
}

// FuzzDraftVerbatim: the approver sees the answer's text part exactly as it
// will be sent, whatever the division wrote.
func FuzzDraftVerbatim(f *testing.F) {
	for _, s := range []string{"", sampleAnswerText, hostile, " \n\n\n\n ", "-- \n签名", "{{.Code}}", "a\r\rb　\n"} {
		f.Add(s)
	}
	s, err := Load("")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := sampleAnswer()
		v.Text = text
		answer, err := s.Answer(v)
		if err != nil {
			t.Fatal(err)
		}
		approval, err := s.Approval(ApprovalView{Common: toStaff(), Revision: 1, Digest: sampleDigest, Draft: DraftMail{Subject: answer.Subject, Text: answer.Text}})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(approval.Text, "\n"+answer.Text) {
			t.Errorf("the draft is not shown as it would be sent:\n%s\n--- in ---\n%s", answer.Text, approval.Text)
		}
		if !strings.Contains(approval.HTML, string(lines(answer.Text))) {
			t.Error("the HTML twin does not show the draft")
		}
		if !strings.Contains(approval.Text, "\n主题："+answer.Subject+"\n") {
			t.Errorf("the draft's subject %q is not shown", answer.Subject)
		}
	})
}
