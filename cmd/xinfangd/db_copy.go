package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"xinfangd/configs"
	"xinfangd/gateway"
	"xinfangd/gateway/store"
)

type dbCopyCmd struct {
	To string `required:"" placeholder:"驱动:数据源" help:"复制到哪里，须是空库：sqlite:文件，或 postgres://用户@主机/库名（口令放在环境变量 PGPASSWORD）"`
}

// copied is the JSON of db copy.
type copied struct {
	From     string           `json:"from"`
	To       string           `json:"to"`
	OK       bool             `json:"ok"`
	Tables   map[string]int64 `json:"tables"`
	Blobs    int64            `json:"blobs"`
	Entries  int64            `json:"entries"`
	Head     string           `json:"head"`
	Problems []string         `json:"problems"`
}

func (c dbCopyCmd) Run(s *shell) error {
	driver, dsn, err := target(c.To)
	if err != nil {
		return err
	}
	config, err := s.read()
	if err != nil {
		return err
	}
	report, err := gateway.CopyRegister(s.ctx, config, driver, dsn, s.now(), func(table string, rows int64) {
		fmt.Fprintf(s.err, "%s：%d 行\n", table, rows)
	})
	switch {
	case errors.Is(err, store.ErrNotEmpty):
		return unusable("目标库里已有内容，没有复制；请换一个空库")
	case errors.Is(err, gateway.ErrSameRegister):
		return unusable("--to 就是现用的库，没有复制")
	case errors.Is(err, gateway.ErrRunning):
		return wrong("网关还在运行。先停掉它再复制，否则停机前收到的来信不在新库里")
	case err != nil:
		return err
	}
	out := copied{
		From: config.Store.Driver + ":" + config.Store.DSN.String(), To: driver + ":" + configs.DSN(dsn).String(), OK: report.OK(),
		Tables: map[string]int64{}, Blobs: report.Blobs, Entries: report.Chain.Entries, Head: report.Chain.Head, Problems: orEmpty(copyProblems(report)),
	}
	rows := int64(0)
	for _, t := range report.Tables {
		out.Tables[t.Table] = t.To
		rows += t.To
	}
	err = s.print(out, func(w io.Writer) {
		fmt.Fprintf(w, "从 %s 复制到 %s：%d 张表共 %d 行，原件 %d 份，台账 %d 条\n", clean(out.From), clean(out.To), len(out.Tables), rows, out.Blobs, out.Entries)
		for _, p := range out.Problems {
			fmt.Fprintln(w, "  "+p)
		}
		if out.OK {
			fmt.Fprintf(w, "已逐行、逐条、逐份核对，两库一致（台账末条 %s）。把配置里的 store 改为新库即可启用\n", out.Head)
		} else {
			fmt.Fprintln(w, "核对不符，新库不能启用")
		}
	})
	if err == nil && !out.OK {
		err = errSilent
	}
	return err
}

// target takes DRIVER:DSN apart; a PostgreSQL URL says its driver itself.
func target(word string) (driver, dsn string, err error) {
	driver, dsn, _ = strings.Cut(word, ":")
	switch {
	case driver == "postgresql", driver == "postgres" && strings.HasPrefix(dsn, "//"):
		return "postgres", word, nil
	case (driver == "postgres" || driver == "sqlite") && dsn != "":
		return driver, dsn, nil
	}
	return "", "", unusable("--to 应为 sqlite:文件 或 postgres:数据源")
}

func copyProblems(r store.CopyReport) (out []string) {
	for _, t := range r.Tables {
		switch {
		case t.From != t.To:
			out = append(out, fmt.Sprintf("表 %s：原有 %d 行，新库 %d 行", t.Table, t.From, t.To))
		case !t.Same:
			out = append(out, fmt.Sprintf("表 %s：内容不一致", t.Table))
		}
	}
	if !r.Chain.OK {
		out = append(out, fmt.Sprintf("台账从第 %d 条起不相接", r.Chain.FirstBroken))
	}
	if r.Chain.Head != r.Head {
		out = append(out, "台账末条与原库不同")
	}
	for _, digest := range r.Damaged {
		out = append(out, "原件 "+digest+" 与摘要不符")
	}
	return out
}
