package gateway

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway/desk"
)

// reloads remembers whether the last reload was refused. A restart needs no
// memory of it: the daemon does not start with what a reload would refuse.
type reloads struct {
	mu    sync.Mutex
	since time.Time // of the first refusal in a row; zero while all is well
	count int
}

// Reload takes over what an office changes while the daemon runs: roster, duty,
// calendar, deadlines, policy, rules, templates and what is particular about a
// box. Accounts, the virus scanner, the store and HTTP need a restart. The file is read as it is on
// disk; one that cannot be used changes nothing, and the information centre and
// the office are told by mail, as they are when a later one is taken over.
// findings are all complaints, warnings included.
func (g *Gateway) Reload(ctx context.Context, path string) (findings []configs.Finding, err error) {
	g.manager.reloading()
	defer g.manager.ready()
	c, findings := Load(path, g.now())
	var complaints []string
	for _, f := range findings {
		if f.Severity == configs.SeverityError {
			complaints = append(complaints, f.String())
		}
	}
	if len(complaints) == 0 {
		if err = g.takeOver(c); err == nil {
			return findings, g.reloadRecovered(ctx)
		}
		complaints = []string{err.Error()}
	}
	g.reloads.mu.Lock()
	defer g.reloads.mu.Unlock()
	if g.reloads.since.IsZero() {
		g.reloads.since = g.now()
	}
	r := desk.Refusal{Since: g.reloads.since, Repeat: g.reloads.count, Complaints: complaints}
	g.reloads.count++
	g.watch.ReloadRefused(r.Since, complaints[0])
	if err := g.desk.ReloadRefused(ctx, r, g.now()); err != nil {
		return findings, fmt.Errorf("report refused reload: %w", err)
	}
	return findings, fmt.Errorf("reload: %s", strings.Join(complaints, "; "))
}

func (g *Gateway) reloadRecovered(ctx context.Context) error {
	g.reloads.mu.Lock()
	defer g.reloads.mu.Unlock()
	since := g.reloads.since
	if since.IsZero() {
		return nil
	}
	g.reloads.since, g.reloads.count = time.Time{}, 0
	g.watch.ReloadRefused(time.Time{}, "")
	if err := g.desk.ReloadRecovered(ctx, since, g.now()); err != nil {
		return fmt.Errorf("report reload: %w", err)
	}
	return nil
}

// takeOver makes a checked configuration the one in force. With an error
// nothing has changed.
func (g *Gateway) takeOver(c configs.Config) error {
	settings, err := Settings(c)
	if err != nil {
		return err
	}
	g.desk.Configure(settings)
	g.watch.Configure(settings.Templates, watchOffice(c))
	if changed := needRestart(g.config, c); len(changed) > 0 {
		g.log.Warn("some changes take effect at the next start only", "keys", changed)
	}
	g.kick()
	return nil
}
