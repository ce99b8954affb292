package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// clockBooks is the office's own clock of the morning's mails.
const clockBooks petition.Clock = "books"

// morning is when the day's mails go out on working days (spec system section 2).
const morning = 8 * time.Hour

// nextMorning is eight o'clock on the first working day after an instant.
func (s *Settings) nextMorning(now time.Time) time.Time {
	local := s.office(now)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	for at := day.Add(morning); ; at = at.AddDate(0, 0, 1) {
		if at.After(now) && s.Policy.Calendar.WorkingDay(at) {
			return at
		}
	}
}

// firstWorkingDay reports whether no working day of the span that began at
// since lies before the day of an instant.
func (s *Settings) firstWorkingDay(since, now time.Time) bool {
	for day := since; day.Before(now.AddDate(0, 0, -1).Add(time.Second)); day = day.AddDate(0, 0, 1) {
		if s.Policy.Calendar.WorkingDay(day) {
			return false
		}
	}
	return true
}

// fireBooks writes the morning's mails: the digest; on the week's first working
// day the list of the law's limits; on the month's first the assessment of the
// month before (C8, C16). All figures are read before the transaction.
func (d *Desk) fireBooks(ctx context.Context, row store.ClockRow, now time.Time) error {
	s := d.settings.Load()
	local := s.office(now)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	o := report.Office{Policy: s.Policy, Boxes: map[string]string{}}
	for _, b := range s.Boxes {
		o.Boxes[b.ID] = b.Name
	}
	daily, err := report.Digest(ctx, d.store, o, now)
	if err != nil {
		return fmt.Errorf("make digest: %w", err)
	}
	own, err := d.ownDigests(ctx, o, now)
	if err != nil {
		return err
	}
	month := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, day.Location())
	var folders []folder
	if s.firstWorkingDay(month, day) {
		if folders, err = d.assess(ctx, s, o, month); err != nil {
			return err
		}
	}
	expired, err := d.runOut(ctx, now)
	if err != nil {
		return fmt.Errorf("list what has run out: %w", err)
	}
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	return d.update(ctx, now, func(w *work) error {
		if err := w.tx.ClockFired(row.ID); err != nil {
			return ignoreTaken(err)
		}
		if err := w.digests(daily, own, o, w.firstWorkingDay(monday, day), w.runOutSection(expired)); err != nil {
			return err
		}
		for _, f := range folders {
			if err := w.assessments(f, o); err != nil {
				return err
			}
		}
		if len(folders) > 0 && !daily.Late.Empty() {
			if err := w.circular(daily.Late, o); err != nil {
				return err
			}
		}
		return w.tx.SetClock("", clockBooks, 0, w.nextMorning(now))
	})
}

// readers are the office's people and the leaders of a rank, each once.
func (w *work) readers(rank string) []petition.Person {
	var all []petition.Person
	add := func(list []petition.Person) {
		for _, p := range list {
			known := false
			for _, k := range all {
				known = known || petition.SameAddress(k.Address, p.Address)
			}
			if !known {
				all = append(all, p)
			}
		}
	}
	for _, role := range []petition.Role{petition.RoleHandler, petition.RoleApprover, petition.RoleChief} {
		add(w.Policy.Roster.OfficeWith(role))
	}
	add(w.Policy.Roster.LeadersOf(rank))
	return all
}

// ownDigests are the digests of readers who belong to a division, too: what
// accuses it is left out of theirs (C14).
func (d *Desk) ownDigests(ctx context.Context, o report.Office, now time.Time) (map[string]report.Daily, error) {
	own := map[string]report.Daily{}
	w := &work{Settings: d.settings.Load()}
	for _, p := range w.readers("") {
		if !w.ofDivision(p) {
			continue
		}
		o.Reader = p.Address
		daily, err := report.Digest(ctx, d.store, o, now)
		if err != nil {
			return nil, fmt.Errorf("make digest: %w", err)
		}
		own[p.Address] = daily
	}
	return own, nil
}

func digestFor(p petition.Person, all report.Daily, own map[string]report.Daily) report.Daily {
	if daily, ok := own[p.Address]; ok {
		return daily
	}
	return all
}

func (w *work) digests(daily report.Daily, own map[string]report.Daily, o report.Office, weekly bool, expired *templates.Section) error {
	for _, p := range w.readers("") {
		view := report.DigestView(digestFor(p, daily, own), o, w.common("", ""), p.Name)
		if expired != nil && w.Policy.Roster.InOffice(p.Address) {
			view.Sections = append(view.Sections, *expired)
		}
		mail, err := w.Templates.Digest(view)
		if err != nil {
			return fmt.Errorf("render digest: %w", err)
		}
		if err := w.post(parcel{kind: "digest", to: p, mail: mail, bypass: true}); err != nil {
			return err
		}
	}
	if !weekly {
		return nil
	}
	for _, p := range w.readers("deputy") {
		mail, err := w.Templates.Digest(report.LimitsView(digestFor(p, daily, own), o, w.common("", ""), p.Name))
		if err != nil {
			return fmt.Errorf("render limits: %w", err)
		}
		if err := w.post(parcel{kind: "digest", to: p, mail: mail, bypass: true}); err != nil {
			return err
		}
	}
	return nil
}

// sheetType is the media type of a workbook.
const sheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// folder is an assessment with all that its mails carry; division is "" when it
// is the whole office's.
type folder struct {
	report.Assessment
	division string
	plots    []templates.Plot
	pictures []letter.File
	sheet    letter.File
}

