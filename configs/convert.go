package configs

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
)

// Location returns the office's time zone, China's when the configured one is
// not known (which Check reports).
func (o Office) Location() *time.Location {
	if location, err := time.LoadLocation(o.Timezone); err == nil && o.Timezone != "" {
		return location
	}
	return time.FixedZone("CST", 8*60*60)
}

// Mailbox finds a mailbox by its id.
func (c Config) Mailbox(id string) (Mailbox, bool) {
	for _, m := range c.Mailboxes {
		if m.ID == id {
			return m, true
		}
	}
	return Mailbox{}, false
}

// WorkBox returns the mailbox that internal mail goes to.
func (c Config) WorkBox() Mailbox {
	m, _ := c.Mailbox(c.Office.WorkBox)
	return m
}

// ReplyAddress is the address that answers to mail about a box's cases go to:
// its own, or the work box's for a box without one, such as a web form's.
func (c Config) ReplyAddress(mailbox string) string {
	if m, ok := c.Mailbox(mailbox); ok && m.Address != "" {
		return m.Address
	}
	return c.WorkBox().Address
}

// Submission returns the account that a box's mail is sent from.
func (c Config) Submission(mailbox string) SMTP {
	if m, ok := c.Mailbox(mailbox); ok && m.SMTP != nil {
		return *m.SMTP
	}
	return c.SMTP
}

// Secret returns the password, read from its file at each call so that a
// changed one is picked up. A login without any gives "".
func (l Login) Secret() (Secret, error) {
	if l.PasswordFile != "" {
		return ReadSecret(l.PasswordFile)
	}
	return l.Password, nil
}

// Source returns the data source with its password in place; keep it out of logs.
func (s Store) Source() (string, error) {
	if s.PasswordFile == "" || s.Driver != "postgres" {
		return string(s.DSN), nil
	}
	password, err := ReadSecret(s.PasswordFile)
	if err != nil {
		return "", err
	}
	if !s.DSN.isURL() {
		quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(password.Reveal())
		return string(s.DSN) + " password='" + quoted + "'", nil
	}
	u, err := url.Parse(string(s.DSN))
	if err != nil {
		return "", fmt.Errorf("parse dsn: not a URL") // the error would quote the DSN
	}
	user := ""
	if u.User != nil {
		user = u.User.Username()
	}
	u.User = url.UserPassword(user, password.Reveal())
	return u.String(), nil
}

func (s DSN) isURL() bool {
	return strings.HasPrefix(string(s), "postgres://") || strings.HasPrefix(string(s), "postgresql://")
}

// host names the server of a postgres data source, "" for the local socket; ok
// is false when it is none.
func (s DSN) host() (host string, ok bool) {
	if s.isURL() {
		u, err := url.Parse(string(s))
		if err != nil {
			return "", false
		}
		return u.Hostname(), true
	}
	for _, f := range strings.Fields(string(s)) {
		key, value, found := strings.Cut(f, "=")
		ok = ok || found
		if key == "host" {
			host = value
		}
	}
	return host, ok
}

// String is the data source without its password.
func (s DSN) String() string {
	if s.isURL() {
		u, err := url.Parse(string(s))
		if err != nil {
			return "***"
		}
		return u.Redacted()
	}
	// A quoted password may hold blanks: nothing behind it is shown.
	if at := passwordKey.FindStringIndex(string(s)); at != nil {
		return string(s[:at[1]]) + "***"
	}
	return string(s)
}

var passwordKey = regexp.MustCompile(`(?i)password\s*=`)

// GoString implements fmt.GoStringer, for %#v.
func (s DSN) GoString() string { return s.String() }

// LogValue implements slog.LogValuer.
func (s DSN) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Roster returns the people as the domain knows them.
func (c Config) Roster() petition.Roster {
	r := petition.Roster{Centre: persons(c.Staff.InformationCentre)}
	for _, m := range c.Staff.Office {
		member := petition.Member{Person: m.person()}
		for _, role := range m.Roles {
			member.Roles = append(member.Roles, officeRoles[role])
		}
		r.Office = append(r.Office, member)
	}
	for _, l := range c.Staff.Leaders {
		r.Leaders = append(r.Leaders, petition.Leader{Person: l.person(), Rank: l.Rank})
	}
	for _, d := range c.Staff.Divisions {
		r.Divisions = append(r.Divisions, petition.Division{
			ID: d.ID, Name: d.Name, Short: d.Short, Head: d.Head.person(), Liaisons: persons(d.Liaisons),
		})
	}
	for _, p := range c.dutyPeople() {
		known := func(q petition.Person) bool { return petition.SameAddress(p.Address, q.Address) }
		if !slices.ContainsFunc(r.Duty, known) {
			r.Duty = append(r.Duty, p.person())
		}
	}
	return r
}

