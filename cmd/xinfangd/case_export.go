package main

import (
	"errors"
	"fmt"
	"io"

	"xinfangd/gateway"
	"xinfangd/gateway/dossier"
	"xinfangd/gateway/store"
)

type caseExportCmd struct {
	Number string `arg:"" name:"number" placeholder:"编号" help:"登记编号，或今年的序号"`
	Out    string `placeholder:"文件" help:"写到这个文件，或这个文件夹，默认写入配置里的案卷文件夹（archive.dir）"`
}

// exported is the JSON of case export (spec system section 9).
type exported struct {
	Path string `json:"path"`
}

func (c caseExportCmd) Run(s *shell) error {
	config, err := s.load()
	if err != nil {
		return err
	}
	settings, err := gateway.Settings(config)
	if err != nil {
		return err
	}
	number, err := s.number(config, c.Number)
	if err != nil {
		return err
	}
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	o := gateway.DossierOptions(config, settings)
	o.Out = c.Out
	path, err := dossier.Export(s.ctx, r.Store, o, number, s.now())
	if errors.Is(err, store.ErrNotFound) {
		return wrong("登记簿上没有 %s", number)
	}
	if err != nil {
		return err
	}
	return s.print(exported{path}, func(w io.Writer) { fmt.Fprintln(w, path) })
}

type caseVerifyCmd struct {
	Files []string `arg:"" name:"file" placeholder:"文件" help:"案卷文件，可以有几个；不需要数据库"`
}

// checkedDossiers is the JSON of case verify (spec system section 9).
type checkedDossiers struct {
	OK       bool     `json:"ok"`
	Problems []string `json:"problems"`
}

func (c caseVerifyCmd) Run(s *shell) error {
	result := checkedDossiers{Problems: []string{}}
	for _, file := range c.Files {
		problems, err := dossier.Verify(file)
		if err != nil {
			problems = append(problems, "不是案卷，或无法读取："+say(err))
		}
		for _, p := range problems {
			result.Problems = append(result.Problems, file+"："+p)
		}
	}
	result.OK = len(result.Problems) == 0
	err := s.print(result, func(w io.Writer) {
		for _, p := range result.Problems {
			fmt.Fprintln(w, clean(p))
		}
		if result.OK {
			fmt.Fprintf(w, "%d 份案卷，内容完整，没有改动\n", len(c.Files))
		}
	})
	if err == nil && !result.OK {
		err = errSilent
	}
	return err
}