// assess counts the month before, and in January the year before too, and makes
// a folder for the office and one for each division. It is done before the
// transaction, which counting and drawing would hold up.
func (d *Desk) assess(ctx context.Context, s *Settings, o report.Office, month time.Time) ([]folder, error) {
	starts := []time.Time{month.AddDate(0, -1, 0)}
	if month.Month() == time.January {
		starts = append(starts, month.AddDate(-1, 0, 0))
	}
	var folders []folder
	for _, from := range starts {
		a, err := report.Month(ctx, d.store, s.Policy.Calendar, s.Policy.Roster, from, month)
		if err != nil {
			return nil, fmt.Errorf("make assessment: %w", err)
		}
		whole, err := s.folder(a, o, "")
		if err != nil {
			return nil, err
		}
		folders = append(folders, whole)
		for _, division := range s.Policy.Roster.Divisions {
			if strings.TrimSpace(division.Head.Address) == "" {
				continue
			}
			part, err := s.folder(a.Part(division.ID), o, division.ID)
			if err != nil {
				return nil, err
			}
			folders = append(folders, part)
		}
	}
	return folders, nil
}

func (s *Settings) folder(a report.Assessment, o report.Office, division string) (folder, error) {
	f := folder{Assessment: a, division: division}
	name := "考核" + report.PeriodName(a.From.In(s.Location), a.To.In(s.Location)) + ".xlsx"
	if division != "" {
		name = s.Policy.Roster.DivisionName(division) + name
	}
	sheet, err := report.Sheet(a, o, s.Office)
	if err != nil {
		return f, fmt.Errorf("write workbook: %w", err)
	}
	f.sheet = letter.File{Name: name, Type: sheetType, Data: sheet}
	plots, pictures, err := report.Painted(report.Plots(a, division != ""), s.Font)
	if err != nil {
		return f, fmt.Errorf("draw plots: %w", err)
	}
	f.plots = plots
	for _, p := range pictures {
		f.pictures = append(f.pictures, letter.File{Name: p.Name, Type: "image/png", Data: p.Data, ContentID: p.ContentID})
	}
	return f, nil
}

// assessments sends the whole assessment to the office and the leaders, and to
// each head the own division's part.
func (w *work) assessments(f folder, o report.Office) error {
	readers := w.readers("")
	if f.division != "" {
		division, ok := w.Policy.Roster.Division(f.division)
		if !ok {
			return nil
		}
		readers = []petition.Person{division.Head}
	}
	listed := []templates.Attachment{{Name: f.sheet.Name, Type: f.sheet.Type, Size: int64(len(f.sheet.Data))}}
	for _, to := range readers {
		a, listed, files := f.Assessment, listed, []letter.File{f.sheet}
		if f.division == "" && w.ofDivision(to) {
			// The sheet names every case, also those that accuse the reader (C14).
			listed, files = nil, nil
			var err error
			if a.Clocks, err = w.withoutAccusing(a.Clocks, to.Address); err != nil {
				return err
			}
		}
		mail, err := w.Templates.Assessment(report.AssessmentView(a, o, f.division, f.plots, listed, w.common("", ""), to.Name))
		if err != nil {
			return fmt.Errorf("render assessment: %w", err)
		}
		if err := w.post(parcel{kind: "assessment", to: to, mail: mail, bypass: true, pictures: f.pictures, files: files}); err != nil {
			return err
		}
	}
	return nil
}

// ofDivision tells whether a reader of the office's books belongs to a division.
func (w *work) ofDivision(p petition.Person) bool {
	return slices.ContainsFunc(w.Policy.Roster.Posts(p.Address), func(post petition.Post) bool { return post.Division != "" })
}

// withoutAccusing leaves out the missed clocks of cases that accuse the reader's
// division.
func (w *work) withoutAccusing(clocks map[string][]report.Miss, address string) (map[string][]report.Miss, error) {
	out := map[string][]report.Miss{}
	for key, list := range clocks {
		for _, m := range list {
			if m.Case != "" {
				c, err := w.tx.Case(m.Case)
				if err != nil {
					return nil, fmt.Errorf("find case: %w", err)
				}
				if petition.Accuses(c, address, w.Policy.Roster) {
					continue
				}
			}
			out[key] = append(out[key], m)
		}
	}
	return out, nil
}

// circular sends the named list to the office as a draft of the circular (通报稿,
// C18): the office checks it and sends it around, the gateway does not.
func (w *work) circular(late report.List, o report.Office) error {
	file := letter.File{Name: "超期情况通报（稿）" + w.office(late.At).Format("2006年1月2日") + ".txt", Type: "text/plain",
		// The mark tells Notepad and Word that it is UTF-8.
		Data: []byte("\ufeff" + strings.ReplaceAll(late.Notice(o, w.Office), "\n", "\r\n"))}
	for _, to := range w.readers("") {
		if !slices.ContainsFunc(w.Policy.Roster.Posts(to.Address), func(post petition.Post) bool { return post.Role != petition.RoleLeader && post.Division == "" }) {
			continue
		}
		if w.ofDivision(to) {
			continue // it names every case, also those that accuse the reader's division (C14)
		}
		mail, err := w.Templates.Digest(report.OverdueView(late, o, w.common("", ""), to.Name))
		if err != nil {
			return fmt.Errorf("render named list: %w", err)
		}
		if err := w.post(parcel{kind: "digest", to: to, mail: mail, bypass: true, files: []letter.File{file}}); err != nil {
			return err
		}
	}
	return nil
}
