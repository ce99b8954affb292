package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"xinfangd/gateway/store"
)

// dbCmd is the database.
type dbCmd struct {
	Migrate dbMigrateCmd `cmd:"" help:"把数据库升级到本程序的版本"`
	Status  dbStatusCmd  `cmd:"" help:"版本、件数、大小"`
	Backup  dbBackupCmd  `cmd:"" help:"备份（SQLite，网关运行时也可以）"`
	Copy    dbCopyCmd    `cmd:"" help:"把整个登记簿搬到另一个数据库，并逐项核对"`
}

type dbMigrateCmd struct{}

// migrated is the JSON of db migrate.
type migrated struct {
	Version int64 `json:"version"`
}

func (dbMigrateCmd) Run(s *shell) error {
	r, done, err := s.open() // opening migrates
	if err != nil {
		return err
	}
	defer done()
	status, err := r.Status(s.ctx)
	if err != nil {
		return err
	}
	return s.print(migrated{status.Version}, func(w io.Writer) { fmt.Fprintf(w, "数据库已是第 %d 版\n", status.Version) })
}

type dbStatusCmd struct{}

// dbReport is the JSON of db status.
type dbReport struct {
	Driver   string           `json:"driver"`
	Version  int64            `json:"version"`
	Newest   int64            `json:"newest"`
	Cases    int64            `json:"cases"`
	Letters  int64            `json:"letters"`
	Blobs    int64            `json:"blobs"`
	Entries  int64            `json:"entries"`
	Head     string           `json:"head"`
	Outgoing map[string]int64 `json:"outgoing"`
	Failed   int64            `json:"failed"`
	Bytes    int64            `json:"bytes"`
	Paused   bool             `json:"paused"`
}

func (dbStatusCmd) Run(s *shell) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	status, err := r.Status(s.ctx)
	if err != nil {
		return err
	}
	paused, err := r.Paused(s.ctx)
	if err != nil {
		return err
	}
	return s.print(newDBReport(status, paused), func(w io.Writer) {
		fmt.Fprintf(w, "数据库：%s，第 %d 版（本程序为第 %d 版），%.1f MB\n", status.Driver, status.Version, status.Newest, float64(status.Bytes)/(1<<20))
		fmt.Fprintf(w, "来信：%d 件；来件：%d 封；未能处理：%d 封；台账：%d 条\n", status.Cases, status.Letters, status.Failed, status.Entries)
		fmt.Fprint(w, "发出的邮件：")
		for _, state := range slices.Sorted(maps.Keys(status.Outgoing)) {
			fmt.Fprintf(w, "%s %d　", stateName(state), status.Outgoing[state])
		}
		fmt.Fprintln(w)
		if paused {
			fmt.Fprintln(w, "发送已暂停（xinfangd resume 恢复）")
		}
	})
}

func newDBReport(s store.Status, paused bool) dbReport {
	return dbReport{s.Driver, s.Version, s.Newest, s.Cases, s.Letters, s.Blobs, s.Entries, s.Head, s.Outgoing, s.Failed, s.Bytes, paused}
}

type dbBackupCmd struct {
	To string `arg:"" name:"file" placeholder:"文件" help:"备份到这个文件，不能已经存在"`
}

// backedUp is the JSON of db backup.
type backedUp struct {
	Path string `json:"path"`
}

func (c dbBackupCmd) Run(s *shell) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	if r.config.Store.Driver != "sqlite" {
		return unusable("PostgreSQL 请用 pg_dump 或基础备份")
	}
	err = r.Backup(s.ctx, c.To)
	if errors.Is(err, fs.ErrExist) {
		return unusable("%s 已经存在，没有覆盖", clean(c.To))
	}
	if err != nil {
		return err
	}
	return s.print(backedUp{c.To}, func(w io.Writer) { fmt.Fprintln(w, "已备份到 "+clean(c.To)) })
}
