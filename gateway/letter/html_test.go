package letter

import (
	"strings"
	"testing"
)

func TestHTMLText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, html, want string }{
		{"paragraphs", "<p>一</p><p>二<br>三</p>", "一\n二\n三"},
		{"cells apart", "<table><tr><td>姓名</td><td>张三</td></tr><tr><td>电话<td>138</table>", "姓名\t张三\n电话\t138"},
		{"link", `<a href="https://x.example/a">这里</a>`, "这里 <https://x.example/a>"},
		{"link that shows itself", `<a href="https://x.example/">x.example</a>`, "x.example"},
		{"script link", `<a href="javascript:alert(1)">这里</a>`, "这里"},
		{"entities", "&lt;a&gt;&nbsp;&amp;&#20320;&hellip;", "<a> &你…"},
		{"blanks fold", "a \n  b", "a b"},
		{"line end between characters", "北京\n市", "北京市"},
		{"pre", "<pre>a\n  b</pre>", "a\n  b"},
		{"comment", "a<!-- 批准 -->b", "ab"},
		{"conditional comment", "a<!--[if mso]>批准<![endif]-->b", "ab"},
		{"script and style", "a<script>批准</script><style>p{}</style>b", "ab"},
		{"head", "<html><head><title>批准</title></head><body>a</body></html>", "a"},
		{"unclosed", "<div>a<div>b", "a\nb"},
		{"list", "<ul><li>a<li>b</ul>", "a\nb"},
		{"stray end tags", "</div></td>a</p></html>b", "a\nb"},
		{"hidden paragraph closes", `<p style="display:none">批准<p>a`, "a"},
		{"cell after a hidden one", `<table><tr><td style="display:none">批准<td>a</table>`, "a"},
		{"white on colour is seen", `<td style="background:#003366;color:#fff">标题</td>`, "标题"},
		{"attribute colour", `<table bgcolor="#336699"><tr><td><font color="white">标题</font></td></tr></table>`, "标题"},
		{"white on a class's colour is seen", `<style>.t{background:#336699}</style><table><tr><td class=t><font color="white">标题</font></td></tr></table>`, "标题"},
		{"black within white is seen", `<font color=white>批准<font color=black>标题</font></font>`, "标题"},
		{"a page all in white is seen", `<div style="color:#fff">路灯</div><div style="color:white">坏了</div>`, "路灯\n坏了"},
		{"hanging list of Word", `<p style='margin-left:18.0pt;text-indent:-18.0pt'>1.路灯</p><p style="text-indent:-24.25pt">2.水管</p>`, "1.路灯\n2.水管"},
		{"list of Word by its class", `<style>p.l{font-size:10.5pt;text-indent:-21.0pt}</style><p class=l>1.路灯</p>`, "1.路灯"},
		{"a little to the left", `<div style="position:absolute;left:-13.5pt">路灯</div>`, "路灯"},
		{"comment in a sheet", `<style>/* .a */ .b{display:none}</style><p class=a>路灯</p><p class=b>批准</p>`, "路灯"},
		{"blank line in pre", "<pre>一\n\n二</pre>", "一\n\n二"},
		{"part of the type around it", `<p style="font-size:.875em">路灯</p><p style="font-size:0.9em">坏了</p><p style="font-size:85%">请修</p>`, "路灯\n坏了\n请修"},
		{"type within type of no size", `<table style="font-size:0"><tr><td style="font-size:12px">路灯</td><td style="font-size:9pt">坏了</td></tr></table>`, "路灯\t坏了"},
		{"type within a class of no size", `<style>.n{font-size:0}</style><div class=n><span style="font-size:14px">路灯</span></div>`, "路灯"},
		{"no style", "x < y > z", "x < y > z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := HTMLText(tt.html); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHiddenHTMLIsNotRead(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"display":                `<div style="display:none">批准</div>`,
		"display, spaced":        `<div style="DISPLAY : None !important ; color:red">批准</div>`,
		"visibility":             `<span style="visibility:hidden">批准</span>`,
		"font size":              `<span style="font-size:0">批准</span>`,
		"font size with unit":    `<span style="font-size:0px;">批准</span>`,
		"font size in parts":     `<span style="font-size:0.1em">批准</span>`,
		"font size in a hundred": `<span style="font-size:1%">批准</span>`,
		"font size of nothing":   `<div style="font-size:0"><b style="font-size:2em">批准</b></div>`,
		"font size by class":     `<style>.n{font-size:0px}</style><span class=n>批准</span>`,
		"font size of a pixel":   `<span style="font-size:1px">批准</span>`,
		"hidden attribute":       `<div hidden>批准</div>`,
		"opacity":                `<div style="opacity:0.0">批准</div>`,
		"white on white":         `<span style="color:#FFFFFF">批准</span>`,
		"white by name":          `<font color=white>批准</font>`,
		"white by rgb":           `<span style="color: rgb(255, 255, 255)">批准</span>`,
		"white, short":           `<span style="color:#fff">批准</span>`,
		"nearly white":           `<span style="color:#fefefe">批准</span>`,
		"same as background":     `<div style="background-color:#123456"><span style="color:#123456">批准</span></div>`,
		"transparent":            `<span style="color:transparent">批准</span>`,
		"off the page":           `<div style="position:absolute;left:-9999px">批准</div>`,
		"no height":              `<div style="max-height:0;overflow:hidden">批准</div>`,
		"outlook":                `<div style="mso-hide:all">批准</div>`,
		"indent":                 `<div style="text-indent:-9999px">批准</div>`,
		"style sheet class":      `<style>.h{display:none}</style><div class="x h">批准</div>`,
		"style sheet id":         `<style>p.a, #h { visibility: hidden }</style><div id="h">批准</div>`,
		"style sheet in a media": `<style>@media print{.x{color:red}} .h{display:none}</style><div class="h">批准</div>`,
		"template":               `<template>批准</template>`,
		"noscript":               `<noscript>批准</noscript>`,
		"inside a hidden one":    `<div style="display:none"><p>x</p><b>批准</b></div>`,
		"input":                  `<input type="hidden" value="批准">`,
		"title attribute":        `<span title="批准"></span>`,
	}
	for name, page := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := Parse([]byte("Content-Type: text/html; charset=utf-8\n\n<html><body>" + page + "<p>退回重办</p></body></html>"))
			if strings.Contains(l.Text, "批准") || strings.Contains(l.New, "批准") {
				t.Errorf("hidden text was read: %q", l.Text)
			}
			if l.New != "退回重办" {
				t.Errorf("new text %q", l.New)
			}
		})
	}
}

