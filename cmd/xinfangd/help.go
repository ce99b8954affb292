package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// printHelp is kong's help in the words of the office.
func printHelp(_ kong.HelpOptions, ctx *kong.Context) error {
	var b strings.Builder
	node := ctx.Model.Node
	if selected := ctx.Selected(); selected != nil {
		node = selected
	}
	fmt.Fprintf(&b, "用法：%s%s\n", path(ctx.Model.Node, node), synopsis(node))
	if node.Help != "" {
		fmt.Fprintf(&b, "\n%s\n", node.Help)
	}
	if node.Detail != "" {
		fmt.Fprintf(&b, "\n%s\n", node.Detail)
	}
	list(&b, "参数", arguments(node))
	list(&b, "命令", commands(node))
	list(&b, "选项", options(node))
	if len(node.Children) > 0 {
		fmt.Fprintf(&b, "\n用 %s 命令 --help 查看各命令的用法\n", path(ctx.Model.Node, node))
	}
	_, err := io.WriteString(ctx.Stdout, b.String())
	return err
}

// path is the words that lead to a command.
func path(app, node *kong.Node) string {
	if node == app || node == nil {
		return app.Name
	}
	return path(app, node.Parent) + " " + node.Name
}

func synopsis(node *kong.Node) string {
	var b strings.Builder
	if len(node.Children) > 0 {
		b.WriteString(" 命令")
	}
	for _, p := range node.Positional {
		name := placeholder(p)
		if p.IsCumulative() {
			name += "…"
		}
		if !p.Required {
			name = "[" + name + "]"
		}
		b.WriteString(" " + name)
	}
	b.WriteString(" [选项]")
	return b.String()
}

func placeholder(v *kong.Value) string {
	if v.Tag != nil && v.Tag.PlaceHolder != "" {
		return v.Tag.PlaceHolder
	}
	return v.Name
}

func arguments(node *kong.Node) (lines [][2]string) {
	for _, p := range node.Positional {
		lines = append(lines, [2]string{placeholder(p), p.Help})
	}
	return lines
}

// commands lists what may follow, the verbs of a verb on lines of their own.
func commands(node *kong.Node) (lines [][2]string) {
	for _, child := range node.Children {
		if child.Hidden {
			continue
		}
		name := child.Name
		if len(child.Children) > 0 {
			var verbs []string
			for _, verb := range child.Children {
				verbs = append(verbs, verb.Name)
			}
			name += " " + strings.Join(verbs, "|")
		} else {
			for _, p := range child.Positional {
				name += " " + placeholder(p)
			}
		}
		lines = append(lines, [2]string{name, child.Help})
	}
	return lines
}

func options(node *kong.Node) (lines [][2]string) {
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			name := "--" + f.Name
			if f.Short != 0 {
				name = "-" + string(f.Short) + ", " + name
			}
			if !f.IsBool() {
				name += "=" + placeholder(f.Value)
			}
			help := f.Help
			if f.Default != "" {
				help += "（默认 " + f.Default + "）"
			}
			for _, env := range f.Envs {
				help += "（环境变量 " + env + "）"
			}
			lines = append(lines, [2]string{name, help})
		}
	}
	return lines
}

func list(b *strings.Builder, title string, lines [][2]string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s：\n", title)
	widest := 0
	for _, l := range lines {
		widest = max(widest, min(columns(l[0]), 44))
	}
	for _, l := range lines {
		fmt.Fprintf(b, "  %s%s  %s\n", l[0], strings.Repeat(" ", max(widest-columns(l[0]), 0)), l[1])
	}
}

// sayings are kong's complaints in Chinese.
var sayings = []struct {
	english *regexp.Regexp
	chinese string
}{
	{regexp.MustCompile(`^unexpected argument ([^,]+), did you mean (?:one of )?(.+)\?$`), "不认识 $1，是不是 $2？"},
	{regexp.MustCompile(`^unexpected argument (.+)$`), "不认识 $1"},
	{regexp.MustCompile(`^unknown flag ([^,]+), did you mean (?:one of )?(.+)\?$`), "没有选项 $1，是不是 $2？"},
	{regexp.MustCompile(`^unknown flag (.+)$`), "没有选项 $1"},
	{regexp.MustCompile(`^expected one of (.+)$`), "后面还应有 $1 之一"},
	{regexp.MustCompile(`^expected (.+)$`), "后面还应有 $1"},
	{regexp.MustCompile(`^missing flags: (.+)$`), "缺少选项 $1"},
	{regexp.MustCompile(`^missing positional arguments (.+)$`), "缺少参数 $1"},
	{regexp.MustCompile(`^(.+) must be one of (.+) but got (.+)$`), "$1 只能是 $2 之一，不能是 $3"},
	{regexp.MustCompile(`^([^:]+): expected a valid .* but got (.+)$`), "$1 的值 $2 不是数字"},
	{regexp.MustCompile(`^([^:]+): expected .+ value but got (".*") \(.+\); perhaps try .+$`), "选项 $1 的值不能是 $2"},
	{regexp.MustCompile(`^([^:]+): missing value, expecting .*$`), "选项 $1 缺少值"},
}

// inChinese is a complaint of kong's in Chinese; arguments bear the names that
// the help gives them.
func inChinese(err error, app *kong.Node) string {
	text := clean(err.Error())
	for _, s := range sayings {
		if s.english.MatchString(text) {
			text = s.english.ReplaceAllString(text, s.chinese)
			break
		}
	}
	names := map[string]string{}
	nameArguments(app, names)
	return argument.ReplaceAllStringFunc(text, func(found string) string {
		name := argument.FindStringSubmatch(found)[1]
		if chinese, ok := names[name]; ok {
			return chinese
		}
		return found
	})
}

// argument is an argument as kong writes it: "<id> ...".
var argument = regexp.MustCompile(`"?<([\w-]+)>(?: \.\.\.)?"?`)

// nameArguments gathers what the help calls the arguments of all commands; those
// of one name are called the same everywhere.
func nameArguments(node *kong.Node, names map[string]string) {
	for _, p := range node.Positional {
		names[p.Name] = placeholder(p)
	}
	for _, child := range node.Children {
		nameArguments(child, names)
	}
}
