package desk

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
)

var update = flag.Bool("update", false, "rewrite the day at the office in README.zh-CN.md")

// day writes down what people of an office write and get in a day.
type day struct {
	*office
	text  strings.Builder
	codes map[string]string
}

func (d *day) at(hour, minute int, headline string) {
	d.t.Helper()
	d.now = time.Date(2026, 3, 2, hour, minute, 0, 0, shanghai)
	fmt.Fprintf(&d.text, "**%s　%s**\n\n", d.now.Format("15:04"), headline)
}

func (d *day) wrote(who, text string) {
	fmt.Fprintf(&d.text, "%s写：\n\n%s\n", who, block(text))
}

// got takes the next mail of somebody and shows it, from its subject on; a
// letter that was shown before is left out.
func (d *day) got(who, address, kind string) *mail {
	d.t.Helper()
	m := d.take(address, kind)
	text := strings.TrimSpace(strings.ReplaceAll(m.l.Text, "\r\n", "\n"))
	if i := strings.Index(text, "\n【来信】\n"); i >= 0 && kind != "dispatch" {
		text = text[:i] + "\n（以下是来信原文，略）"
	}
	fmt.Fprintf(&d.text, "%s收到：\n\n%s\n", who, block(d.plain("主题："+m.l.Subject+"\n\n"+text)))
	return m
}

