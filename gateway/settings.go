package gateway

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"xinfangd/configs"
	"xinfangd/gateway/authority"
	"xinfangd/gateway/command"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/plot"
	"xinfangd/rules"
	"xinfangd/templates"
)

// Settings turns a configuration into what the desk works by: it loads rules,
// templates and calendar.
func Settings(c configs.Config) (desk.Settings, error) {
	set, findings := loadRules(c)
	if configs.HasErrors(findings) || set == nil {
		return desk.Settings{}, fmt.Errorf("load rules: %w", firstError(findings))
	}
	views, err := templates.Load(string(c.Templates))
	if err != nil {
		return desk.Settings{}, fmt.Errorf("load templates: %w", err)
	}
	cal, findings := c.NewCalendar()
	if configs.HasErrors(findings) {
		return desk.Settings{}, fmt.Errorf("load calendar: %w", firstError(findings))
	}
	s := desk.Settings{
		Office:         c.Office.Name,
		Prefix:         c.Office.NumberPrefix,
		Location:       c.Office.Location(),
		PlusAddressing: c.Office.PlusAddressing,
		Domain:         domain(c.WorkBox().Address),
		Policy:         c.Policy(cal),
		Shifts:         c.Shifts(),
		Authority:      authorityPolicy(c),
		Rules:          set,
		Templates:      views,
		AutoMail:       c.Limits.AutoMail,
		LetterBytes:    int64(c.Limits.LetterBytes),
		Drill:          c.Drill,
		Books:          true,
		HandoverAck:    c.Duty.HandoverAck,
		ArchiveDir:     string(c.Archive.Dir),
		Learned:        c.Conduct.Learned,
		SelfTest:       desk.SelfTest{Mailbox: c.SelfTest.Mailbox, At: c.SelfTest.Time, Within: c.SelfTest.Within},
	}
	if s.Authority.Keys, err = signingKeys(c); err != nil {
		return desk.Settings{}, err
	}
	if s.Font, err = font(c); err != nil {
		return desk.Settings{}, err
	}
	for _, m := range c.Mailboxes {
		b := desk.Box{
			ID: m.ID, Name: m.Name, Address: m.Address, Work: m.ID == c.Office.WorkBox,
			Confidential: m.Confidential, Division: m.Division, Form: formFields(m.Form),
		}
		if m.SMTP != nil {
			b.Account = m.ID
		}
		s.Boxes = append(s.Boxes, b)
	}
	return s, nil
}

// font is the configured font, or one found on the system: nil when there is
// none, and plots in mails are tables then.
func font(c configs.Config) (*plot.Font, error) {
	if c.Font == "" {
		return plot.Find(), nil
	}
	f, err := plot.Load(string(c.Font))
	if err != nil {
		return nil, fmt.Errorf("load font: %w", err)
	}
	return f, nil
}

// loadRules loads the configured rules, or the built-in ones, for the divisions
// that this office has.
func loadRules(c configs.Config) (*rules.Set, []configs.Finding) {
	set, findings := rules.Load(string(c.Rules))
	if set == nil {
		return nil, findings
	}
	return set.Restrict(RuleNames(c).Divisions), findings
}

// RuleNames are the names that rules may use in this office.
func RuleNames(c configs.Config) rules.Names {
	n := rules.Names{Fixed: make(map[string]string)}
	add := func(people ...configs.Person) {
		for _, p := range people {
			if p.Address != "" {
				n.People = append(n.People, strings.TrimSpace(p.Address))
			}
		}
	}
	for _, d := range c.Staff.Divisions {
		n.Divisions = append(n.Divisions, d.ID)
		add(d.Head)
		add(d.Liaisons...)
	}
	for _, m := range c.Mailboxes {
		n.Mailboxes = append(n.Mailboxes, m.ID)
		if m.Division != "" {
			n.Fixed[m.ID] = m.Division
		}
	}
	for _, m := range c.Staff.Office {
		add(m.Person)
	}
	for _, l := range c.Staff.Leaders {
		add(l.Person)
	}
	for _, s := range c.Duty.Shifts {
		add(s.People...)
	}
	add(c.Staff.InformationCentre...)
	roster := c.Roster()
	for role, people := range map[string]int{
		"deputy": len(roster.LeadersOf("deputy")), "principal": len(roster.LeadersOf("principal")), "centre": len(roster.Centre),
	} {
		if people == 0 {
			n.Vacant = append(n.Vacant, role)
		}
	}
	return n
}

