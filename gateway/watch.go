package gateway

import (
	"fmt"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/watch"
)

// watchOptions is http with its secrets read.
func watchOptions(c configs.Config) (watch.Options, error) {
	o := watch.Options{Listen: c.HTTP.Listen, Username: c.HTTP.Username, Office: watchOffice(c)}
	if c.HTTP.TokenFile != "" {
		token, err := configs.ReadSecret(c.HTTP.TokenFile)
		if err != nil {
			return o, fmt.Errorf("read http token: %w", err)
		}
		o.Token = token.Reveal()
	}
	secret, err := c.HTTP.Secret()
	if err != nil {
		return o, fmt.Errorf("read http password: %w", err)
	}
	o.Password = secret.Reveal()
	return o, nil
}

// watchOffice is what the board shows of the office itself.
func watchOffice(c configs.Config) watch.Office {
	office := watch.Office{Name: c.Office.Name, Drill: c.Drill, Location: c.Office.Location(), Roster: c.Roster()}
	if limit, ok := c.Deadlines.Check.Duration(); ok {
		office.CheckWithin = limit
	}
	for _, m := range c.Mailboxes {
		office.Boxes = append(office.Boxes, watch.Box{ID: m.ID, Name: m.Name})
	}
	cal, _ := c.NewCalendar() // what is wrong with it was reported by Check
	office.Policy = c.Policy(cal)
	office.NoCalendar = func(now time.Time) bool { return cal.Missing(now.In(cal.Location()).Year()) }
	shifts, roster := c.Shifts(), office.Roster
	office.OnDuty = func(now time.Time) []string {
		var names []string
		for _, address := range cal.OnDuty(shifts, now) {
			for _, p := range roster.Duty {
				if petition.SameAddress(p.Address, address) {
					names = append(names, p.Name)
					break
				}
			}
		}
		return names
	}
	return office
}

// senders is the state of the SMTP accounts.
func (g *Gateway) senders() []watch.Sender {
	var list []watch.Sender
	for _, s := range g.submitter.Status() {
		list = append(list, watch.Sender{Account: s.Account, Since: s.Since, Error: s.Error})
	}
	return list
}
