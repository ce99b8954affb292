package mailbox

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	plain := base64.StdEncoding.EncodeToString([]byte("\x00zhuren\x00geheim"))
	bearer := base64.StdEncoding.EncodeToString([]byte("user=zhuren\x01auth=Bearer t0ken\x01\x01"))
	tests := []struct {
		name, auth, password, want string
	}{
		// 163 and QQ advertise what they refuse.
		{"login", "", "geheim", `LOGIN "zhuren" "geheim"`},
		{"odd password", "", "a\"b\\c", `LOGIN "zhuren" "a\"b\\c"`},
		{"chinese password", "", "密码", `LOGIN "zhuren" 密码`},
		{"plain", AuthPlain, "geheim", "AUTHENTICATE PLAIN " + plain},
		{"xoauth2", AuthXOAuth2, "", "AUTHENTICATE XOAUTH2 " + bearer},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, desk := newFaultServer(), &register{}
				srv.caps += " SASL-IR AUTH=PLAIN AUTH=XOAUTH2"
				srv.on["AUTHENTICATE"] = func(c *faultConn, tag, args string) bool {
					c.send("%s OK in", tag)
					return true
				}
				a := testAccount()
				a.Auth = tt.auth
				a.Password = func() (string, error) { return tt.password, nil }
				a.Token = func() (string, error) { return "t0ken", nil }
				b := srv.box(t, a, desk)
				defer b.Close()
				if _, err := b.Pull(t.Context()); err != nil {
					t.Fatal(err)
				}
				if !slices.Contains(srv.commands, tt.want) {
					t.Errorf("commands = %q, want %q", srv.commands, tt.want)
				}
				said := b.session.tail.String()
				for _, secret := range []string{"zhuren", tt.password, "t0ken", plain, bearer} {
					if secret != "" && strings.Contains(said, secret) {
						t.Errorf("tail holds a secret:\n%s", said)
					}
				}
			})
		})
	}
}

func TestTokenIsReadAtEachLogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer(), &register{}
		srv.caps += " SASL-IR"
		var tokens []string
		srv.on["AUTHENTICATE"] = func(c *faultConn, tag, args string) bool {
			raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(args, "XOAUTH2 "))
			tokens = append(tokens, strings.Trim(strings.SplitAfter(string(raw), "Bearer ")[1], "\x01"))
			if len(tokens) == 1 {
				c.send("+ eyJzdGF0dXMiOiI0MDEifQ==")
				if line, err := c.readCommand(); err != nil || line != "AQ==" {
					t.Errorf("answer to the explanation = %q, %v, want one that is ignored", line, err)
				}
				c.send("%s NO expired", tag)
				return true
			}
			c.send("%s OK in", tag)
			return true
		}
		a := testAccount()
		a.Auth = AuthXOAuth2
		n := 0
		a.Token = func() (string, error) { n++; return fmt.Sprint("token", n), nil }
		b := srv.box(t, a, desk)
		defer b.Close()
		_, err := b.Pull(t.Context())
		if e, ok := errors.AsType[*LoginRefused](err); !ok || e.Count != 1 || e.Paused {
			t.Fatalf("Pull = %v, want one refused login", err)
		}
		if _, err := b.Pull(t.Context()); err != nil || !slices.Equal(tokens, []string{"token1", "token2"}) {
			t.Errorf("Pull = %v, tokens %q", err, tokens)
		}
	})
}

func TestRefusedLogin(t *testing.T) {
	t.Parallel()
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("密码错误 zhuren@jxw.example")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, answer string
		refused      bool
		text         string // in the error
	}{
		{"plain no", "NO LOGIN Login error password error", true, "password error"},
		{"code", "NO [AUTHENTICATIONFAILED] no", true, "NO"},
		{"raw gbk", "NO " + gbk, true, "密码错误 ***"},
		{"backend down", "NO [UNAVAILABLE] later", false, "later"},
		{"too many", "NO [LIMIT] later", false, "later"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := newFaultServer()
				srv.on["LOGIN"] = func(c *faultConn, tag, args string) bool {
					c.send("%s %s", tag, tt.answer)
					return true
				}
				b := srv.box(t, testAccount(), &register{})
				_, err := b.Pull(t.Context())
				if _, ok := errors.AsType[*LoginRefused](err); ok != tt.refused || !strings.Contains(err.Error(), tt.text) {
					t.Errorf("error = %v, want refused %v with %q", err, tt.refused, tt.text)
				}
			})
		})
	}
}

