package desk

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// TestApprovalNeedsPassword: where one verb asks for a one-time password, an
// approval without one or with a wrong one releases nothing; every try is
// recorded and reported. After five wrong ones the right one is refused for an
// hour too. Other verbs need no password.
func TestApprovalNeedsPassword(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			s.Authority.RequireVerb = map[command.Verb][]authority.Leg{command.Approve: {authority.LegCode, authority.LegAuthenticated, authority.LegOTP}}
		})
		secret, _, err := authority.Enrol("示范市经济和信息化委员会", "yi@jxw.example")
		if err != nil {
			t.Fatal(err)
		}
		if err := o.store.Update(t.Context(), o.now, func(tx *store.Tx) error { return tx.SetOTPSecret("yi@jxw.example", secret) }); err != nil {
			t.Fatal(err)
		}
		yi, _ := o.drafted()
		password, err := totp.GenerateCode(secret, o.now)
		if err != nil {
			t.Fatal(err)
		}
		wrong := "000000"
		if password == wrong {
			wrong = "111111"
		}
		for _, text := range []string{"批准", "批准 " + wrong} {
			o.answer(reply{from: "yi@jxw.example", to: yi, text: text})
			o.take("jia@jxw.example", "suspicious")
			o.take("zhiban@jxw.example", "suspicious")
			o.state(1, petition.Drafted)
		}
		for range 4 {
			o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准 " + wrong})
			o.take("jia@jxw.example", "suspicious")
			o.take("zhiban@jxw.example", "suspicious")
		}
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准 " + password})
		o.take("jia@jxw.example", "suspicious")
		o.take("zhiban@jxw.example", "suspicious")
		o.state(1, petition.Drafted)
		o.now = o.now.Add(61 * time.Minute)
		if password, err = totp.GenerateCode(secret, o.now); err != nil {
			t.Fatal(err)
		}
		o.answer(reply{from: "yi@jxw.example", text: "待办", bare: true})
		o.take("yi@jxw.example", "transcript")
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准 " + password})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		o.take(wang, "answer")
		o.state(1, petition.Answered)
		o.sound()
	})
}
