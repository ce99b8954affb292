package letter

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFormShapes goes through the shapes in which web servers send a form.
func TestFormShapes(t *testing.T) {
	t.Parallel()
	pairs := [][2]string{{"姓名", "张三"}, {"联系电话", "13800000000"}, {"电子邮箱", "zhang@mail.example"}, {"标题", "路灯不亮"}, {"内容", "一号路路灯三天不亮。\n请修。"}}
	want := Form{
		Name: "张三", Phone: "13800000000", Email: "zhang@mail.example", Subject: "路灯不亮", Body: "一号路路灯三天不亮。\n请修。",
		Fields: map[string]string{"name": "张三", "phone": "13800000000", "email": "zhang@mail.example", "subject": "路灯不亮", "body": "一号路路灯三天不亮。\n请修。"},
	}
	br := func(s string) string { return strings.ReplaceAll(s, "\n", "<br>") }
	shapes := []struct {
		name, kind, before, after string
		pair                      func(label, value string) string
	}{
		{"full colon", "plain", "", "", func(l, v string) string { return l + "：" + v + "\n" }},
		{"half colon", "plain", "", "", func(l, v string) string { return l + ": " + v + "\n" }},
		{"blank before the colon", "plain", "", "", func(l, v string) string { return l + " ： " + v + "\n" }},
		{"other colons", "plain", "", "", func(l, v string) string { return l + "∶" + v + "\n" }},
		{"small colon", "plain", "", "", func(l, v string) string { return l + "﹕" + v + "\n" }},
		{"greeted", "plain", "网站收到一封新的来信：\n\n", "", func(l, v string) string { return l + "：" + v + "\n\n" }},
		{"brackets", "plain", "", "", func(l, v string) string { return "【" + l + "】" + v + "\n" }},
		{"brackets and colon", "plain", "", "", func(l, v string) string { return "[" + l + "]: " + v + "\n" }},
		{"starred", "plain", "", "", func(l, v string) string { return "* " + l + "：" + v + "\n" }},
		{"required", "plain", "", "", func(l, v string) string { return l + "（必填）：" + v + "\n" }},
		{"optional", "plain", "", "", func(l, v string) string { return l + "(选填): " + v + "\n" }},
		{"spread", "plain", "", "", func(l, v string) string { return strings.Join(strings.Split(l, ""), "　") + "：" + v + "\n" }},
		{"value below", "plain", "", "", func(l, v string) string { return l + "：\n" + v + "\n" }},
		{"value below, no colon", "plain", "", "", func(l, v string) string { return l + "\n" + v + "\n" }},
		{"numbered", "plain", "", "", func(l, v string) string { return "1、" + l + "：" + v + "\n" }},
		{"parentheses", "plain", "", "", func(l, v string) string { return "（" + l + "）" + v + "\n" }},
		{"diamonds", "plain", "", "", func(l, v string) string { return "◆" + l + "：" + v + "\n" }},
		{"dashes", "plain", "", "", func(l, v string) string { return l + "——" + v + "\n" }},
		{"wide equals", "plain", "", "", func(l, v string) string { return l + "＝" + v + "\n" }},
		{"equals", "plain", "", "", func(l, v string) string { return l + "=" + v + "\n" }},
		{"tabs", "plain", "", "", func(l, v string) string { return l + "\t" + v + "\n" }},
		{"table", "html", "<table>", "</table>", func(l, v string) string { return "<tr><td>" + l + "</td><td>" + br(v) + "</td></tr>" }},
		{"table with colons", "html", "<table border=1>", "</table>", func(l, v string) string { return "<tr><th>" + l + "：</th><td>" + br(v) + "</td></tr>" }},
		{"table with paragraphs", "html", "<table>", "</table>", func(l, v string) string { return "<tr><td><p>" + l + "</p></td><td><p>" + br(v) + "</p></td></tr>" }},
		{"bold", "html", "", "", func(l, v string) string { return "<p><strong>" + l + "：</strong>" + br(v) + "</p>" }},
		{"bold, colon outside", "html", "", "", func(l, v string) string { return "<div><b>" + l + "</b>：" + br(v) + "</div>" }},
		{"breaks", "html", "", "", func(l, v string) string { return l + "：" + br(v) + "<br>" }},
		{"list", "html", "<ul>", "</ul>", func(l, v string) string { return "<li>" + l + "：" + br(v) + "</li>" }},
		{"definitions", "html", "<dl>", "</dl>", func(l, v string) string { return "<dt>" + l + "</dt><dd>" + br(v) + "</dd>" }},
		{"spans", "html", "", "", func(l, v string) string { return "<div><span>" + l + "：</span><span>" + br(v) + "</span></div>" }},
	}
	orders := [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 4, 0, 3, 1}, {3, 4, 0, 1, 2}}
	good, all := 0, 0
	for _, s := range shapes {
		for _, order := range orders {
			text := s.before
			for _, i := range order {
				text += s.pair(pairs[i][0], pairs[i][1])
			}
			all++
			l := Parse([]byte("From: www@site.example\nContent-Type: text/" + s.kind + "; charset=utf-8\n\n" + text + s.after))
			got, ok := l.Form(sampleFields)
			if d := cmp.Diff(want, got); d != "" || !ok {
				t.Errorf("%s %v: %v %s\nof %q", s.name, order, ok, d, l.Text)
				continue
			}
			good++
		}
	}
	t.Logf("forms: %d of %d", good, all)
}

