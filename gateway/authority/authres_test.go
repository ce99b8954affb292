package authority

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"xinfangd/gateway/letter"
)

// flat is a field as the table writes it.
func flat(a authResults) string {
	if !a.sound {
		return a.id + " unsound"
	}
	parts := []string{a.id}
	for _, r := range a.results {
		part := r.method + "=" + r.result
		for _, name := range slices.Sorted(maps.Keys(r.props)) {
			part += fmt.Sprintf(" %s=%s", name, r.props[name])
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

func TestParseAuthResults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want string }{
		// RFC 8601 appendix B.
		{"nothing done", "example.org 1; none", "example.org"},
		{"spf", "example.com;\r\n\tspf=pass smtp.mailfrom=example.net", "example.com; spf=pass smtp.mailfrom=example.net"},
		{"several", `example.com; auth=pass (cleartext) smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net`, "example.com; auth=pass smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net"},
		{"two signatures", `example.com; dkim=pass reason="good signature" header.i=@mail-router.example.net; dkim=fail reason="bad signature" header.i=@newyork.example.com`,
			"example.com; dkim=pass header.i=@mail-router.example.net reason=good signature; dkim=fail header.i=@newyork.example.com reason=bad signature"},
		{"comments everywhere", `foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462`,
			"foo.example.net; dkim=fail policy.expired=1362471462"},
		{"result in a reason", `mx; dkim=fail reason="ok; dkim=pass header.d=jxw.example"`, "mx; dkim=fail reason=ok; dkim=pass header.d=jxw.example"},
		{"result in a comment", "mx; dkim=fail (; dkim=pass header.d=a.example)", "mx; dkim=fail"},
		{"nested comment", `mx; dkim=fail (a (b) \) ; dkim=pass)`, "mx; dkim=fail"},
		{"comment in a quote", `mx; dkim=fail reason="(" header.d=a.example; spf=none reason=")"`, "mx; dkim=fail header.d=a.example reason=(; spf=none reason=)"},
		{"escaped quote", `mx; dkim=fail reason="a\"; dkim=pass; b=\""`, `mx; dkim=fail reason=a"; dkim=pass; b="`},
		{"quoted local part", `mx; spf=pass smtp.mailfrom="a; b=c"@x.example`, `mx; spf=pass smtp.mailfrom="a; b=c"@x.example`},
		{"quoted id", `"mx.a.example"; dmarc=pass`, "mx.a.example; dmarc=pass"},
		{"exchange", "mx; dmarc=pass action=none header.from=a.example;compauth=pass reason=100", "mx; dmarc=pass action=none header.from=a.example; compauth=pass reason=100"},
		{"semicolon at the end", "mx; dmarc=pass;", "mx; dmarc=pass"},
		{"empty sender", "mx; spf=none smtp.mailfrom=; dmarc=fail", "mx; spf=none smtp.mailfrom=; dmarc=fail"},
		{"null path", "mx; spf=none smtp.mailfrom=<>", "mx; spf=none smtp.mailfrom=<>"},
		{"upper case", "mx; DMARC=Pass Header.From=A.example", "mx; dmarc=pass header.from=A.example"},
		{"method version", "mx; dkim/1=pass header.d=a.example; dkim/2=pass header.d=b.example", "mx; dkim=pass header.d=a.example"},
		{"base64", "mx; dkim=pass header.b=aB+/=x header.d=a.example", "mx; dkim=pass header.b=aB+/=x header.d=a.example"},
		{"other version", "mx 2; dmarc=pass", "mx unsound"},
		{"unclosed comment", "mx; dmarc=pass (", "mx unsound"},
		{"unclosed quote", `mx; dmarc=pass reason="x`, "mx unsound"},
		{"closing only", "mx; dmarc=pass )", "mx unsound"},
		{"no result", "mx; dmarc", "mx unsound"},
		{"twice", "mx; dkim=pass header.d=a.example header.d=b.example", "mx unsound"},
		{"two words", "mx; dkim=pass well done", "mx unsound"},
		{"glued", `mx; dkim=pass"x"`, "mx unsound"},
		{"no separator", "mx dmarc=pass", "mx unsound"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, ok := parseAuthResults(tt.body)
			if got := flat(a); !ok || got != tt.want {
				t.Errorf("parseAuthResults(%q)\n got %s (%t)\nwant %s", tt.body, got, ok, tt.want)
			}
		})
	}
	for _, body := range []string{"", ";", "(x", ` "mx`, "@; dmarc=pass", "é; dmarc=pass"} {
		if a, ok := parseAuthResults(body); ok {
			t.Errorf("parseAuthResults(%q) has the id %q", body, a.id)
		}
	}
}

