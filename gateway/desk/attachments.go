package desk

import (
	"fmt"
	"slices"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// offered are the attachments that the divisions sent with their opinions, in
// the order in which 附件 1,3 counts them. Programs are never offered.
func (w *work) offered(c petition.Case) ([]letter.File, error) {
	var files []letter.File
	for _, o := range c.Opinions {
		if o.Letter == 0 {
			continue
		}
		row, err := w.tx.Letter(o.Letter)
		if err != nil {
			return nil, fmt.Errorf("find opinion: %w", err)
		}
		l, err := w.read(row.Digest)
		if err != nil {
			return nil, err
		}
		withheld, err := w.withheld(row.Digest)
		if err != nil {
			return nil, err
		}
		for _, a := range l.Attachments {
			if withheld[a.Index] != "" {
				continue
			}
			if _, bad := dangerous(a); bad || a.Inline {
				continue
			}
			name := a.Name
			for n := 2; slices.ContainsFunc(files, func(f letter.File) bool { return f.Name == name }); n++ {
				name = fmt.Sprintf("(%d)%s", n, a.Name)
			}
			files = append(files, letter.File{Name: name, Type: a.Type, Data: a.Data()})
		}
	}
	return files, nil
}

// choose picks from what was offered; refusal is a sentence when a number names
// nothing.
func choose(offered []letter.File, s command.Selection) (files []letter.File, refusal string) {
	switch {
	case s.None:
		return nil, ""
	case s.All:
		return offered, ""
	}
	for _, n := range s.Indexes {
		if n < 1 || n > len(offered) {
			return nil, fmt.Sprintf("没有第 %d 个附件，处室共提供 %d 个附件", n, len(offered))
		}
		files = append(files, offered[n-1])
	}
	return files, ""
}

// chosen finds by name what an earlier revision carried.
func chosen(offered []letter.File, names []string) []letter.File {
	var files []letter.File
	for _, f := range offered {
		if slices.Contains(names, f.Name) {
			files = append(files, f)
		}
	}
	return files
}
