package watch

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.FixedZone("CST", 8*3600))

// setup is a watch over an empty register with one box, checked at noon.
func setup(t testing.TB, change func(*Options)) (*Watch, *store.Store) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "register.db"),
		Prefix: "SFJX", Location: noon.Location(), Key: []byte("0123456789abcdef")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	set, err := templates.Load("")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Store: s, Now: func() time.Time { return noon }, Templates: set, Listen: "127.0.0.1:0",
		Office: Office{Name: "示范单位", Location: noon.Location(), Boxes: []Box{{"director", "主任信箱"}}, CheckWithin: 2 * time.Hour}}
	cal, err := calendar.New(calendar.Options{Location: noon.Location()})
	if err != nil {
		t.Fatal(err)
	}
	o.Office.Policy.Calendar, o.Office.Policy.Deadlines.Accept = cal, calendar.Of(24*time.Hour)
	if change != nil {
		change(&o)
	}
	o.Office.Policy.Roster = o.Office.Roster
	w, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return w, s
}

func checked(t testing.TB, s *store.Store, at time.Time, failure string) {
	t.Helper()
	err := s.Update(t.Context(), at, func(tx *store.Tx) error { return tx.NoteCheck("director", at, failure, 0) })
	if err != nil {
		t.Fatal(err)
	}
}

func ask(w http.Handler, path string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8025"+path, nil)
	if change != nil {
		change(r)
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return rec
}

func TestOpenBeyondLoopback(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		listen, token, user, password string
		refused                       bool
	}{
		{listen: "127.0.0.1:8025"}, {listen: "[::1]:8025"}, {listen: "localhost:8025"}, {listen: ""},
		{listen: ":8025", refused: true}, {listen: "0.0.0.0:8025", refused: true}, {listen: "192.0.2.1:8025", refused: true},
		{listen: "example.example:8025", refused: true}, {listen: "0.0.0.0:8025", user: "board", refused: true},
		{listen: "0.0.0.0:8025", token: "secret"}, {listen: "0.0.0.0:8025", user: "board", password: "secret"},
	} {
		_, err := New(Options{Listen: tt.listen, Token: tt.token, Username: tt.user, Password: tt.password})
		if errors.Is(err, ErrOpen) != tt.refused {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		before  func(t *testing.T, s *store.Store)
		senders []Sender
		mute    time.Time
		failing []string
	}{
		{"never checked", func(*testing.T, *store.Store) {}, nil, time.Time{}, []string{"box director"}},
		{"checked just now", func(t *testing.T, s *store.Store) { checked(t, s, noon.Add(-time.Minute), "") }, nil, time.Time{}, nil},
		{"checked long ago", func(t *testing.T, s *store.Store) { checked(t, s, noon.Add(-3*time.Hour), "") }, nil, time.Time{}, []string{"box director"}},
		{"a failing check", func(t *testing.T, s *store.Store) {
			checked(t, s, noon.Add(-time.Hour), "")
			checked(t, s, noon.Add(-time.Minute), "connection refused")
		}, nil, time.Time{}, []string{"box director"}},
		{"a check that works again", func(t *testing.T, s *store.Store) {
			checked(t, s, noon.Add(-time.Minute), "connection refused")
			checked(t, s, noon, "")
		}, nil, time.Time{}, nil},
		{"mail that does not move", func(t *testing.T, s *store.Store) {
			checked(t, s, noon, "")
			queue(t, s, noon.Add(-time.Hour))
		}, nil, time.Time{}, []string{"queue"}},
		{"mail kept back by a pause", func(t *testing.T, s *store.Store) {
			checked(t, s, noon, "")
			queue(t, s, noon.Add(-time.Hour))
			if err := s.Update(t.Context(), noon, func(tx *store.Tx) error { return tx.SetPaused(true) }); err != nil {
				t.Fatal(err)
			}
		}, nil, time.Time{}, nil},
		{"a sender that hangs", func(t *testing.T, s *store.Store) { checked(t, s, noon, "") },
			[]Sender{{Account: "", Since: noon.Add(-time.Hour), Error: "login refused"}}, time.Time{}, []string{"smtp"}},
		{"a virus scanner that does not answer", func(t *testing.T, s *store.Store) { checked(t, s, noon, "") }, nil, noon.Add(-time.Minute), []string{"clamd"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, s := setup(t, func(o *Options) {
				o.Senders = func() []Sender { return tt.senders }
				o.Scanner = func() (time.Time, string) { return tt.mute, "connection refused" }
			})
			tt.before(t, s)
			rec := ask(w, "/readyz", nil)
			var got Readiness
			if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
				t.Fatalf("%v: %s", err, rec.Body)
			}
			var parts []string
			for _, f := range got.Failing {
				parts = append(parts, f.Part)
			}
			if strings.Join(parts, ",") != strings.Join(tt.failing, ",") || got.Ready != (len(tt.failing) == 0) {
				t.Errorf("%+v, want failing %v", got, tt.failing)
			}
			if ok := rec.Code == http.StatusOK; ok != got.Ready {
				t.Errorf("status %d with %+v", rec.Code, got)
			}
		})
	}
}

