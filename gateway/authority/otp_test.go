package authority

import (
	"bytes"
	"context"
	"encoding/base32"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// otpRegister is a register that knows one-time secrets.
type otpRegister struct {
	*register
	secrets map[string]string
	steps   map[string][]int64
}

func (r *otpRegister) OTPSecret(_ context.Context, address string) (string, bool, error) {
	secret, found := r.secrets[address]
	return secret, found, r.broken
}

func (r *otpRegister) UseOTP(_ context.Context, address string, step int64) (bool, error) {
	fresh := !slices.Contains(r.steps[address], step)
	r.steps[address] = append(r.steps[address], step)
	return fresh, r.broken
}

// The secrets of the table: that of RFC 6238 appendix B, and another.
var (
	approverSecret  = base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	colleagueSecret = base32.StdEncoding.EncodeToString([]byte("abcdefghijklmnopqrst"))
)

func testOTPRegister() *otpRegister {
	return &otpRegister{testRegister(), map[string]string{approver: approverSecret, colleague: colleagueSecret}, map[string][]int64{}}
}

func otpPolicy() Policy {
	p := testPolicy()
	p.Require = map[string][]Leg{"office": {LegCode, LegAuthenticated, LegOTP}, "leader": {LegAuthenticated, LegOTP}}
	return p
}

// otpMails makes the mails of the table for the time of testNow.
func otpMails(t *testing.T) map[string]string {
	t.Helper()
	password := func(secret string, steps int64) string {
		return must(otpAt(secret, testNow().Unix()/30+steps))(t)
	}
	mine := func(steps int64) string { return password(approverSecret, steps) }
	mail := func(text string) string { return envelope(approver, code) + plain(text) }
	return map[string]string{
		"genuine":               mail("批准 " + mine(0) + "\n"),
		"genuine-previous-step": mail("批准 " + mine(-1) + "\n"),
		"genuine-next-step":     mail("批准 " + mine(1) + "\n"),
		"genuine-full-width":    mail("批准：" + strings.Map(func(r rune) rune { return r - '0' + '０' }, mine(0)) + "。\n"),
		"genuine-no-code":       envelope(approver, "") + plain("批准 123 "+mine(0)+"\n"),

		"two-steps-old":          mail("批准 " + mine(-2) + "\n"),
		"two-steps-ahead":        mail("批准 " + mine(2) + "\n"),
		"wrong":                  mail("批准 000000\n"),
		"missing":                mail("批准\n"),
		"of-a-colleague":         mail("批准 " + password(colleagueSecret, 0) + "\n"),
		"not-enrolled":           envelope("fgld@jxw.example", "") + plain("督办 123 "+mine(0)+"\n"),
		"below":                  mail("批准\n" + mine(0) + "\n"),
		"in-quote":               mail("批准\n" + quoting + "7Q4KM-2XD9P\n> 批准 " + mine(0) + "\n"),
		"in-subject":             strings.Replace(mail("批准\n"), "Subject: ", "Subject: 批准 "+mine(0)+" ", 1),
		"seven-digits":           mail("批准 " + mine(0) + "0\n"),
		"unauthenticated":        strings.Replace(mail("批准 "+mine(0)+"\n"), "dmarc=pass", "dmarc=fail", 1),
		"unauthenticated-wrong":  strings.Replace(mail("批准 000000\n"), "dmarc=pass", "dmarc=fail", 1),
		"foreign-code":           envelope(approver, "AAAAA-AAAAA") + plain("批准 "+mine(0)+"\n"),
		"twice-in-one-mail":      mail("批准 " + mine(0) + "\n呈报 " + mine(0) + " fgld@jxw.example\n"),
		"reading-needs-none":     mail("待办\n"),
		"from-with-two-adresses": strings.Replace(mail("批准 "+mine(0)+"\n"), "From: <", "From: <x@citizen.example>, <", 1),
	}
}

const otpDir = "testdata/otp"

// weighOTP judges a mail and its commands one after the other, as the desk does.
func weighOTP(t *testing.T, raw []byte, p Policy, ev Evidence) string {
	t.Helper()
	l := letter.Parse(raw)
	s, err := Judge(t.Context(), l, raw, testNow(), testRoster(), p, ev)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range verbs(s.Readable(l), s.OTPVerbs()) {
		one, err := s.WithOTP(t.Context(), c, testNow(), ev)
		if err != nil {
			t.Fatal(err)
		}
		_, ruling, missing := one.Best(c.Verb, c.Number)
		said := string(c.Verb) + ":" + string(ruling)
		for _, leg := range missing {
			said += " -" + string(leg)
		}
		if one.OTPFault != nil {
			said += " " + one.OTPFault.Code
		}
		if one.Guessed(missing) {
			said += " counts"
		}
		out = append(out, said)
	}
	return strings.Join(out, ", ")
}

func TestOTPSpoofs(t *testing.T) {
	t.Parallel()
	if *update {
		if err := os.MkdirAll(otpDir, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, mail := range otpMails(t) {
			if err := os.WriteFile(filepath.Join(otpDir, name+".eml"), []byte(mail), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := map[string]struct{ first, again string }{
		"genuine":                {"approve:obey", "approve:report -otp used-otp"},
		"genuine-previous-step":  {"approve:obey", "approve:report -otp used-otp"},
		"genuine-next-step":      {"approve:obey", "approve:report -otp used-otp"},
		"genuine-full-width":     {"approve:obey", "approve:report -otp used-otp"},
		"genuine-no-code":        {"approve:hold -code", "approve:report -code -otp used-otp"},
		"two-steps-old":          {first: "approve:report -otp wrong-otp counts"},
		"two-steps-ahead":        {first: "approve:report -otp wrong-otp counts"},
		"wrong":                  {first: "approve:report -otp wrong-otp counts"},
		"missing":                {first: "approve:report -otp no-otp"},
		"of-a-colleague":         {first: "approve:report -otp wrong-otp counts"},
		"not-enrolled":           {first: "supervise:report -otp not-enrolled"},
		"below":                  {first: ""},
		"in-quote":               {first: "approve:report -otp no-otp"},
		"in-subject":             {first: "approve:report -otp no-otp"},
		"seven-digits":           {first: "approve:report -code -otp no-otp"},
		"unauthenticated":        {"approve:report -authenticated", "approve:report -authenticated -otp used-otp"},
		"unauthenticated-wrong":  {first: "approve:report -authenticated -otp wrong-otp"},
		"foreign-code":           {first: "approve:report -code"},
		"twice-in-one-mail":      {first: "approve:obey, submit:report -otp used-otp"},
		"reading-needs-none":     {"todo:obey", "todo:obey"},
		"from-with-two-adresses": {first: "approve:report -roster -authenticated -otp"},
	}
	if files := must(filepath.Glob(filepath.Join(otpDir, "*.eml")))(t); len(files) != len(tests) {
		t.Errorf("%d files, %d expectations", len(files), len(tests))
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := must(os.ReadFile(filepath.Join(otpDir, name+".eml")))(t)
			for _, raw := range [][]byte{raw, bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))} {
				ev := testOTPRegister()
				if got := weighOTP(t, raw, otpPolicy(), ev); got != want.first {
					t.Errorf("%s\n got %s\nwant %s", name, got, want.first)
				}
				if want.again == "" {
					continue
				}
				if got := weighOTP(t, raw, otpPolicy(), ev); got != want.again {
					t.Errorf("%s again\n got %s\nwant %s", name, got, want.again)
				}
			}
		})
	}
}

// TestOTPVectors checks the six last digits of RFC 6238 appendix B.
func TestOTPVectors(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := must(otpAt(approverSecret, seconds/30))(t); got != want {
			t.Errorf("at %d: got %s, want %s", seconds, got, want)
		}
		step, ok, err := matchOTP(approverSecret, want, time.Unix(seconds, 0))
		if err != nil || !ok || step != seconds/30 {
			t.Errorf("match at %d: step %d, %t, %v", seconds, step, ok, err)
		}
	}
}

