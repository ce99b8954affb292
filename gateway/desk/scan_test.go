package desk

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// clamd is a virus scanner on a socket that a test may stop and make mute. It
// finds Test.Sign wherever somebody wrote VIRUS.
type clamd struct {
	t      *testing.T
	path   string
	listen net.Listener
	hands  sync.WaitGroup
	mute   bool // it takes connections and says nothing
}

func newClamd(t *testing.T) *clamd {
	c := &clamd{t: t, path: quickDir(t) + "/clamd"}
	c.begin(false)
	t.Cleanup(c.end)
	return c
}

func (c *clamd) begin(mute bool) {
	c.t.Helper()
	var err error
	if c.listen, err = net.Listen("unix", c.path); err != nil {
		c.t.Fatal(err)
	}
	c.mute = mute
	listen := c.listen
	c.hands.Go(func() {
		for {
			conn, err := listen.Accept()
			if err != nil {
				return
			}
			c.hands.Go(func() {
				defer conn.Close()
				c.serve(conn, mute)
			})
		}
	})
}

func (c *clamd) end() {
	c.listen.Close()
	c.hands.Wait()
}

// serve speaks INSTREAM of clamd(8).
func (c *clamd) serve(conn net.Conn, mute bool) {
	r := bufio.NewReader(conn)
	if hello, err := r.ReadString(0); err != nil || hello != "zINSTREAM\x00" {
		c.t.Errorf("greeted by %q, %v", hello, err)
		return
	}
	var data bytes.Buffer
	for {
		var n uint32
		if err := binary.Read(r, binary.BigEndian, &n); err != nil {
			return
		}
		if n == 0 {
			break
		}
		if _, err := io.CopyN(&data, r, int64(n)); err != nil {
			return
		}
	}
	answer := "stream: OK\x00"
	if bytes.Contains(data.Bytes(), []byte("VIRUS")) {
		answer = "stream: Test.Sign FOUND\x00"
	}
	if mute {
		_, _ = r.ReadByte() // until the other side gives up
		return
	}
	_, _ = io.WriteString(conn, answer) // whoever asked may be gone
}

// scan asks it as the gateway does, with a patience that suits a test when it is
// mute.
func (c *clamd) scan(ctx context.Context, data []byte) (string, error) {
	if c.mute {
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
	}
	return letter.ScanClamd(ctx, "unix:"+c.path, data)
}

// carries says which of the files a mail has attached, by name.
func (m *mail) carries(names ...string) (found []string) {
	for _, a := range m.l.Attachments {
		for _, name := range names {
			if a.Name == name {
				found = append(found, name)
			}
		}
	}
	return found
}

// says complains when a mail lacks a word.
func (o *office) says(m *mail, words ...string) {
	o.t.Helper()
	for _, word := range words {
		if !strings.Contains(m.l.Text, word) {
			o.t.Errorf("the %s does not say %q:\n%s", m.kind, word, m.l.Text)
		}
	}
}

// withFiles is a citizen's letter with attachments.
func (o *office) withFiles(subject, text string, files ...string) []byte {
	o.t.Helper()
	raw := o.attached("zhuren", wang, "王某", subject, text, "", "")
	for i := 0; i < len(files); i += 2 {
		l := letter.Parse(raw)
		out := letter.Outgoing{From: l.From[0], To: l.To, Subject: l.Subject, MessageID: l.MessageID, Date: l.Date, Text: l.Text}
		for _, a := range l.Attachments {
			out.Attachments = append(out.Attachments, letter.File{Name: a.Name, Type: a.Type, Data: a.Data()})
		}
		out.Attachments = append(out.Attachments, letter.File{Name: files[i], Type: "application/pdf", Data: []byte(files[i+1])})
		var err error
		if raw, err = out.Bytes(); err != nil {
			o.t.Fatal(err)
		}
	}
	return append([]byte("Received: from mail.example by mx.jxw.example; "+o.now.Format(time.RFC1123Z)+"\r\n"), raw...)
}

