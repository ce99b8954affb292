package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/coreos/go-systemd/v22/daemon"

	"xinfangd/configs"
	"xinfangd/gateway"
	"xinfangd/gateway/calendar"
)

// memoryLimit is the size of the heap from which on the collector works harder
// rather than let it grow: one letter of 50 MB, read, unpacked and packed again,
// lives in less. The environment's GOMEMLIMIT takes its place.
const memoryLimit = 160 << 20

// serveCmd is the daemon.
type serveCmd struct {
	ClockOffset string `placeholder:"时长" help:"演练用：把时钟拨快，如 26h、3d；负数拨慢"`
}

func (c serveCmd) Run(s *shell) error {
	var offset calendar.Span
	if c.ClockOffset != "" {
		var err error
		offset, err = calendar.ParseSpan(c.ClockOffset)
		if err != nil || offset.Unit != calendar.Clock && offset.Unit != calendar.Days {
			return unusable("--clock-offset 应为时长或天数，如 26h、3d，不能是 %q", clean(c.ClockOffset))
		}
	}
	config, findings := gateway.Load(s.config, s.now())
	s.complain(findings)
	if configs.HasErrors(findings) {
		return unusable("配置不能用，网关没有启动")
	}
	if offset != (calendar.Span{}) && !config.Drill {
		return unusable("只有演练（配置里 drill: true）时才能用 --clock-offset")
	}
	log := newLogger(s.err, config.Log)
	// From here on SIGHUP is a request and no longer the end of the process.
	reloads := make(chan os.Signal, 1)
	signal.Notify(reloads, syscall.SIGHUP)
	defer signal.Stop(reloads)
	// Asked to end while it starts, the daemon starts and ends in good order.
	ctx, stop := signals(s.ctx, log)
	defer stop()
	watchdog, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		log.Warn("the watchdog's interval cannot be read", "err", err)
	}
	notify := func(state string) error {
		_, err := daemon.SdNotify(false, state)
		return err
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	g, err := gateway.New(s.ctx, config, gateway.Options{Logger: log, Now: s.now, Offset: offset, Notify: notify, Watchdog: watchdog})
	if errors.Is(err, gateway.ErrRunning) {
		return wrong("另一个网关正在使用这个数据库，没有启动（%s）", clean(err.Error()))
	}
	if err != nil {
		return err
	}
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-reloads:
				s.reload(g, log)
			}
		}
	}()
	return g.Run(ctx)
}

// reload takes the configuration over as it is on disk. A bad one changes
// nothing, and says so in the log; the gateway tells people.
func (s *shell) reload(g *gateway.Gateway, log *slog.Logger) {
	findings, err := g.Reload(s.ctx, s.config)
	for _, f := range findings {
		level := slog.LevelError
		if f.Severity == configs.SeverityWarning {
			level = slog.LevelWarn
		}
		log.Log(s.ctx, level, "configuration", "finding", f.String())
	}
	if err != nil {
		log.Error("reload refused: the old configuration stays in force", "file", s.config, "err", err)
		return
	}
	log.Info("configuration reloaded", "file", s.config)
}

// signals is a context that ends with the first SIGTERM or SIGINT. The second
// one ends the process at once: promises hold after a crash, too.
func signals(ctx context.Context, log *slog.Logger) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	signalled := make(chan os.Signal, 2)
	signal.Notify(signalled, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		select {
		case sig := <-signalled:
			log.Info("finishing what is under way; another signal aborts", "signal", sig.String())
			cancel()
		case <-ctx.Done():
			return
		}
		sig := <-signalled
		log.Error("aborted", "signal", sig.String())
		os.Exit(exitFound)
	}()
	return ctx, func() {
		cancel()
		signal.Stop(signalled)
	}
}

// newLogger writes the daemon's log as configured.
func newLogger(w io.Writer, c configs.Log) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.SlogLevel()}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
