package desk

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// SelfTest is the letter that goes through the whole path every day: out by the
// office's own SMTP account, in by a public box. Without a mailbox there is none.
type SelfTest struct {
	Mailbox string
	At      calendar.TimeOfDay
	Within  time.Duration
}

// KindSelfTest is the queue's word for the letter.
const KindSelfTest = "selftest"

const (
	settingSelfTest = "selftest"
	alarmSelfTest   = "selftest"
)

// sentTest is the letter that is under way: nobody can guess its token.
type sentTest struct {
	Token string    `json:"token"`
	Sent  time.Time `json:"sent"`
}

func (s *Settings) nextSelfTest(now time.Time) time.Time {
	if s.SelfTest.Mailbox == "" || s.box(s.SelfTest.Mailbox).Address == "" {
		return time.Time{}
	}
	local := s.office(now)
	at := time.Date(local.Year(), local.Month(), local.Day(), 0, int(s.SelfTest.At), 0, 0, local.Location())
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// sendSelfTest sends the day's letter and starts the time that it may take.
func (w *work) sendSelfTest() error {
	box := w.box(w.SelfTest.Mailbox)
	if box.Address == "" {
		return nil
	}
	test := sentTest{Token: strings.ToLower(random()), Sent: w.now}
	value, err := json.Marshal(test)
	if err != nil {
		return fmt.Errorf("encode self-test: %w", err)
	}
	mark := ""
	if w.Drill {
		mark = "【演练】"
	}
	said, token := mark+"这是系统每日自检的信件，收到后自动识别，不登记、不答复，无需处理。", "自检标识："+test.Token
	mail := templates.Mail{Subject: mark + "系统自检", Text: said + "\n\n" + token + "\n",
		HTML: "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"></head><body><p>" + said + "</p><p>" + token + "</p></body></html>\n"}
	if err := w.post(parcel{kind: KindSelfTest, to: petition.Person{Name: box.Name, Address: box.Address}, mail: mail, bypass: true}); err != nil {
		return err
	}
	if err := w.tx.SetSetting(settingSelfTest, string(value)); err != nil {
		return fmt.Errorf("note self-test: %w", err)
	}
	return w.tx.SetClock("", clockSelfLate, 0, w.now.Add(w.SelfTest.Within))
}

// selfTest recognises the letter that came back, by our Message-ID or, where a
// server wrote another, by its token. It takes no number and bothers nobody; an
// old one is not even noted. Only the box that it was sent to counts.
func (w *work) selfTest(a *arrival) (bool, error) {
	value, err := w.tx.Setting(settingSelfTest)
	if err != nil {
		return false, fmt.Errorf("read self-test: %w", err)
	}
	if value == "" || !strings.Contains(a.l.Subject, "系统自检") {
		return false, nil
	}
	var test sentTest
	if err := json.Unmarshal([]byte(value), &test); err != nil {
		return false, fmt.Errorf("read self-test: %w", err)
	}
	if test.Token == "" || !strings.Contains(a.l.Text, test.Token) || a.box.ID != w.SelfTest.Mailbox {
		return false, nil
	}
	if err := w.tx.SetLetterCase(a.row.ID, "", store.KindAutomatic); err != nil {
		return false, fmt.Errorf("file self-test: %w", err)
	}
	if err := w.tx.SetLetterNote(a.row.ID, store.NoteSelfTest); err != nil {
		return false, fmt.Errorf("note self-test: %w", err)
	}
	if err := w.tx.SetSetting(settingSelfTest, ""); err != nil {
		return false, fmt.Errorf("note self-test: %w", err)
	}
	if err := w.tx.StopClocks("", clockSelfLate); err != nil {
		return false, err
	}
	took := w.now.Sub(test.Sent).Round(time.Second)
	if err := w.line(petition.EvNoted, fmt.Sprintf("系统自检：自检信已走完发信、收信全程，用时 %d 秒", int(took.Seconds())),
		struct {
			Clock   petition.Clock `json:"clock"`
			Seconds int            `json:"seconds"`
		}{clockSelfTest, int(took.Seconds())}); err != nil {
		return false, err
	}
	return true, w.clear(alarmSelfTest, "自检信已走完发信、收信全程", append(w.keepers(), petition.Recipient{Role: petition.RoleDuty}))
}

// lateSelfTest tells people that the letter has not come back in time.
func (w *work) lateSelfTest() error {
	value, err := w.tx.Setting(settingSelfTest)
	if err != nil || value == "" {
		return err
	}
	var test sentTest
	if err := json.Unmarshal([]byte(value), &test); err != nil {
		return fmt.Errorf("read self-test: %w", err)
	}
	return w.raiseAlarm(alarmSelfTest, templates.AlarmView{
		What: fmt.Sprintf("自检信发出 %d 分钟后仍未收到", int(w.SelfTest.Within.Minutes())), Since: w.office(test.Sent),
		Advice: []string{"请核对发信服务器、信箱“" + w.box(w.SelfTest.Mailbox).Name + "”和垃圾邮件文件夹；群众来信可能同样收不到", "下一封自检信收到后另行通知恢复"},
	}, append(w.keepers(), petition.Recipient{Role: petition.RoleDuty}))
}
