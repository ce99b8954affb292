// Package watch shows over HTTP how the gateway is: whether it lives, whether it
// works, its metrics, and a board for people. It only reads. It knows the
// register and templates, nothing of mail servers or configuration files: what
// it needs of those is given to it.
package watch

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// ErrOpen is returned for an address beyond loopback without token or password.
var ErrOpen = errors.New("http beyond loopback needs a token or a password")

// Box is a mailbox by the names it goes by.
type Box struct{ ID, Name string }

// Sender is the state of one SMTP account; Since is zero while all is well.
type Sender struct {
	Account string
	Since   time.Time
	Error   string
}

// Office is what a reload may change.
type Office struct {
	Name     string
	Drill    bool
	Location *time.Location
	Boxes    []Box
	Roster   petition.Roster
	// Policy has the limits and the calendar that cases are measured by.
	Policy petition.Policy
	// CheckWithin is how long a box may go without a successful check.
	CheckWithin time.Duration
	// OnDuty names who has the duty; nil when there is no roster.
	OnDuty func(time.Time) []string
	// NoCalendar reports that working days of an instant's year are only
	// estimated; nil for never.
	NoCalendar func(time.Time) bool
}

// Options of a Watch. Store, Now, Templates and Office are required.
type Options struct {
	Store     *store.Store
	Now       func() time.Time
	Templates *templates.Set
	Logger    *slog.Logger
	Office    Office
	Senders   func() []Sender
	// Scanner says since when and why the virus scanner does not answer, zero when
	// it does; nil when there is none.
	Scanner func() (since time.Time, err string)

	// Listen is the address that the handler will serve, for the sake of the
	// check that strangers cannot read it. Token, or Username and Password, let
	// people in; without them everybody who reaches the address may read.
	Listen             string
	Token              string
	Username, Password string
}

// Watch is the HTTP handler.
type Watch struct {
	o        Options
	mux      *http.ServeMux
	office   atomic.Pointer[view]
	refused  atomic.Pointer[refusal]
	received *prometheus.CounterVec

	counting sync.Mutex // held while the month is counted
	counted  atomic.Pointer[kept]
}

// refusal is a reload that changed nothing.
type refusal struct {
	since  time.Time
	detail string
}

// view is what is shown, and by which templates.
type view struct {
	Office
	templates *templates.Set
}

// New makes the handler.
func New(o Options) (*Watch, error) {
	w := &Watch{o: o, mux: http.NewServeMux()}
	if w.o.Logger == nil {
		w.o.Logger = slog.New(slog.DiscardHandler)
	}
	if w.o.Senders == nil {
		w.o.Senders = func() []Sender { return nil }
	}
	if !w.secured() && !loopback(o.Listen) {
		return nil, fmt.Errorf("http on %s: %w", o.Listen, ErrOpen)
	}
	w.Configure(o.Templates, o.Office)
	w.received = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "xinfangd_letters_total", Help: "Letters made durable since the start.",
	}, []string{"mailbox"})
	registry := prometheus.NewRegistry()
	for _, c := range []prometheus.Collector{
		w.received, collector{w}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	for _, b := range o.Office.Boxes {
		w.received.WithLabelValues(b.ID)
	}
	w.mux.HandleFunc("GET /healthz", w.healthz)
	w.mux.HandleFunc("GET /readyz", w.readyz)
	w.mux.Handle("GET /metrics", w.guard(promhttp.HandlerFor(registry, promhttp.HandlerOpts{})))
	w.mux.Handle("GET /{$}", w.guard(http.HandlerFunc(w.board)))
	w.mux.HandleFunc("GET /", func(rw http.ResponseWriter, _ *http.Request) { w.show(rw, nil, errHidden) })
	w.mux.Handle("GET /case/{number}", w.known(w.casePage))
	w.mux.Handle("GET /division/{id}", w.known(w.divisionPage))
	return w, nil
}

// Configure replaces templates and office.
func (w *Watch) Configure(t *templates.Set, o Office) { w.office.Store(&view{o, t}) }

// ReloadRefused notes that a changed configuration was not taken over; the zero
// time, that one was since.
func (w *Watch) ReloadRefused(since time.Time, detail string) {
	if since.IsZero() {
		w.refused.Store(nil)
		return
	}
	w.refused.Store(&refusal{since, detail})
}

// Received counts letters that became durable.
func (w *Watch) Received(box string, n int) {
	if n > 0 {
		w.received.WithLabelValues(box).Add(float64(n))
	}
}

// ServeHTTP implements http.Handler.
func (w *Watch) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	headers(rw.Header())
	if !w.secured() && !plainHost(r.Host) {
		// A page elsewhere could point a name of its own at our loopback address
		// and have a browser of the office read the board (DNS rebinding).
		http.Error(rw, "unknown host", http.StatusForbidden)
		return
	}
	w.mux.ServeHTTP(rw, r)
}

func (w *Watch) secured() bool { return w.o.Token != "" || w.o.Username != "" && w.o.Password != "" }

// guard lets in who shows the token or the password.
func (w *Watch) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !w.allowed(r) {
			rw.Header().Set("WWW-Authenticate", `Basic realm="xinfangd", charset="UTF-8"`)
			http.Error(rw, "请输入令牌，或看板的用户名和密码", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(rw, r)
	})
}

// allowed takes the token as a bearer, or as the password of any user name so
// that a browser can give it.
func (w *Watch) allowed(r *http.Request) bool {
	if !w.secured() {
		return true
	}
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return w.o.Token != "" && same(bearer, w.o.Token)
	}
	username, password, ok := r.BasicAuth()
	if !ok {
		return false
	}
	byToken := w.o.Token != "" && same(password, w.o.Token)
	name, word := same(username, w.o.Username), same(password, w.o.Password)
	byLogin := w.o.Password != "" && w.o.Username != "" && name && word
	return byToken || byLogin
}

// same compares in a time that tells nothing, not even the length.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// loopback reports whether an address to listen on is out of others' reach.
func loopback(listen string) bool {
	if listen == "" {
		return true
	}
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// plainHost reports whether a request names us by an IP address or as localhost.
func plainHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return host == "localhost" || net.ParseIP(strings.Trim(host, "[]")) != nil
}
