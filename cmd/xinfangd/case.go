package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"xinfangd/configs"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// caseCmd is the register and its dossiers.
type caseCmd struct {
	List   caseListCmd   `cmd:"" help:"列出登记的来信"`
	Show   caseShowCmd   `cmd:"" help:"一件来信的全部经过"`
	Search caseSearchCmd `cmd:"" help:"全文检索"`
	Export caseExportCmd `cmd:"" help:"写出一件来信的案卷"`
	Verify caseVerifyCmd `cmd:"" help:"核对案卷是否完整、有无改动"`
	Erase  caseEraseCmd  `cmd:"" help:"销毁一件保管期满的来信"`
}

// caseRow is a case in JSON (spec system section 9).
type caseRow struct {
	Number       petition.Number  `json:"number"`
	State        petition.State   `json:"state"`
	Mailbox      string           `json:"mailbox"`
	Sender       string           `json:"sender"`
	Subject      string           `json:"subject"`
	Arrived      *string          `json:"arrived"`
	Accepted     *string          `json:"accepted"`
	Lead         string           `json:"lead"`
	Assist       []string         `json:"assist"`
	Category     string           `json:"category"`
	Urgency      petition.Urgency `json:"urgency"`
	Confidential bool             `json:"confidential"`
	Due          *string          `json:"due"`
	Estimated    bool             `json:"estimated"`
	Answered     *string          `json:"answered"`
	Closed       *string          `json:"closed"`
	Rating       string           `json:"rating"`
	Erased       *string          `json:"erased,omitempty"`
}

func newCaseRow(c petition.Case, config configs.Config) caseRow {
	return caseRow{
		Number: c.Number, State: c.State, Mailbox: c.Mailbox, Sender: c.Sender, Subject: c.Subject,
		Arrived: when(config, c.Arrived), Accepted: when(config, c.Accepted), Lead: c.Lead(), Assist: orEmpty(c.Assist()),
		Category: c.Category, Urgency: c.Urgency, Confidential: c.Confidential, Due: when(config, c.Due), Estimated: c.Estimated,
		Answered: when(config, c.Answered), Closed: when(config, c.Closed), Rating: c.Rating, Erased: when(config, c.Erased),
	}
}

type caseListCmd struct {
	State   []petition.State `placeholder:"状态" help:"只列这些状态，可重复：registered triage accepted dispatched drafted approved answered closed archived refused merged withdrawn"`
	Mailbox string           `placeholder:"信箱" help:"只列寄到这个信箱（标识）的"`
	Since   string           `placeholder:"日期" help:"只列这天及以后收到的，如 2026-11-01"`
	Overdue bool             `help:"只列超过办理期限的"`
	Limit   int              `placeholder:"件数" help:"最多列几件，0 为全部"`
}

func (c caseListCmd) Run(s *shell) error {
	if err := countable(c.Limit); err != nil {
		return err
	}
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	filter := store.CaseFilter{States: c.State, Mailbox: c.Mailbox, Limit: c.Limit}
	for _, state := range c.State {
		if petition.StateName(state) == petition.StateName("") {
			return unusable("没有状态 %q", clean(string(state)))
		}
	}
	if filter.Since, err = day(c.Since, r.config); err != nil {
		return err
	}
	if c.Overdue {
		// Cases that are done count among those due, and not for the limit.
		filter.DueUntil, filter.Limit = s.now(), 0
	}
	var cases []petition.Case
	err = r.View(s.ctx, func(tx *store.Tx) (err error) {
		if err = knownBox(tx, r.config, c.Mailbox); err != nil {
			return err
		}
		cases, err = tx.ListCases(filter)
		return err
	})
	if err != nil {
		return err
	}
	if c.Overdue {
		cases = slices.DeleteFunc(cases, func(one petition.Case) bool { return !one.Open() })
		if c.Limit > 0 {
			cases = cases[:min(c.Limit, len(cases))]
		}
	}
	list := []caseRow{}
	for _, one := range cases {
		list = append(list, newCaseRow(one, r.config))
	}
	return s.print(list, func(w io.Writer) {
		t := newTable("编号", "状态", "信箱", "处室", "收到", "办理期限", "主题")
		for _, one := range cases {
			t.add(string(one.Number), petition.StateName(one.State), one.Mailbox, one.Lead(), stamp(r.config, one.Arrived), stamp(r.config, one.Due), cut(one.Subject, 40))
		}
		t.print(w)
		fmt.Fprintf(w, "共 %d 件\n", len(list))
	})
}

type caseSearchCmd struct {
	Words []string `arg:"" name:"words" placeholder:"词" help:"要找的词，几个词须在同一文中"`
	Limit int      `default:"50" placeholder:"件数" help:"最多列几件，0 为全部"`
}

// foundCase is a case in the JSON of case search.
type foundCase struct {
	caseRow
	Snippet string `json:"snippet"`
}

func (c caseSearchCmd) Run(s *shell) error {
	if err := countable(c.Limit); err != nil {
		return err
	}
	words := strings.Join(c.Words, " ")
	if strings.TrimSpace(words) == "" {
		return unusable("没有写要找的词")
	}
	limit := c.Limit
	if limit == 0 {
		limit = math.MaxInt32
	}
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	list := []foundCase{}
	err = r.View(s.ctx, func(tx *store.Tx) error {
		hits, err := tx.Search(words, limit)
		for _, hit := range hits {
			one, err := tx.Case(hit.Number)
			if err != nil {
				return err
			}
			list = append(list, foundCase{newCaseRow(one, r.config), hit.Snippet})
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.print(list, func(w io.Writer) {
		t := newTable("编号", "状态", "主题", "所在")
		for _, f := range list {
			t.add(string(f.Number), petition.StateName(f.State), cut(f.Subject, 40), cut(f.Snippet, 80))
		}
		t.print(w)
		fmt.Fprintf(w, "共 %d 件\n", len(list))
	})
}
