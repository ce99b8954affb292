package authority

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"xinfangd/gateway/command"
)

// otpPeriod is the life of a one-time password (RFC 6238 section 4).
const otpPeriod = 30 * time.Second

// The codes of Standing.OTPFault.
const (
	FaultNoOTP       = "no-otp"
	FaultWrongOTP    = "wrong-otp"
	FaultUsedOTP     = "used-otp"
	FaultNotEnrolled = "not-enrolled"
)

// OTPVerbs are the verbs for which one of the sender's posts needs a one-time
// password; command.Options.OTP wants them.
func (s Standing) OTPVerbs() []command.Verb {
	var verbs []command.Verb
	for _, post := range s.Posts {
		for _, entry := range command.Entries(post.Role) {
			if !entry.Reading && !slices.Contains(verbs, entry.Verb) && slices.Contains(s.policy.required(post.Role, entry.Verb), LegOTP) {
				verbs = append(verbs, entry.Verb)
			}
		}
	}
	return verbs
}

// WithOTP is the standing as it is for one command: it redeems the one-time
// password behind the verb. Each password serves one command, so each command
// of a mail is to be asked about once, before it is ruled on. at is when the mail
// reached the box: passwords do not wait for us. A password that is right is
// spent even when the command lacks something else, since it has been shown.
func (s Standing) WithOTP(ctx context.Context, c command.Command, at time.Time, ev Evidence) (Standing, error) {
	s.OTP, s.OTPFault = false, nil
	if s.Never != "" || !s.OnRoster || !slices.Contains(s.OTPVerbs(), c.Verb) {
		return s, nil
	}
	fault, err := redeem(ctx, strings.ToLower(strings.TrimSpace(s.Posts[0].Person.Address)), c.OTP, at, ev)
	if err != nil {
		return s, err
	}
	s.OTP, s.OTPFault = fault == nil, fault
	return s, nil
}

// redeem spends a one-time password of an address, or says why it is none.
func redeem(ctx context.Context, address, password string, at time.Time, ev Evidence) (*Reason, error) {
	if password == "" {
		return &Reason{FaultNoOTP, "没有出示动态口令"}, nil
	}
	register, ok := ev.(OTPEvidence)
	if !ok {
		return &Reason{FaultNotEnrolled, "发件人没有登记动态口令"}, nil
	}
	secret, found, err := register.OTPSecret(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("find one-time secret: %w", err)
	}
	if !found {
		return &Reason{FaultNotEnrolled, "发件人没有登记动态口令"}, nil
	}
	step, ok, err := matchOTP(secret, password, at)
	if err != nil {
		return nil, err
	}
	if !ok {
		return &Reason{FaultWrongOTP, "动态口令不正确或者已经过时"}, nil
	}
	fresh, err := register.UseOTP(ctx, address, step)
	if err != nil {
		return nil, fmt.Errorf("use one-time password: %w", err)
	}
	if !fresh {
		return &Reason{FaultUsedOTP, "动态口令已经用过"}, nil
	}
	return nil, nil
}

// matchOTP finds the step whose password this is: that of the time, or the one
// before or after it for clocks that differ (RFC 6238 section 5.2).
func matchOTP(secret, password string, at time.Time) (step int64, ok bool, err error) {
	current := at.Unix() / int64(otpPeriod.Seconds())
	// The steps are tried all, the current one last so that it wins.
	for _, s := range []int64{current - 1, current + 1, current} {
		want, err := otpAt(secret, s)
		if err != nil {
			return 0, false, fmt.Errorf("compute one-time password: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(password)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok, nil
}

// otpAt is the password of a step.
func otpAt(secret string, step int64) (string, error) {
	seconds := int64(otpPeriod.Seconds())
	return totp.GenerateCodeCustom(secret, time.Unix(step*seconds, 0), totp.ValidateOpts{Period: uint(seconds), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}
