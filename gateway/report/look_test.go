//go:build look

package report_test

import (
	"context"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/plot"
	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
	"xinfangd/gateway/watch"
	"xinfangd/gateway/watch/chromiumtest"
	"xinfangd/templates"
)

// busy is a simulated office in the middle of a month.
func busy(t *testing.T) (*office, time.Time) {
	o := newOffice(t, store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "register.db")})
	o.play(220)
	now := o.day(11, 20, 15, 26)
	o.run(now)
	return o, now
}

// look opens a page in every size, takes its picture and fails on whatever is
// wrong with it; weight is the most bytes that it may have.
func look(t *testing.T, b *chromiumtest.Browser, name, url string, header map[string]string, mail bool) {
	t.Helper()
	for size, window := range chromiumtest.Sizes() {
		for _, asked := range b.Open(url, window[0], window[1], header) {
			if !strings.HasPrefix(asked, "data:") && !strings.HasSuffix(asked, "/favicon.ico") {
				t.Errorf("%s asks for %s", name, asked)
			}
		}
		if mail {
			var kind string
			b.Evaluate(`document.documentElement.dataset.kind = 'mail'`, &kind)
		}
		for _, wrong := range b.Check() {
			t.Errorf("%s on a %s: %s", name, size, wrong)
		}
		b.Shot(name + "-" + size)
	}
}

// TestLookBoard opens the board of a busy office as a browser does, over HTTP
// with its strict policy of content.
func TestLookBoard(t *testing.T) {
	b := chromiumtest.Start(t)
	o, now := busy(t)
	set, err := templates.Load("")
	o.must(err)
	o.must(o.store.Update(t.Context(), now, func(tx *store.Tx) error {
		_ = tx.NoteCheck("portal", now.Add(-5*time.Hour), "connection refused", 0)
		return tx.NoteCheck("director", now.Add(-3*time.Minute), "", 0)
	}))
	w, err := watch.New(watch.Options{Store: o.store, Now: func() time.Time { return now }, Templates: set, Token: "token", Office: watch.Office{
		Name: "示范市经济和信息化委员会", Location: o.zone, Roster: o.policy.Roster, Policy: o.policy, CheckWithin: 2 * time.Hour,
		Boxes: []watch.Box{{ID: "director", Name: "主任信箱"}, {ID: "portal", Name: "公众诉求信箱"}}, OnDuty: func(time.Time) []string { return []string{"值班员丙"} }}})
	o.must(err)
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		w.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	var late petition.Number
	o.must(o.store.View(t.Context(), func(tx *store.Tx) error {
		s, err := report.Stand(tx, o.reports(), now)
		late = s.Late.Lines[0].Number
		return err
	}))
	header := map[string]string{"Authorization": "Bearer token"}
	for name, path := range map[string]string{"busy-board": "/", "busy-case": "/case/" + string(late), "busy-division": "/division/d1"} {
		look(t, b, name, server.URL+path, header, false)
		b.Print(name)
		rec := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer token")
		w.ServeHTTP(rec, r)
		if rec.Body.Len() > 100<<10 {
			t.Errorf("%s has %d bytes", path, rec.Body.Len())
		}
		t.Logf("%s: %d bytes", path, rec.Body.Len())
	}
	for _, path := range asked {
		if path != "/" && path != "/favicon.ico" && !strings.HasPrefix(path, "/case/") && !strings.HasPrefix(path, "/division/") {
			t.Errorf("the browser asked for %s", path)
		}
	}
}