func firstError(findings []configs.Finding) error {
	for _, f := range findings {
		if f.Severity == configs.SeverityError {
			return errors.New(f.String())
		}
	}
	return errors.New("nothing could be loaded")
}

func formFields(f *configs.Form) letter.FormFields {
	if f == nil {
		return nil
	}
	return letter.FormFields{"name": f.Name, "phone": f.Phone, "email": f.Email, "subject": f.Subject, "body": f.Body}
}

// authorityPolicy is security with what follows from the boxes: codes come back
// to the work box, and mail from any box of ours is our own.
func authorityPolicy(c configs.Config) authority.Policy {
	s := c.Security
	p := authority.Policy{
		AuthservIDs: s.AuthservIDs, OwnHops: s.OwnHops, ARBelow: s.ARBelow, VerifyDKIM: s.VerifyDKIM,
		MessageIDDomain: domain(c.WorkBox().Address),
		Require: map[string][]authority.Leg{
			"liaison": legs(s.Require.Liaison), "office": legs(s.Require.Office), "leader": legs(s.Require.Leader), "duty": legs(s.Require.Duty),
		},
	}
	if len(s.RequireVerb) > 0 {
		p.RequireVerb = map[command.Verb][]authority.Leg{}
		for word, list := range s.RequireVerb {
			if entry, ok := command.Named(word); ok {
				p.RequireVerb[entry.Verb] = legs(list)
			}
		}
	}
	if c.Office.PlusAddressing {
		p.PlusAddresses = []string{c.WorkBox().Address}
	}
	for _, m := range c.Mailboxes {
		if m.Address != "" {
			p.OwnAddresses = append(p.OwnAddresses, m.Address)
		}
	}
	return p
}

func legs(words []string) []authority.Leg {
	out := make([]authority.Leg, 0, len(words))
	for _, w := range words {
		out = append(out, authority.Leg(w))
	}
	return out
}

// domain is the right side of an address, "" without one.
func domain(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// needRestart names the keys in which two configurations differ and that a
// reload does not take over.
func needRestart(old, new configs.Config) []string {
	var changed []string
	differ := func(key string, a, b any) {
		if !reflect.DeepEqual(a, b) {
			changed = append(changed, key)
		}
	}
	type account struct {
		ID    string
		IMAP  configs.IMAP
		SMTP  configs.SMTP
		After configs.After
		Since configs.Date
	}
	accounts := func(c configs.Config) (all []account) {
		for _, m := range c.Mailboxes {
			a := account{ID: m.ID, IMAP: m.IMAP, SMTP: c.Submission(m.ID), After: m.After, Since: m.Since}
			// Where a value stands in the file is no change.
			a.IMAP.Place, a.SMTP.Place = configs.Place{}, configs.Place{}
			all = append(all, a)
		}
		return all
	}
	bare := func(c configs.Config) configs.Config {
		c.Store.Place, c.SMTP.Place, c.HTTP.Place, c.Security.Place, c.Log.Place = configs.Place{}, configs.Place{}, configs.Place{}, configs.Place{}, configs.Place{}
		return c
	}
	a, b := bare(old), bare(new)
	differ("mailboxes", accounts(old), accounts(new))
	differ("store", a.Store, b.Store)
	differ("smtp", a.SMTP, b.SMTP)
	differ("http", a.HTTP, b.HTTP)
	differ("log", a.Log, b.Log)
	differ("security.key_file", a.Security.KeyFile, b.Security.KeyFile)
	differ("security.resolver", a.Security.Resolver, b.Security.Resolver)
	differ("office.number_prefix", a.Office.NumberPrefix, b.Office.NumberPrefix)
	differ("office.timezone", a.Office.Timezone, b.Office.Timezone)
	return changed
}
