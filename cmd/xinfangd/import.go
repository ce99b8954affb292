package main

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"xinfangd/gateway/desk"
	"xinfangd/gateway/petition"
)

// importCmd brings older letters into the register.
type importCmd struct {
	EML     importEMLCmd     `cmd:"" name:"eml" help:"单个的邮件文件（.eml），或存放它们的目录"`
	Mbox    importMboxCmd    `cmd:"" help:"mbox 文件"`
	Maildir importMaildirCmd `cmd:"" help:"Maildir 目录（其中有 cur、new）"`
}

type importEMLCmd struct {
	importFlags
}

func (c importEMLCmd) Run(s *shell) error { return c.run(s, emlFiles) }

type importMboxCmd struct {
	importFlags
}

func (c importMboxCmd) Run(s *shell) error { return c.run(s, mboxMails) }

type importMaildirCmd struct {
	importFlags
}

func (c importMaildirCmd) Run(s *shell) error { return c.run(s, maildirMails) }

// importFlags are what the three have in common.
type importFlags struct {
	Mailbox  string   `required:"" placeholder:"信箱" help:"来信当年寄到哪个信箱（标识）"`
	Division string   `placeholder:"处室" help:"当年由哪个处室（标识）办理；写明了，rules learn 才能从中学习"`
	Paths    []string `arg:"" name:"path" placeholder:"路径" help:"要导入的文件或目录，可以有几个"`
}

// importReport is the JSON of import.
type importReport struct {
	Read       int               `json:"read"`
	Registered int               `json:"registered"`
	FollowUps  int               `json:"followups"`
	Kept       int               `json:"kept"`
	Known      int               `json:"known"`
	Failed     []importFailure   `json:"failed"`
	Numbers    []petition.Number `json:"numbers"`
}

type importFailure struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// A transaction takes so many letters, or so many bytes of them.
const (
	importBatch = 50
	importBytes = 32 << 20
)

func (c importFlags) run(s *shell, open func(paths []string) iter.Seq2[source, error]) error {
	d, r, done, err := s.desk()
	if err != nil {
		return err
	}
	defer done()
	if _, ok := r.config.Mailbox(c.Mailbox); !ok || c.Mailbox == r.config.Office.WorkBox {
		return unusable("没有标识为 %q 的来信箱", clean(c.Mailbox))
	}
	if _, ok := r.config.Roster().Division(c.Division); !ok && c.Division != "" {
		return unusable("没有标识为 %q 的处室", clean(c.Division))
	}
	i := importing{shell: s, desk: d, as: desk.ImportAs{Box: c.Mailbox, Division: c.Division}}
	i.report.Failed, i.report.Numbers = []importFailure{}, []petition.Number{}
	for one, err := range open(c.Paths) {
		if err != nil {
			i.fail(one.name, err)
			continue
		}
		if err := i.add(one); err != nil {
			return err
		}
	}
	if err := i.flush(); err != nil {
		return err
	}
	err = s.print(i.report, func(w io.Writer) { importText(w, i.report) })
	if err == nil && len(i.report.Failed) > 0 {
		err = errSilent
	}
	return err
}

func importText(w io.Writer, r importReport) {
	for _, f := range r.Failed {
		fmt.Fprintf(w, "没有导入 %s：%s\n", clean(f.Path), f.Reason)
	}
	fmt.Fprintf(w, "读到 %d 封：登记归档 %d 件，并入前件 %d 封，自动或内部邮件 %d 封（只保存），已在登记簿上 %d 封，没有导入 %d 项\n",
		r.Read, r.Registered, r.FollowUps, r.Kept, r.Known, len(r.Failed))
	if n := len(r.Numbers); n > 0 {
		fmt.Fprintf(w, "首个编号 %s，末个编号 %s\n", r.Numbers[0], r.Numbers[n-1])
	}
}

// importing is an import under way.
type importing struct {
	*shell
	desk   *desk.Desk
	as     desk.ImportAs
	batch  []desk.Older
	names  []string
	bytes  int
	report importReport
}

func (i *importing) add(one source) error {
	i.batch, i.names = append(i.batch, desk.Older{Raw: one.raw, Dated: one.dated}), append(i.names, one.name)
	i.bytes += len(one.raw)
	if len(i.batch) < importBatch && i.bytes < importBytes {
		return nil
	}
	return i.flush()
}

// flush imports what was gathered and tells how far it is.
func (i *importing) flush() error {
	if len(i.batch) == 0 {
		return nil
	}
	outcomes, err := i.desk.Import(i.ctx, i.as, i.batch, i.now())
	if err != nil {
		return err
	}
	for n, o := range outcomes {
		i.report.Read++
		switch o.Outcome {
		case desk.ImportRegistered:
			i.report.Registered++
			i.report.Numbers = append(i.report.Numbers, o.Number)
		case desk.ImportFollowUp:
			i.report.FollowUps++
		case desk.ImportKept:
			i.report.Kept++
		case desk.ImportKnown:
			i.report.Known++
		case desk.ImportFailed:
			i.fail(i.names[n], o.Err)
		}
	}
	i.batch, i.names, i.bytes = i.batch[:0], i.names[:0], 0
	fmt.Fprintf(i.err, "已读 %d 封，登记 %d 件\n", i.report.Read, i.report.Registered)
	return nil
}

func (i *importing) fail(name string, err error) {
	reason := say(err)
	if errors.Is(err, desk.ErrNotMail) {
		reason = "不是邮件"
	}
	i.report.Failed = append(i.report.Failed, importFailure{name, reason})
}
