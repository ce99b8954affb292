package petition

import (
	"fmt"
	"time"
)

// LawLimit is when the law wants a case answered: so long after its acceptance,
// or when an extension or 重办 has moved it to. Before acceptance it is what
// arrival promises.
func LawLimit(c Case, p Policy) (limit time.Time, estimated bool) {
	from := c.Accepted
	if from.IsZero() {
		from = c.Arrived
	}
	limit, estimated = p.Calendar.Add(from, p.Deadlines.LawAnswer)
	if !c.LawDue.IsZero() {
		limit = c.LawDue
	}
	return limit, estimated
}

// Reason says why a clock goes off, from the case alone: since when what was
// due by then. It decides nothing (Step refuses a clock whose reason is gone)
// and is what the ledger and the mails say.
func Reason(c Case, clock Clock, step int, p Policy) string {
	arrived := "自" + minute(c.ClockStart(), p) + "收到以来尚未受理"
	switch clock {
	case ClockAcceptWarning:
		limit, _ := p.Calendar.Add(c.ClockStart(), p.Deadlines.Accept)
		return arrived + "，受理时限为" + minute(limit, p)
	case ClockAccept:
		limit, _ := p.Calendar.Add(c.ClockStart(), p.Deadlines.Accept)
		return arrived + "，已超过受理时限" + minute(limit, p)
	case ClockLawAccept:
		limit, _ := p.Calendar.Add(c.ClockStart(), p.Deadlines.AcceptNotice)
		return arrived + "，受理告知的法定期限为" + date(limit, p)
	case ClockLawAnswer:
		limit, _ := LawLimit(c, p)
		return "自" + minute(c.Accepted, p) + "受理以来尚未答复来信人，法定期限为" + date(limit, p)
	case ClockUrgent:
		return fmt.Sprintf("自%s收到以来无人回复“收到”，第 %d 次重复提醒", minute(c.ClockStart(), p), c.Urged+1)
	case ClockSign:
		if step < 1 || step > len(c.Dispatches) {
			return "转办后尚未签收"
		}
		d := c.Dispatches[step-1]
		limit, _ := p.Calendar.Add(d.At, p.Deadlines.Sign)
		return p.Roster.DivisionName(d.Division) + "自" + minute(d.At, p) + "转办以来尚未签收，签收期限为" + minute(limit, p)
	case ClockChase:
		d, ok := c.Held(c.Lead())
		if !ok {
			return "尚未提交办理意见"
		}
		return p.Roster.DivisionName(d.Division) + "自" + minute(d.At, p) + "转办以来尚未提交办理意见，办理期限为" + minute(c.Due, p)
	case ClockApprove:
		d := c.Pending()
		if d == nil {
			return "答复稿尚未审核"
		}
		limit, _ := p.ApproveBy(*d)
		return fmt.Sprintf("第 %d 稿自%s送审以来尚未审核，审核期限为%s", d.Revision, minute(d.AskedAt(), p), minute(limit, p))
	case ClockTask:
		t := c.Task(step)
		if t == nil {
			return "交办事项到期未办结"
		}
		what := "批示事项"
		if t.Formal {
			what = "督办事项"
		}
		return what + "自" + minute(t.At, p) + "交办以来尚未办结，期限为" + minute(t.Due, p)
	case ClockRating:
		return "自" + minute(c.Answered, p) + "答复以来没有收到评价，期满自动办结"
	}
	return ""
}

// minute is an instant as a reason names it, in office time.
func minute(t time.Time, p Policy) string {
	return t.In(p.Calendar.Location()).Format("2006年1月2日15:04")
}

// date is the day of an instant, for limits that end with it.
func date(t time.Time, p Policy) string {
	return t.In(p.Calendar.Location()).Format("2006年1月2日")
}
