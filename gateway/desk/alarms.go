package desk

import (
	"encoding/json"
	"fmt"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/templates"
)

// alarmKey is the setting that remembers an alarm of the office itself, so that
// it is told of once and its end is told of once, whatever restarts between.
const alarmKey = "alarm/"

// openAlarm is an alarm that people were told of and that has not ended.
type openAlarm struct {
	What  string    `json:"what"`
	Since time.Time `json:"since"`
}

// openAlarm reads an alarm, the zero value when there is none.
func (w *work) openAlarm(name string) (openAlarm, error) {
	var a openAlarm
	value, err := w.tx.Setting(alarmKey + name)
	if err != nil || value == "" {
		return a, err
	}
	if err := json.Unmarshal([]byte(value), &a); err != nil {
		return a, fmt.Errorf("read alarm %s: %w", name, err)
	}
	return a, nil
}

// alarmFacts is what the ledger says of an alarm beside its words.
type alarmFacts struct {
	Clock petition.Clock `json:"clock"`
	Alarm string         `json:"alarm"`
	Over  bool           `json:"over,omitempty"`
}

// raiseAlarm tells people of an alarm, once until it ends, and puts it on the ledger.
func (w *work) raiseAlarm(name string, view templates.AlarmView, to []petition.Recipient) error {
	known, err := w.openAlarm(name)
	if err != nil || known.What != "" {
		return err
	}
	value, err := json.Marshal(openAlarm{What: view.What, Since: view.Since})
	if err != nil {
		return fmt.Errorf("encode alarm: %w", err)
	}
	if err := w.tx.SetSetting(alarmKey+name, string(value)); err != nil {
		return fmt.Errorf("note alarm: %w", err)
	}
	if err := w.line(petition.EvEscalated, "告警："+view.What, alarmFacts{Clock: "alarm", Alarm: name}); err != nil {
		return err
	}
	return w.alarm(view, to)
}

// clear ends an alarm and says so, once; without one it does nothing.
func (w *work) clear(name, what string, to []petition.Recipient) error {
	known, err := w.openAlarm(name)
	if err != nil || known.What == "" {
		return err
	}
	if err := w.tx.SetSetting(alarmKey+name, ""); err != nil {
		return fmt.Errorf("note alarm: %w", err)
	}
	if err := w.line(petition.EvNoted, "恢复："+what, alarmFacts{Clock: "alarm", Alarm: name, Over: true}); err != nil {
		return err
	}
	return w.alarm(templates.AlarmView{Recovered: true, What: what, Since: w.office(known.Since), Until: w.office(w.now)}, to)
}

// alarmsTable lists the alarms that have not ended, for the handover sheet.
func (w *work) alarmsTable() (templates.Table, error) {
	t := templates.Table{Head: []string{"事项", "开始时间"}}
	settings, err := w.tx.SettingsUnder(alarmKey)
	if err != nil {
		return t, fmt.Errorf("list alarms: %w", err)
	}
	for _, s := range settings {
		var a openAlarm
		if s.Value == "" || json.Unmarshal([]byte(s.Value), &a) != nil {
			continue
		}
		t.Rows = append(t.Rows, []string{a.What, stamp(w.office(a.Since))})
	}
	status, err := w.tx.BoxStatus()
	if err != nil {
		return t, fmt.Errorf("read boxes: %w", err)
	}
	for _, s := range status {
		if s.Alarmed {
			t.Rows = append(t.Rows, []string{"信箱“" + w.box(s.Mailbox).Name + "”未能成功收信", stamp(w.office(s.Since))})
		}
	}
	return t, nil
}
