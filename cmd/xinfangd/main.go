// Command xinfangd is the petition mail gateway: the daemon and the tools that
// an office's administrator uses beside it. Each verb lies in a file of its own;
// none of them does more than read its flags, call a room, and print.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/alecthomas/kong"
)

// The exit codes of every verb.
const (
	exitDone     = 0
	exitFound    = 1 // it ran and found something wrong
	exitUnusable = 2 // unusable arguments or configuration
)

// cli is the command line.
type cli struct {
	Config string `short:"c" default:"configs/xinfangd.yaml" env:"XINFANGD_CONFIG" placeholder:"文件" help:"配置文件"`
	JSON   bool   `name:"json" help:"只输出一个 JSON 文档，供程序读取"`

	Serve   serveCmd   `cmd:"" help:"运行网关，直到收到停止信号"`
	Demo    demoCmd    `cmd:"" help:"在本机开一个练习单位，演示一批来信从收到到归档"`
	Check   checkCmd   `cmd:"" help:"检查配置、人员、日历、规则和模板，列出全部问题"`
	Rules   rulesCmd   `cmd:"" help:"分类规则"`
	Case    caseCmd    `cmd:"" help:"登记簿和案卷"`
	Queue   queueCmd   `cmd:"" help:"待发和已发的邮件"`
	Failed  failedCmd  `cmd:"" help:"未能处理的来件"`
	Letter  letterCmd  `cmd:"" help:"收到的全部来件"`
	Ledger  ledgerCmd  `cmd:"" help:"台账"`
	Report  reportCmd  `cmd:"" help:"每日情况、考核、通报和抽查"`
	Import  importCmd  `cmd:"" help:"把以前的来信导入登记簿，直接归档，不发任何邮件"`
	Person  personCmd  `cmd:"" help:"名册中的人"`
	Pause   pauseCmd   `cmd:"" help:"暂停一切发送，邮件都留着"`
	Resume  resumeCmd  `cmd:"" help:"恢复发送"`
	DB      dbCmd      `cmd:"" name:"db" help:"数据库"`
	Version versionCmd `cmd:"" help:"版本"`
}

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr, time.Now))
}

// run is the whole command: main with everything from outside as arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, now func() time.Time) int {
	var (
		flags  cli
		helped bool
	)
	parser, err := kong.New(&flags,
		kong.Name("xinfangd"), kong.Description("网上信访邮件网关"), kong.Writers(stdout, stderr),
		kong.Help(printHelp),
		kong.Exit(func(int) { helped = true }),
	)
	if err != nil {
		fmt.Fprintln(stderr, "xinfangd:", err)
		return exitUnusable
	}
	parser.Model.HelpFlag.Help = "显示帮助"
	parsed, err := parser.Parse(args)
	switch {
	case helped:
		return exitDone
	case err != nil && len(args) == 0:
		return usage(parser, stderr)
	case err != nil:
		fmt.Fprintf(stderr, "xinfangd：命令行有误：%s\n用 xinfangd --help 查看用法\n", inChinese(err, parser.Model.Node))
		return exitUnusable
	}
	s := &shell{ctx: ctx, out: stdout, err: stderr, config: flags.Config, json: flags.JSON, now: now}
	return s.exit(parsed.Run(s))
}

// usage prints the help of a command line without a verb.
func usage(parser *kong.Kong, stderr io.Writer) int {
	parser.Stdout = stderr
	if trace, err := kong.Trace(parser, nil); err == nil {
		if err := printHelp(kong.HelpOptions{}, trace); err != nil {
			fmt.Fprintln(stderr, "xinfangd:", err)
		}
	}
	return exitUnusable
}

// exitError ends a verb with an exit code; an empty text was said already.
type exitError struct {
	code int
	say  string
}

func (e *exitError) Error() string { return e.say }

// wrong ends a verb that ran and found something wrong.
func wrong(format string, args ...any) error {
	return &exitError{exitFound, fmt.Sprintf(format, args...)}
}

// unusable ends a verb whose arguments or configuration cannot be used.
func unusable(format string, args ...any) error {
	return &exitError{exitUnusable, fmt.Sprintf(format, args...)}
}

// errSilent ends a verb that has printed what it found wrong.
var errSilent = &exitError{code: exitFound}

// exit turns a verb's error into a message and an exit code.
func (s *shell) exit(err error) int {
	if err == nil {
		return exitDone
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		if e.say != "" {
			fmt.Fprintln(s.err, "xinfangd："+e.say)
		}
		return e.code
	}
	fmt.Fprintln(s.err, "xinfangd：出错："+say(err))
	return exitFound
}
