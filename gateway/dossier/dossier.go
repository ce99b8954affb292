// Package dossier writes everything that is known of a case into one zip file,
// and verifies such a file without the database (C15): the original letters,
// our mails as they were sent, the decoded attachments, the timeline for people
// and for programs, the ledger's entries, and a manifest of digests.
//
// It reads the register and writes files; it decides nothing and changes no
// case.
package dossier

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// Options say for which office a dossier is written and where.
type Options struct {
	Office    string
	Location  *time.Location
	Templates *templates.Set
	// Dir is the archive; a dossier lies in a folder of its year there.
	Dir string
	// Out is the file to write instead, or a folder for it, "" for the place in Dir.
	Out string
}

// The manifest names every file but itself; its own digest lies beside it, in
// the form that sha256sum writes and checks.
const (
	manifestName = "manifest.json"
	manifestSum  = "manifest.sha256"
)

func sumLine(manifest []byte) []byte {
	return []byte(digest(manifest) + "  " + manifestName + "\n")
}

// Manifest is manifest.json: what the dossier is about and what lies in it.
type Manifest struct {
	Number    petition.Number `json:"number"`
	Office    string          `json:"office"`
	Generated time.Time       `json:"generated"`
	State     petition.State  `json:"state"`
	// Entries is how many ledger entries there are, Head the digest of the last.
	Entries int    `json:"entries"`
	Head    string `json:"head"`
	// Approved names the drafts that were approved and sent.
	Approved []Approved `json:"approved,omitempty"`
	Files    []File     `json:"files"`
}

// Approved binds an approval to the mail that went out.
type Approved struct {
	Revision int    `json:"revision"`
	Digest   string `json:"digest"` // of the draft, without Date and Message-ID
	By       string `json:"by"`
	Sent     string `json:"sent"` // path of the mail in the dossier
}

// File is one file of the dossier with the SHA-256 of its bytes.
type File struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Title  string `json:"title"`
	// Masked marks a mail whose live reply code was taken out; Original is then
	// the digest of the mail itself. Once the case is closed nothing is masked.
	Masked   bool   `json:"masked,omitempty"`
	Original string `json:"original,omitempty"`
}

// material is a case as read from the register in one snapshot.
type material struct {
	c       petition.Case
	letters []source
	sent    []sent
	entries []store.Entry
}

type source struct {
	row      store.Letter
	raw      []byte
	findings []store.Finding // what the virus scanner said of its attachments
}

type sent struct {
	row store.OutgoingRow
	raw []byte
}

// Export writes the dossier of a case and returns its path. The file appears
// whole or not at all. store.ErrNotFound when there is no such case.
func Export(ctx context.Context, s *store.Store, o Options, n petition.Number, now time.Time) (string, error) {
	m, err := read(ctx, s, n)
	if err != nil {
		return "", fmt.Errorf("export %s: %w", n, err)
	}
	path := o.Out
	if path == "" {
		path = filepath.Join(yearDir(o.Dir, n), fileName(m.c))
	} else if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, fileName(m.c))
	}
	if err := WriteWhole(path, func(w io.Writer) error { return pack(w, m, o, now) }); err != nil {
		return "", fmt.Errorf("export %s: %w", n, err)
	}
	if o.Out == "" {
		// A case may have got another name since it was archived first: one that
		// became confidential no longer tells its title.
		if err := removeOthers(o.Dir, n, path); err != nil {
			return "", fmt.Errorf("export %s: %w", n, err)
		}
	}
	return path, nil
}

// read takes everything about a case out of the register.
func read(ctx context.Context, s *store.Store, n petition.Number) (material, error) {
	var m material
	err := s.View(ctx, func(tx *store.Tx) error {
		var err error
		if m.c, err = tx.Case(n); err != nil {
			return err
		}
		if m.entries, err = tx.Entries(n); err != nil {
			return err
		}
		letters, err := tx.LettersOf(n)
		if err != nil {
			return err
		}
		for _, row := range letters {
			raw, err := tx.Blob(row.Digest)
			if err != nil {
				return fmt.Errorf("letter %d: %w", row.ID, err)
			}
			findings, err := tx.Findings(row.Digest)
			if err != nil {
				return fmt.Errorf("letter %d: %w", row.ID, err)
			}
			m.letters = append(m.letters, source{row, raw, findings})
		}
		out, err := tx.ListOutgoing(store.OutgoingFilter{Case: n})
		if err != nil {
			return err
		}
		for _, row := range out {
			raw, err := tx.Blob(row.Blob)
			if err != nil {
				return fmt.Errorf("outgoing %d: %w", row.ID, err)
			}
			m.sent = append(m.sent, sent{row, raw})
		}
		return nil
	})
	return m, err
}

// packer writes files into the zip and remembers their digests.
type packer struct {
	zip   *zip.Writer
	now   time.Time
	files []File
}