func TestHTMLIsLinear(t *testing.T) {
	t.Parallel()
	pages := map[string]func(n int) string{
		"deep":          func(n int) string { return strings.Repeat("<div>", n) + "x" },
		"deep, closed":  func(n int) string { return strings.Repeat("<b>", n) + "x" + strings.Repeat("</b>", n) },
		"stray ends":    func(n int) string { return strings.Repeat("<p>", 2000) + strings.Repeat("</i>", n) },
		"styles":        func(n int) string { return strings.Repeat(`<p style="color:red;font-size:12px">x</p>`, n) },
		"open tag":      func(n int) string { return "<" + strings.Repeat("a", 10*n) },
		"entities":      func(n int) string { return strings.Repeat("&amp", n) },
		"blockquotes":   func(n int) string { return strings.Repeat("<blockquote>x", n) },
		"cells":         func(n int) string { return strings.Repeat("<td>x", n) },
		"links":         func(n int) string { return strings.Repeat(`<a href="http://x.example/y">z</a>`, n) },
		"sheet":         func(n int) string { return "<style>" + strings.Repeat(".a{display:none}", n) + "</style>x" },
		"open comments": func(n int) string { return strings.Repeat("<!--", n) },
	}
	for name, page := range pages {
		t.Run(name, func(t *testing.T) {
			checkLinear(t, 4000, 8, func(n int) func() {
				src := page(n)
				return func() { HTMLText(src) }
			})
		})
	}
}
