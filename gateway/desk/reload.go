package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// maxComplaints is how many complaints one alarm lists; `check` lists all.
const maxComplaints = 10

// Refusal is a reload that changed nothing.
type Refusal struct {
	// Since is when the first of these reloads was refused, and Repeat how many
	// were before this one.
	Since  time.Time
	Repeat int
	// Complaints are sentences with the place in the file.
	Complaints []string
}

// ReloadRefused tells the information centre and the office that a changed
// configuration was not taken over, and puts it on the record: whoever changed
// it believes that it is in force (spec system section 7, promise 4).
func (d *Desk) ReloadRefused(ctx context.Context, r Refusal, now time.Time) error {
	return d.update(ctx, now, func(w *work) error {
		v := templates.AlarmView{What: "重新载入配置未成功，继续使用原有的配置、规则和名册", Since: w.office(r.Since), Repeat: r.Repeat,
			Advice: []string{"请技术人员按上列位置改正，用 xinfangd check 检查无误后重新载入；改正以前，改动的内容都没有生效"}}
		for i, complaint := range r.Complaints[:min(len(r.Complaints), maxComplaints)] {
			v.Facts = append(v.Facts, templates.Field{Label: fmt.Sprintf("问题 %d", i+1), Value: complaint})
		}
		if more := len(r.Complaints) - maxComplaints; more > 0 {
			v.Facts = append(v.Facts, templates.Field{Label: "其余", Value: fmt.Sprintf("还有 %d 项，用 xinfangd check 查看", more)})
		}
		return w.tellReload(v, "重新载入配置未成功，继续使用原有配置", map[string]any{"complaints": len(r.Complaints)})
	})
}

// ReloadRecovered tells the same people that a configuration was taken over
// after one was refused.
func (d *Desk) ReloadRecovered(ctx context.Context, since, now time.Time) error {
	return d.update(ctx, now, func(w *work) error {
		v := templates.AlarmView{Recovered: true, What: "配置已重新载入，改动的内容已经生效", Since: w.office(since), Until: w.office(now)}
		return w.tellReload(v, "配置已重新载入", map[string]any{"refused_since": since.UTC()})
	})
}

func (w *work) tellReload(v templates.AlarmView, text string, facts map[string]any) error {
	data, err := json.Marshal(facts)
	if err != nil {
		return fmt.Errorf("encode facts: %w", err)
	}
	if _, err := w.tx.Append(store.Entry{Actor: petition.System(), Kind: petition.EvNoted, Text: text, Data: data}); err != nil {
		return fmt.Errorf("append reload: %w", err)
	}
	return w.raise(v, slices.Concat(w.Policy.Roster.Centre, w.handlers()))
}

// raise sends one alarm about the system itself to several people, each once.
func (w *work) raise(v templates.AlarmView, to []petition.Person) error {
	for i, p := range to {
		if slices.ContainsFunc(to[:i], func(q petition.Person) bool { return petition.SameAddress(p.Address, q.Address) }) {
			continue
		}
		v.Common, v.To = w.common("", ""), p.Name
		mail, err := w.Templates.Alarm(v)
		if err != nil {
			return fmt.Errorf("render alarm: %w", err)
		}
		if err := w.post(parcel{kind: "alarm", to: p, mail: mail, bypass: true}); err != nil {
			return err
		}
	}
	return nil
}
