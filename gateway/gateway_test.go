package gateway

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/practice"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
	"xinfangd/gateway/watch"
)

// noon is a working day inside the built-in calendar.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.FixedZone("CST", 8*3600))

// startOffice is a practice office with its configuration.
func startOffice(t *testing.T, setup practice.Setup) (*practice.Office, string) {
	t.Helper()
	office, err := practice.Start(practice.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := office.Close(); err != nil {
			t.Error(err)
		}
	})
	if setup.Poll == 0 {
		setup.Poll = time.Second
	}
	path, err := office.ConfigWith(t.TempDir(), setup)
	if err != nil {
		t.Fatal(err)
	}
	return office, path
}

func load(t *testing.T, path string) configs.Config {
	t.Helper()
	c, findings := Load(path, time.Now())
	for _, f := range findings {
		t.Log(f)
	}
	if configs.HasErrors(findings) {
		t.Fatal("the configuration has errors")
	}
	return c
}

// run runs a gateway until the function it returns is called.
func run(t *testing.T, c configs.Config, o Options) (*Gateway, func()) {
	t.Helper()
	g, err := New(t.Context(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- g.Run(ctx) }()
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	}
	t.Cleanup(stop)
	return g, stop
}

// receipt waits for the receipt of a letter to a citizen.
func receipt(t *testing.T, office *practice.Office, citizen string, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := office.WaitCount(ctx, citizen, n); err != nil {
		t.Fatal(err)
	}
}

