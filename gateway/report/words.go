package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// ChaseName is a key of chases in the words of the office.
func ChaseName(key string) string {
	switch key {
	case ChaseSign:
		return "催签收"
	case ChaseManual:
		return "人工催办"
	}
	return "第" + key + "步催办"
}

// ChaseKeys lists the keys of chases that occur, in their order: for signing,
// the ladder's steps, by hand.
func ChaseKeys(works ...Work) []string {
	found := map[string]bool{}
	for _, w := range works {
		for key := range w.Chases {
			found[key] = true
		}
	}
	keys := make([]string, 0, len(found))
	for key := range found {
		keys = append(keys, key)
	}
	rank := func(key string) int {
		step, err := strconv.Atoi(key)
		switch {
		case key == ChaseSign:
			return -1
		case err != nil:
			return 1 << 30
		}
		return step
	}
	slices.SortFunc(keys, func(a, b string) int { return rank(a) - rank(b) })
	return keys
}

// MissedName is a clock that can be missed in the words of the office.
func MissedName(key string) string {
	switch key {
	case MissedAccept:
		return "超过受理时限"
	case MissedCheck:
		return "信箱超时未收信"
	case MissedSign:
		return "转办后超时未签收"
	case MissedApprove:
		return "答复稿超时未审核"
	case MissedLaw:
		return "超过法定答复期限"
	}
	return key
}

// roleName is a person's post in the words of the office.
func roleName(r petition.Role) string {
	switch r {
	case petition.RoleLiaison:
		return "联络员"
	case petition.RoleHead:
		return "负责人"
	case petition.RoleHandler:
		return "受理员"
	case petition.RoleApprover:
		return "审核员"
	case petition.RoleChief:
		return "电子政务室负责人"
	case petition.RoleLeader:
		return "领导"
	case petition.RoleDuty:
		return "值班员"
	case petition.RoleCentre:
		return "信息中心"
	case petition.RoleCitizen, petition.RoleSystem:
	}
	return ""
}

// stuckName is why an outgoing mail does not go out.
func stuckName(state string) string {
	switch state {
	case store.OutHeld:
		return "暂缓发送"
	case store.OutDoubtful:
		return "是否送达不明"
	case store.OutFailed:
		return "发送失败"
	}
	return state
}

// letterName is a kind of letter in the words of the office.
func letterName(k store.LetterKind) string {
	switch k {
	case store.KindLetter, store.KindFollowUp:
		return "来信"
	case store.KindAutomatic:
		return "自动回复"
	case store.KindBounce:
		return "退信"
	case store.KindNotification:
		return "通知"
	case store.KindList:
		return "群发邮件"
	case store.KindOpinion, store.KindCommand, store.KindInstruction:
		return "指令"
	}
	return string(k)
}

// percent is a share as people read it.
func percent(share float64, ok bool) string {
	if !ok {
		return "—"
	}
	return strconv.FormatFloat(share*100, 'f', 1, 64) + "%"
}

// hours is a number of working hours as people read it.
func hours(h float64, ok bool) string {
	if !ok {
		return "—"
	}
	return strconv.FormatFloat(h, 'f', 1, 64)
}

// brief lists cases by number; what the numbers of a year have in common stands
// before the first of them only.
func (c Cases) brief() string {
	var b strings.Builder
	last := ""
	for _, n := range c.Sorted() {
		text, common := string(n), ""
		if i := strings.LastIndexByte(text, '-'); i >= 0 {
			common, text = text[:i+1], text[i+1:]
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if common != last {
			b.WriteString(common)
		}
		b.WriteString(text)
		last = common
	}
	return b.String()
}

// limit is a deadline as every mail writes it.
func limit(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "—"
	}
	return templates.Limit(t.In(zone))
}

// stamp and date are moments as people read them, in the office's time.
func stamp(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(zone).Format("2006年1月2日 15:04")
}

func date(t time.Time, zone *time.Location) string { return t.In(zone).Format("2006年1月2日") }

// oneLine keeps what strangers wrote on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// subject is a line's subject, or why it is not shown.
func (l Line) subject() string {
	switch s := oneLine(l.Subject); {
	case l.Discreet:
		return "（保密，主题从略）"
	case s == "":
		return "（无主题）"
	default:
		return s
	}
}

// over says how long a limit is past.
func over(days int) string {
	if days == 0 {
		return "当日超期"
	}
	return fmt.Sprintf("超期 %d 个工作日", days)
}

// PeriodName names a period as a title does: a month, a year, or its two ends.
func PeriodName(from, to time.Time) string {
	month, next := MonthOf(from)
	year := time.Date(from.Year(), 1, 1, 0, 0, 0, 0, from.Location())
	switch {
	case from.Equal(month) && to.Equal(next):
		return from.Format("2006年1月")
	case from.Equal(year) && to.Equal(year.AddDate(1, 0, 0)):
		return from.Format("2006年")
	}
	return from.Format("2006年1月2日") + "至" + to.Add(-time.Nanosecond).In(from.Location()).Format("2006年1月2日")
}
