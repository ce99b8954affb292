package practice

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/letter"
)

// fromGateway is a mail as the gateway writes it.
func fromGateway(t *testing.T, to Account, subject, text string) Mail {
	t.Helper()
	raw, err := letter.Outgoing{
		From:    letter.Address{Name: "示范市经济和信息化委员会", Address: "wsxf@jxw.example"},
		ReplyTo: []letter.Address{{Address: "wsxf+7Q4KM2XD9P@jxw.example"}},
		To:      []letter.Address{{Name: to.Name, Address: to.Address}}, Subject: subject, Text: text, Date: noon,
		MessageID: "7q4km2xd9p.aa@jxw.example", References: []string{"first@jxw.example"}, AutoSubmitted: "auto-generated",
	}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return Mail{UID: 1, Arrived: noon, Raw: raw}
}

func TestReplyIsWhatAClientSends(t *testing.T) {
	t.Parallel()
	o := &Office{Accounts: people()}
	from := o.Of(Liaison, "power")
	m := fromGateway(t, from, "〔SFJX-2026-000001〕转办单：停电", letter.Marker()+"\n\n转办单\n\n回执码：7Q4KM-2XD9P\n\n【来信】\n小区停电\n")
	raw := Reply(m, from, "经核实，已经修复。\n另附说明。")
	l := letter.Parse(raw)
	if d := cmp.Diff("经核实，已经修复。\n另附说明。", strings.TrimSpace(l.New)); d != "" {
		t.Errorf("new text (-want +got):\n%s", d)
	}
	if !strings.Contains(l.Quoted, "回执码：7Q4KM-2XD9P") {
		t.Errorf("the code is not in the quote:\n%s", l.Quoted)
	}
	got := []string{l.Subject, l.To[0].Address, strings.Join(l.InReplyTo, " "), strings.Join(l.References, " "), l.From[0].Address}
	want := []string{"回复：〔SFJX-2026-000001〕转办单：停电", "wsxf+7Q4KM2XD9P@jxw.example", "7q4km2xd9p.aa@jxw.example",
		"first@jxw.example 7q4km2xd9p.aa@jxw.example", from.Address}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("header (-want +got):\n%s", d)
	}
	if l.Kind != letter.KindPerson {
		t.Errorf("kind %s, want a person's", l.Kind)
	}
	if again := Reply(Mail{Raw: raw, Arrived: noon}, from, "x"); strings.Contains(letter.Parse(again).Subject, "回复：回复：") {
		t.Error("the subject's mark was doubled")
	}
	if bytes.Contains(Reply(Mail{Raw: []byte("\xff\xfe broken"), Arrived: noon}, from, "x"), []byte("In-Reply-To")) {
		t.Error("reply to rubbish names a Message-ID")
	}
}

func TestPlayersAnswer(t *testing.T) {
	t.Parallel()
	o := start(t)
	p := o.Player()
	liaison, approver, second := o.Of(Liaison, "power"), o.People(Approver)[0], o.People(Approver)[1]
	citizen, handler, duty := o.Person(Citizen), o.Person(Handler), o.Person(Duty)
	for _, m := range []struct {
		to            Account
		subject, text string
	}{
		{liaison, "〔SFJX-2026-000001〕（紧急）转办单：停电", "回执码：7Q4KM-2XD9P\n"},
		{liaison, "〔SFJX-2026-000001〕办理回执", "已办"},
		{approver, "〔SFJX-2026-000001〕待审单：停电（第 1 稿）", "回执码：7Q4KM-2XD9P\n"},
		{approver, "〔SFJX-2026-000001〕已有决定：停电（第 1 稿）", "您不必再办"},
		{second, "〔SFJX-2026-000001〕待审单：停电（第 1 稿）", "回执码：7Q4KM-2XD9P\n"},
		{citizen, "〔SFJX-2026-000001〕收件回执：停电", "查询码：0123456789"},
		{citizen, "【演练】〔SFJX-2026-000001〕答复：停电", "现答复如下"},
		{citizen, "〔SFJX-2026-000001〕答复：停电", "现答复如下"},
		{handler, "〔SFJX-2026-000002〕待分办单：企业", "【来信】\n有企业反映收费\n"},
		{duty, "〔SFJX-2026-000003〕（重大）报告：泄漏", "回执码：7Q4KM-2XD9P\n"},
	} {
		if err := o.Deliver(m.to.Address, fromGateway(t, m.to, m.subject, m.text).Raw); err != nil {
			t.Fatal(err)
		}
	}
	var told []string
	n, err := p.Step(func(e Event) { told = append(told, string(e.Who.What)+" "+e.What+" "+e.Number) })
	if err != nil || n != len(told) {
		t.Fatalf("Step: %d, %v; told %d", n, err, len(told))
	}
	want := []string{
		"citizen 评价答复 SFJX-2026-000001", "liaison 回复办理意见 SFJX-2026-000001",
		"handler 分办 SFJX-2026-000002", "approver 批准答复 SFJX-2026-000001", "duty 签收报告 SFJX-2026-000003",
	}
	if d := cmp.Diff(want, told); d != "" {
		t.Errorf("told (-want +got):\n%s", d)
	}
	var said []string
	for _, m := range o.Mailbox("wsxf@jxw.example") {
		l := letter.Parse(m.Raw)
		first, _, _ := strings.Cut(strings.TrimSpace(l.New), "\n")
		said = append(said, first)
		if !bytes.Contains(m.Raw, []byte("dmarc=pass")) {
			t.Errorf("the MX does not vouch for %v", l.From)
		}
	}
	wantSaid := []string{"满意 谢谢你们及时处理。", opinion(liaison), "分办 中小企业处", "批准", "收到"}
	if d := cmp.Diff(wantSaid, said); d != "" {
		t.Errorf("said (-want +got):\n%s", d)
	}
	if n, err := p.Step(nil); n != 0 || err != nil {
		t.Errorf("second Step: %d, %v", n, err)
	}
}

