package dossier

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
)

// described is the flag of entries whose sizes follow them, as our writer does
// it (APPNOTE 4.4.4, bit 3).
const described = 0x8

// version is the version of the format that the packer names, 2.0.
const version = 20

// sealed says whether the bytes between and around the files are as the dossier
// was written: times, flags, and nothing put in front or behind. The digests do
// not reach them. A dossier that was packed again by another program holds by
// its content alone, so it is not asked of those.
func sealed(path string, files []*zip.File) bool {
	ours := 0
	for _, f := range files {
		if f.Flags&described != 0 {
			ours++
		}
	}
	if 2*ours <= len(files) {
		return true
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close() // read only: nothing can be lost
	was := bufio.NewReader(file)
	w := zip.NewWriter(&same{was: was})
	for _, f := range files {
		if err := repack(w, f); err != nil {
			return false
		}
	}
	if err := w.Close(); err != nil {
		return false
	}
	_, err = was.ReadByte()
	return errors.Is(err, io.EOF)
}

// repack writes an entry as it is stored. What the directory alone says of it is
// set to what the packer writes: nothing else would tell it apart.
func repack(w *zip.Writer, f *zip.File) error {
	stored, err := f.OpenRaw()
	if err != nil {
		return err
	}
	header := f.FileHeader
	header.CreatorVersion, header.ExternalAttrs, header.Comment = version, 0, ""
	entry, err := w.CreateRaw(&header)
	if err != nil {
		return err
	}
	_, err = io.Copy(entry, stored)
	return err
}

// same takes the bytes of a file in order, and fails at the first other one.
type same struct {
	was  *bufio.Reader
	seen []byte
}

func (s *same) Write(p []byte) (int, error) {
	if cap(s.seen) < len(p) {
		s.seen = make([]byte, len(p))
	}
	seen := s.seen[:len(p)]
	if _, err := io.ReadFull(s.was, seen); err != nil {
		return 0, err
	}
	if !bytes.Equal(seen, p) {
		return 0, errors.New("another byte")
	}
	return len(p), nil
}