var officeRoles = map[string]petition.Role{
	"handler": petition.RoleHandler, "approver": petition.RoleApprover, "head": petition.RoleChief,
}

func (p Person) person() petition.Person {
	return petition.Person{Name: p.Name, Address: strings.TrimSpace(p.Address)}
}

func persons(people []Person) []petition.Person {
	var out []petition.Person
	for _, p := range people {
		out = append(out, p.person())
	}
	return out
}

// dutyPeople lists everybody named in a shift or an exception, repetitions included.
func (c Config) dutyPeople() []Person {
	var people []Person
	for _, s := range c.Duty.Shifts {
		people = append(people, s.People...)
	}
	for _, e := range c.Duty.Exceptions {
		people = append(people, e.Person)
	}
	return people
}

// Policy returns the office's settings as the domain knows them.
func (c Config) Policy(cal *calendar.Calendar) petition.Policy {
	d := c.Deadlines
	p := petition.Policy{
		Roster:     c.Roster(),
		Calendar:   cal,
		Dispatch:   c.Conduct.Dispatch,
		Acceptance: c.Conduct.Acceptance,
		Receipt:    c.Conduct.Receipt,
		TwoPerson:  c.Conduct.TwoPerson,
		Hold:       c.Conduct.Hold,
		Deadlines: petition.Deadlines{
			Check: d.Check, AcceptWarning: d.AcceptWarning, Accept: d.Accept, AcceptNotice: d.AcceptNotice,
			Sign: d.Sign, Answer: d.Answer, Approve: d.Approve,
			LawAnswer: d.LawAnswer, Extension: d.Extension, Rating: d.Rating, Supervise: d.Supervise,
		},
	}
	if len(c.Archive.Retention) > 0 {
		p.Retention = map[string]petition.Keep{}
		for key, period := range c.Archive.Retention {
			p.Retention[key] = petition.Keep{Years: period.Years, Days: period.Days}
		}
	}
	for _, step := range c.Chase {
		p.Chase = append(p.Chase, petition.ChaseStep{At: step.Offset, To: step.To, Copy: step.Copy, Formal: step.Formal, Named: step.Named})
	}
	return p
}

// Shifts returns the duty roster for calendar.OnDuty.
func (c Config) Shifts() []calendar.Shift {
	var shifts []calendar.Shift
	for _, s := range c.Duty.Shifts {
		shift := calendar.Shift{
			ID: s.ID, Days: calendar.ShiftDays(s.Days), From: s.From, To: s.To,
			Rotate: calendar.Rotation(s.Rotate), Start: string(s.Start),
		}
		for _, p := range s.People {
			shift.People = append(shift.People, p.person().Address)
		}
		for _, e := range c.Duty.Exceptions {
			if e.Shift == s.ID {
				if shift.Instead == nil {
					shift.Instead = make(map[string]string)
				}
				shift.Instead[string(e.Date)] = e.Person.person().Address
			}
		}
		shifts = append(shifts, shift)
	}
	return shifts
}

// NewCalendar builds the office's calendar from the built-in years and the
// configured files, and says which files cannot be used. A broken file is left
// out, so there always is a calendar.
func (c Config) NewCalendar() (*calendar.Calendar, []Finding) {
	options := calendar.Options{Location: c.Office.Location(), Open: c.Calendar.Open, Close: c.Calendar.Close}
	var findings []Finding
	if options.Open >= options.Close {
		findings = append(findings, c.Calendar.At("close").Errorf("下班时间 %s 应晚于上班时间 %s", options.Close, options.Open))
		options.Open, options.Close = calendar.DefaultOpen, calendar.DefaultClose
	}
	cal, err := calendar.New(options)
	if err != nil {
		// The built-in years are part of the program; its tests load them.
		panic(err)
	}
	for i, file := range c.Calendar.Files {
		at := c.Calendar.At("files", i)
		data, err := os.ReadFile(string(file))
		if err != nil {
			findings = append(findings, at.Errorf("读不到日历文件 %s：%s", file, reason(err)))
			continue
		}
		years, err := calendar.Parse(data)
		if err == nil {
			o := options
			o.Years = slices.Concat(options.Years, years)
			var next *calendar.Calendar
			if next, err = calendar.New(o); err == nil {
				cal, options = next, o
				findings = append(findings, incompleteYears(at, file, years)...)
				continue
			}
		}
		if bad, ok := errors.AsType[*calendar.ParseError](err); ok {
			place := Position{File: string(file), Line: bad.Line, Column: 1}
			findings = append(findings, place.Errorf("日历文件内容有误：%s", bad.Reason))
			continue
		}
		if errors.Is(err, calendar.ErrFormat) {
			findings = append(findings, at.Errorf("日历文件 %s 既不是 JSON 也不是 iCalendar", file))
			continue
		}
		findings = append(findings, at.Errorf("日历文件 %s 内容有误（%s）", file, err))
	}
	return cal, findings
}