func TestAttachmentsAreScanned(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), nil)
		c := newClamd(t)
		o.desk.scanner.scan = c.scan

		// One file is infected, the other goes along.
		o.deliver("director", o.withFiles("停电", "我家停电了，请恢复供电。", "照片.pdf", "%PDF-1.4 a", "材料.pdf", "%PDF-1.4 VIRUS"))
		o.take(wang, "receipt")
		dispatch := o.take("power@jxw.example", "dispatch")
		o.says(dispatch, "照片.pdf", "材料.pdf", "查出病毒（Test.Sign），只存档，不予转发")
		if got := dispatch.carries("照片.pdf", "材料.pdf"); len(got) != 1 || got[0] != "照片.pdf" {
			t.Errorf("the dispatch carries %q", got)
		}
		// What no rule routes comes before the clerk, with the same word.
		o.deliver("director", o.withFiles("您好", "有一事反映。", "表格.pdf", "%PDF-1.4 VIRUS"))
		o.take(wang, "receipt")
		triage := o.take("jia@jxw.example", "triage")
		o.says(triage, "表格.pdf", "查出病毒（Test.Sign）")
		if got := triage.carries("表格.pdf"); len(got) > 0 {
			t.Errorf("the triage mail carries %q", got)
		}
		// Nor does what a division sends reach the citizen.
		o.deliver("desk", withFile(t, o.compose(reply{from: "power@jxw.example", to: dispatch, text: "经核查，线路已修复，见附件。"}), "检修报告.txt", "VIRUS"))
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		answer := o.approve("yi@jxw.example", yi, "bing@jxw.example")
		if len(answer.l.Attachments) > 0 {
			t.Errorf("the answer carries %v", answer.l.Attachments)
		}
		o.state(1, petition.Answered)
		o.marked(1, "（查出病毒：Test.Sign，请勿打开）")
		if since, _ := o.desk.ScanFailure(); !since.IsZero() || o.alarms() > 0 {
			t.Errorf("the scanner fails since %v, %d alarms", since, o.alarms())
		}
		o.leftovers()
	})
}

// A scanner that is gone or mute holds up no letter: attachments stay here, the
// people in charge hear of it once, and of its end once.
func TestScannerFails(t *testing.T) {
	t.Parallel()
	for name, mute := range map[string]bool{"gone": false, "mute": true} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, o *office) {
				c := newClamd(t)
				o.desk.scanner.scan = c.scan
				c.end()
				if mute {
					c.begin(true)
				}
				o.deliver("director", o.withFiles("停电", "我家停电了，请恢复供电。", "照片.pdf", "%PDF-1.4 a", "又一张.pdf", "%PDF-1.4 b"))
				o.take(wang, "receipt")
				dispatch := o.take("power@jxw.example", "dispatch")
				o.says(dispatch, "照片.pdf", "未能查毒，只存档")
				if got := dispatch.carries("照片.pdf", "又一张.pdf"); len(got) > 0 {
					t.Errorf("the dispatch carries %q", got)
				}
				for _, to := range []string{"xxzx@jxw.example", "zhiban@jxw.example"} {
					o.says(o.take(to, "alarm"), "查毒程序没有应答")
				}
				o.now = o.now.Add(2 * time.Minute)
				o.deliver("director", o.withFiles("停电了", "楼道停电了，请恢复供电。", "楼道.pdf", "%PDF-1.4 c"))
				o.take(wang, "receipt")
				o.says(o.take("power@jxw.example", "dispatch"), "未能查毒")
				if since, reason := o.desk.ScanFailure(); since.IsZero() || reason == "" {
					t.Errorf("the scanner fails since %v: %q", since, reason)
				}
				o.marked(1, "（未能查毒）")

				if mute {
					c.end()
				}
				c.begin(false)
				o.now = o.now.Add(2 * time.Minute)
				o.settle()
				if _, err := o.desk.Tick(o.t.Context(), o.now); err != nil {
					t.Fatal(err)
				}
				o.settle()
				for _, to := range []string{"xxzx@jxw.example", "zhiban@jxw.example"} {
					o.says(o.take(to, "alarm"), "查毒程序已恢复")
				}
				o.deliver("director", o.withFiles("停电四天", "停电四天了，请恢复供电。", "四天.pdf", "%PDF-1.4 d"))
				o.take(wang, "receipt")
				if got := o.take("power@jxw.example", "dispatch").carries("四天.pdf"); len(got) != 1 {
					t.Error("a scanned attachment does not go along")
				}
				if since, _ := o.desk.ScanFailure(); !since.IsZero() {
					t.Errorf("the scanner fails since %v", since)
				}
			})
		})
	}
}

// marked asks that the dossier of a case says a sentence of an attachment.
func (o *office) marked(sequence int, sentence string) {
	o.t.Helper()
	n := petition.NewNumber("SFJX", 2026, sequence)
	path, err := o.desk.archive(o.t.Context(), n, o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		o.t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			o.t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			o.t.Fatal(err)
		}
		if bytes.Contains(data, []byte(sentence)) {
			return
		}
	}
	o.t.Errorf("the dossier of %s does not say %s", n, sentence)
}
