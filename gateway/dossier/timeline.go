package dossier

import (
	"cmp"
	"fmt"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/templates"
)

// timeline adds the history of the case, for people and for programs.
func (p *packer) timeline(m material, o Options, now time.Time) error {
	events := make([]Event, 0, len(m.entries))
	view := templates.TimelineView{Office: o.Office, Number: string(m.c.Number), Facts: facts(m.c, o.Location), Generated: in(now, o.Location)}
	for _, e := range m.entries {
		who := cmp.Or(e.Actor.Name, roles[e.Actor.Role], e.Actor.Address)
		events = append(events, Event{Seq: e.Seq, Time: in(e.Time, o.Location), Actor: who, Kind: string(e.Kind), Text: e.Text, Prev: e.Prev, Digest: e.Digest})
		view.Events = append(view.Events, templates.TimelineEvent{Seq: e.Seq, Time: in(e.Time, o.Location), Actor: who, Kind: string(e.Kind),
			Title: petition.EventName(e.Kind), Text: e.Text, Digest: e.Digest})
		view.Head = e.Digest
	}
	for _, f := range p.files {
		view.Files = append(view.Files, templates.TimelineFile{Path: f.Path, Title: f.Title, Digest: f.SHA256, Size: f.Size})
	}
	page, err := o.Templates.Timeline(view)
	if err != nil {
		return fmt.Errorf("render timeline: %w", err)
	}
	data, err := indented(Timeline{Case: m.c, Events: events})
	if err != nil {
		return err
	}
	if err := p.add(File{Path: "timeline.json", Title: "办理过程（数据）"}, data); err != nil {
		return err
	}
	return p.add(File{Path: "timeline.html", Title: "办理过程"}, page)
}

// Timeline is timeline.json.
type Timeline struct {
	Case   petition.Case `json:"case"`
	Events []Event       `json:"events"`
}

// Event is one entry of the ledger as `case show` prints it too.
type Event struct {
	Seq    int64     `json:"seq"`
	Time   time.Time `json:"time"`
	Actor  string    `json:"actor"`
	Kind   string    `json:"kind"`
	Text   string    `json:"text"`
	Prev   string    `json:"prev"`
	Digest string    `json:"digest"`
}

var roles = map[petition.Role]string{petition.RoleCitizen: "来信人", petition.RoleSystem: "系统"}

func facts(c petition.Case, loc *time.Location) []templates.Field {
	var list []templates.Field
	add := func(label, value string) {
		if value != "" {
			list = append(list, templates.Field{Label: label, Value: value})
		}
	}
	date := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return in(t, loc).Format("2006年1月2日 15:04")
	}
	add("状态", petition.StateName(c.State))
	add("主题", c.Subject)
	add("来信人", c.Name)
	add("登记邮箱", c.Sender)
	add("联系电话", c.Phone)
	add("类别", c.Category)
	add("紧急程度", petition.UrgencyName(c.Urgency))
	add("收到时间", date(c.Arrived))
	add("受理时间", date(c.Accepted))
	add("答复时间", date(c.Answered))
	add("办结时间", date(c.Closed))
	add("评价", c.Rating)
	return list
}