func (p *packer) add(f File, data []byte) error {
	for _, known := range p.files {
		if known.Path == f.Path {
			return nil
		}
	}
	w, err := p.zip.CreateHeader(&zip.FileHeader{Name: f.Path, Method: zip.Deflate, Modified: p.now})
	if err != nil {
		return fmt.Errorf("write %s: %w", f.Path, err)
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("write %s: %w", f.Path, err)
	}
	f.SHA256, f.Size = digest(data), int64(len(data))
	p.files = append(p.files, f)
	return nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// pack writes the zip: the manifest last, since it names everything else.
func pack(w io.Writer, m material, o Options, now time.Time) error {
	p := &packer{zip: zip.NewWriter(w), now: now}
	manifest := Manifest{Number: m.c.Number, Office: o.Office, Generated: in(now, o.Location), State: m.c.State, Entries: len(m.entries)}
	if len(m.entries) > 0 {
		manifest.Head = m.entries[len(m.entries)-1].Digest
	}
	if err := p.letters(m); err != nil {
		return err
	}
	approved, err := p.sent(m, now)
	if err != nil {
		return err
	}
	manifest.Approved = approved
	if err := p.ledger(m.entries); err != nil {
		return err
	}
	if err := p.timeline(m, o, now); err != nil {
		return err
	}
	manifest.Files = p.files
	data, err := indented(manifest)
	if err != nil {
		return err
	}
	if err := p.add(File{Path: manifestName}, data); err != nil {
		return err
	}
	if err := p.add(File{Path: manifestSum}, sumLine(data)); err != nil {
		return err
	}
	return p.zip.Close()
}

// letters adds every letter of the case as it came, and its attachments.
func (p *packer) letters(m material) error {
	for _, s := range m.letters {
		f := File{Path: "letters/" + s.row.Digest + ".eml", Title: "来件 " + strconv.FormatInt(s.row.ID, 10)}
		data := s.raw
		if m.c.Open() && internal(s.row.Kind) {
			// What staff write quotes the mail they answer, with its code.
			f.Masked, f.Original, data = true, s.row.Digest, Mask(s.raw)
		}
		title := f.Title
		if err := p.add(f, data); err != nil {
			return err
		}
		for _, a := range letter.Parse(s.raw).Attachments {
			name := fmt.Sprintf("attachments/%d-%d-%s", s.row.ID, a.Index, SafeName(a.Name))
			if err := p.add(File{Path: name, Title: title + " 的附件" + scanned(s.findings, a.Index)}, a.Data()); err != nil {
				return err
			}
		}
	}
	return nil
}

// scanned warns of an attachment in which the virus scanner found something, or
// which it did not see.
func scanned(findings []store.Finding, index int) string {
	for _, f := range findings {
		switch {
		case f.Index == index && f.Virus != "":
			return "（查出病毒：" + f.Virus + "，请勿打开）"
		case f.Index == index:
			return "（未能查毒）"
		}
	}
	return ""
}

// internal reports whether a letter was written by staff.
func internal(k store.LetterKind) bool {
	return k == store.KindOpinion || k == store.KindCommand || k == store.KindInstruction
}

// sent adds our mails with the bytes that went out. While a reply code in one
// is alive the code is taken out: a dossier is read by more people than the
// mail was written to.
func (p *packer) sent(m material, now time.Time) ([]Approved, error) {
	var approved []Approved
	for _, s := range m.sent {
		f := File{Path: "sent/" + s.row.Blob + ".eml", Title: s.row.Subject}
		data := s.raw
		// While the case is open a mail without a code of its own may still name
		// one that has, in its References.
		if s.row.Secret(now) || m.c.Open() && s.row.Matter != "" {
			f.Masked, f.Original, data = true, s.row.Blob, Mask(s.raw)
		}
		if err := p.add(f, data); err != nil {
			return nil, err
		}
		if s.row.Answer && s.row.Revision > 0 && s.row.Revision <= len(m.c.Drafts) {
			d := m.c.Drafts[s.row.Revision-1]
			approved = append(approved, Approved{Revision: d.Revision, Digest: d.Digest, By: d.ApprovedBy, Sent: f.Path})
		}
	}
	return approved, nil
}

// line is one line of ledger.jsonl: the entry as it was chained, and what it
// says in words.
type line struct {
	Seq    int64           `json:"seq"`
	Prev   string          `json:"prev"`
	Digest string          `json:"digest"`
	Entry  json.RawMessage `json:"entry"`
	Text   string          `json:"text,omitempty"`
}

func (p *packer) ledger(entries []store.Entry) error {
	var b bytes.Buffer
	for _, e := range entries {
		// NOTE: Encoder would compact and escape the entry; its digest is over
		// the canonical bytes, which Marshal of a RawMessage could change too.
		head, err := json.Marshal(line{Seq: e.Seq, Prev: e.Prev, Digest: e.Digest, Entry: json.RawMessage("null"), Text: e.Text})
		if err != nil {
			return fmt.Errorf("write ledger: %w", err)
		}
		b.Write(bytes.Replace(head, []byte(`"entry":null`), append([]byte(`"entry":`), e.Raw...), 1))
		b.WriteByte('\n')
	}
	return p.add(File{Path: "ledger.jsonl", Title: "台账记录"}, b.Bytes())
}

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return b.Bytes(), nil
}

func in(t time.Time, loc *time.Location) time.Time {
	if loc == nil || t.IsZero() {
		return t
	}
	return t.In(loc)
}
