package main

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"xinfangd/gateway/letter"
)

// source is one older mail with where it was found and when the file says that
// it came.
type source struct {
	name  string
	raw   []byte
	dated time.Time
}

var (
	errNoMail   = errors.New("no mail in it")
	errTooLarge = errors.New("the file is too large")
	errNoBox    = errors.New("neither cur nor new in it")
)

// maxMail is the greatest size of a mail in a file of its own, in bytes.
const maxMail = 256 << 20

// readMail reads a file that is one mail.
func readMail(path string) (source, error) {
	one := source{name: path}
	info, err := os.Stat(path)
	if err != nil {
		return one, err
	}
	if info.Size() > maxMail {
		return one, errTooLarge
	}
	one.dated = info.ModTime()
	one.raw, err = os.ReadFile(path)
	return one, err
}

// emlFiles walks mails that are files, and folders of them. A folder's files
// count by their name, those that were named count in any case.
func emlFiles(paths []string) iter.Seq2[source, error] {
	return func(yield func(source, error) bool) {
		for _, path := range paths {
			info, err := os.Stat(path)
			if err != nil {
				if !yield(source{name: path}, err) {
					return
				}
				continue
			}
			if !info.IsDir() {
				if !yield(readMail(path)) {
					return
				}
				continue
			}
			if !emlFolder(path, yield) {
				return
			}
		}
	}
}

// emlFolder walks one folder; it is false when the caller has enough.
func emlFolder(dir string, yield func(source, error) bool) bool {
	found, enough := false, false
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			found = true
			enough = !yield(source{name: path}, err)
		case !entry.IsDir() && strings.EqualFold(filepath.Ext(path), ".eml"):
			found = true
			enough = !yield(readMail(path))
		}
		if enough {
			return fs.SkipAll
		}
		return nil
	})
	if !enough && err == nil && !found {
		err = errNoMail
	}
	if !enough && err != nil {
		enough = !yield(source{name: dir}, err)
	}
	return !enough
}

// mboxMails walks the mails of mboxes.
func mboxMails(paths []string) iter.Seq2[source, error] {
	return func(yield func(source, error) bool) {
		for _, path := range paths {
			if !mboxFile(path, yield) {
				return
			}
		}
	}
}

func mboxFile(path string, yield func(source, error) bool) bool {
	f, err := os.Open(path)
	if err != nil {
		return yield(source{name: path}, err)
	}
	defer f.Close() // it was only read
	info, err := f.Stat()
	if err != nil {
		return yield(source{name: path}, err)
	}
	found := false
	for m, err := range letter.ReadMbox(f) {
		found = true
		one := source{name: fmt.Sprintf("%s:%d", path, m.Line), raw: m.Raw, dated: m.Date}
		if one.dated.IsZero() {
			one.dated = info.ModTime()
		}
		if !yield(one, err) {
			return false
		}
	}
	if !found {
		return yield(source{name: path}, errNoMail)
	}
	return true
}

// maildirMails walks the mails of Maildirs, those in cur before those in new,
// each by name, which begins with the time of delivery.
func maildirMails(paths []string) iter.Seq2[source, error] {
	return func(yield func(source, error) bool) {
		for _, path := range paths {
			boxes := 0
			for _, box := range []string{"cur", "new"} {
				dir := filepath.Join(path, box)
				entries, err := os.ReadDir(dir)
				if errors.Is(err, fs.ErrNotExist) {
					continue
				}
				boxes++
				if err != nil && !yield(source{name: dir}, err) {
					return
				}
				for _, entry := range entries {
					if entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
						continue
					}
					if !yield(readMail(filepath.Join(dir, entry.Name()))) {
						return
					}
				}
			}
			if boxes == 0 && !yield(source{name: path}, errNoBox) {
				return
			}
		}
	}
}