func TestPlayKeepsPace(t *testing.T) {
	t.Parallel()
	const pace = 300 * time.Millisecond
	o, err := Start(Options{Now: func() time.Time { return noon }, Pace: pace})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	ctx, cancel := context.WithCancel(t.Context())
	told, done := make(chan Event, 10), make(chan error, 1)
	began := time.Now()
	for _, id := range []string{"power", "sme"} {
		to := o.Of(Liaison, id)
		if err := o.Deliver(to.Address, fromGateway(t, to, "〔SFJX-2026-000001〕转办单：停电", "回执码：7Q4KM-2XD9P\n").Raw); err != nil {
			t.Fatal(err)
		}
	}
	go func() { done <- o.Play(ctx, func(e Event) { told <- e }) }()
	<-told
	<-told
	if took := time.Since(began); took < pace {
		t.Errorf("answered after %v, want %v at least", took, pace)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Play: %v", err)
	}
	if n := len(o.Mailbox("wsxf@jxw.example")); n != 2 {
		t.Errorf("%d answers, want 2", n)
	}
}

// TestPlayersEnd keeps sending one person the same order.
func TestPlayersEnd(t *testing.T) {
	t.Parallel()
	o := start(t)
	p := o.Player()
	a := o.Of(Liaison, "sme")
	total := 0
	for range 3 * mostReplies {
		if err := o.Deliver(a.Address, fromGateway(t, a, "〔SFJX-2026-000001〕退回重办：停电", "再办").Raw); err != nil {
			t.Fatal(err)
		}
		n, err := p.Step(nil)
		if err != nil {
			t.Fatal(err)
		}
		total += n
	}
	if total != mostReplies {
		t.Errorf("%d replies about one case, want the bound %d", total, mostReplies)
	}
}

func TestSamples(t *testing.T) {
	t.Parallel()
	o := start(t)
	samples := Samples(noon)
	if len(samples) != 20 {
		t.Errorf("%d samples, want 20", len(samples))
	}
	subjects := map[string]string{
		"普通来信：小区停电":               "幸福里小区每晚停电，请尽快更换变压器",
		"旧式邮件程序：GBK 编码，标为 gb2312": "配电房噪声扰民",
		"繁体字，Big5 编码":             "請問中小企業融資擔保如何辦理",
		"没有 Message-ID，没有日期":      "电表走得太快",
		"没有文字，只有照片":               "",
	}
	texts := map[string]string{
		"旧式邮件程序：GBK 编码，标为 gb2312": "李镕、张堃两家",
		"只有 HTML":     "报装单号",
		"繁体字，Big5 编码": "申請融資擔保",
		"网站表单":        "标题：新村路手机信号差",
		"转发别人的邮件":     "刮大风怕要倒",
	}
	names := map[string]bool{}
	for _, s := range samples {
		if names[s.Name] {
			t.Errorf("%s: twice", s.Name)
		}
		names[s.Name] = true
		l := letter.Parse(s.Raw)
		if want, ok := subjects[s.Name]; ok && l.Subject != want {
			t.Errorf("%s: subject %q, want %q", s.Name, l.Subject, want)
		}
		if want := texts[s.Name]; !strings.Contains(l.Text, want) {
			t.Errorf("%s: text\n%s\nwant %q in it", s.Name, l.Text, want)
		}
		if bytes.Contains(bytes.ReplaceAll(s.Raw, []byte("\r\n"), nil), []byte("\n")) {
			t.Errorf("%s: bare line ends", s.Name)
		}
		if _, ok := o.Account(s.From); s.Played && !ok {
			t.Errorf("%s: nobody plays %s", s.Name, s.From)
		}
		if err := o.Deliver(s.To, s.Raw); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	if l := letter.Parse(samples[10].Raw); len(l.Attachments) != 2 || l.Attachments[0].Name != "收费清单.csv" || l.Attachments[1].Name != "通知照片.png" {
		t.Errorf("%s: attachments %+v", samples[10].Name, l.Attachments)
	}
}