var (
	dayCode  = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}`)
	dayQuery = regexp.MustCompile(`查询码：\d{10}`)
	dayHash  = regexp.MustCompile(`[0-9a-f]{64}`)
	dayShort = regexp.MustCompile(`摘要 [0-9a-f]{16}`)
)

// plain puts fixed codes in the place of the random ones.
func (d *day) plain(text string) string {
	text = dayCode.ReplaceAllStringFunc(text, func(code string) string {
		if d.codes[code] == "" {
			const letters = "7Q4KM2XD9PHT5RWV"
			n := len(d.codes)
			d.codes[code] = letters[n%11:n%11+5] + "-" + letters[(n*3+1)%11:(n*3+1)%11+5]
		}
		return d.codes[code]
	})
	text = dayQuery.ReplaceAllString(text, "查询码：0123456789")
	text = dayShort.ReplaceAllString(text, "摘要 9f2c…")
	return dayHash.ReplaceAllString(text, "9f2c…（共 64 位）")
}

func block(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		b.WriteString(strings.TrimRight("    "+line, " ") + "\n")
	}
	return b.String()
}

// TestDayAtTheOffice lives a day of the office and holds the manual's mails
// against it, which are the same on both engines.
func TestDayAtTheOffice(t *testing.T) {
	t.Parallel()
	d := &day{office: newOffice(t, lite(t), nil), codes: map[string]string{}}
	d.morning()
	d.afternoon()
	d.leftovers()
	d.sound()
	manual(t, "../../README.zh-CN.md", "\n"+d.text.String())
}

func (d *day) morning() {
	d.at(9, 0, "来信人来信，系统登记并转办")
	const words = "我们小区从2月27日起停电三天，变压器烧了没人修，请尽快恢复供电。"
	d.wrote("来信人给“主任信箱”", "主题：小区连续停电三天\n\n"+words)
	d.person("director", wang, "王某", "小区连续停电三天", words)
	d.got("来信人", wang, "receipt")
	dispatch := d.got("电力处联络员", "power@jxw.example", "dispatch")

	d.at(9, 20, "联络员签收，来信人得知已受理")
	d.wrote("联络员回复转办单", "签收")
	d.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
	d.got("联络员", "power@jxw.example", "transcript")
	d.got("来信人", wang, "acceptance")

	d.at(9, 40, "规则定不了的来信，由受理员分办")
	d.person("consult", "li@mail.example", "李某", "请问如何申请备案", "请问技术改造项目如何申请备案？")
	d.take("li@mail.example", "receipt")
	triage := d.got("受理员", "jia@jxw.example", "triage")
	d.wrote("受理员回复待分办单", "分办 法规 3 工作日 请先电话核实")
	d.answer(reply{from: "jia@jxw.example", to: triage, text: "分办 法规 3 工作日 请先电话核实"})
	d.got("受理员", "jia@jxw.example", "transcript")
	d.take("law@jxw.example", "dispatch")
	d.take("li@mail.example", "acceptance")

	d.at(10, 10, "值班员登记一个来电")
	const call = "登记 主任信箱\n姓名：赵某\n联系电话：13800138000\n内容：来电反映街道路灯停电两天。"
	d.wrote("值班员给工作信箱", call)
	d.answer(reply{from: "zhiban@jxw.example", text: call, bare: true})
	d.got("值班员", "zhiban@jxw.example", "transcript")
	d.take("power@jxw.example", "dispatch")

	d.at(11, 0, "联络员提交办理意见，审核人批准，来信人收到答复")
	const opinion = "经核查，您小区停电系变压器过载烧毁所致。供电公司已于3月2日10时更换变压器，恢复供电。"
	d.wrote("联络员再次回复转办单", opinion)
	d.answer(reply{from: "power@jxw.example", to: dispatch, text: opinion})
	d.got("联络员", "power@jxw.example", "transcript")
	approval := d.got("审核员", "yi@jxw.example", "approval")
	d.take("bing@jxw.example", "approval")
	d.wrote("审核员回复待审单", "批准")
	d.answer(reply{from: "yi@jxw.example", to: approval, text: "批准"})
	d.got("审核员", "yi@jxw.example", "transcript")
	d.take("bing@jxw.example", "approval")
	answer := d.got("来信人", wang, "answer")
	d.wrote("来信人回复", "满意，谢谢！")
	d.answer(reply{from: wang, to: answer, text: "满意，谢谢！", plain: true, box: "director"})
	d.got("来信人", wang, "transcript")
	d.state(1, petition.Archived)
}

func (d *day) afternoon() {
	d.at(14, 0, "重大来信：领导批示，办结后报告领导")
	d.person("director", "sun@mail.example", "孙某", "变压器爆炸停电", "厂区门口变压器爆炸，停电，请派人处理。")
	d.take("sun@mail.example", "receipt")
	d.take("zhiban@jxw.example", "alarm")
	dispatch := d.take("power@jxw.example", "dispatch")
	d.take("power-head@jxw.example", "dispatch")
	report := d.got("分管领导", "fgld@jxw.example", "report")
	const words = "请电力处立即派员到场，2日内报结果。"
	d.wrote("分管领导直接回复", words)
	d.answer(reply{from: "fgld@jxw.example", to: report, text: words})
	d.got("分管领导", "fgld@jxw.example", "transcript")
	d.take("power@jxw.example", "dispatch")
	d.take("power-head@jxw.example", "dispatch")

	d.at(14, 30, "写错了怎么办")
	d.wrote("联络员回复转办单", "签收\n延期 现场情况复杂\n协办 水利处 涉及水利设施")
	d.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收\n延期 现场情况复杂\n协办 水利处 涉及水利设施"})
	d.got("联络员", "power@jxw.example", "transcript")
	d.take("sun@mail.example", "acceptance")

	d.at(16, 0, "办结")
	d.answer(reply{from: "power@jxw.example", to: dispatch, text: "经现场处置，变压器已更换，没有人员受伤，3月2日15时恢复供电。"})
	d.take("power@jxw.example", "transcript")
	approval := d.take("yi@jxw.example", "approval")
	d.take("bing@jxw.example", "approval")
	d.answer(reply{from: "yi@jxw.example", to: approval, text: "批准"})
	d.take("yi@jxw.example", "transcript")
	d.take("bing@jxw.example", "approval")
	d.take("sun@mail.example", "answer")
	d.got("分管领导", "fgld@jxw.example", "report")

	d.at(17, 0, "下班前看一眼待办")
	d.wrote("受理员给工作信箱", "待办\n查询 2")
	d.answer(reply{from: "jia@jxw.example", text: "待办\n查询 2", bare: true})
	d.got("受理员", "jia@jxw.example", "transcript")
}

// manual holds a text against what stands between the markers of a file.
func manual(t *testing.T, path, text string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- day -->\n", "<!-- /day -->\n"
	before, rest, ok := strings.Cut(string(raw), begin)
	old, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the day", path)
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+text+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(text, old); diff != "" {
		t.Errorf("%s is stale, run go test ./gateway/desk -run Day -update (-day +file):\n%s", path, diff)
	}
}
