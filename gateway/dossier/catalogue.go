package dossier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// The two forms of a year's catalogue.
const (
	catalogueJSON = "catalogue.json"
	catalogueXLSX = "catalogue.xlsx"
)

// Catalogue is catalogue.json: what the archive holds of one year.
type Catalogue struct {
	Office    string    `json:"office"`
	Year      int       `json:"year"`
	Generated time.Time `json:"generated"`
	Items     []Item    `json:"items"`
}

// Item is one case in the catalogue. Path is relative to the catalogue; it, the
// digest and the title are gone when the dossier was erased.
type Item struct {
	Number       petition.Number `json:"number"`
	Title        string          `json:"title"`
	Category     string          `json:"category,omitempty"`
	Division     string          `json:"division,omitempty"`
	Confidential bool            `json:"confidential,omitempty"`
	Arrived      time.Time       `json:"arrived"`
	Answered     time.Time       `json:"answered,omitzero"`
	Closed       time.Time       `json:"closed"`
	Archived     time.Time       `json:"archived"`
	Retention    string          `json:"retention"`
	KeptUntil    time.Time       `json:"kept_until,omitzero"`
	Path         string          `json:"path,omitempty"`
	Size         int64           `json:"size,omitempty"`
	SHA256       string          `json:"sha256,omitempty"`
	Modified     time.Time       `json:"modified,omitzero"` // of the file, so that it need not be read again
	Erased       time.Time       `json:"erased,omitzero"`
	ErasedBy     string          `json:"erased_by,omitempty"`
}

// Index writes the catalogue of a year's archived cases anew, from the register
// and the files that lie there, as JSON and as a workbook. It also takes away
// what was left of erased dossiers.
func Index(ctx context.Context, s *store.Store, o Options, p petition.Policy, year int, now time.Time) error {
	loc := p.Calendar.Location()
	var cases []petition.Case
	err := s.View(ctx, func(tx *store.Tx) (err error) {
		from := time.Date(year, time.January, 1, 0, 0, 0, 0, loc)
		cases, err = tx.ListCases(store.CaseFilter{Since: from, Until: from.AddDate(1, 0, 0)})
		return err
	})
	if err != nil {
		return fmt.Errorf("index %d: %w", year, err)
	}
	dir := filepath.Join(o.Dir, strconv.Itoa(year))
	files, err := dossiers(dir, now.AddDate(0, 0, -1))
	if err != nil {
		return fmt.Errorf("index %d: %w", year, err)
	}
	known := readCatalogue(filepath.Join(dir, catalogueJSON))
	c := Catalogue{Office: o.Office, Year: year, Generated: in(now, loc), Items: []Item{}}
	for _, one := range cases {
		if one.ArchivedAt.IsZero() {
			continue
		}
		item := newItem(one, p)
		if !one.Erased.IsZero() {
			if err := Remove(o.Dir, one.Number); err != nil {
				return fmt.Errorf("index %d: %w", year, err)
			}
		} else if name, ok := files[one.Number]; ok {
			if err := item.file(dir, name, known[one.Number]); err != nil {
				return fmt.Errorf("index %d: %w", year, err)
			}
		}
		c.Items = append(c.Items, item)
	}
	slices.SortFunc(c.Items, func(a, b Item) int { return strings.Compare(string(a.Number), string(b.Number)) })
	data, err := indented(c)
	if err != nil {
		return err
	}
	if err := WriteWhole(filepath.Join(dir, catalogueXLSX), func(w io.Writer) error { return c.sheet(w) }); err != nil {
		return fmt.Errorf("index %d: %w", year, err)
	}
	err = WriteWhole(filepath.Join(dir, catalogueJSON), func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return fmt.Errorf("index %d: %w", year, err)
	}
	return nil
}

// dossiers lists the files of a year's folder by the case they are of.
func dossiers(dir string, stale time.Time) (map[petition.Number]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	files := map[petition.Number]string{}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && strings.HasPrefix(e.Name(), writing) && info.ModTime().Before(stale) {
			// Left behind by a crash in the middle of writing; nothing refers to it.
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			continue
		}
		number, _, _ := strings.Cut(strings.TrimSuffix(e.Name(), ".zip"), " ")
		if n := petition.Number(number); ofCase(e.Name(), n) {
			files[n] = e.Name()
		}
	}
	return files, nil
}

