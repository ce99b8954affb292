//go:build look

package chromiumtest

import (
	"net/url"
	"strings"
	"testing"
)

// TestCheck shows that the check finds what it looks for: a page that does
// everything wrong, and one that does nothing wrong.
func TestCheck(t *testing.T) {
	b := Start(t)
	open := func(page string) []string {
		b.Open("data:text/html;charset=utf-8,"+url.PathEscape(page), 390, 844, nil)
		return b.Check()
	}
	bad := `<html><head><meta http-equiv="refresh" content="60"></head><body><h3>x</h3><h4></h4><img src="data:,"><svg></svg><a href="#"></a>
<p id="a" style="color:#aaa">灰字</p><p id="a" style="font-size:9px">小字</p><table><tr><td>1</td></tr></table><table><tr><th>头</th></tr></table><div style="width:900px">宽</div></body></html>`
	found := strings.Join(open(bad), "\n")
	for _, want := range []string{"language", "title", "without alt", "drawing", "skips", "empty heading", "one h1", "one main", "table without heads", "head without scope", "link without",
		"twice", "reloads", "wider", "contrast 2.32", "text of 9 px"} {
		if !strings.Contains(found, want) {
			t.Errorf("not found: %s\n%s", want, found)
		}
	}
	good := `<!DOCTYPE html><html lang="zh-CN"><head><meta name="viewport" content="width=device-width"><title>好</title></head><body><main><h1>好</h1><h2>页</h2>
<table><tr><th scope="col">头</th></tr></table><img alt="" src="data:,"><a href="#">去</a></main></body></html>`
	if found := open(good); len(found) > 0 {
		t.Errorf("a good page: %v", found)
	}
}
