package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"xinfangd/gateway"
	"xinfangd/gateway/dossier"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/practice"
	"xinfangd/gateway/store"
)

// stage shows what happens: what people do, as they do it, and what the gateway
// makes of it, from the ledger.
type stage struct {
	shell   *shell
	gateway *gateway.Gateway
	office  *practice.Office
	archive string
	began   time.Time

	mu       sync.Mutex
	seq      int64 // ledger entries told so far
	problems []string
}

func newStage(s *shell, g *gateway.Gateway, office *practice.Office, archive string) *stage {
	return &stage{shell: s, gateway: g, office: office, archive: archive, began: s.now()}
}

// say prints a line of the timeline.
func (st *stage) say(number, who, what string) {
	if st.shell.json {
		return
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(number) > 6 {
		number = number[len(number)-6:]
	}
	who += strings.Repeat(" ", max(0, 18-columns(who)))
	fmt.Fprintf(st.shell.out, "%s  %6s  %s  %s\n", st.shell.now().In(time.Local).Format("15:04:05"), number, who, clean(what))
}

func (st *stage) problem(text string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.problems = append(st.problems, text)
}

// played tells what a played person did.
func (st *stage) played(e practice.Event) {
	st.say(e.Number, e.Who.Name, e.What+"：回复《"+cut(e.Subject, 60)+"》")
}

// show delivers the samples and waits until every case with a played citizen is
// archived, and every other letter is on the register.
func (st *stage) show(ctx context.Context, patience time.Duration) staged {
	samples := practice.Samples(st.shell.now())
	for _, one := range samples {
		if err := st.office.Deliver(one.To, one.Raw); err != nil {
			st.problem(fmt.Sprintf("来信“%s”没有送到：%s", one.Name, err))
			continue
		}
		who := cmp.Or(one.From, "（无发件人）")
		if a, ok := st.office.Account(one.From); ok {
			who = a.Name
		}
		st.say("", who, "寄到 "+one.To+"："+one.Name)
	}
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for {
		waiting, err := st.waiting(ctx, samples)
		if err != nil && ctx.Err() == nil {
			st.problem("读登记簿出错：" + err.Error())
			return st.result(context.WithoutCancel(ctx))
		}
		if err == nil && len(waiting) == 0 {
			return st.result(ctx)
		}
		select {
		case <-look.C:
		case <-deadline.C:
			for _, w := range waiting {
				st.problem(w)
			}
			return st.result(ctx)
		case <-ctx.Done():
			st.problem("演示中断")
			return st.result(context.WithoutCancel(ctx))
		}
	}
}

// waiting tells what is new on the ledger, and lists what is not where it is to
// get.
func (st *stage) waiting(ctx context.Context, samples []practice.Sample) (waiting []string, err error) {
	err = st.gateway.Store().View(ctx, func(tx *store.Tx) error {
		for e, err := range tx.AllEntries(st.seq + 1) {
			if err != nil {
				return err
			}
			st.seq = e.Seq
			st.tell(e)
		}
		for _, one := range samples {
			l, err := find(tx, one, st.began)
			if errors.Is(err, store.ErrNotFound) {
				waiting = append(waiting, "来信“"+one.Name+"”没有登记")
				continue
			}
			if err != nil {
				return err
			}
			if !one.Played {
				continue
			}
			if l.Case == "" {
				waiting = append(waiting, "来信“"+one.Name+"”没有立件")
				continue
			}
			c, err := tx.Case(l.Case)
			if err != nil {
				return err
			}
			if c.State != petition.Archived {
				waiting = append(waiting, fmt.Sprintf("%s《%s》停在“%s”", c.Number, cut(c.Subject, 40), petition.StateName(c.State)))
			}
		}
		return nil
	})
	return waiting, err
}

// find is the letter on the register that a sample became.
func find(tx *store.Tx, one practice.Sample, since time.Time) (store.Letter, error) {
	parsed := letter.Parse(one.Raw)
	if parsed.MessageID != "" {
		return tx.LetterByMessageID(parsed.MessageID)
	}
	all, err := tx.ListLetters(store.LetterFilter{Since: since.Add(-time.Minute)})
	if err != nil {
		return store.Letter{}, err
	}
	for _, l := range all {
		if l.MessageID == "" && strings.TrimSpace(l.Subject) == strings.TrimSpace(parsed.Subject) {
			return l, nil
		}
	}
	return store.Letter{}, store.ErrNotFound
}

// tell says what an entry of the ledger means. What the gateway only notes for
// itself is left out.
func (st *stage) tell(e store.Entry) {
	who := cmp.Or(e.Actor.Name, e.Actor.Address)
	if a, ok := st.office.Account(e.Actor.Address); ok {
		who = a.Name
	}
	switch {
	case e.Actor.Role == petition.RoleSystem:
		who = "网关"
	case who == "":
		who = "来信人"
	}
	text := petition.EventName(e.Kind)
	switch e.Kind {
	case petition.EvRegistered:
		who, text = "网关", "登记来信《"+cut(e.Text, 50)+"》"
	case petition.EvClassified, petition.EvNoted:
		return
	case petition.EvDispatched, petition.EvAssisted:
		if e.After != nil {
			text += "给" + st.divisions(*e.After)
		}
	case petition.EvRated:
		text += "：" + cut(e.Text, 40)
	case petition.EvArchived:
		text = "归档，案卷写入档案"
	default:
		if e.Text != "" && e.Kind != petition.EvOpinion {
			text += "：" + cut(strings.Join(strings.Fields(e.Text), " "), 60)
		}
	}
	st.say(string(e.Case), who, text)
}

func (st *stage) divisions(c petition.Case) string {
	var names []string
	for _, id := range append([]string{c.Lead()}, c.Assist()...) {
		for _, a := range st.office.People(practice.Liaison) {
			if a.Division == id {
				names = append(names, strings.TrimSuffix(a.Name, "联络员"))
			}
		}
	}
	return strings.Join(names, "、")
}

// result counts the cases, and verifies the ledger and every dossier.
func (st *stage) result(ctx context.Context) staged {
	r := staged{Cases: []stagedCase{}, Problems: []string{}, Accounts: []demoAccount{}, Dossiers: []string{},
		IMAP: st.office.IMAPAddr, SMTP: st.office.SMTPAddr, HTTP: st.gateway.HTTPAddr()}
	for _, a := range st.office.Accounts {
		r.Accounts = append(r.Accounts, demoAccount{a.Address, a.Password, a.Name, string(a.What)})
	}
	err := st.gateway.Store().View(ctx, func(tx *store.Tx) error {
		cases, err := tx.ListCases(store.CaseFilter{Since: st.began.Add(-time.Minute)})
		for _, c := range cases {
			r.Cases = append(r.Cases, stagedCase{string(c.Number), petition.StateName(c.State), c.Subject})
		}
		if err != nil {
			return err
		}
		loose, err := tx.ListLetters(store.LetterFilter{Unregistered: true, Since: st.began.Add(-time.Minute)})
		if err != nil {
			return err
		}
		r.Loose = len(loose)
		failed, err := tx.FailedLetters()
		for _, f := range failed {
			st.problem("来件未能处理：" + f.Reason)
		}
		return err
	})
	if err != nil {
		st.problem("读登记簿出错：" + err.Error())
	}
	if v, err := st.gateway.Store().Verify(ctx, nil); err != nil {
		st.problem("核对台账出错：" + err.Error())
	} else if !v.OK {
		st.problem("台账不符：" + brokenName(v))
	}
	st.dossiers(&r)
	st.mu.Lock()
	defer st.mu.Unlock()
	slices.Sort(st.problems)
	r.Problems = append(r.Problems, slices.Compact(st.problems)...)
	r.OK = len(r.Problems) == 0
	return r
}

// dossiers verifies the dossier of every case that is archived.
func (st *stage) dossiers(r *staged) {
	for _, c := range r.Cases {
		if c.State != petition.StateName(petition.Archived) {
			continue
		}
		files, err := filepath.Glob(filepath.Join(st.archive, "*", c.Number+" *.zip"))
		if err != nil || len(files) != 1 {
			st.problem(c.Number + " 已归档，但没有找到案卷")
			continue
		}
		problems, err := dossier.Verify(files[0])
		if err != nil {
			st.problem(c.Number + " 的案卷打不开：" + err.Error())
		}
		for _, p := range problems {
			st.problem(c.Number + " 的案卷：" + p)
		}
		r.Dossiers = append(r.Dossiers, files[0])
	}
}