// TestLookMails opens every sample of a mail and of a page, and the assessment of
// a busy month with its pictures.
func TestLookMails(t *testing.T) {
	b := chromiumtest.Start(t)
	samples, err := filepath.Glob("../../templates/testdata/*.golden.html")
	if err != nil || len(samples) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, path := range samples {
		absolute, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".golden.html")
		page := slices.Contains([]string{"board", "board-case", "timeline", "daylog", "book"}, name)
		if name == "assessment-drawn" {
			continue // its picture is only named; the busy month's is real
		}
		look(t, b, name, "file://"+absolute, nil, !page)
	}
	o, _ := busy(t)
	set, err := templates.Load("")
	o.must(err)
	a := o.month(o.day(10, 1, 0, 0), o.day(11, 1, 0, 0))
	page, err := set.Board(report.Page(a, o.reports(), "示范市经济和信息化委员会", false, o.day(11, 2, 8, 0)))
	o.must(err)
	kept := filepath.Join(t.TempDir(), "month.html")
	o.must(os.WriteFile(kept, page, 0o600))
	look(t, b, "page-month", "file://"+kept, nil, false)
	b.Print("page-month")
	for name, font := range map[string]*plot.Font{"mail-month": plot.Find(), "mail-month-plain": nil} {
		for _, division := range []string{"", "d1"} {
			part := a
			if division != "" {
				part = a.Part(division)
			}
			plots, pictures, err := report.Painted(report.Plots(part, division != ""), font)
			o.must(err)
			mail, err := set.Assessment(report.AssessmentView(a, o.reports(), division, plots, nil, templates.Common{Office: "示范市经济和信息化委员会", Now: o.day(11, 2, 8, 0)}, "收件人"))
			o.must(err)
			page := mail.HTML
			for _, p := range pictures {
				page = strings.ReplaceAll(page, "cid:"+p.ContentID, "data:image/png;base64,"+base64.StdEncoding.EncodeToString(p.Data))
				t.Logf("%s%s: picture of %d bytes", name, division, len(p.Data))
			}
			path := filepath.Join(t.TempDir(), "mail.html")
			o.must(os.WriteFile(path, []byte(page), 0o600))
			look(t, b, name+division, "file://"+path, nil, true)
		}
	}
}

// TestLookSheet has LibreOffice count the workbook anew and write it as CSV and
// PDF: its figures must be those of the assessment.
func TestLookSheet(t *testing.T) {
	chromiumtest.Wanted(t)
	o, _ := busy(t)
	a := o.month(o.day(10, 1, 0, 0), o.day(11, 1, 0, 0))
	data, err := report.Sheet(a, o.reports(), "示范市经济和信息化委员会")
	o.must(err)
	dir := t.TempDir()
	o.must(os.WriteFile(filepath.Join(dir, "考核.xlsx"), data, 0o600))
	convert := func(to string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "soffice", "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", to, "--outdir", dir, filepath.Join(dir, "考核.xlsx"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("soffice: %v\n%s", err, out)
		}
	}
	// Every sheet a file; formatted as shown; UTF-8.
	convert("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1")
	sheet := func(name string) [][]string {
		t.Helper()
		f, err := os.Open(filepath.Join(dir, "考核-"+name+".csv"))
		o.must(err)
		defer func() { o.must(f.Close()) }()
		r := csv.NewReader(f)
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		o.must(err)
		return rows
	}
	percent := func(w report.Work) string {
		rate, ok := w.Rate()
		if !ok {
			return ""
		}
		return fmt.Sprintf("%.1f%%", rate*100)
	}
	rows := sheet("处室")
	sum := report.Work{}
	for i, d := range a.Divisions {
		got, want := rows[2+i][:6], []string{d.Name, fmt.Sprint(d.Assisted.N()), fmt.Sprint(d.Received.N()), fmt.Sprint(d.Answered.N()), fmt.Sprint(d.OnTime.N()), percent(d.Work)}
		if !slices.Equal(got, want) {
			t.Errorf("LibreOffice shows %q, want %q", got, want)
		}
		sum.Received, sum.Answered, sum.OnTime = append(sum.Received, d.Received...), append(sum.Answered, d.Answered...), append(sum.OnTime, d.OnTime...)
	}
	total := rows[2+len(a.Divisions)]
	if want := []string{fmt.Sprint(sum.Received.N()), fmt.Sprint(sum.Answered.N()), fmt.Sprint(sum.OnTime.N()), percent(sum)}; !slices.Equal(total[2:6], want) || sum.Received.N() == 0 {
		t.Errorf("LibreOffice adds up to %q, want %q", total, want)
	}
	persons := 0
	for _, p := range a.Persons {
		if p.Division != "" {
			got := sheet("人员")[2+persons]
			if want := []string{fmt.Sprint(p.Received.N()), fmt.Sprint(p.Answered.N())}; !slices.Equal(got[3:5], want) || got[2] != p.Address {
				t.Errorf("LibreOffice shows %q, want %s %q", got, p.Address, want)
			}
			persons++
		}
	}
	for _, name := range []string{"处室", "人员", "电子政务室", "超时", "明细"} {
		for _, row := range sheet(name) {
			for _, cell := range row {
				if strings.HasPrefix(cell, "#") || strings.HasPrefix(cell, "Err:") {
					t.Errorf("sheet %s has %q", name, cell)
				}
			}
		}
	}
	convert("pdf")
	pdf, err := os.ReadFile(filepath.Join(dir, "考核.pdf"))
	o.must(err)
	o.must(os.WriteFile(filepath.Join(chromiumtest.Folder(t), "sheet.pdf"), pdf, 0o600))
}