func TestOTPEvidence(t *testing.T) {
	t.Parallel()
	raw := []byte(otpMails(t)["genuine"])
	if got, want := weighOTP(t, raw, otpPolicy(), testRegister()), "approve:report -otp not-enrolled"; got != want {
		t.Errorf("without OTPEvidence: got %s, want %s", got, want)
	}
	ev := testOTPRegister()
	ev.secrets = nil
	if got, want := weighOTP(t, raw, otpPolicy(), ev), "approve:report -otp not-enrolled"; got != want {
		t.Errorf("not enrolled: got %s, want %s", got, want)
	}
	l := letter.Parse(raw)
	s := must(Judge(t.Context(), l, raw, testNow(), testRoster(), otpPolicy(), testRegister()))(t)
	broken := testOTPRegister()
	broken.broken = errors.New("disk on fire")
	c := command.Command{Verb: command.Approve, OTP: "123456"}
	if _, err := s.WithOTP(t.Context(), c, testNow(), broken); !errors.Is(err, broken.broken) {
		t.Errorf("broken register: %v", err)
	}
	rotten := testOTPRegister()
	rotten.secrets[approver] = "not base32!"
	if _, err := s.WithOTP(t.Context(), c, testNow(), rotten); err == nil {
		t.Error("a rotten secret is no error")
	}
}

// TestOTPVerbs checks that passwords are read and asked for where the policy of
// one of the person's posts says so.
func TestOTPVerbs(t *testing.T) {
	t.Parallel()
	standing := func(p Policy) Standing {
		return Standing{OnRoster: true, policy: p, Posts: []petition.Post{{Role: petition.RoleHandler}, {Role: petition.RoleApprover}}}
	}
	if got := standing(testPolicy()).OTPVerbs(); len(got) > 0 {
		t.Errorf("default policy: %v", got)
	}
	p := testPolicy()
	p.RequireVerb = map[command.Verb][]Leg{command.Approve: {LegOTP}, command.Todo: {LegOTP}, command.Extend: {LegOTP}}
	if got, want := standing(p).OTPVerbs(), []command.Verb{command.Approve}; !slices.Equal(got, want) {
		t.Errorf("for single verbs: got %v, want %v", got, want)
	}
	all := standing(otpPolicy()).OTPVerbs()
	if !slices.Contains(all, command.Assign) || !slices.Contains(all, command.Confirm) || slices.Contains(all, command.Status) {
		t.Errorf("for a role: %v", all)
	}
}