// NetEase refuses SELECT until ID was sent.
func TestID(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer func(c *faultConn, tag string)
		gate   bool // SELECT needs ID
		dials  int
	}{
		{"gate", func(c *faultConn, tag string) { c.send(`* ID ("name" "Coremail")` + "\r\n" + tag + " OK done") }, true, 1},
		{"no data", func(c *faultConn, tag string) { c.send("* ID NIL\r\n%s OK done", tag) }, true, 1},
		{"refused", func(c *faultConn, tag string) { c.send("%s NO not for you", tag) }, false, 1},
		// go-imap drops the connection over a NIL value.
		{"nil value", func(c *faultConn, tag string) { c.send(`* ID ("name" NIL)` + "\r\n" + tag + " OK done") }, false, 2},
		{"silence", func(c *faultConn, tag string) {}, false, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, desk := newFaultServer("letter"), &register{}
				srv.caps += " ID"
				identified := false
				srv.on["ID"] = func(c *faultConn, tag, args string) bool {
					identified = true
					tt.answer(c, tag)
					return true
				}
				srv.on["EXAMINE"] = func(c *faultConn, tag, args string) bool {
					if tt.gate && !identified {
						c.send("%s NO EXAMINE Unsafe Login. Please contact kefu@188.example", tag)
						return true
					}
					return false
				}
				b := srv.box(t, testAccount(), desk)
				defer b.Close()
				for range 2 {
					if _, err := b.Pull(t.Context()); err != nil {
						t.Fatal(err)
					}
					if srv.dialled() != tt.dials {
						t.Errorf("%d connections, want %d", srv.dialled(), tt.dials)
					}
					b.Close()
					tt.dials++ // one each from now on
				}
				if desk.shown() != 1 {
					t.Errorf("letters shown %d times, want 1", desk.shown())
				}
			})
		})
	}
}

// go-imap loses the text of BYE.
func TestByeIsKept(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"greeting", "EXAMINE", "NOOP"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := newFaultServer()
				srv.on[at] = func(c *faultConn, tag, args string) bool {
					c.send("* BYE account zhuren@jxw.example is used elsewhere")
					c.Close()
					return true
				}
				b := srv.box(t, testAccount(), &register{})
				_, err := b.Pull(t.Context())
				if err == nil || !strings.Contains(err.Error(), "account *** is used elsewhere") {
					t.Errorf("error = %v, want what the server said", err)
				}
				if b.session != nil {
					t.Error("the dead connection is kept")
				}
			})
		})
	}
}

// go-imap waits for ever for an answer that does not come.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"greeting", "CAPABILITY", "LOGIN", "AUTHENTICATE", "EXAMINE", "NOOP", "UID FETCH", "half a letter"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := newFaultServer(bodies(2)...)
				silent := func(c *faultConn, tag, args string) bool {
					if at == "half a letter" {
						if !strings.Contains(args, "BODY") {
							return false
						}
						c.send("* 1 FETCH (UID 1 BODY[] {1000}\r\nhalf")
					}
					_, _ = io.Copy(io.Discard, c.r) // until the client gives up
					return true
				}
				verb := at
				if at == "half a letter" {
					verb = "UID FETCH"
				}
				srv.on[verb] = silent
				a := testAccount()
				if at == "AUTHENTICATE" {
					a.Auth = AuthPlain
				}
				b := srv.box(t, a, &register{})
				start := time.Now()
				_, err := b.Pull(t.Context())
				if !errors.Is(err, errSilent) {
					t.Errorf("error = %v, want errSilent", err)
				}
				if took := time.Since(start); took > 2*time.Minute {
					t.Errorf("gave up after %v, want 2 minutes", took)
				}
			})
		})
	}
}

// A server that sends a byte now and then is not silent, but must end too.
func TestDribblingServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newFaultServer()
		srv.on["EXAMINE"] = func(c *faultConn, tag, args string) bool {
			for {
				if _, err := c.Write([]byte("* OK still busy\r\n")); err != nil {
					return true
				}
				advance(time.Minute)
			}
		}
		b := srv.box(t, testAccount(), &register{})
		start := time.Now()
		_, err := b.Pull(t.Context())
		if took := time.Since(start); err == nil || took > commandTime {
			t.Errorf("Pull = %v after %v, want an error within %v", err, took, commandTime)
		}
		advance(2 * time.Minute) // lets the server's goroutine end
	})
}

// A large letter on a slow line takes longer than the five minutes that go-imap
// grants.
func TestSlowLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		letter := strings.Repeat("0123456789abcdef", 1<<18) // 4 MiB
		srv, desk := newFaultServer(letter), &register{}
		srv.on["UID FETCH"] = func(c *faultConn, tag, args string) bool {
			if !strings.Contains(args, "BODY") {
				return false
			}
			c.send("* 1 FETCH (UID 1 BODY[] {%d}", len(letter))
			for piece := range slices.Chunk([]byte(letter), 1<<18) {
				advance(time.Minute)
				if _, err := c.Write(piece); err != nil {
					return true
				}
			}
			c.send(")\r\n%s OK done", tag)
			return true
		}
		b := srv.box(t, testAccount(), desk)
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 1 || err != nil || desk.kept[0] != letter {
			t.Errorf("Pull = %d, %v, want the letter whole", n, err)
		}
	})
}

func TestCancelClosesTheSocket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newFaultServer("letter")
		ctx, cancel := context.WithCancel(t.Context())
		srv.on["UID FETCH"] = func(c *faultConn, tag, args string) bool {
			cancel()
			_, _ = io.Copy(io.Discard, c.r)
			return true
		}
		b := srv.box(t, testAccount(), &register{})
		start := time.Now()
		if _, err := b.Pull(ctx); !errors.Is(err, context.Canceled) || time.Since(start) != 0 {
			t.Errorf("Pull = %v after %v, want to stop at once", err, time.Since(start))
		}
	})
}