func TestFormOddities(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, phone, email, body string }{
		{"missing value", "姓名：张三\n联系电话：\n电子邮箱：zhang@mail.example\n内容：停电", "", "zhang@mail.example", "停电"},
		{"missing value at the end", "姓名：张三\n电子邮箱：zhang@mail.example\n内容：停电\n联系电话：", "", "zhang@mail.example", "停电"},
		{"nothing but labels", "姓名：张三\n联系电话：\n电子邮箱：\n标题：\n内容：停电", "", "", "停电"},
		{"no address", "姓名：张三\n电子邮箱：无\n内容：停电", "", "", "停电"},
		{"broken address", "姓名：张三\n电子邮箱：zhang@mail\n内容：停电", "", "", "停电"},
		{"two addresses", "姓名：张三\n电子邮箱：a@mail.example 或 b@mail.example\n内容：停电", "", "", "停电"},
		{"header injected", "姓名：张三\n电子邮箱：zhang@mail.example%0ABcc:evil@x.example\n内容：停电", "", "", "停电"},
		{"address in the body only", "姓名：张三\n内容：我的邮箱 zhang@mail.example\n请回信", "", "", "我的邮箱 zhang@mail.example\n请回信"},
		{"label in the body, form above", "姓名：张三\n联系电话：138\n电子邮箱：zhang@mail.example\n内容：他说：\n联系电话：999\n电子邮箱：evil@x.example\n就这样", "138", "zhang@mail.example", "他说：\n联系电话：999\n电子邮箱：evil@x.example\n就这样"},
		{"label in the body, form below", "内容：他说：\n电子邮箱：evil@x.example\n就这样\n姓名：张三\n联系电话：138\n电子邮箱：zhang@mail.example", "138", "zhang@mail.example", "他说：\n电子邮箱：evil@x.example\n就这样"},
		{"second body label", "姓名：张三\n电子邮箱：zhang@mail.example\n内容：情况如下\n内容：停电\n三天", "", "zhang@mail.example", "情况如下\n内容：停电\n三天"},
		{"sentence with a label", "姓名：张三\n电子邮箱：zhang@mail.example\n内容：请拨打 联系电话：12345 核实", "", "zhang@mail.example", "请拨打 联系电话：12345 核实"},
		{"colon in the value", "姓名：张三\n电子邮箱：zhang@mail.example\n内容：时间：昨天 10:12\n地点：家", "", "zhang@mail.example", "时间：昨天 10:12\n地点：家"},
		{"blank lines in the body", "姓名：张三\n电子邮箱：zhang@mail.example\n内容：\n\n停电\n\n三天\n", "", "zhang@mail.example", "停电\n\n三天"},
	}
	for _, tt := range tests {
		l := Parse([]byte("From: www@site.example\nContent-Type: text/plain; charset=utf-8\n\n" + tt.text))
		f, ok := l.Form(sampleFields)
		if !ok || f.Name != "张三" || f.Phone != tt.phone || f.Email != tt.email || f.Body != tt.body {
			t.Errorf("%s: %v %+v", tt.name, ok, f)
		}
	}
}

// TestFormBehindNumber takes no telephone number for the number of a label behind it.
func TestFormBehindNumber(t *testing.T) {
	t.Parallel()
	for _, sep := range []string{"：", "： ", "：　", ": "} {
		text := "姓名" + sep + "张三  联系电话" + sep + "13800000000  电子邮箱" + sep + "zhang@mail.example\n12、标题" + sep + "路灯不亮\n"
		got, ok := Parse([]byte("From: www@site.example\n\n" + text)).Form(sampleFields)
		if !ok || got.Name != "张三" || got.Phone != "13800000000" || got.Email != "zhang@mail.example" || got.Subject != "路灯不亮" {
			t.Errorf("%q: %+v", text, got)
		}
	}
}
