package letter

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

var sampleFields = FormFields{
	"name": {"姓名"}, "phone": {"联系电话", "电话"}, "email": {"电子邮箱", "E-mail"}, "subject": {"标题"}, "body": {"内容", "诉求内容"},
}

func TestForm(t *testing.T) {
	t.Parallel()
	full := Form{
		Name: "张三", Phone: "13800000000", Email: "zhang@mail.example", Subject: "路灯不亮", Body: "一号路路灯三天不亮。\n请修。",
		Fields: map[string]string{"name": "张三", "phone": "13800000000", "email": "zhang@mail.example", "subject": "路灯不亮", "body": "一号路路灯三天不亮。\n请修。"},
	}
	tests := []struct {
		name, kind, text string
		want             Form
		no               bool
	}{
		{"full-width colons", "plain", "姓名：张三\n联系电话：13800000000\n电子邮箱：zhang@mail.example\n标题：路灯不亮\n内容：一号路路灯三天不亮。\n请修。\n", full, false},
		{"half-width colons, other order, spaced labels", "plain", "E-Mail: zhang@mail.example\n姓　名: 张三\n电 话 : 13800000000\n【标题】:路灯不亮\n诉求内容:\n一号路路灯三天不亮。\n请修。\n", full, false},
		{"several on a line", "plain", "姓名：张三  联系电话：13800000000  电子邮箱：zhang@mail.example\n标题：路灯不亮\n内容：一号路路灯三天不亮。\n请修。", full, false},
		{"html table", "html", "<table><tr><td>姓名</td><td>张三</td></tr><tr><td>联系电话：</td><td>13800000000</td></tr><tr><td>电子邮箱</td><td><a href='mailto:zhang@mail.example'>zhang@mail.example</a></td></tr><tr><td>标题</td><td>路灯不亮</td></tr><tr><td>内容</td><td>一号路路灯三天不亮。<br>请修。</td></tr></table>", full, false},
		{"html table, two pairs a row", "html", "<table><tr><th>姓名</th><td>张三</td><th>电话</th><td>13800000000</td></tr><tr><th>电子邮箱</th><td>zhang@mail.example</td><th>标题</th><td>路灯不亮</td></tr><tr><th>内容</th><td>一号路路灯三天不亮。<br>请修。</td></tr></table>", full, false},
		{"the body cannot replace what the form said", "plain", "姓名：张三\n联系电话：13800000000\n电子邮箱：zhang@mail.example\n标题：路灯不亮\n内容：一号路路灯三天不亮。\n请修。", full, false},
		{"no form", "plain", "尊敬的主任：\n您好，我反映路灯问题。", Form{}, true},
		{"one label is a sentence", "plain", "我的电话：13800000000", Form{}, true},
	}
	for _, tt := range tests {
		for _, eol := range []string{"\n", "\r\n"} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				l := Parse(wire("Content-Type: text/"+tt.kind+"; charset=utf-8\n\n"+tt.text, eol))
				got, ok := l.Form(sampleFields)
				if ok == tt.no {
					t.Fatalf("form found: %v; text %q", ok, l.Text)
				}
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Error(d)
				}
			})
		}
	}
}

func TestFormKeepsTheFirstValue(t *testing.T) {
	t.Parallel()
	l := Parse([]byte("\n姓名：张三\n电子邮箱：zhang@mail.example\n内容：他说\n电子邮箱：evil@x.example\n就这样。"))
	f, ok := l.Form(sampleFields)
	if !ok || f.Email != "zhang@mail.example" || f.Body != "他说\n电子邮箱：evil@x.example\n就这样。" {
		t.Errorf("got %v, %+v", ok, f)
	}
}

func TestFormAddress(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"zhang@mail.example":                             "zhang@mail.example",
		" ｚｈａｎｇ＠mail。example ":                           "zhang@mail.example",
		"zhang@mail.example <mailto:zhang@mail.example>": "zhang@mail.example",
		"a@b.example, c@d.example":                       "",
		"没有":                                             "",
		"zhang@localhost":                                "",
		"zhang@mail.example\r\nBcc: x@y.example":         "",
	} {
		if got := typedAddress(in); got != want {
			t.Errorf("%q gave %q, want %q", in, got, want)
		}
	}
}