func TestStartTLSIsNotSkipped(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ greeting, answer string }{
		"refused":          {"* OK hello", "S1 NO no TLS here"},
		"already in":       {"* PREAUTH welcome", ""},
		"turned away":      {"* BYE too busy", ""},
		"text, not TLS":    {"* OK hello", "S1 OK begin\r\n* OK [CAPABILITY IMAP4rev1] injected"},
		"nothing to point": {"* OK hello", strings.Repeat("* OK chat\r\n", 200)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := newFaultServer()
				srv.on["greeting"] = func(c *faultConn, _, _ string) bool { c.send("%s", tt.greeting); return true }
				srv.on["STARTTLS"] = func(c *faultConn, tag, _ string) bool { c.send("%s", tt.answer); return true }
				a := testAccount()
				a.TLS = TLSStart
				b := srv.box(t, a, &register{})
				if _, err := b.Pull(t.Context()); err == nil {
					t.Error("Pull succeeded without TLS")
				}
				if srv.seen("LOGIN") != 0 {
					t.Error("the password was sent without TLS")
				}
			})
		})
	}
}

func TestLoginDisabled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newFaultServer()
		srv.caps += " STARTTLS LOGINDISABLED"
		if _, err := srv.box(t, testAccount(), &register{}).Pull(t.Context()); err == nil || srv.seen("LOGIN") != 0 {
			t.Errorf("Pull = %v, want no password sent", err)
		}
	})
}

// FuzzServer lets a server say anything. Nothing may panic or hang, and a letter
// is only what came whole.
func FuzzServer(f *testing.F) {
	in := "* OK [CAPABILITY IMAP4rev1] hi\r\nT1 OK in\r\nT2 OK noop\r\n* CAPABILITY IMAP4rev1\r\nT3 OK caps\r\n* OK [UIDVALIDITY 1] v\r\nT4 OK opened\r\nT5 OK noop\r\n"
	f.Add(in + "* 1 FETCH (UID 1)\r\nT6 OK\r\n* 1 FETCH (UID 1 RFC822.SIZE 5)\r\nT7 OK\r\n* 1 FETCH (UID 1 INTERNALDATE \"02-Nov-2026 08:30:00 +0800\" BODY[] {5}\r\nhello)\r\nT8 OK\r\n")
	f.Add(in + "* 1 FETCH (UID 1)\r\nT6 OK\r\n* 1 FETCH (BODY[] {5}\r\nhel")
	f.Add("* BYE no\r\n")
	f.Add("* PREAUTH [CAPABILITY IMAP4rev1 ID MOVE] in\r\n* ID NIL\r\n")
	f.Fuzz(func(t *testing.T, script string) {
		desk := &register{}
		b, err := New(testAccount(), desk, Options{Dial: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go io.Copy(io.Discard, server)
			go func() {
				defer server.Close()
				io.WriteString(server, script)
			}()
			return client, nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(3*time.Second, func() { panic("hangs: " + fmt.Sprintf("%q", script)) })
		_, _ = b.Pull(t.Context()) // whatever it says
		b.Close()
		timer.Stop()
		for _, raw := range desk.kept {
			if !strings.Contains(script, raw) {
				t.Errorf("registered %q, which the server never sent", raw)
			}
		}
	})
}

func TestAccountFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*Account)
		want   string // part of the error, or "" for none
	}{
		{"good", func(a *Account) {}, ""},
		{"no tls beyond loopback", func(a *Account) { a.Host = "imap.jxw.example" }, "plaintext"},
		{"allowed", func(a *Account) { a.Host, a.Plaintext = "imap.jxw.example", true }, ""},
		{"localhost", func(a *Account) { a.Host = "localhost" }, ""},
		{"unknown tls", func(a *Account) { a.TLS = "ssl" }, `tls "ssl"`},
		{"unknown auth", func(a *Account) { a.Auth = "ntlm" }, `auth "ntlm"`},
		{"no token", func(a *Account) { a.Auth = AuthXOAuth2 }, "needs a token"},
		{"no password", func(a *Account) { a.Password = nil }, "needs a password"},
		{"unknown after", func(a *Account) { a.After = "delete" }, `after "delete"`},
		{"move nowhere", func(a *Account) { a.After = MoveTo("") }, "after"},
		{"move in place", func(a *Account) { a.After = MoveTo("INBOX") }, "moved to the folder"},
		{"port", func(a *Account) { a.Port = 70000 }, "70000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := testAccount()
			tt.change(&a)
			_, err := New(a, &register{}, Options{})
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestPasswordFileThatCannotBeRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := testAccount()
		a.Password = func() (string, error) { return "", os.ErrNotExist }
		b := newFaultServer().box(t, a, &register{})
		_, err := b.Pull(t.Context())
		if _, ok := errors.AsType[*LoginRefused](err); ok || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Pull = %v, want the file's error and no refused login", err)
		}
	})
}
