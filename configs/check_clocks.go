package configs

import (
	"net"
	"slices"
	"strings"
	"time"

	"xinfangd/gateway/calendar"
)

// deadlines holds the clocks that run day and night to wall-clock spans, and
// warns where the law's limits are exceeded.
func (k *checker) deadlines() {
	d := k.Deadlines
	for _, limit := range []struct {
		key   string
		span  calendar.Span
		clock bool // counted by the wall clock only
		law   int  // calendar days at most; 0: the law is silent
	}{
		{"check", d.Check, true, 0},
		{"accept_warning", d.AcceptWarning, true, 0},
		{"accept", d.Accept, true, 0},
		{"accept_notice", d.AcceptNotice, false, 15},
		{"sign", d.Sign, false, 0},
		{"answer", d.Answer, false, 0},
		{"approve", d.Approve, false, 0},
		{"law_answer", d.LawAnswer, false, 60},
		{"extension", d.Extension, false, 30},
		{"rating", d.Rating, false, 0},
		{"supervise", d.Supervise, false, 0},
	} {
		at := d.At(limit.key)
		_, wallClock := limit.span.Duration()
		switch {
		case limit.span.N <= 0:
			k.errorf(at, "期限 %s 应大于 0", limit.key)
		case limit.clock && !wallClock:
			k.errorf(at, "期限 %s 昼夜连续计时，应按钟点写，例如 24h", limit.key)
		case limit.law > 0 && roughly(limit.span) > time.Duration(limit.law)*24*time.Hour:
			k.warnf(at, "期限 %s 超过法定的 %d 日", limit.key, limit.law)
		}
	}
	warning, _ := d.AcceptWarning.Duration()
	if accept, ok := d.Accept.Duration(); ok && warning >= accept {
		k.warnf(d.At("accept_warning"), "预警 accept_warning（%s）不早于受理期限 accept（%s），不会预警", d.AcceptWarning, d.Accept)
	}
}

// chase checks that the ladder goes up: each step later than the one before.
func (k *checker) chase() {
	if len(k.Chase) == 0 {
		k.warnf(k.At("chase"), "没有催办步骤，超期时不会催办")
	}
	for i, step := range k.Chase {
		if len(step.To) == 0 {
			k.errorf(step.At("to"), "催办步骤缺少收件人 to")
		}
		if step.Place != (Place{}) && !step.Has("at") {
			k.errorf(step.At("at"), "催办步骤缺少时间 at")
		}
		if i > 0 && roughly(step.Offset) <= roughly(k.Chase[i-1].Offset) {
			k.errorf(step.At("at"), "催办步骤应按时间先后排列，%s 不晚于上一步的 %s", step.Offset, k.Chase[i-1].Offset)
		}
		for _, rank := range []string{"deputy", "principal"} {
			has := slices.ContainsFunc(k.Staff.Leaders, func(l Leader) bool { return l.Rank == rank })
			if !has && k.Has("chase") && slices.Contains(slices.Concat(step.To, step.Copy), rank) {
				k.warnf(step.At("to"), "催办发给 %s，但 roster.leaders 里没有这一级领导", rank)
			}
		}
	}
}

// roughly orders offsets in different units: a working day is taken as a day
// and a half, an hour of work as four.
func roughly(s calendar.Span) time.Duration {
	return time.Duration(s.N) * map[calendar.Unit]time.Duration{
		"": time.Second, calendar.Clock: time.Second, calendar.Days: 24 * time.Hour,
		calendar.WorkingDays: 36 * time.Hour, calendar.WorkingHours: 4 * time.Hour,
	}[s.Unit]
}

func (k *checker) security() {
	s := k.Security
	if s.OwnHops < 0 || s.OwnHops > 20 {
		k.errorf(s.At("own_hops"), "own_hops 应在 0 到 20 之间")
	}
	if s.ARBelow {
		k.warnf(s.At("ar_below"), "ar_below 已打开：收信服务器必须删去外来邮件里冒用本单位标识的 Authentication-Results")
	}
	if s.KeyFile == "" {
		k.errorf(s.At("key_file"), "缺少 key_file")
	}
	for i, id := range s.AuthservIDs {
		if strings.TrimSpace(id) == "" || strings.ContainsAny(id, " \t;") {
			k.errorf(s.At("authserv_ids", i), "%q 不是 authserv-id", id)
		}
	}
	if s.Resolver != "" {
		host, _, err := net.SplitHostPort(s.Resolver)
		if err != nil {
			host = s.Resolver
		}
		if net.ParseIP(host) == nil {
			k.errorf(s.At("resolver"), "resolver 应为 DNS 服务器的 地址:端口，例如 127.0.0.1:53")
		}
	}
	for _, r := range []struct {
		role string
		legs []string
	}{{"liaison", s.Require.Liaison}, {"office", s.Require.Office}, {"leader", s.Require.Leader}, {"duty", s.Require.Duty}} {
		at := s.Require.At(r.role)
		if !slices.ContainsFunc(r.legs, func(leg string) bool { return leg != "roster" }) {
			k.warnf(at, "%s 的指令除发件人地址外不作任何核验，容易被冒充", r.role)
		}
		if len(s.AuthservIDs) == 0 && !s.VerifyDKIM && slices.Contains(r.legs, "authenticated") {
			k.errorf(at, "%s 要求 authenticated，但 authserv_ids 是空的，verify_dkim 也关闭了，任何人都无法通过", r.role)
		}
	}
}