func queue(t *testing.T, s *store.Store, at time.Time) {
	t.Helper()
	err := s.Update(t.Context(), at, func(tx *store.Tx) error {
		_, err := tx.Queue(store.Outgoing{Kind: "alarm", To: []string{"a@b.example"}, From: "c@d.example", MessageID: "x@d.example", Raw: []byte("x")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestStoreDown(t *testing.T) {
	t.Parallel()
	w, s := setup(t, nil)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if rec := ask(w, "/readyz", nil); rec.Code != http.StatusServiceUnavailable || !strings.Contains(rec.Body.String(), `"store"`) {
		t.Errorf("ready: %d %s", rec.Code, rec.Body)
	}
	if rec := ask(w, "/healthz", nil); rec.Code != http.StatusOK {
		t.Errorf("health: %d", rec.Code)
	}
	if rec := ask(w, "/metrics", nil); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "xinfangd_register_up 0") {
		t.Errorf("metrics: %d", rec.Code)
	}
	if rec := ask(w, "/", nil); rec.Code != http.StatusInternalServerError {
		t.Errorf("board: %d", rec.Code)
	}
}

func TestWhoMayRead(t *testing.T) {
	t.Parallel()
	w, _ := setup(t, func(o *Options) {
		o.Listen, o.Token, o.Username, o.Password = "0.0.0.0:8025", "token", "board", "password"
	})
	for _, tt := range []struct {
		name string
		auth func(*http.Request)
		want int
	}{
		{"nobody", nil, http.StatusUnauthorized},
		{"token", func(r *http.Request) { r.Header.Set("Authorization", "Bearer token") }, http.StatusOK},
		{"wrong token", func(r *http.Request) { r.Header.Set("Authorization", "Bearer tokem") }, http.StatusUnauthorized},
		{"empty token", func(r *http.Request) { r.Header.Set("Authorization", "Bearer ") }, http.StatusUnauthorized},
		{"token as password", func(r *http.Request) { r.SetBasicAuth("whoever", "token") }, http.StatusOK},
		{"login", func(r *http.Request) { r.SetBasicAuth("board", "password") }, http.StatusOK},
		{"another's name", func(r *http.Request) { r.SetBasicAuth("other", "password") }, http.StatusUnauthorized},
		{"no password", func(r *http.Request) { r.SetBasicAuth("board", "") }, http.StatusUnauthorized},
	} {
		for _, path := range []string{"/", "/metrics"} {
			if rec := ask(w, path, tt.auth); rec.Code != tt.want {
				t.Errorf("%s at %s: %d, want %d", tt.name, path, rec.Code, tt.want)
			}
		}
	}
	// Strangers learn whether it works, not what does not.
	if body := ask(w, "/readyz", nil).Body.String(); strings.Contains(body, "director") {
		t.Errorf("readyz tells a stranger %s", body)
	}
	if rec := ask(w, "/healthz", nil); rec.Code != http.StatusOK {
		t.Errorf("healthz: %d", rec.Code)
	}
}

func TestForeignHost(t *testing.T) {
	t.Parallel()
	w, _ := setup(t, nil)
	for host, want := range map[string]int{
		"127.0.0.1:8025": http.StatusOK, "localhost:8025": http.StatusOK, "[::1]:8025": http.StatusOK, "board.attacker.example": http.StatusForbidden,
	} {
		if rec := ask(w, "/", func(r *http.Request) { r.Host = host }); rec.Code != want {
			t.Errorf("%s: %d, want %d", host, rec.Code, want)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	t.Parallel()
	w, _ := setup(t, func(o *Options) { o.Office.NoCalendar = func(time.Time) bool { return true } })
	if body := ask(w, "/readyz", nil).Body.String(); !strings.Contains(body, `"calendar"`) {
		t.Errorf("readyz is silent about the calendar: %s", body)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		if rec := ask(w, "/", func(r *http.Request) { r.Method = method }); rec.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, rec.Code)
		}
	}
	if rec := ask(w, "/other", nil); rec.Code != http.StatusNotFound || !strings.Contains(rec.Body.String(), "没有这一页") {
		t.Errorf("another path: %d %s", rec.Code, rec.Body)
	}
}

// TestBoard shows an overdue case by number and division, and nothing of who
// wrote what.
func TestBoard(t *testing.T) {
	t.Parallel()
	w, s := setup(t, func(o *Options) {
		o.Office.Roster = petition.Roster{Divisions: []petition.Division{{ID: "power", Name: "电力处"}}}
		o.Office.OnDuty = func(time.Time) []string { return []string{"值班员丙"} }
	})
	checked(t, s, noon.Add(-time.Minute), "")
	c := petition.Case{Number: "SFJX-2026-000007", State: petition.Dispatched, Mailbox: "director", Sender: "someone@mail.example", Name: "某人",
		Subject: "不可示人的主题", Arrived: noon.Add(-10 * 24 * time.Hour), Due: noon.Add(-time.Hour), Urgency: petition.Normal,
		Dispatches: []petition.Dispatch{{Division: "power", Lead: true, At: noon}}}
	if err := s.Update(t.Context(), noon, func(tx *store.Tx) error { return tx.InsertCase(c, "0123456789") }); err != nil {
		t.Fatal(err)
	}
	page := ask(w, "/", nil).Body.String()
	for _, want := range []string{"示范单位", "SFJX-2026-000007", "电力处", "主任信箱", "值班员丙", `class="alert"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the board does not show %q", want)
		}
	}
	for _, secret := range []string{"someone@mail.example", "某人", "不可示人的主题", "0123456789"} {
		if strings.Contains(page, secret) {
			t.Errorf("the board shows %q", secret)
		}
	}
	metrics := ask(w, "/metrics", nil).Body.String()
	for _, want := range []string{"xinfangd_cases_open 1", `xinfangd_box_failing{mailbox="director"} 0`, `xinfangd_letters_total{mailbox="director"} 0`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("metrics lack %s:\n%s", want, metrics)
		}
	}
}

// TestMetricsAreWellFormed holds the metrics to what Prometheus' own linter
// asks of names, units and help texts.
func TestMetricsAreWellFormed(t *testing.T) {
	t.Parallel()
	w, s := setup(t, func(o *Options) { o.Senders = func() []Sender { return []Sender{{Account: "desk"}} } })
	checked(t, s, noon.Add(-time.Minute), "")
	queue(t, s, noon.Add(-time.Hour))
	body := ask(w, "/metrics", nil).Body.String()
	problems, err := promlint.New(strings.NewReader(body)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "xinfangd_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	for _, want := range []string{
		`xinfangd_box_lag_seconds{mailbox="director"} 60`, "xinfangd_outgoing_oldest_seconds 3600", "xinfangd_unaccepted_oldest_seconds 0",
		`xinfangd_ledger_events_total{kind="suspicious"} 0`, "xinfangd_cases_overdue 0", `xinfangd_smtp_failing{account="desk"} 0`,
	} {
		if !strings.Contains(body, want+"\n") {
			t.Errorf("metrics lack %s:\n%s", want, body)
		}
	}
}
