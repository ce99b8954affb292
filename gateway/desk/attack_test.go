package desk

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

const mallory = "mallory@evil.example"

// answered brings a letter to its answer and gives back the receipt's query code.
func (o *office) answeredIn(box, subject, text, division string) (query string, answer *mail) {
	o.t.Helper()
	o.person(box, wang, "王某某", subject, text)
	query = between(o.last(wang, "receipt").l.Text, "查询码：")
	o.answer(reply{from: division, to: o.last(division, "dispatch"), text: "经核查，情况属实，已整改。"})
	o.answer(reply{from: "yi@jxw.example", to: o.last("yi@jxw.example", "approval"), text: "批准"})
	o.state(1, petition.Answered)
	return query, o.last(wang, "answer")
}

// Who has got hold of a query code may ask for a review, but neither the name
// nor the answer is theirs: all of it goes to the registered address.
func TestReviewAskedFromElsewhere(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		query, _ := o.answeredIn("report", "反映收费", "反映某所乱收费。", "supervision@jxw.example")
		o.now = o.now.AddDate(0, 0, 3)
		clearInboxes(o)
		o.person("report", mallory, "Mallory", "复查", "申请复查 SFJX-2026-000001 "+query+" 对答复不服")
		c := o.state(2, petition.Dispatched)
		if !c.Review || c.Follows != "SFJX-2026-000001" || c.Sender != wang || c.Name != "王某某" {
			t.Errorf("review %v of %q for %q <%s>", c.Review, c.Follows, c.Name, c.Sender)
		}
		o.take(wang, "receipt")
		o.answer(reply{from: "supervision@jxw.example", to: o.last("supervision@jxw.example", "dispatch"), text: "复查属实。"})
		o.answer(reply{from: "yi@jxw.example", to: o.last("yi@jxw.example", "approval"), text: "批准"})
		for _, m := range o.inboxes[mallory] {
			t.Errorf("%s to %s:\n%s", m.kind, mallory, m.l.Text)
		}
	})
}

// A query code is the citizen's alone wherever it stands: in a subject, a name,
// the name of a file, a web form.
func TestQueryCodeOutsideTheText(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		query, answer := o.answeredIn("director", "停电", "小区停电三天。", "power@jxw.example")
		wide := strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７", "8", "８", "9", "９").Replace(query)
		o.answer(reply{from: wang, to: answer, text: "不满意", plain: true, box: "director"})
		o.until(o.now.Add(time.Minute))
		o.state(1, petition.Archived)
		from := len(o.sent)
		o.person("director", wang, "王某某", "停电 〔SFJX-2026-000001〕查询码："+query, "还是停电，无人处理。")
		o.person("director", "li@mail.example", "查询码："+query, "停电 查询码 "+wide, "我家停电。")
		o.deliver("director", o.attached("director", "zhao@mail.example", "赵某", "停电", "停电请看附件。", "查询码："+query+".pdf", "%PDF-1.4"))
		o.person("portal", "web@jxw-portal.example", "", "公众诉求", "姓名：钱某\n联系电话：13800138000\n电子邮箱：qian@mail.example\n标题：停电 查询码："+query+"\n内容：停电，SFJX-2026-000001 "+query)
		o.person("director", wang, "王某某", "〔SFJX-2026-000001〕查询码："+query, "撤回")
		for _, m := range o.sent[from:] {
			shown := m.shown() + string(m.raw)
			for _, a := range m.l.Attachments {
				shown += a.Name
			}
			if strings.Contains(shown, query) || strings.Contains(shown, wide) {
				t.Errorf("the %s to %s shows the query code: %s\n%s", m.kind, m.l.To[0].Address, m.l.Subject, m.l.Text)
			}
		}
	})
}

// A stranger learns from nothing whether a number exists.
func TestNumbersTellNothing(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.person("report", wang, "王某", "反映收费", "反映乱收费。")
		for i, verb := range []string{"查询", "撤回", "满意", "不满意", "申请复查"} {
			for _, rest := range []string{"", " 0000000000", " 0000000000 有话要说", " 有话要说"} {
				var got [2]string
				for k, number := range []string{"SFJX-2026-000001", "SFJX-2026-000777"} {
					from := len(o.sent)
					who := fmt.Sprintf("s%d-%d@evil.example", i, k)
					o.person("director", who, "某人", "询问", verb+" "+number+rest)
					for _, m := range o.sent[from:] {
						if m.l.To[0].Address == who {
							got[k] += m.kind + " "
						}
					}
				}
				if got[0] != got[1] {
					t.Errorf("%s%s: a number that exists brings %q, another %q", verb, rest, got[0], got[1])
				}
			}
		}
	})
}

var varying = regexp.MustCompile(`SFJX-2026-\d{6}|[0-9A-Z]{5}-[0-9A-Z]{5}`)

