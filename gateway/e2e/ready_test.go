package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"xinfangd/gateway/store/postgrestest"
)

// TestReady stops each server that the daemon lives on and starts it again:
// readiness must tell which part fails, and that it works again, without a
// letter or a restart.
func TestReady(t *testing.T) {
	needServers(t)
	p := startPost(t)
	database := postgrestest.StartOwn(t)
	dir := t.TempDir()
	config := plan{Driver: "postgres", DSN: database.DSN, IMAPPort: p.dovecot.Port, SMTPPort: p.postfix.Port, OwnHops: 2, HTTP: "127.0.0.1:0"}.write(t, dir)
	x := newProgram(t, dir, config)
	daemon := x.serve()
	if !eventually(t.Context(), patience, daemon.started) {
		t.Fatal("the daemon does not start")
	}
	url := "http://" + listens(t, x.log) + "/readyz"

	await := func(when string, want ...string) {
		t.Helper()
		var status int
		var failing []string
		if !eventually(t.Context(), patience, func() bool {
			status, failing = readiness(t, url)
			if len(want) == 0 {
				return status == http.StatusOK
			}
			return status == http.StatusServiceUnavailable && !slices.ContainsFunc(want, func(part string) bool { return !slices.Contains(failing, part) })
		}) {
			t.Fatalf("%s: %d %v, want %v", when, status, failing, want)
		}
	}
	await("all servers run")
	for _, server := range []struct {
		name    string
		stop    func(testing.TB)
		restart func(testing.TB)
		parts   []string
	}{
		{"SMTP", p.postfix.Stop, p.postfix.Restart, []string{"smtp"}},
		{"IMAP", p.dovecot.Stop, p.dovecot.Restart, []string{"box consult", "box desk", "box director"}},
		{"PostgreSQL", database.Stop, database.Restart, []string{"store"}},
	} {
		server.stop(t)
		await(server.name+" is stopped", server.parts...)
		daemon.alive()
		server.restart(t)
		await(server.name + " is back")
	}
	p.write("wang@mail.example", "zhuren@jxw.example", "小区连续停电三天", "变压器烧了没人修。")
	p.take("wang", "收件回执")
	daemon.stop()
}

// listens reads from the log where the daemon serves HTTP.
func listens(t *testing.T, log string) string {
	t.Helper()
	raw, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`gateway starts.* http=(\S+)`).FindSubmatch(raw)
	if found == nil {
		t.Fatal("the log does not say where HTTP is served")
	}
	return string(found[1])
}

// readiness asks once; a daemon that does not answer is not ready.
func readiness(t *testing.T, url string) (status int, failing []string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		return 0, nil
	}
	defer r.Body.Close()
	var body struct {
		Failing []struct{ Part, Detail string }
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		t.Fatalf("readyz is no JSON: %v", err)
	}
	for _, f := range body.Failing {
		failing = append(failing, f.Part)
		if strings.Contains(f.Detail, "@") {
			t.Errorf("readyz names an address: %s", f.Detail)
		}
	}
	return r.StatusCode, failing
}
