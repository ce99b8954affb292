package dossier

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"xinfangd/gateway/letter"
)

// fileLimit is the largest file that Verify reads, so that a forged dossier
// cannot exhaust memory.
const fileLimit = 512 << 20

// Verify checks a dossier by itself, without the register: every file against
// the manifest, every ledger entry against its digest and its neighbours, every
// mail that was sent against the digest that was approved. The problems are
// sentences for people; none means that the dossier holds. An error means that
// the file could not be opened at all.
func Verify(path string) ([]string, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("open dossier: %w", err)
	}
	defer archive.Close() // read only: nothing can be lost
	v := &verifier{data: map[string][]byte{}}
	v.read(archive.File)
	var manifest Manifest
	raw, ok := v.data[manifestName]
	if !ok {
		return append(v.problems, "缺少 "+manifestName), nil
	}
	switch sum, ok := v.data[manifestSum]; {
	case !ok:
		v.say("缺少 %s", manifestSum)
	case !bytes.Equal(sum, sumLine(raw)):
		v.say("%s 与 %s 中的摘要不符", manifestName, manifestSum)
	}
	if err := json.Unmarshal(raw, &manifest); err != nil {
		return append(v.problems, "manifest.json 无法读取："+err.Error()), nil
	}
	v.files(manifest)
	approved, sent := v.ledger(manifest)
	v.approvals(manifest, approved, sent)
	if len(v.problems) == 0 && !sealed(path, archive.File) {
		v.say("内容与清单相符，但案卷文件本身与写出时不一致，曾被改动")
	}
	return v.problems, nil
}

type verifier struct {
	data     map[string][]byte
	problems []string
}

func (v *verifier) say(format string, args ...any) {
	v.problems = append(v.problems, fmt.Sprintf(format, args...))
}

func (v *verifier) read(files []*zip.File) {
	for _, f := range files {
		if _, twice := v.data[f.Name]; twice {
			v.say("%s 出现两次", f.Name)
			continue
		}
		r, err := f.Open()
		if err != nil {
			v.say("%s 无法打开：%v", f.Name, err)
			continue
		}
		data, err := io.ReadAll(io.LimitReader(r, fileLimit))
		_ = r.Close() // the checksum error, if any, came from ReadAll
		if err != nil {
			v.say("%s 无法读取：%v", f.Name, err)
			continue
		}
		v.data[f.Name] = data
	}
}

// files compares what lies in the dossier with what the manifest names.
func (v *verifier) files(m Manifest) {
	named := map[string]bool{manifestName: true, manifestSum: true}
	for _, f := range m.Files {
		named[f.Path] = true
		data, ok := v.data[f.Path]
		switch {
		case !ok:
			v.say("缺少 %s", f.Path)
		case digest(data) != f.SHA256:
			v.say("%s 与清单的摘要不符", f.Path)
		case !f.Masked && (strings.HasPrefix(f.Path, "letters/") || strings.HasPrefix(f.Path, "sent/")) && !strings.Contains(f.Path, f.SHA256):
			v.say("%s 与文件名中的摘要不符", f.Path)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.data)) {
		if !named[name] {
			v.say("%s 不在清单中", name)
		}
	}
}

// ledger checks the chained entries and returns the digests that were approved,
// and those that were sent.
func (v *verifier) ledger(m Manifest) (approved map[string]bool, sent []string) {
	approved = map[string]bool{}
	data, n, last, acts := v.data["ledger.jsonl"], 0, line{}, 0
	for row := range bytes.Lines(data) {
		n++
		var l line
		if err := json.Unmarshal(row, &l); err != nil {
			v.say("台账第 %d 行无法读取：%v", n, err)
			continue
		}
		entry := rawEntry(row)
		sum := sha256.Sum256(entry)
		if hex.EncodeToString(sum[:]) != l.Digest {
			v.say("台账记录 %d 与其摘要不符", l.Seq)
		}
		var e struct {
			Seq  int64  `json:"seq"`
			Prev string `json:"prev"`
			Case string `json:"case"`
			Kind string `json:"kind"`
			Data struct {
				Digest   string `json:"digest"`
				Original string `json:"original"`
			} `json:"data"`
			After *struct {
				Seq int `json:"seq"`
			} `json:"after"`
		}
		if err := json.Unmarshal(entry, &e); err != nil || e.Seq != l.Seq || e.Prev != l.Prev {
			v.say("台账记录 %d 的内容与其序号不符", l.Seq)
		}
		if e.Case != string(m.Number) {
			v.say("台账记录 %d 不属于本件", l.Seq)
		}
		if l.Seq <= last.Seq || l.Seq == last.Seq+1 && last.Seq > 0 && l.Prev != last.Digest {
			v.say("台账记录 %d 与前一条不相接", l.Seq)
		}
		// Other cases' entries lie between; a case counts its own acts.
		if e.After != nil {
			if acts++; e.After.Seq != acts {
				v.say("台账记录 %d 之前缺少记录", l.Seq)
				acts = e.After.Seq
			}
		}
		if o := e.Data.Original; o != "" && v.data["letters/"+o+".eml"] == nil {
			v.say("台账记录的来信原件不在卷宗中")
		}
		switch e.Kind {
		case "approved":
			approved[e.Data.Digest] = true
		case "answered", "refused", "referred":
			sent = append(sent, e.Data.Digest)
		}
		last = l
	}
	if n != m.Entries || last.Digest != m.Head {
		v.say("台账记录不完整：清单为 %d 条，实有 %d 条", m.Entries, n)
	}
	return approved, sent
}

// rawEntry is the canonical bytes of the entry inside a line: everything
// between the key and the end of that value.
func rawEntry(row []byte) []byte {
	_, rest, ok := bytes.Cut(row, []byte(`"entry":`))
	if !ok {
		return nil
	}
	var raw json.RawMessage
	if err := json.NewDecoder(bytes.NewReader(rest)).Decode(&raw); err != nil {
		return nil
	}
	return raw
}

// approvals checks that what was sent is what was approved (C9), and that
// nothing is missing of what the ledger says was sent.
func (v *verifier) approvals(m Manifest, approved map[string]bool, sent []string) {
	for _, digest := range sent {
		if digest != "" && !slices.ContainsFunc(m.Approved, func(a Approved) bool { return a.Digest == digest }) {
			v.say("台账记录已发出的邮件不在卷宗中")
		}
	}
	for _, a := range m.Approved {
		raw, ok := v.data[a.Sent]
		if !ok {
			v.say("第 %d 稿发出的邮件不在卷宗中", a.Revision)
			continue
		}
		if letter.MessageDigest(raw) != a.Digest {
			v.say("发出的邮件与批准的第 %d 稿不一致", a.Revision)
		}
		if !approved[a.Digest] {
			v.say("第 %d 稿没有批准记录", a.Revision)
		}
	}
}