func TestLetterToReceipt(t *testing.T) {
	t.Parallel()
	office, path := startOffice(t, practice.Setup{HTTP: "127.0.0.1:0"})
	g, stop := run(t, load(t, path), Options{})
	sample := practice.Samples(time.Now())[0]
	if err := office.Deliver(sample.To, sample.Raw); err != nil {
		t.Fatal(err)
	}
	receipt(t, office, sample.From, 1)
	if _, err := New(t.Context(), load(t, path), Options{}); !errors.Is(err, ErrRunning) {
		t.Errorf("a second gateway on the register: %v, want %v", err, ErrRunning)
	}
	if g.HTTPAddr() == "" {
		t.Error("nothing is served")
	}
	stop()

	// What was begun is there after the end, and the register is free again.
	c := load(t, path)
	s, err := OpenStore(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.View(t.Context(), func(tx *store.Tx) error {
		sending, err := tx.ListOutgoing(store.OutgoingFilter{States: []string{store.OutSending}})
		if len(sending) > 0 {
			t.Errorf("%d mails are in between", len(sending))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestTakeOver runs two gateways on one PostgreSQL: each letter becomes one
// case, and when the one that has the boxes leaves, the other takes them.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	office, path := startOffice(t, practice.Setup{Driver: "postgres", DSN: postgrestest.Start(t)})
	c := load(t, path)
	first, stopFirst := run(t, c, Options{Owner: "first"})
	held := func(g *Gateway, box string) bool {
		for _, b := range g.boxes {
			if b.id == box {
				b.desk.mu.Lock()
				defer b.desk.mu.Unlock()
				return b.desk.token != 0
			}
		}
		return false
	}
	samples := practice.Samples(time.Now())
	deliver := func(i int) string {
		if err := office.Deliver(samples[i].To, samples[i].Raw); err != nil {
			t.Fatal(err)
		}
		return samples[i].From
	}
	receipt(t, office, deliver(0), 1)
	second, _ := run(t, c, Options{Owner: "second"})
	receipt(t, office, deliver(1), 1)
	if !held(first, "director") || held(second, "director") {
		t.Errorf("box held by first %v, by second %v", held(first, "director"), held(second, "director"))
	}
	stopFirst()
	receipt(t, office, deliver(2), 1)
	if !held(second, "director") {
		t.Error("the second gateway did not take the box over")
	}
	err := second.Store().View(t.Context(), func(tx *store.Tx) error {
		n, err := tx.CountCases(store.CaseFilter{})
		if n != 3 {
			t.Errorf("%d cases, want 3", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A refused reload keeps the old configuration, and people hear of it by mail,
// in health and in metrics; of the one that is taken over afterwards, too.
func TestReloadKeepsTheOld(t *testing.T) {
	t.Parallel()
	_, path := startOffice(t, practice.Setup{})
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g, err := New(t.Context(), load(t, path), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	reload := func(text string) error {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := g.Reload(t.Context(), path)
		return err
	}
	// alarms takes the alarms that were queued since the last look, by subject.
	var seen int64
	alarms := func() (subjects []string) {
		err := g.Store().View(t.Context(), func(tx *store.Tx) error {
			rows, err := tx.ListOutgoing(store.OutgoingFilter{})
			for _, row := range rows {
				if row.Kind == "alarm" && row.ID > seen {
					subjects = append(subjects, row.To[0]+" "+row.Subject)
				}
			}
			for _, row := range rows {
				seen = max(seen, row.ID)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(subjects)
		return subjects
	}
	refused := func() bool {
		return slices.ContainsFunc(g.watch.Ready(t.Context()).Failing, func(f watch.Failure) bool { return f.Part == "configuration" })
	}
	if err := reload(string(good)); err != nil || len(alarms()) > 0 || refused() {
		t.Fatalf("a good reload: %v, alarms or health speak of it", err)
	}
	for i, want := range []string{"重新载入配置未成功", "第 2 次"} {
		if err := reload(string(good) + "\nrules: /nowhere\n"); err == nil {
			t.Error("a configuration without rules was taken over")
		}
		got := alarms()
		if len(got) < 2 || !strings.Contains(strings.Join(got, "\n"), want) || !refused() {
			t.Errorf("refused reload %d: %q, in health %v", i+1, got, refused())
		}
	}
	renamed := strings.Replace(string(good), "name: 示范市经济和信息化委员会", "name: 新名称", 1)
	if err := reload(renamed); err != nil {
		t.Error(err)
	}
	if got := alarms(); len(got) < 2 || !strings.Contains(got[0], "恢复") || refused() {
		t.Errorf("after the recovery: %q, in health %v", got, refused())
	}
	page, err := g.watch.Board(t.Context())
	if err != nil || !strings.Contains(string(page), "新名称") {
		t.Errorf("the board shows the old office: %v", err)
	}
}

func TestOffsetIsForDrills(t *testing.T) {
	t.Parallel()
	_, path := startOffice(t, practice.Setup{})
	c := load(t, path)
	day := calendar.Span{N: 3, Unit: calendar.Days}
	if _, err := New(t.Context(), c, Options{Offset: day}); !errors.Is(err, ErrOffset) {
		t.Errorf("outside of a drill: %v, want %v", err, ErrOffset)
	}
	c.Drill = true
	if _, err := New(t.Context(), c, Options{Offset: calendar.Span{N: 3, Unit: calendar.WorkingDays}}); !errors.Is(err, ErrOffset) {
		t.Errorf("working days: %v, want %v", err, ErrOffset)
	}
	g, err := New(t.Context(), c, Options{Offset: day, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if got, want := g.now(), noon.AddDate(0, 0, 3); !got.Equal(want) {
		t.Errorf("now %v, want %v", got, want)
	}
}

// TestDrillShiftsArrival: in a rehearsal both now and the time of arrival move,
// so that a deadline is as far away as in earnest.
func TestDrillShiftsArrival(t *testing.T) {
	t.Parallel()
	office, path := startOffice(t, practice.Setup{Drill: true})
	ahead := calendar.Span{N: -30, Unit: calendar.Days}
	g, _ := run(t, load(t, path), Options{Offset: ahead})
	sample := practice.Samples(time.Now())[0]
	if err := office.Deliver(sample.To, sample.Raw); err != nil {
		t.Fatal(err)
	}
	receipt(t, office, sample.From, 1)
	var cases []petition.Case
	err := g.Store().View(t.Context(), func(tx *store.Tx) (err error) {
		cases, err = tx.ListCases(store.CaseFilter{})
		return err
	})
	if err != nil || len(cases) != 1 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	if age := time.Since(cases[0].Arrived); age < 29*24*time.Hour || age > 31*24*time.Hour {
		t.Errorf("arrived %v, want a month ago", cases[0].Arrived)
	}
}

func TestForeignKey(t *testing.T) {
	t.Parallel()
	for _, driver := range []string{"sqlite", "postgres"} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			setup := practice.Setup{Driver: driver}
			if driver == "postgres" {
				setup.DSN = postgrestest.Start(t)
			}
			_, path := startOffice(t, setup)
			c := load(t, path)
			g, err := New(t.Context(), c, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := g.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(string(c.Security.KeyFile)); err != nil {
				t.Fatal(err)
			}
			g, err = New(t.Context(), c, Options{})
			switch driver {
			case "postgres":
				if err == nil {
					t.Error("a gateway with a key of its own joined the others")
					_ = g.Close()
				}
			case "sqlite":
				if err != nil {
					t.Fatalf("a lost key keeps the office from its mail: %v", err)
				}
				if err := g.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
