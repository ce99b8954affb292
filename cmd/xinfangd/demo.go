package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway"
	"xinfangd/gateway/practice"
)

// demoCmd is the practice office with the gateway in its own process.
type demoCmd struct {
	Once bool   `help:"演示完就结束；有来信没有走到归档，退出码为 1"`
	Dir  string `placeholder:"文件夹" help:"数据放在这个文件夹并保留，默认用临时文件夹"`
	Play bool   `help:"演示之后，由程序继续替各处室和审核员应答"`
}

// The ports that a mail client is told of, when they are free.
const (
	demoIMAP = "127.0.0.1:1143"
	demoSMTP = "127.0.0.1:1025"
	demoHTTP = "127.0.0.1:8025"
)

// demoPatience is how long the show may take.
const demoPatience = 2 * time.Minute

// staged is the JSON of demo.
type staged struct {
	OK       bool          `json:"ok"`
	Cases    []stagedCase  `json:"cases"`
	Problems []string      `json:"problems"`
	IMAP     string        `json:"imap"`
	SMTP     string        `json:"smtp"`
	HTTP     string        `json:"http"`
	Accounts []demoAccount `json:"accounts"`
	Config   string        `json:"config"`
	Dossiers []string      `json:"dossiers"`
	Elapsed  float64       `json:"seconds"`
	Loose    int           `json:"unregistered"`
}

type stagedCase struct {
	Number  string `json:"number"`
	State   string `json:"state"`
	Subject string `json:"subject"`
}

type demoAccount struct {
	Address  string `json:"address"`
	Password string `json:"password"`
	Name     string `json:"name"`
	What     string `json:"what"`
}

func (c demoCmd) Run(s *shell) (err error) {
	began := time.Now()
	dir, remove, err := c.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	logFile, err := os.OpenFile(filepath.Join(dir, "xinfangd.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	defer logFile.Close() // nothing is written after the gateway has ended
	log := slog.New(slog.NewTextHandler(logFile, nil))

	office, err := startOffice(practice.Options{Dir: dir, Now: s.now, Logger: log}, c.Once)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, office.Close()) }()
	g, config, err := s.startDemo(office, dir, log, c.Once)
	if err != nil {
		return err
	}
	ctx, stop := signals(s.ctx, log)
	defer stop()
	running, ended := make(chan error, 1), false
	go func() { running <- g.Run(ctx) }()
	defer func() {
		if !ended {
			stop()
			err = errors.Join(err, <-running)
		}
	}()

	st := newStage(s, g, office, string(config.Archive.Dir))
	st.say("", "练习单位", "收信 IMAP "+office.IMAPAddr+"，发信 SMTP "+office.SMTPAddr+"，二十封来信陆续寄到")
	playing, endPlaying := context.WithCancel(ctx)
	defer endPlaying()
	var players sync.WaitGroup
	players.Go(func() {
		if err := office.Play(playing, st.played); err != nil {
			st.problem("扮演人员出错：" + err.Error())
		}
	})
	result := st.show(ctx, demoPatience)
	result.Config, result.Elapsed = config.File(), time.Since(began).Seconds()
	if !c.Play {
		endPlaying()
		players.Wait()
	}
	if err := s.print(result, func(w io.Writer) { closing(w, result) }); err != nil {
		return err
	}
	if !c.Once && ctx.Err() == nil {
		if !s.json {
			guide(s.out, result, c.Play)
		}
		select {
		case <-ctx.Done():
		case err = <-running:
			ended = true
		}
	}
	endPlaying()
	players.Wait()
	if err == nil && !result.OK {
		err = errSilent
	}
	return err
}

// folder is where everything lies; remove clears a temporary one away.
func (c demoCmd) folder() (dir string, remove func() error, err error) {
	if c.Dir != "" {
		if dir, err = filepath.Abs(c.Dir); err != nil {
			return "", nil, fmt.Errorf("find folder: %w", err)
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return "", nil, fmt.Errorf("make folder: %w", err)
		}
		return dir, func() error { return nil }, nil
	}
	if dir, err = os.MkdirTemp("", "xinfangd-demo-"); err != nil {
		return "", nil, fmt.Errorf("make folder: %w", err)
	}
	return dir, func() error { return os.RemoveAll(dir) }, nil
}

