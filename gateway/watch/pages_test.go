package watch

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// secrets are words that no page may show.
var secrets = []string{"someone@mail.example", "某人", "13800000000", "信里的话", "0123456789"}

// office is a watch with a token over some cases: 7 is late, 8 confidential, 9
// accuses a division, 10 waits for acceptance, 11 is due today.
func office(t testing.TB) (*Watch, func(path string) *httptest.ResponseRecorder) {
	t.Helper()
	w, s := setup(t, func(o *Options) {
		o.Token = "token"
		o.Office.Roster = petition.Roster{Divisions: []petition.Division{{ID: "power", Name: "电力处"}, {ID: "law", Name: "法规处"}}}
		o.Office.OnDuty = func(time.Time) []string { return []string{"值班员丙"} }
	})
	checked(t, s, noon.Add(-time.Minute), "")
	err := s.Update(t.Context(), noon, func(tx *store.Tx) error {
		for n, change := range map[int]func(*petition.Case){
			7:  func(c *petition.Case) { c.Due = noon.Add(-50 * time.Hour) },
			8:  func(c *petition.Case) { c.Confidential = true },
			9:  func(c *petition.Case) { c.Accused = []string{"law"} },
			10: func(c *petition.Case) { c.State, c.Accepted, c.Dispatches = petition.Triage, time.Time{}, nil },
			11: func(c *petition.Case) { c.Due = noon.Add(90 * time.Minute) },
		} {
			c := petition.Case{Number: petition.NewNumber("SFJX", 2026, n), State: petition.Dispatched, Mailbox: "director", Sender: secrets[0], Name: secrets[1], Phone: secrets[2],
				Subject: fmt.Sprintf("第%d件<b>的主题", n), Arrived: noon.Add(-30 * time.Hour), Accepted: noon.Add(-9 * time.Hour), Due: noon.Add(99 * time.Hour), Urgency: petition.Normal,
				Dispatches: []petition.Dispatch{{Division: "power", Lead: true, At: noon.Add(-8 * time.Hour)}}}
			change(&c)
			if err := tx.InsertCase(c, secrets[4]); err != nil {
				return err
			}
			for _, e := range []store.Entry{
				{Kind: petition.EvRegistered, Actor: petition.Actor{Address: secrets[0], Name: secrets[1], Role: petition.RoleCitizen}},
				{Kind: petition.EvDispatched, Actor: petition.Actor{Name: "受理员甲", Role: petition.RoleHandler}},
			} {
				e.Case, e.Time, e.Text, e.After = c.Number, noon.Add(-8*time.Hour), secrets[3], &c
				if _, err := tx.Append(e); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w, func(path string) *httptest.ResponseRecorder {
		return ask(w, path, func(r *http.Request) { r.Header.Set("Authorization", "Bearer token") })
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	_, get := office(t)
	for _, tt := range []struct {
		path       string
		shows, not []string
	}{
		{"/", []string{"SFJX-2026-000007", "SFJX-2026-000010", "SFJX-2026-000011", "还有 1 小时 30 分", "已超 6 小时 00 分", "/case/SFJX-2026-000007", "/division/power", "值班员丙", "主任信箱", "<svg"},
			[]string{"SFJX-2026-000008", "SFJX-2026-000009", "的主题"}},
		{"/case/SFJX-2026-000007", []string{"第7件&lt;b&gt;的主题", "电力处", "来信人", "受理员甲", "分办"}, []string{"SFJX-2026-000008"}},
		{"/division/power", []string{"电力处", "SFJX-2026-000007", "另有 2 件不列出", "按期率"}, []string{"SFJX-2026-000008", "SFJX-2026-000009", "的主题"}},
		{"/division/law", []string{"法规处", "没有在办的来信"}, []string{"SFJX-2026-000009"}},
	} {
		rec := get(tt.path)
		page := rec.Body.String()
		if rec.Code != http.StatusOK || rec.Body.Len() > 100<<10 {
			t.Errorf("%s: %d, %d bytes", tt.path, rec.Code, rec.Body.Len())
		}
		for _, want := range tt.shows {
			if !strings.Contains(page, want) {
				t.Errorf("%s does not show %q", tt.path, want)
			}
		}
		for _, word := range append(tt.not, secrets...) {
			if strings.Contains(page, word) {
				t.Errorf("%s shows %q", tt.path, word)
			}
		}
		for _, word := range []string{"<script", "http://", "https://", "src=", "url(", `style="`, "<form"} {
			if strings.Contains(strings.ReplaceAll(page, `xmlns="http://www.w3.org/2000/svg"`, ""), word) {
				t.Errorf("%s has %q", tt.path, word)
			}
		}
	}
	// What is hidden looks as if it were not there.
	for _, path := range []string{"/case/SFJX-2026-000008", "/case/SFJX-2026-000009", "/case/SFJX-2026-999999", "/case/x", "/division/none", "/division/"} {
		if rec := get(path); rec.Code != http.StatusNotFound || strings.HasPrefix(path, "/case/S") && rec.Body.String() != get("/case/x").Body.String() {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
}

// TestPagesNeedAToken: on loopback the board is open to all who reach it, the
// pages behind it are not, and it does not link to them.
func TestPagesNeedAToken(t *testing.T) {
	t.Parallel()
	w, _ := setup(t, nil)
	for _, path := range []string{"/case/SFJX-2026-000007", "/division/power"} {
		if rec := ask(w, path, nil); rec.Code != http.StatusForbidden {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
	if page := ask(w, "/", nil).Body.String(); strings.Contains(page, "/case/") || strings.Contains(page, "/division/") {
		t.Error("the open board links to pages")
	}
	w, _ = office(t)
	for _, path := range []string{"/", "/case/SFJX-2026-000007", "/division/power"} {
		if rec := ask(w, path, nil); rec.Code != http.StatusUnauthorized || strings.Contains(rec.Body.String(), "SFJX") {
			t.Errorf("%s to a stranger: %d %s", path, rec.Code, rec.Body)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	w, get := office(t)
	for _, path := range []string{"/", "/case/SFJX-2026-000007", "/nothing", "/healthz", "/metrics"} {
		h := get(path).Header()
		for name, want := range map[string]string{"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if csp := h.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if h.Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", path)
		}
	}
	rec := get("/")
	_, rest, _ := strings.Cut(rec.Body.String(), "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	digest := sha256.Sum256([]byte(style))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'"; !strings.Contains(rec.Header().Get("Content-Security-Policy"), want) {
		t.Errorf("the page's own style is not let in: %s", rec.Header().Get("Content-Security-Policy"))
	}
	if rec.Header().Get("Refresh") != "" || get("/?refresh=60").Header().Get("Refresh") != "60" || get("/?refresh=1;url=//x.example").Header().Get("Refresh") != "" {
		t.Error("the page reloads when it was not asked to, or not when it was")
	}
	for _, method := range []string{http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPatch, "BREW"} {
		rec := ask(w, "/", func(r *http.Request) {
			r.Method = method
			r.Header.Set("Authorization", "Bearer token")
		})
		if want := http.StatusMethodNotAllowed; (method == http.MethodHead) != (rec.Code == http.StatusOK) && rec.Code != want {
			t.Errorf("%s: %d", method, rec.Code)
		}
	}
}

// TestFullBoard keeps the page small when there is much to show.
func TestFullBoard(t *testing.T) {
	t.Parallel()
	w, s := setup(t, func(o *Options) {
		o.Token = "token"
		for i := range 60 {
			o.Office.Roster.Divisions = append(o.Office.Roster.Divisions, petition.Division{ID: fmt.Sprintf("d%d", i), Name: fmt.Sprintf("名称很长的第%d业务处室", i)})
		}
	})
	err := s.Update(t.Context(), noon, func(tx *store.Tx) error {
		for n := range 600 {
			c := petition.Case{Number: petition.NewNumber("SFJX", 2026, n+1), State: petition.Dispatched, Mailbox: "director", Arrived: noon.Add(-40 * time.Hour), Due: noon.Add(time.Duration(n-400) * time.Hour / 40), Urgency: petition.Normal,
				Dispatches: []petition.Dispatch{{Division: fmt.Sprintf("d%d", n%60), Lead: true, At: noon.Add(-time.Hour)}}}
			if err := tx.InsertCase(c, "0123456789"); err != nil {
				return err
			}
			if _, err := tx.Append(store.Entry{Case: c.Number, Time: noon.Add(-time.Hour), Kind: petition.EvDispatched, After: &c}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/division/d1"} {
		rec := ask(w, path, func(r *http.Request) { r.SetBasicAuth("", "token") })
		if rec.Code != http.StatusOK || rec.Body.Len() > 100<<10 {
			t.Errorf("%s: %d, %d bytes", path, rec.Code, rec.Body.Len())
		}
		t.Logf("%s: %d bytes", path, rec.Body.Len())
	}
}

// FuzzServe asks for anything in any way: nothing panics, nothing secret is
// shown, and nothing at all to who has no token.
func FuzzServe(f *testing.F) {
	for _, path := range []string{"/", "/?refresh=60", "/case/SFJX-2026-000007", "/case/SFJX-2026-000008", "/division/power", "/division/%2e%2e", "/metrics", "/case/%00", "//", "/case/../", "/readyz"} {
		f.Add("GET", path, "127.0.0.1", "Bearer token")
		f.Add("HEAD", path, "board.example:80", "Basic eDp0b2tlbg==")
		f.Add("GET", path, "[::1", "Basic !")
	}
	w, _ := office(f)
	f.Fuzz(func(t *testing.T, method, path, host, auth string) {
		target, err := url.ParseRequestURI(path)
		if err != nil {
			return
		}
		r := &http.Request{Method: method, URL: target, Host: host, Header: http.Header{}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, RequestURI: path, Body: http.NoBody}
		if auth != "" {
			r.Header.Set("Authorization", auth)
		}
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r.WithContext(t.Context()))
		page := rec.Body.String()
		for _, word := range append([]string{"SFJX-2026-000008", "SFJX-2026-000009"}, secrets...) {
			// An error page may repeat the path.
			if strings.Contains(page, word) && !strings.Contains(target.Path+target.RawQuery, word) {
				t.Errorf("%s %q shows %q", method, path, word)
			}
		}
		_, password, _ := r.BasicAuth()
		if known := auth == "Bearer token" || password == "token"; !known && strings.Contains(page, "SFJX-2026-000007") && !strings.Contains(path, "SFJX") {
			t.Errorf("%s %q with %q shows the board", method, path, auth)
		}
		if rec.Code >= 500 && rec.Code != http.StatusServiceUnavailable {
			t.Errorf("%s %q: %d", method, path, rec.Code)
		}
		if rec.Header().Get("X-Frame-Options") != "DENY" || rec.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s %q: headers %v", method, path, rec.Header())
		}
	})
}