func TestLocked(t *testing.T) {
	t.Parallel()
	last := testNow()
	for _, tt := range []struct {
		name     string
		p        Policy
		failures int
		after    time.Duration
		want     bool
	}{
		{"none", Policy{}, 0, 0, false},
		{"four", Policy{}, 4, time.Minute, false},
		{"five", Policy{}, 5, time.Minute, true},
		{"more", Policy{}, 50, 59 * time.Minute, true},
		{"an hour later", Policy{}, 5, time.Hour, false},
		{"a clock set back", Policy{}, 5, -time.Minute, true},
		{"configured", Policy{LockAfter: 2}, 2, time.Minute, true},
		{"configured, below", Policy{LockAfter: 2}, 1, time.Minute, false},
	} {
		if got := tt.p.Locked(tt.failures, last, last.Add(tt.after)); got != tt.want {
			t.Errorf("%s: got %t", tt.name, got)
		}
	}
}

func TestEnrol(t *testing.T) {
	t.Parallel()
	secret, uri, err := Enrol("江夏市经济和信息化局", approver)
	if err != nil {
		t.Fatal(err)
	}
	key := must(otp.NewKeyFromURL(uri))(t)
	if key.Secret() != secret || key.Issuer() != "江夏市经济和信息化局" || key.AccountName() != approver || key.Type() != "totp" || key.Period() != 30 || key.Digits() != otp.DigitsSix {
		t.Errorf("key uri %s", uri)
	}
	raw := must(base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret))(t)
	if len(raw) != otpSecretSize {
		t.Errorf("secret of %d bytes", len(raw))
	}
	other, _, err := Enrol("江夏市经济和信息化局", approver)
	if err != nil || other == secret {
		t.Errorf("the same secret twice: %v", err)
	}
	if _, _, err := Enrol("a:b", approver); err == nil {
		t.Error("a colon in the issuer passes")
	}
}

// TestQR reads the drawing back and compares it with the code.
func TestQR(t *testing.T) {
	t.Parallel()
	_, uri, err := Enrol("信访", approver)
	if err != nil {
		t.Fatal(err)
	}
	drawing := must(QR(uri))(t)
	want := must(qr.Encode(uri, qr.M, qr.Auto))(t)
	size := want.Bounds().Dx()
	lines := strings.Split(strings.TrimSuffix(drawing, "\n"), "\n")
	if len(lines) != (size+2*quietZone+1)/2 {
		t.Fatalf("%d lines for %d modules", len(lines), size)
	}
	for y := range size + 2*quietZone {
		row := []rune(lines[y/2])
		if len(row) != size+2*quietZone {
			t.Fatalf("line %d has %d characters", y/2, len(row))
		}
		for x := range row {
			light := row[x] == '█' || row[x] == '▀' && y%2 == 0 || row[x] == '▄' && y%2 == 1
			inside := x >= quietZone && y >= quietZone && x < size+quietZone && y < size+quietZone
			dark := false
			if inside {
				r, _, _, _ := want.At(x-quietZone, y-quietZone).RGBA()
				dark = r == 0
			}
			if light == dark {
				t.Fatalf("module %d,%d is drawn light=%t", x, y, light)
			}
		}
	}
	if _, err := QR(strings.Repeat("x", 5000)); err == nil {
		t.Error("a text too long for a code is drawn")
	}
}

// TestOathtool compares with the passwords of oath-toolkit.
func TestOathtool(t *testing.T) {
	t.Parallel()
	tool := program(t, "oathtool")
	secret, _, err := Enrol("信访", approver)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{testNow(), testNow().Add(29 * time.Second), testNow().AddDate(30, 0, 0)} {
		out, err := exec.CommandContext(t.Context(), tool, "--totp", "--base32", "--now", at.UTC().Format("2006-01-02 15:04:05 UTC"), secret).CombinedOutput()
		if err != nil {
			t.Fatalf("oathtool: %v: %s", err, out)
		}
		password := strings.TrimSpace(string(out))
		if step, ok, err := matchOTP(secret, password, at); !ok || err != nil || step != at.Unix()/30 {
			t.Errorf("password %s of oathtool at %s: step %d, %t, %v", password, at, step, ok, err)
		}
		if _, ok, _ := matchOTP(secret, password, at.Add(90*time.Second)); ok {
			t.Errorf("password of %s is good 90 s later", at)
		}
	}
}

// program finds a program of Debian's that a test needs.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("XINFANGD_TEST_SERVERS") == "1" {
		t.Fatalf("%s is not installed", name)
	}
	t.Skipf("%s is not installed", name)
	return ""
}