func TestVouchedBy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, domain, results, want string }{
		{"dmarc", "jxw.example", "dmarc=pass header.from=JXW.example", ByDMARC},
		{"dmarc without From", "jxw.example", "dmarc=pass", ByDMARC},
		{"dmarc of another From", "jxw.example", "dmarc=pass header.from=a.example; dkim=pass header.d=jxw.example", ""},
		{"dmarc fails", "jxw.example", "dmarc=fail header.from=jxw.example; dkim=pass header.d=jxw.example", ""},
		{"dmarc twice", "jxw.example", "dmarc=pass; dmarc=fail", ""},
		{"dmarc pass and none", "jxw.example", "dmarc=none; dmarc=pass", ""},
		{"no policy, dkim", "jxw.example", "dmarc=none header.from=jxw.example; dkim=pass header.d=jxw.example", ByDKIM},
		{"dkim agent only", "jxw.example", "dkim=pass header.i=@jxw.example", ByDKIM},
		{"dkim domain before agent", "jxw.example", "dkim=pass header.d=a.example header.i=@jxw.example", ""},
		{"second signature", "jxw.example", "dkim=pass header.d=a.example; dkim=pass header.d=jxw.example", ByDKIM},
		{"dkim of the parent", "mail.jxw.example", "dkim=pass header.d=jxw.example", ByDKIM},
		{"dkim of a child", "jxw.example", "dkim=pass header.d=mail.jxw.example", ""},
		{"dkim of a public suffix", "jxw.gov.cn", "dkim=pass header.d=gov.cn", ""},
		{"dkim within the organisation", "jxw.shifan.gov.cn", "dkim=pass header.d=shifan.gov.cn", ByDKIM},
		{"dkim of a neighbour", "jxw.shifan.gov.cn", "dkim=pass header.d=fgw.shifan.gov.cn", ""},
		{"dkim none", "jxw.example", "dkim=none header.d=jxw.example", ""},
		{"spf", "jxw.example", "spf=pass smtp.mailfrom=a@jxw.example", BySPF},
		{"spf domain", "jxw.example", "spf=pass smtp.mailfrom=jxw.example.", BySPF},
		{"spf soft", "jxw.example", "spf=softfail smtp.mailfrom=jxw.example", ""},
		{"spf without sender", "jxw.example", "spf=pass", ""},
		{"no From", "", "dmarc=pass; dkim=pass header.d=; spf=pass smtp.mailfrom=", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, ok := parseAuthResults("mx; " + tt.results)
			if !ok || !a.sound {
				t.Fatalf("unsound: %s", tt.results)
			}
			if got := vouchedBy(a, tt.domain); got != tt.want {
				t.Errorf("vouchedBy(%s, %s): got %q, want %q", tt.results, tt.domain, got, tt.want)
			}
		})
	}
}

func TestOwnResults(t *testing.T) {
	t.Parallel()
	const (
		ours   = "Authentication-Results: mx.jxw.example; dmarc=pass\r\n"
		second = "Authentication-Results: MX.jxw.example; dmarc=none\r\n"
		theirs = "Authentication-Results: mx.other.example; dmarc=fail\r\n"
		hop    = "Received: by a; Mon, 23 Nov 2026 10:00:05 +0800\r\n"
		filter = "DKIM-Filter: x\r\n"
		other  = "X-Other: x\r\n"
	)
	for _, tt := range []struct {
		name, header string
		hops         int
		below        bool
		want         string
	}{
		{"above", ours + hop, 0, false, "pass"},
		{"topmost counts", second + ours + hop, 1, false, "none"},
		{"others are ignored", theirs + ours + hop, 1, false, "pass"},
		{"below", hop + ours, 1, false, ""},
		{"below, allowed", hop + ours, 1, true, "pass"},
		{"below, between milters' fields", hop + filter + theirs + ours, 1, true, "pass"},
		{"below, not directly", hop + other + ours, 1, true, ""},
		{"below, under the next hop", hop + hop + ours, 1, true, ""},
		{"above goes before below", second + hop + ours, 1, true, "none"},
		{"second hop", hop + ours + hop, 2, false, "pass"},
		{"second hop, one configured", hop + ours + hop, 1, false, ""},
		{"fewer hops than ours", ours + hop, 2, false, ""},
		{"no hops", ours, 1, true, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := testPolicy()
			p.OwnHops, p.ARBelow = tt.hops, tt.below
			all := ownResults(letter.Parse([]byte(tt.header+"From: a@b.example\r\n\r\nx\r\n")), p)
			got := ""
			if len(all) > 0 && len(all[0].results) > 0 {
				got = all[0].results[0].result
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzAuthResults(f *testing.F) {
	for _, s := range []string{"mx.jxw.example; dmarc=pass header.from=jxw.example", `mx 1; dkim=fail reason="a;b" (c(d)\)) header.d=x; spf=pass smtp.mailfrom="q"@y`, "mx; none", "mx;", `"m\"x"; a/1=b`, "(", `"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		a, ok := parseAuthResults(body)
		if !ok || !a.sound {
			return
		}
		// What stands in quotes or comments is never a result: a body without
		// them and without separators holds at most what its text shows.
		if n := strings.Count(body, "="); len(a.results) > n {
			t.Fatalf("%d results of %d signs in %q", len(a.results), n, body)
		}
		for _, r := range a.results {
			if r.method == "" || r.result == "" {
				t.Fatalf("empty result in %q", body)
			}
		}
		// A trailing comment or a quoted reason changes nothing.
		for _, more := range []string{" (; dmarc=pass header.from=jxw.example)", `; x=y reason="; dmarc=pass"`} {
			b, ok := parseAuthResults(body + more)
			if !ok || !b.sound {
				continue
			}
			if vouchedBy(a, "jxw.example") != vouchedBy(b, "jxw.example") {
				t.Fatalf("%q vouches otherwise than %q", body+more, body)
			}
		}
	})
}