// startOffice takes ports that are easy to type, and any others when those are
// taken or nobody is going to type them.
func startOffice(o practice.Options, once bool) (*practice.Office, error) {
	if !once {
		o.ListenIMAP, o.ListenSMTP = free(demoIMAP), free(demoSMTP)
	}
	office, err := practice.Start(o)
	if err != nil {
		return nil, fmt.Errorf("start practice office: %w", err)
	}
	return office, nil
}

// free is an address when nobody listens there, else any port of its host.
func free(address string) string {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return "127.0.0.1:0"
	}
	if err := l.Close(); err != nil {
		return "127.0.0.1:0"
	}
	return address
}

// startDemo writes the office's configuration, checks it as serve does, and
// makes the gateway.
func (s *shell) startDemo(office *practice.Office, dir string, log *slog.Logger, once bool) (*gateway.Gateway, configs.Config, error) {
	board := "127.0.0.1:0"
	if !once {
		board = free(demoHTTP)
	}
	path, err := office.ConfigWith(dir, practice.Setup{Poll: time.Second, HTTP: board})
	if err != nil {
		return nil, configs.Config{}, err
	}
	config, findings := gateway.Load(path, s.now())
	if configs.HasErrors(findings) {
		s.complain(findings)
		return nil, config, unusable("练习单位的配置不能用")
	}
	g, err := gateway.New(s.ctx, config, gateway.Options{Logger: log, Now: s.now})
	return g, config, err
}

// closing sums the show up.
func closing(w io.Writer, r staged) {
	fmt.Fprintln(w)
	t := newTable("编号", "状态", "主题")
	for _, c := range r.Cases {
		t.add(c.Number, c.State, cut(c.Subject, 60))
	}
	t.print(w)
	fmt.Fprintf(w, "\n登记 %d 件，另有 %d 封自动邮件、退信等不登记；写出并核对案卷 %d 份；用时 %.0f 秒\n", len(r.Cases), r.Loose, len(r.Dossiers), r.Elapsed)
	if r.OK {
		fmt.Fprintln(w, "有人等候答复的来信都已从收到走到归档，台账核对无误")
		return
	}
	fmt.Fprintln(w, "没有全部走完：")
	for _, p := range r.Problems {
		fmt.Fprintln(w, "  "+clean(p))
	}
}

// guide says how to take part with a mail client.
func guide(w io.Writer, r staged, playing bool) {
	imapHost, imapPort, _ := net.SplitHostPort(r.IMAP)
	smtpHost, smtpPort, _ := net.SplitHostPort(r.SMTP)
	fmt.Fprintf(w, `
现在可以用任何邮件软件参加，按 Ctrl-C 结束：
  收信  IMAP  主机 %s  端口 %s  不加密
  发信  SMTP  主机 %s  端口 %s  不加密，需要登录
  用户名为邮件地址，密码见下表
  看板  http://%s/
  命令行可同时使用，例如：xinfangd --config %s case list

`, imapHost, imapPort, smtpHost, smtpPort, r.HTTP, r.Config)
	t := newTable("  身份", "地址", "密码")
	for _, a := range r.Accounts {
		t.add("  "+a.Name, a.Address, a.Password)
	}
	t.print(w)
	first := func(what practice.What) string {
		for _, a := range r.Accounts {
			if a.What == string(what) {
				return a.Address
			}
		}
		return ""
	}
	lines := []string{
		"",
		"可以试试：",
		"  1. 以来信人 " + first(practice.Citizen) + " 给 " + first(practice.Box) + " 写一封信，几秒后收到回执",
		"  2. 以处室联络员 " + first(practice.Liaison) + " 打开转办单，直接回复办理意见，或回复：退回 不属于本处职责",
		"  3. 以审核员 " + first(practice.Approver) + " 打开待审单，回复：批准（或：退回重办 理由；修改，另起一行写新稿）",
		"  4. 以来信人打开答复，回复：满意",
		"  5. 任何工作人员给 " + first(practice.WorkBox) + " 写信：帮助，或：待办",
	}
	if playing {
		lines = append(lines, "  各处室和审核员仍由程序扮演，会自动应答")
	} else {
		lines = append(lines, "  此后没有人自动应答，各种身份都由您扮演（加 --play 则由程序继续扮演）")
	}
	fmt.Fprintln(w, strings.Join(lines, "\n"))
}
