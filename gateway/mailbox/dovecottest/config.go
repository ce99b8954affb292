package dovecottest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
)

// The two grammars: Debian 12 has Dovecot 2.3, Debian 13 has 2.4, which renamed
// most settings and starts only when told which version's defaults to use.
const (
	config23 = `
base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/state
log_path = {{.Dir}}/log
instance_name = {{.Dir}}
listen = {{.Host}}
protocols = imap{{if .LMTPPort}} lmtp{{end}}
default_internal_user = {{.User}}
default_internal_group = {{.Group}}
default_login_user = {{.User}}
first_valid_uid = {{.UID}}
first_valid_gid = {{.GID}}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 100
login_trusted_networks = 127.0.0.0/8
auth_username_format = %Ln
mail_fsync = never
{{if .TLSPort}}ssl = yes
ssl_cert = <{{.Dir}}/cert.pem
ssl_key = <{{.Dir}}/key.pem
{{else}}ssl = no
{{end}}
{{if .Without}}imap_capability = {{.Capability}}
{{end}}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%Ln {{.Dir}}/passwd
}
userdb {
  driver = static
  args = uid={{.UID}} gid={{.GID}} home={{.Dir}}/mail/%Ln mail=maildir:~/Maildir allow_all_users=no
}
namespace inbox {
  inbox = yes
  separator = /
}
service imap-login {
  chroot =
  service_count = 0
  inet_listener imap {
    port = {{.Port}}
  }
  inet_listener imaps {
    port = {{.TLSPort}}
    ssl = {{if .TLSPort}}yes{{else}}no{{end}}
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
{{if .LMTPPort}}
service lmtp {
  inet_listener lmtp {
    port = {{.LMTPPort}}
  }
}
protocol lmtp {
  postmaster_address = postmaster@localhost.example
  hostname = localhost.example
}
{{end}}`

	config24 = `
dovecot_config_version = {{.Version}}
dovecot_storage_version = {{.Version}}
base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/state
log_path = {{.Dir}}/log
instance_name = {{.Dir}}
listen = {{.Host}}
protocols {
  imap = yes
{{if .LMTPPort}}  lmtp = yes
{{end}}}
default_internal_user = {{.User}}
default_internal_group = {{.Group}}
default_login_user = {{.User}}
first_valid_uid = {{.UID}}
first_valid_gid = {{.GID}}
auth_allow_cleartext = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 100
login_trusted_networks = 127.0.0.0/8
auth_username_format = %{user | username | lower}
mail_fsync = never
mail_driver = maildir
mail_home = {{.Dir}}/mail/%{user | username | lower}
mail_path = ~/Maildir
mail_uid = {{.UID}}
mail_gid = {{.GID}}
{{if .TLSPort}}ssl = yes
ssl_server {
  cert_file = {{.Dir}}/cert.pem
  key_file = {{.Dir}}/key.pem
}
{{else}}ssl = no
{{end}}
{{if .Without}}imap_capability = {{.Capability}}
{{end}}
passdb passwd-file {
  passwd_file_path = {{.Dir}}/passwd
  default_password_scheme = plain
}
userdb passwd-file {
  passwd_file_path = {{.Dir}}/passwd
}
namespace inbox {
  inbox = yes
  separator = /
}
service imap-login {
  chroot =
  restart_request_count = unlimited
  inet_listener imap {
    port = {{.Port}}
  }
  inet_listener imaps {
    port = {{.TLSPort}}
    ssl = {{if .TLSPort}}yes{{else}}no{{end}}
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
{{if .LMTPPort}}
service lmtp {
  inet_listener lmtp {
    port = {{.LMTPPort}}
  }
}
protocol lmtp {
  postmaster_address = postmaster@localhost.example
}
{{end}}`
)

// What Dovecot offers after login, less what is configured by Options.Without.
var capabilities = strings.Fields("IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ " +
	"UNSELECT CHILDREN NAMESPACE UIDPLUS ESEARCH WITHIN SPECIAL-USE MOVE")

type configView struct {
	Dir, Host, User, Group, Version string
	UID, GID                        int
	Port, TLSPort, LMTPPort         int
	Without                         []string
}

// Capability is the list that the server shall announce.
func (v configView) Capability() string {
	var keep []string
	for _, c := range capabilities {
		if !contains(v.Without, c) {
			keep = append(keep, c)
		}
	}
	return strings.Join(keep, " ")
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if strings.EqualFold(e, s) {
			return true
		}
	}
	return false
}

// writeConfig chooses the ports and returns the path of the configuration.
func (s *Server) writeConfig(program string, opt Options) (string, error) {
	version, err := exec.Command(program, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("ask dovecot's version: %w", err)
	}
	v := configView{
		Dir: s.dir, Host: s.Host, User: s.owner.name, Group: s.owner.group,
		UID: s.owner.uid, GID: s.owner.gid, Without: opt.Without,
		Version: strings.Fields(string(version) + " ?")[0],
	}
	if v.Port, err = freePort(); err != nil {
		return "", err
	}
	s.Port, s.Addr = v.Port, address(s.Host, v.Port)
	if opt.TLS {
		if v.TLSPort, err = freePort(); err != nil {
			return "", err
		}
		s.TLSPort, s.TLSAddr = v.TLSPort, address(s.Host, v.TLSPort)
	}
	if opt.LMTP {
		if v.LMTPPort, err = freePort(); err != nil {
			return "", err
		}
		s.LMTPAddr = address(s.Host, v.LMTPPort)
	}

	text := config24
	if strings.HasPrefix(v.Version, "2.3.") || strings.HasPrefix(v.Version, "2.2.") {
		text = config23
	}
	tmpl, err := template.New("dovecot.conf").Parse(text)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := tmpl.Execute(&b, v); err != nil {
		return "", err
	}
	path := filepath.Join(s.dir, "dovecot.conf")
	return path, os.WriteFile(path, b.Bytes(), 0o644)
}

func address(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
