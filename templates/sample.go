package templates

import "time"

// sample is a view with made-up data, rendered at every load. Samples double as
// the golden tests' data, one golden pair per sample.
type sample struct {
	kind     string
	variant  string // "" for the ordinary case
	common   Common
	internal bool     // must begin with the marker
	lines    []string // lines that the text must have
	both     []string // what text and HTML must contain
	never    []string // what neither may contain
	render   func(*Set) (Mail, error)
}

func (t sample) name() string {
	if t.variant == "" {
		return t.kind
	}
	return t.kind + "-" + t.variant
}

// pageSample is the same for a page.
type pageSample struct {
	name   string
	render func(*Set) ([]byte, error)
}

const (
	sampleNumber    = "SFJX-2026-000123"
	sampleCode      = "7Q4KM-2XD9P"
	sampleQueryCode = "0123456789"
	sampleMarker    = "———— 请在此行以上回复 ————"
	sampleDigest    = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	sampleSubject   = "小区连续停电三天"
	codeLine        = "回执码：" + sampleCode
	queryCodeLine   = "查询码：" + sampleQueryCode
)

func samples() []sample {
	var all []sample
	for _, list := range [][]sample{
		receiptSamples(), citizenSamples(), answerSamples(), triageSamples(), dispatchSamples(), assistSamples(), chaseSamples(),
		approvalSamples(), confirmSamples(), transcriptSamples(), alertSamples(), dutySamples(), listSamples(),
	} {
		all = append(all, list...)
	}
	return all
}

// at is a moment of the sample story, in the office's zone.
func at(day, hour, minute int) time.Time {
	return time.Date(2026, time.November, day, hour, minute, 0, 0, time.FixedZone("CST", 8*60*60))
}

// toCitizen and toStaff are the Common parts of the two kinds of mail.
func toCitizen() Common {
	return Common{Office: "示范市经济和信息化委员会", Number: sampleNumber, Now: at(23, 15, 26)}
}

func toStaff() Common {
	c := toCitizen()
	c.Marker, c.Code = sampleMarker, sampleCode
	return c
}

func sampleLetter() Letter {
	return Letter{
		From: "王小明 <wangxm@mail.example>", Box: "公众诉求信箱", Subject: sampleSubject, Arrived: at(23, 15, 24),
		Fields: []Field{{"姓名", "王小明"}, {"联系电话", "138****0000"}},
		Text: "尊敬的领导：\n\n　　我们小区（幸福里二期）从11月20日起连续停电三天，变压器烧了没有人修，老人孩子都受不了。" +
			"打过供电所电话，说要等。\n\n　　请尽快派人处理。\n\n王小明\n2026年11月23日",
		Attachments: []Attachment{
			{Index: 1, Name: "变压器照片.jpg", Size: 1258291, Type: "image/jpeg"},
			{Index: 2, Name: "说明.exe", Size: 40960, Type: "application/octet-stream", Withheld: "可执行文件，存卷不转"},
		},
	}
}

func maskedLetter() Letter {
	l := sampleLetter()
	l.From, l.Masked, l.Fields, l.Attachments = "", true, nil, nil
	l.Box, l.Subject = "监察举报", "反映有关人员问题"
	l.Text = "本人＊＊＊反映：有关人员在办理用电手续时收取费用。联系电话 138****0000。"
	return l
}

func sampleReasons() []Reason {
	return []Reason{
		{Rule: "power-cut", Name: "供电与停电", Field: "主题", Word: "停电", Context: "小区连续停电三天"},
		{Rule: "power-cut", Name: "供电与停电", Field: "正文", Word: "变压器", Context: "连续停电三天，变压器烧了没有人修"},
	}
}

func sampleOpinions() []Opinion {
	return []Opinion{
		{Division: "电力处", Lead: true, By: "电力处联络员", At: at(25, 10, 5), Text: sampleAnswerText,
			Attachments: []Attachment{{Index: 1, Name: "抢修记录.pdf", Size: 183500}, {Index: 2, Name: "现场照片.jpg", Size: 734003}}},
		{Division: "经济运行处", By: "经济运行处联络员", At: at(24, 16, 40), Text: "已将该小区列入冬季负荷监测范围。"},
	}
}

const sampleAnswerText = "经核实，幸福里二期因变压器老化过载于11月20日18时跳闸。\n\n" +
	"一、供电公司已于11月24日21时更换变压器，恢复供电。\n二、我委已要求供电公司排查同批次设备，12月15日前完成。\n\n" +
	"给您的生活带来不便，深表歉意。"
