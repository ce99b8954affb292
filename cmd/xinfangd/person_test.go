package main

import (
	"strings"
	"testing"
)

func TestEnrolling(t *testing.T) {
	t.Parallel()
	v := sampleOffice(t)
	const address = "shyb@jxw.example"
	var first, second map[string]any
	v.json(exitDone, &first, "person", "otp", "Shyb@JXW.example")
	v.keys("person otp", first, "address name uri replaced")
	uri, _ := first["uri"].(string)
	if !strings.HasPrefix(uri, "otpauth://totp/") || !strings.Contains(uri, address) || first["replaced"] != false {
		t.Errorf("enrolled: %v", first)
	}
	if r := xinfangd(t, "--config", v.config, "person", "otp", address); r.code != exitFound || strings.Contains(r.stdout, "otpauth") {
		t.Errorf("enrolled twice: exit %d\n%s", r.code, r.stdout)
	}
	v.json(exitDone, &second, "person", "otp", "--replace", address)
	if second["uri"] == uri || second["replaced"] != true {
		t.Errorf("replaced: %v", second)
	}
	r := xinfangd(t, "--config", v.config, "person", "otp", "slya@jxw.example")
	if r.code != exitDone || !strings.Contains(r.stdout, "█") || !strings.Contains(r.stdout, "otpauth://") {
		t.Errorf("for people: exit %d\n%s", r.code, r.stdout)
	}
	if r := xinfangd(t, "--config", v.config, "person", "otp", "stranger@mail.example"); r.code != exitUnusable {
		t.Errorf("a stranger: exit %d", r.code)
	}
	var ledger map[string]any
	if v.json(exitDone, &ledger, "ledger", "verify"); ledger["entries"] != 3.0 {
		t.Errorf("ledger: %v", ledger)
	}
}
