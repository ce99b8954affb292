package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"xinfangd/gateway/desk"
	"xinfangd/gateway/dossier"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

type caseEraseCmd struct {
	Number string `arg:"" name:"number" placeholder:"编号" help:"登记编号，或今年的序号；保管期限未满的不能销毁"`
	By     string `required:"" placeholder:"姓名" help:"决定销毁的人，记入台账"`
	Reason string `required:"" placeholder:"理由" help:"销毁的理由或批准文号，记入台账"`
}

// erasedCase is the JSON of case erase.
type erasedCase struct {
	Number petition.Number `json:"number"`
	Erased bool            `json:"erased"`
}

func (c caseEraseCmd) Run(s *shell) error {
	by, reason := strings.TrimSpace(c.By), strings.TrimSpace(c.Reason)
	if by == "" || reason == "" {
		return unusable("--by 和 --reason 不能为空")
	}
	d, r, done, err := s.desk()
	if err != nil {
		return err
	}
	defer done()
	number, err := s.number(r.config, c.Number)
	if err != nil {
		return err
	}
	err = d.Erase(s.ctx, number, by, reason, s.now())
	if errors.Is(err, store.ErrNotFound) {
		return wrong("登记簿上没有 %s", number)
	}
	if say, refused := desk.IsRefusal(err); refused {
		return wrong("%s：%s", number, say)
	}
	if err != nil {
		return err
	}
	// The register comes first: a file that is left behind is removed when the
	// catalogue is next written.
	if err := dossier.Remove(string(r.config.Archive.Dir), number); err != nil {
		return err
	}
	return s.print(erasedCase{number, true}, func(w io.Writer) {
		fmt.Fprintf(w, "%s 已销毁：来信、答复和案卷已清除，办理经过留在台账\n", number)
	})
}
