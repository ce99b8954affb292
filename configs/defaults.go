package configs

import (
	"time"

	"xinfangd/gateway/calendar"
)

// Default returns the configuration that an empty file at a path stands for.
// What is mandatory is empty in it.
func Default(file string) Config {
	c := Config{
		Office:   Office{PlusAddressing: true},
		SMTP:     defaultSMTP(),
		Duty:     Duty{HandoverAck: 15 * time.Minute},
		Calendar: Calendar{Open: calendar.DefaultOpen, Close: calendar.DefaultClose},
		Deadlines: Deadlines{
			Check: hours(2), AcceptWarning: hours(20), Accept: hours(24), AcceptNotice: days(15),
			Sign: workdays(1), Answer: workdays(5), Approve: workdays(1),
			LawAnswer: days(60), Extension: days(30), Rating: days(7), Supervise: workdays(2),
		},
		Chase: []Chase{
			{Offset: workdays(-1), To: []string{"liaison"}},
			{Offset: workdays(0), To: []string{"liaison", "head"}},
			{Offset: workdays(1), To: []string{"head"}, Copy: []string{"office"}, Formal: true},
			{Offset: workdays(3), To: []string{"deputy"}},
			{Offset: workdays(5), To: []string{"principal"}, Named: true},
		},
		Conduct: Conduct{Dispatch: "auto", Acceptance: "human", Receipt: true, TwoPerson: true, Learned: "suggest"},
		Security: Security{
			OwnHops: 1, VerifyDKIM: true, KeyFile: relative(file, "../var/key"),
			Require: Require{
				Liaison: []string{"code"},
				Office:  []string{"code", "authenticated"},
				Leader:  []string{"code", "authenticated"},
				Duty:    []string{"authenticated"},
			},
		},
		Limits:   Limits{LetterBytes: 50 << 20, AutoMail: 5, MailPerHour: 2000},
		Archive:  Archive{Dir: relative(file, "../var/archive"), Public: relative(file, "../var/public")},
		HTTP:     HTTP{Listen: "127.0.0.1:8025"},
		Log:      Log{Format: "text", Level: "info"},
		SelfTest: SelfTest{Time: 7 * 60, Within: 30 * time.Minute},
	}
	return c
}

// SetDefaults implements Defaulter.
func (m *Mailbox) SetDefaults() {
	m.Role = "public"
	m.After = After{Do: "keep"}
	m.IMAP = IMAP{Transport: Transport{TLS: "implicit"}, Auth: "login", Folder: "INBOX", Poll: time.Minute}
}

// SetDefaults implements Defaulter.
func (s *SMTP) SetDefaults() { *s = defaultSMTP() }

// SetDefaults implements Defaulter.
func (s *Shift) SetDefaults() {
	s.Rotate = "daily"
	s.Start = calendar.DefaultStart
}

func defaultSMTP() SMTP {
	return SMTP{
		Transport:   Transport{TLS: "implicit"},
		Connections: 4,
		Retry:       []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour},
		Probe:       time.Minute,
	}
}

// usualPort fills in the port that the protection of a connection implies.
func (t *Transport) usualPort(implicit, starttls, none int) {
	if t.Port != 0 {
		return
	}
	t.Port = map[string]int{"starttls": starttls, "none": none}[t.TLS]
	if t.Port == 0 {
		t.Port = implicit
	}
}

func hours(n int) calendar.Span { return calendar.Span{N: n * 3600, Unit: calendar.Clock} }

func days(n int) calendar.Span { return calendar.Span{N: n, Unit: calendar.Days} }

func workdays(n int) calendar.Span { return calendar.Span{N: n, Unit: calendar.WorkingDays} }