// Somebody of the office's own learns no more of a case they have no part in:
// every verb says of it what it says of a number that does not exist.
func TestVerbsTellNothing(t *testing.T) {
	alone(t, func(s *Settings) {
		// An approver, a leader and the officer on duty belong to the accused.
		s.Policy.Roster.Divisions[0].Liaisons = append(s.Policy.Roster.Divisions[0].Liaisons, petition.Person{Name: "审核员乙", Address: "yi@jxw.example"},
			petition.Person{Name: "分管领导", Address: "fgld@jxw.example"}, petition.Person{Name: "值班员", Address: "zhiban@jxw.example"})
	}, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "举报电力处", "举报电力处乱收费。")
		words := []string{"签收 %s", "答复 %s\n已办", "退回 %s 不归我处", "延期 %s 3 需要核查", "协办 %s 政策法规处 涉及政策", "批准 %s", "修改 %s\n已改", "附件 %s 无", "撤回 %s", "退回重办 %s 再查",
			"呈报 %s 主要领导", "公开 %s", "不公开 %s", "分办 %s 监察室", "改派 %s 监察室 调整", "受理 %s", "不予受理 %s 不属", "转外 %s 某局 不属", "同意延期 %s", "不同意延期 %s", "同意协办 %s", "不同意协办 %s",
			"催办 %s", "督办 %s", "保密 %s", "解密 %s", "并案 %s 3", "重办 %s 再办", "结案 %s", "批示 %s\n速办", "查询 %s"}
		for _, who := range []string{"law@jxw.example", "power@jxw.example", "yi@jxw.example", "fgld@jxw.example", "zhiban@jxw.example"} {
			for i, w := range words {
				if i == 20 {
					o.until(o.now.Add(2 * time.Hour)) // nobody is heard without end
				}
				var got [2]string
				for k, n := range []string{"SFJX-2026-000001", "SFJX-2026-000777"} {
					from := len(o.sent)
					o.answer(reply{from: who, text: fmt.Sprintf(w, n), bare: true})
					for _, m := range o.sent[from:] {
						if m.l.To[0].Address == who {
							got[k] += m.kind + "\n" + varying.ReplaceAllString(m.l.Subject+"\n"+m.l.Text, "#") + "\n"
						}
					}
				}
				if diff := cmp.Diff(got[1], got[0]); diff != "" {
					t.Errorf("%s writes %q (-no such case +another's):\n%s", who, w, diff)
				}
			}
		}
	})
}

// What a citizen writes into any field ends in no header of ours and in no tag.
func TestFieldsInjectNothing(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		word := func(s string) string { return "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?=" }
		const crlf = "停电\r\nBcc: mallory@evil.example\r\nX-Evil: 1\r\n\r\n<script>alert(1)</script>"
		const tag = `停电<script>alert(1)</script><img src=x onerror=alert(1)>"'><b>`
		n := 0
		for _, evil := range []string{crlf, tag, "停电\x00\u202e\u2028Bcc: x", "停电 =?utf-8?Q?=0D=0ABcc:_x=40y?=", "=HYPERLINK(\"http://evil.example\") 停电", "停电\n.\nQUIT"} {
			n++
			who := fmt.Sprintf("c%d@mail.example", n)
			raw := fmt.Sprintf("Received: from mail.example by mx.jxw.example; Mon, 2 Mar 2026 09:00:00 +0800\r\nFrom: %s <%s>\r\nTo: zhuren@jxw.example\r\nSubject: %s\r\n"+
				"Message-ID: <a b\"%d>\t(c)x@mail.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n"+
				"--b\r\nContent-Type: text/plain; name=\"%s\"\r\nContent-Disposition: attachment; filename=\"%s\"\r\n\r\nhello %d\r\n--b--\r\n",
				word(evil), who, word(evil), n, base64.StdEncoding.EncodeToString([]byte(evil)), word(evil), word(evil), n)
			o.deliver("director", []byte(raw))
			o.person("portal", "web@jxw-portal.example", "", "公众诉求", "姓名："+evil+"\n联系电话："+evil+"\n电子邮箱：f"+who+"\n标题："+evil+"\n内容："+evil)
			file := strings.NewReplacer("\r", "", "\n", " ", `"`, "").Replace(evil) + ".txt"
			d := o.last("power@jxw.example", "dispatch")
			o.answer(reply{from: "power@jxw.example", to: d, text: evil + " 经核查已修复。"})
			o.deliver("desk", withFile(t, o.compose(reply{from: "power@jxw.example", to: o.last("power@jxw.example", "dispatch"), text: evil}), file, "x"))
			o.answer(reply{from: "yi@jxw.example", to: o.last("yi@jxw.example", "approval"), text: "附件 全部"})
			o.answer(reply{from: "yi@jxw.example", to: o.last("yi@jxw.example", "approval"), text: "批准"})
			o.answer(reply{from: "yi@jxw.example", text: "公开 " + fmt.Sprint(2*n), bare: true})
			o.deliver("desk", []byte(fmt.Sprintf("Received: from x by mx.jxw.example; Mon, 2 Mar 2026 09:00:00 +0800\r\nFrom: %s <yi@jxw.example>\r\nTo: wsxf@jxw.example\r\nSubject: %s\r\nMessage-ID: <s%d@evil.example>\r\n\r\n批准 1\r\n", word(evil), word(evil), n)))
		}
		known := regexp.MustCompile(`^(From|Reply-To|To|Subject|Date|Message-ID|In-Reply-To|References|Auto-Submitted|X-Auto-Response-Suppress|MIME-Version|Content-Type|Content-Transfer-Encoding|X-Xinfangd.*|Precedence)$`)
		for _, m := range o.sent {
			for _, f := range m.l.Fields {
				if !known.MatchString(f.Name) {
					t.Errorf("the %s has a field %q: %q", m.kind, f.Name, f.Value)
				}
			}
			if len(m.l.To) != 1 || strings.Contains(string(m.raw), "\nBcc") || slices.ContainsFunc(m.l.Root.Children, func(p *letter.Part) bool {
				return p.Type == "text/html" && (strings.Contains(p.Text(), "<script") || strings.Contains(p.Text(), "<img src=x"))
			}) {
				t.Errorf("the %s lets a field through:\n%s", m.kind, m.raw)
			}
			for line := range strings.SplitSeq(string(m.raw), "\r\n") {
				if strings.ContainsAny(line, "\r\n\x00") || len(line) > 998 {
					t.Errorf("the %s has a line that no server takes: %q", m.kind, line)
				}
			}
		}
	})
}
