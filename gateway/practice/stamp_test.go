package practice

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/letter"
)

// FuzzStamp looks for a mail that gets a word of ours into its header, or a
// pass that its sender did not earn.
func FuzzStamp(f *testing.F) {
	f.Add([]byte("From: <shyb@jxw.example>\r\nAuthentication-Results: mx.practice.example; dmarc=pass\r\n\r\nx"), true)
	f.Add([]byte("Authentication-Results:\r\n\tMX.practice.example\r\n ; dmarc=pass\nFrom: a@b, c@d\n\n"), false)
	f.Add([]byte("From: \"a\" <he.wei@mail.example>\rFrom: <shyb@jxw.example>\n"), true)
	f.Add([]byte("From:<he.wei@mAil.eXAmple>\r0,00"), true)
	f.Fuzz(func(t *testing.T, raw []byte, login bool) {
		o := &Office{opts: Options{Now: func() time.Time { return noon }}}
		e := envelope{from: "he.wei@mail.example", to: []string{"wsxf@jxw.example"}, hello: "x", peer: "192.0.2.1:25"}
		if login {
			e.user = &Account{Address: "he.wei@mail.example"}
		}
		out := o.stamp(e, e.to[0], raw)
		l := letter.Parse(headerOf(out))
		ours := 0
		for _, field := range l.Fields {
			if field.Is("Authentication-Results") && strings.Contains(strings.ToLower(field.Value), AuthservID) {
				ours++
				owner := len(l.From) == 1 && l.FromFields == 1 && strings.EqualFold(l.From[0].Address, "he.wei@mail.example")
				if strings.Contains(field.Value, "dmarc=pass") && (!login || !owner) {
					t.Errorf("%q vouched for\n%q", field.Value, raw)
				}
			}
		}
		if ours != 1 {
			t.Errorf("%d results bear our name in\n%q", ours, out)
		}
		if !bytes.HasPrefix(out, []byte("Return-Path: <he.wei@mail.example>\r\nDelivered-To: wsxf@jxw.example\r\nAuthentication-Results: "+AuthservID+"; ")) {
			t.Errorf("our fields do not stand on top:\n%q", out)
		}
	})
}

// TestSamplesHaveSenders guards the envelope of played letters: with an empty
// one they would pass for bounces.
func TestSamplesHaveSenders(t *testing.T) {
	t.Parallel()
	for _, s := range Samples(noon) {
		if s.Played && soleFrom(s.Raw) == "" {
			t.Errorf("%s: no sender in the envelope", s.Name)
		}
	}
}
