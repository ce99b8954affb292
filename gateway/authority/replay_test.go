package authority

import (
	"testing"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// TestVerdictOnASignature: what an MX says of a signature does not vouch for a
// code that the signature does not cover.
func TestVerdictOnASignature(t *testing.T) {
	t.Parallel()
	const (
		received = "Received: from client.example by mx.jxw.example; Mon, 23 Nov 2026 10:00:00 +0800\r\n"
		covers   = "DKIM-Signature: v=1; a=rsa-sha256; d=jxw.example; s=s1; h=from:subject:date:in-reply-to; bh=AAAA; b=AAAA\r\n"
		leaves   = "DKIM-Signature: v=1; a=rsa-sha256; d=jxw.example; s=s1; h=from:subject:date; bh=AAAA; b=AAAA\r\n"
		partial  = "DKIM-Signature: v=1; a=rsa-sha256; d=jxw.example; s=s1; l=4; h=from:subject:date:in-reply-to; bh=AAAA; b=AAAA\r\n"
		others   = "DKIM-Signature: v=1; a=rsa-sha256; d=list.example; s=s1; h=from; bh=AAAA; b=AAAA\r\n"
		pass     = "dkim=pass header.d=jxw.example"
	)
	for _, tt := range []struct {
		name, results, signature, field, body string
		want                                  Ruling
	}{
		{"covers the code", pass, covers, inReplyTo, "批准\r\n", Obey},
		{"leaves the code out", pass, leaves, inReplyTo, "批准\r\n", Hold},
		{"code in the signed body", pass, leaves, "", "批准\r\n回执码：7Q4KM-2XD9P\r\n", Obey},
		{"a second field on top", pass, covers, inReplyTo + inReplyTo, "批准\r\n", Hold},
		{"part of the body", pass, partial, "", "批准\r\n回执码：7Q4KM-2XD9P\r\n", Hold},
		{"spf knows the server", pass + "; spf=pass smtp.mailfrom=" + approver, leaves, inReplyTo, "批准\r\n", Obey},
		{"dmarc by dkim", "dmarc=pass header.from=jxw.example; " + pass, leaves, inReplyTo, "批准\r\n", Hold},
		{"dmarc alone", "dmarc=pass header.from=jxw.example", leaves, inReplyTo, "批准\r\n", Obey},
		{"a field for each method", "dmarc=pass header.from=jxw.example\r\nAuthentication-Results: mx.jxw.example; " + pass, leaves, inReplyTo, "批准\r\n", Hold},
		{"a field for each method, code covered", "dmarc=pass header.from=jxw.example\r\nAuthentication-Results: mx.jxw.example; " + pass, covers, inReplyTo, "批准\r\n", Obey},
		{"spf in a field that does not vouch", "dmarc=pass header.from=jxw.example\r\nAuthentication-Results: mx.jxw.example; " + pass + "; spf=pass smtp.mailfrom=" + approver, leaves, inReplyTo, "批准\r\n", Hold},
		{"another's field", "dmarc=pass header.from=jxw.example\r\nAuthentication-Results: mx.other.example; " + pass, leaves, inReplyTo, "批准\r\n", Obey},
		{"no signature any more", pass, "", inReplyTo, "批准\r\n", Obey},
		{"another domain's signature", pass, others, inReplyTo, "批准\r\n", Obey},
		{"two signatures", pass, others + leaves, inReplyTo, "批准\r\n", Hold},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			raw := []byte("Authentication-Results: mx.jxw.example; " + tt.results + "\r\n" + received + tt.signature + reply(testNow(), tt.field, tt.body))
			s, err := Judge(t.Context(), letter.Parse(raw), raw, testNow(), testRoster(), testPolicy(), testRegister())
			if err != nil {
				t.Fatal(err)
			}
			if got, missing := s.Rule(petition.RoleApprover, command.Approve, ""); got != tt.want {
				t.Errorf("got %s (%v), want %s; %s", got, missing, tt.want, summary(s))
			}
			if ok, missing := s.Allows(petition.RoleApprover, command.Todo, ""); !ok {
				t.Errorf("reading lacks %v", missing)
			}
		})
	}
}