// readCatalogue is the former catalogue by number; one that cannot be read is
// as good as none, since everything in it is found again.
func readCatalogue(path string) map[petition.Number]Item {
	var c Catalogue
	known := map[petition.Number]Item{}
	if data, err := os.ReadFile(path); err != nil || json.Unmarshal(data, &c) != nil {
		return known
	}
	for _, item := range c.Items {
		known[item.Number] = item
	}
	return known
}

func newItem(c petition.Case, p petition.Policy) Item {
	loc := p.Calendar.Location()
	item := Item{
		Number: c.Number, Title: Title(c), Category: c.Category, Confidential: c.Confidential, Arrived: in(c.Arrived, loc), Answered: in(c.Answered, loc),
		Closed: in(c.Closed, loc), Archived: in(c.ArchivedAt, loc), Retention: Period(p.Kept(c)), Erased: in(c.Erased, loc), ErasedBy: c.ErasedBy,
	}
	if lead := c.FormerLead(); lead != "" {
		item.Division = p.Roster.DivisionName(lead)
	}
	if until, ends := p.KeptUntil(c); ends {
		item.KeptUntil = in(until, loc)
	}
	return item
}

// Period is a retention period in the words of an archive.
func Period(k petition.Keep) string {
	switch {
	case k.Forever():
		return "永久"
	case k.Days == 0:
		return strconv.Itoa(k.Years) + "年"
	case k.Years == 0:
		return strconv.Itoa(k.Days) + "天"
	}
	return fmt.Sprintf("%d年%d天", k.Years, k.Days)
}

// file notes where the dossier lies, reading it only when it changed.
func (i *Item) file(dir, name string, before Item) error {
	info, err := os.Stat(filepath.Join(dir, name))
	if err != nil {
		return fmt.Errorf("look at dossier: %w", err)
	}
	i.Path, i.Size, i.Modified = name, info.Size(), info.ModTime().UTC()
	if before.Path == name && before.Size == i.Size && before.Modified.Equal(i.Modified) && before.SHA256 != "" {
		i.SHA256 = before.SHA256
		return nil
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return fmt.Errorf("read dossier: %w", err)
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("read dossier: %w", err)
	}
	i.SHA256 = hex.EncodeToString(h.Sum(nil))
	return nil
}

// columns of the workbook, with their widths.
var columns = []struct {
	head  string
	width float64
}{{"序号", 6}, {"登记编号", 20}, {"题名", 44}, {"类别", 14}, {"承办处室", 18}, {"来信日期", 12}, {"答复日期", 12}, {"办结日期", 12}, {"归档日期", 12},
	{"保管期限", 10}, {"保管期满", 12}, {"密级", 8}, {"文件", 44}, {"SHA-256", 68}, {"备注", 30}}

// sheet writes the workbook: a frozen head, filters, real dates.
func (c Catalogue) sheet(w io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	const name = "归档目录"
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	format := "yyyy-mm-dd"
	day, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return err
	}
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE6F1"}}})
	if err != nil {
		return err
	}
	rows, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	titles := make([]any, len(columns))
	for i, column := range columns {
		titles[i] = excelize.Cell{StyleID: head, Value: column.head}
		if err := rows.SetColWidth(i+1, i+1, column.width); err != nil {
			return err
		}
	}
	if err := rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := rows.SetRow("A1", titles); err != nil {
		return err
	}
	for i, item := range c.Items {
		if err := rows.SetRow("A"+strconv.Itoa(i+2), item.row(i+1, day)); err != nil {
			return err
		}
	}
	if err := rows.Flush(); err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(columns), len(c.Items)+1)
	if err != nil {
		return err
	}
	if err := f.AutoFilter(name, "A1:"+last, nil); err != nil {
		return err
	}
	return f.Write(w)
}

func (i Item) row(n, day int) []any {
	date := func(t time.Time) any {
		if t.IsZero() {
			return nil
		}
		y, m, d := t.Date()
		return excelize.Cell{StyleID: day, Value: time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
	}
	secret, note := "", ""
	if i.Confidential {
		secret = "涉密"
	}
	if !i.Erased.IsZero() {
		note = i.Erased.Format("2006-01-02") + " 由" + i.ErasedBy + "销毁"
	}
	return []any{n, string(i.Number), i.Title, i.Category, i.Division, date(i.Arrived), date(i.Answered), date(i.Closed), date(i.Archived),
		i.Retention, date(i.KeptUntil), secret, i.Path, i.SHA256, note}
}
