// Package feed writes the public part of what the office has answered (C9, C20):
// static pages, a JSON Feed and an Atom feed, for the office's web site to serve
// as they are. What reaches it is anonymised already and was shown to the
// approver who published it; it knows nothing of cases and mail.
package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Item is one published question with its answer.
type Item struct {
	// ID names the page; it is not the registration number, which would tell
	// who knows it that this was their neighbour's letter.
	ID       string
	Title    string
	Category string
	Question string
	Answer   string
	Answered time.Time
}

// Write brings the directory to exactly these items, the latest first: pages of
// what was withdrawn are removed. Each file appears whole or not at all.
func Write(dir, office string, items []Item, now time.Time) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	files := map[string][]byte{}
	var err error
	if files["feed.json"], err = jsonFeed(office, items); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	if files["atom.xml"], err = atom(office, items, now); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	if files["index.html"], err = page(index, view{Office: office, Items: items}); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	for _, item := range items {
		if files[item.ID+".html"], err = page(single, view{Office: office, Items: []Item{item}}); err != nil {
			return fmt.Errorf("write feed: %w", err)
		}
	}
	for name, data := range files {
		if err := replace(filepath.Join(dir, name), data); err != nil {
			return fmt.Errorf("write feed: %w", err)
		}
	}
	return withdraw(dir, files)
}

// ours are the pages that this package writes; nothing else in the directory
// is touched.
var ours = regexp.MustCompile(`^[0-9a-f]{16}\.html$`)

func withdraw(dir string, keep map[string][]byte) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("withdraw pages: %w", err)
	}
	var errs []error
	for _, e := range entries {
		if _, kept := keep[e.Name()]; kept || !ours.MatchString(e.Name()) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// replace writes a file under another name first.
func replace(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".feed-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// jsonFeed follows JSON Feed 1.1.
func jsonFeed(office string, items []Item) ([]byte, error) {
	type entry struct {
		ID        string   `json:"id"`
		URL       string   `json:"url"`
		Title     string   `json:"title"`
		Text      string   `json:"content_text"`
		Published string   `json:"date_published"`
		Tags      []string `json:"tags,omitempty"`
	}
	doc := struct {
		Version string  `json:"version"`
		Title   string  `json:"title"`
		Lang    string  `json:"language"`
		Items   []entry `json:"items"`
	}{"https://jsonfeed.org/version/1.1", office + "来信选登", "zh-CN", []entry{}}
	for _, i := range items {
		e := entry{ID: i.ID, URL: i.ID + ".html", Title: i.Title, Text: text(i), Published: i.Answered.Format(time.RFC3339)}
		if i.Category != "" {
			e.Tags = []string{i.Category}
		}
		doc.Items = append(doc.Items, e)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(doc)
	return b.Bytes(), err
}

func text(i Item) string { return "来信：\n" + i.Question + "\n\n答复：\n" + i.Answer }

// atom follows RFC 4287.
func atom(office string, items []Item, now time.Time) ([]byte, error) {
	type link struct {
		Href string `xml:"href,attr"`
	}
	type entry struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Updated string `xml:"updated"`
		Link    link   `xml:"link"`
		Content string `xml:"content"`
	}
	type author struct {
		Name string `xml:"name"`
	}
	updated := now
	if len(items) > 0 {
		updated = items[0].Answered
	}
	doc := struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Title   string   `xml:"title"`
		Updated string   `xml:"updated"`
		Author  author   `xml:"author"`
		Entries []entry  `xml:"entry"`
	}{ID: "urn:xinfangd:feed", Title: office + "来信选登", Updated: updated.Format(time.RFC3339), Author: author{office}}
	for _, i := range items {
		doc.Entries = append(doc.Entries, entry{ID: "urn:xinfangd:" + i.ID, Title: i.Title, Updated: i.Answered.Format(time.RFC3339), Link: link{i.ID + ".html"}, Content: text(i)})
	}
	raw, err := xml.MarshalIndent(doc, "", "  ")
	return append([]byte(xml.Header), append(raw, '\n')...), err
}

type view struct {
	Office string
	Items  []Item
}

func page(t *template.Template, v view) ([]byte, error) {
	var b bytes.Buffer
	err := t.Execute(&b, v)
	return b.Bytes(), err
}

const head = `<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Office}}来信选登</title>
<style>body{margin:0 auto;max-width:46rem;padding:1.5rem;font:16px/1.7 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;color:#1f2933}h1{font-size:1.4rem;color:#1f4e79}h2{font-size:1.1rem}time{color:#5b6671}p{white-space:pre-wrap}</style>
</head>
<body>
<h1>{{.Office}}来信选登</h1>
`

var (
	funcs = template.FuncMap{"day": func(t time.Time) string { return t.Format("2006年1月2日") }, "trim": strings.TrimSpace}
	index = template.Must(template.New("index").Funcs(funcs).Parse(head + `<ul>{{range .Items}}
<li><a href="{{.ID}}.html">{{.Title}}</a> <time>{{day .Answered}}</time></li>{{else}}
<li>目前没有公开的来信。</li>{{end}}
</ul>
</body>
</html>
`))
	single = template.Must(template.New("single").Funcs(funcs).Parse(head + `{{range .Items}}<article>
<h2>{{.Title}}</h2>
<h3>来信</h3>
<p>{{trim .Question}}</p>
<h3>答复 <time>{{day .Answered}}</time></h3>
<p>{{trim .Answer}}</p>
</article>{{end}}
</body>
</html>
`))
)
