package main

import (
	"fmt"
	"io"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

type (
	pauseCmd  struct{}
	resumeCmd struct{}
)

// pausing is the JSON of pause and resume.
type pausing struct {
	Paused bool `json:"paused"`
}

func (pauseCmd) Run(s *shell) error { return s.setPaused(true, "暂停一切发送") }

func (resumeCmd) Run(s *shell) error { return s.setPaused(false, "恢复发送") }

func (s *shell) setPaused(paused bool, what string) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	err = r.Update(s.ctx, s.now(), func(tx *store.Tx) error {
		if err := tx.SetPaused(paused); err != nil {
			return err
		}
		_, err := tx.Append(store.Entry{Actor: administrator(), Kind: petition.EvNoted, Text: "管理员在命令行" + what})
		return err
	})
	if err != nil {
		return err
	}
	return s.print(pausing{paused}, func(w io.Writer) { fmt.Fprintln(w, "已"+what) })
}
