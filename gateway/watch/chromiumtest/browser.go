// Package chromiumtest opens pages in a headless Chromium, takes their pictures
// and checks that people can use them. It is for `make look`, not for every
// test: see Start.
package chromiumtest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Browser is a running Chromium, spoken to over a pair of pipes (DevTools
// protocol, --remote-debugging-pipe: messages end in a zero byte).
type Browser struct {
	t       *testing.T
	out     *os.File
	replies chan message
	next    int
	session string
	events  []message
}

type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// Wanted fails a test unless XINFANGD_LOOK is set, as `make look` does.
func Wanted(t *testing.T) {
	t.Helper()
	if os.Getenv("XINFANGD_LOOK") == "" {
		t.Fatal("XINFANGD_LOOK names no folder for the pictures (make look)")
	}
}

// Folder is where pictures go: XINFANGD_LOOK, made when it is missing.
func Folder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("XINFANGD_LOOK")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Start runs a Chromium until the test ends.
func Start(t *testing.T) *Browser {
	t.Helper()
	Wanted(t)
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	profile, err := os.MkdirTemp("", "xinfangd-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe", "--user-data-dir="+profile, "about:blank")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = theirIn.Close() // the browser has its own
	_ = theirOut.Close()
	b := &Browser{t: t, out: ourOut, replies: make(chan message, 1024)}
	go b.listen(ourIn)
	t.Cleanup(func() {
		_ = ourOut.Close()                                  // the browser ends with its pipe
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // with its helpers, unless they ended already
		_ = cmd.Wait()                                      // it was killed
		// The helpers are nobody's children here: the last may write for a moment still.
		for tries := 100; os.RemoveAll(profile) != nil; tries-- {
			if tries == 0 {
				t.Errorf("the browser's profile %s cannot be removed", profile)
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	var target struct {
		TargetID string `json:"targetId"`
	}
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Network", "Runtime"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

func (b *Browser) listen(in *os.File) {
	defer close(b.replies)
	var rest []byte
	buf := make([]byte, 1<<20)
	for {
		n, err := in.Read(buf)
		rest = append(rest, buf[:n]...)
		for {
			one, after, ok := bytes.Cut(rest, []byte{0})
			if !ok {
				break
			}
			var m message
			if json.Unmarshal(one, &m) == nil {
				b.replies <- m
			}
			rest = after
		}
		if err != nil {
			return
		}
	}
}

// call asks and waits for the answer; what happens meanwhile is kept.
func (b *Browser) call(method string, params map[string]any, result any) {
	b.t.Helper()
	b.next++
	request := map[string]any{"id": b.next, "method": method}
	if params != nil {
		request["params"] = params
	}
	if b.session != "" {
		request["sessionId"] = b.session
	}
	data, err := json.Marshal(request)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.out.Write(append(data, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	m := b.await(method, func(m message) bool { return m.ID == b.next })
	if m.Error != nil {
		b.t.Fatalf("%s: %s", method, m.Error.Message)
	}
	if result != nil {
		if err := json.Unmarshal(m.Result, result); err != nil {
			b.t.Fatalf("%s: %v", method, err)
		}
	}
}

// patience bounds every answer of the browser.
const patience = 60 * time.Second

func (b *Browser) await(what string, found func(message) bool) message {
	b.t.Helper()
	late := time.After(patience)
	for {
		select {
		case m, ok := <-b.replies:
			if !ok {
				b.t.Fatalf("%s: the browser is gone", what)
			}
			if m.ID == 0 {
				b.events = append(b.events, m)
			}
			if found(m) {
				return m
			}
		case <-late:
			b.t.Fatalf("%s: no answer", what)
		}
	}
}

// Open shows a page at a width and height and returns what it asked of any
// server, its own address apart. Header fields go with every request.
func (b *Browser) Open(url string, width, height int, header map[string]string) (requests []string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	if header == nil {
		header = map[string]string{}
	}
	b.call("Network.setExtraHTTPHeaders", map[string]any{"headers": header}, nil)
	b.events = nil
	b.call("Page.navigate", map[string]any{"url": url}, nil)
	loaded := func(m message) bool { return m.Method == "Page.loadEventFired" }
	done := false
	for _, m := range b.events {
		done = done || loaded(m)
	}
	if !done {
		b.await("load "+url, loaded)
	}
	for _, m := range b.events {
		if m.Method != "Network.requestWillBeSent" {
			continue
		}
		var sent struct {
			Request struct {
				URL string `json:"url"`
			} `json:"request"`
		}
		if err := json.Unmarshal(m.Params, &sent); err != nil {
			b.t.Fatal(err)
		}
		if sent.Request.URL != url {
			requests = append(requests, sent.Request.URL)
		}
	}
	return requests
}

// Evaluate runs JavaScript in the page; result takes its value.
func (b *Browser) Evaluate(script string, result any) {
	b.t.Helper()
	var answer struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		Exception *struct {
			Text      string          `json:"text"`
			Exception json.RawMessage `json:"exception"`
		} `json:"exceptionDetails"`
	}
	b.call("Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true}, &answer)
	if answer.Exception != nil {
		b.t.Fatalf("%s %s", answer.Exception.Text, answer.Exception.Exception)
	}
	if err := json.Unmarshal(answer.Result.Value, result); err != nil {
		b.t.Fatal(err)
	}
}

// Shot takes a picture of the whole page into the folder of Folder.
func (b *Browser) Shot(name string) {
	b.t.Helper()
	b.picture("Page.captureScreenshot", name+".png", map[string]any{"captureBeyondViewport": true})
}

// Print writes the page as it comes out of a printer, on A4.
func (b *Browser) Print(name string) {
	b.t.Helper()
	b.picture("Page.printToPDF", name+".pdf", map[string]any{"paperWidth": 8.27, "paperHeight": 11.69})
}

func (b *Browser) picture(method, name string, params map[string]any) {
	b.t.Helper()
	var shot struct {
		Data string `json:"data"`
	}
	b.call(method, params, &shot)
	data, err := base64.StdEncoding.DecodeString(shot.Data)
	if err == nil {
		err = os.WriteFile(filepath.Join(Folder(b.t), name), data, 0o644)
	}
	if err != nil {
		b.t.Fatal(fmt.Errorf("take %s: %w", name, err))
	}
}
