package letter

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// referenceLines is htmlLines by the tokenizer of x/net/html.
func referenceLines(src string) []textLine {
	p := newPage()
	z := html.NewTokenizer(strings.NewReader(validText(src)))
	read := func() *tag {
		name, more := z.TagName()
		t := &tag{}
		t.atom, t.name = p.tagNamed(name)
		for more {
			var key, value []byte
			key, value, more = z.TagAttr()
			if slices.Contains(knownKeys, string(key)) {
				t.attrs = append(t.attrs, html.Attribute{Key: string(key), Val: string(value)})
			}
		}
		return t
	}
	for {
		switch z.Next() {
		case html.ErrorToken:
			return p.finish()
		case html.TextToken:
			raw := string(z.Raw())
			if strings.Contains(raw, "&") && !p.top().hidden {
				raw = html.UnescapeString(raw)
				p.write(validText(raw), p.top())
				continue
			}
			p.text(raw)
		case html.StartTagToken:
			p.start(read(), false)
		case html.SelfClosingTagToken:
			// x/net forgets an attribute that is given twice, and what ends its value.
			ours := tokens{src: string(z.Raw()), page: newPage()}
			kind, _ := ours.next()
			p.start(read(), kind == tokenSelfClosing)
		case html.EndTagToken:
			p.end(read())
		}
	}
}

// checkTokens compares our tokens with those of x/net/html by what they amount
// to. It replaces NUL and CR in names and values, which no text of a mail holds.
func checkTokens(t *testing.T, page string) {
	t.Helper()
	page = plainLines(page)
	got, want := htmlLines(page), referenceLines(page)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(textLine{})); diff != "" {
		t.Errorf("page %.2000q (-x/net +ours):\n%s", page, diff)
	}
}

// oddPages are pages at whose tags and references readers part ways.
var oddPages = []string{
	"a<", "a</", "a</>b", "a</ b>c", "a<b", "a<b c", "a<b c=", "a<b c='d", "a<b c=\"d\">e", "a < b > c", "a<1>b", "<!>a", "<!-->a", "<!--->a", "<!---->a", "<!--a--!>b", "<!--a--!x-->b",
	"<!--a--b-->c", "<!-- a", "<!-", "<!DOCTYPE html>a", "<!doctype", "<?xml a?>b", "<![CDATA[a]]>b", "<p/>a", "<p/ >a", "<x/>a<b>c", "<x a=b/>c</x>d", "<x a='b'/>c", "<x a/>c", "<x a=c a=b/>d",
	"<p style=display:none>a</p>b", "<p STYLE='display:none' style=''>a</p>b", "<p =style=a style='display:none'>a</p>b", "<p style = 'display:none'>a", "<p style=\"display:none\"id=b>a", "<p/style='display:none'>a",
	"<p a'b style='display:none'>a", "<style>.a{display:none}</style><p class=a>b</p>c", "<style>.a{display:none}</STYLE ><p class=a>b</p>c", "<style>a</styles>b</style>c", "<style>a", "<style/>a</style>b",
	"<title>a</title>b", "<title>a<b>c</title>d", "<textarea>a<b>&lt;c</textarea>d", "<xmp>a<b></xmp>c", "<plaintext>a<b></plaintext>c", "<noscript>a</noscript>b", "<script>a<b</script>c",
	"<script><!--a<script>b</script>c--></script>d", "<script>a<!b</script>c", "<script>a</scrip</script>b", "<iframe>a</iframe>b", "<script></script>a", "<title></title>a",
	"a&nbsp;b&amp;c&lt;d&gt;e&quot;f&#39;g", "a&amp", "a&ampb", "a&notit;b", "a&#x4e2d;b&#20013;c", "a&#0;b&#128;c&#xd800;d", "a&unknown;b", "a&nbsp;&copy;b", "&amp;lt;", "a&", "a&;b", "&amp&amp;nbsp;",
	"<a href='http://a.example/?a=b&copy=c&amp;d=e&lt;&notit;&not;f'>g</a>", "<a href=http://a.example/?a&b>c</a>", "<a href='http://a.example/&#x41;&fjlig;&semi;&amp'>c</a>", "<a href='http://a.example/&#'>c</a>",
	"<A HREF=http://a.example>b</A >c", "<br><BR/>a<br/ >b", "<div\n\tclass='gmail_quote'>a</div\n>b", "a\nb 中\n文", "<pre>a\n  b\tc</pre>d", "<p hidden>a</p>b", "<sign>a</sign>b", "<o:p>a</o:p>b",
}

func TestTokens(t *testing.T) {
	for _, page := range oddPages {
		checkTokens(t, page)
		checkTokens(t, strings.Repeat(page+" ", 3))
	}
}
