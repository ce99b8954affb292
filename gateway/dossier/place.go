package dossier

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"xinfangd/gateway/crash"
	"xinfangd/gateway/petition"
)

// titleLimit is the greatest length of a title in a file name, in characters:
// with three bytes each the whole name stays below what file systems take.
const titleLimit = 60

// writing begins the names of files that are being written.
const writing = ".writing-"

// yearDir is the folder of a case's year.
func yearDir(dir string, n petition.Number) string {
	_, year, _, _ := n.Parts()
	return filepath.Join(dir, strconv.Itoa(year))
}

// Title is how the archive names a case. That of a confidential case tells
// nothing: folders are seen by more people than dossiers are opened by.
func Title(c petition.Case) string {
	switch {
	case !c.Erased.IsZero():
		return "（已销毁）"
	case c.Confidential || len(c.Accused) > 0:
		return "（涉密来信）"
	case strings.TrimSpace(c.Subject) == "":
		return "（无主题）"
	}
	return strings.Join(strings.Fields(c.Subject), " ")
}

// fileName is the name of a case's dossier: number and title.
func fileName(c petition.Case) string {
	title := []rune(strings.NewReplacer("/", "／", `\`, "＼").Replace(Title(c)))
	return string(c.Number) + " " + SafeName(string(title[:min(len(title), titleLimit)])) + ".zip"
}

// ofCase reports whether a file in a year's folder is a dossier of a case.
func ofCase(name string, n petition.Number) bool {
	return name == string(n)+".zip" || strings.HasPrefix(name, string(n)+" ") && strings.HasSuffix(name, ".zip")
}

// removeOthers removes the dossiers of a case that bear another name than path.
func removeOthers(dir string, n petition.Number, path string) error {
	entries, err := os.ReadDir(yearDir(dir, n))
	if err != nil {
		return fmt.Errorf("look through archive: %w", err)
	}
	for _, e := range entries {
		other := filepath.Join(yearDir(dir, n), e.Name())
		if !ofCase(e.Name(), n) || other == path {
			continue
		}
		if err := os.Remove(other); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove former dossier: %w", err)
		}
	}
	return nil
}

// Remove takes the dossier of an erased case out of the archive.
func Remove(dir string, n petition.Number) error {
	err := removeOthers(dir, n, "")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// WriteWhole writes a file of the archive under another name and renames it
// when all of it is on the disk: nobody ever sees half a file, and after a
// power cut it is there or it is not.
func WriteWhole(path string, fill func(io.Writer) error) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), writing+"*")
	if err != nil {
		return err
	}
	placed := false
	defer func() {
		if !placed {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err = fill(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err = f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	if err = f.Close(); err != nil {
		return err
	}
	crash.At(crash.Packed)
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	placed = true
	// The rename itself is durable once the folder is.
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}
