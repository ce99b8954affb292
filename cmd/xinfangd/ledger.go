package main

import (
	"fmt"
	"io"
)

// ledgerCmd is the chain of everything that happened.
type ledgerCmd struct {
	Verify ledgerVerifyCmd `cmd:"" help:"核对整条台账，指出第一处不符"`
}

type ledgerVerifyCmd struct{}

// verified is the JSON of ledger verify (spec system section 9).
type verified struct {
	Entries     int64  `json:"entries"`
	OK          bool   `json:"ok"`
	FirstBroken *int64 `json:"first_broken"`
	Head        string `json:"head"`
	Problem     string `json:"problem,omitempty"`
}

func (ledgerVerifyCmd) Run(s *shell) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	result, err := r.Verify(s.ctx, nil)
	if err != nil {
		return err
	}
	v := verified{Entries: result.Entries, OK: result.OK, Head: result.Head}
	if !result.OK {
		v.Problem = brokenName(result)
		v.FirstBroken = &result.FirstBroken
	}
	err = s.print(v, func(w io.Writer) {
		if v.OK {
			fmt.Fprintf(w, "台账 %d 条，前后相连，没有改动\n末条摘要 %s\n", v.Entries, v.Head)
			return
		}
		fmt.Fprintf(w, "台账 %d 条，第 %d 条不符：%s\n", v.Entries, result.FirstBroken, clean(v.Problem))
	})
	if err == nil && !v.OK {
		err = errSilent
	}
	return err
}
