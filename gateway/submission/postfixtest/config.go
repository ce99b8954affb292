package postfixtest

import "text/template"

// mainConfig keeps everything inside one directory, on loopback, and away from
// DNS and from the Postfix that the machine may run for itself.
var mainConfig = template.Must(template.New("main.cf").Parse(`compatibility_level = 3.6
queue_directory = {{.Dir}}/queue
data_directory = {{.Dir}}/data
maillog_file = {{.Dir}}/log
maillog_file_prefixes = {{.Dir}}
mail_owner = postfix
setgid_group = postdrop
multi_instance_enable = no
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = {{.Hostname}}
mydestination =
local_recipient_maps =
alias_maps =
mynetworks = 127.0.0.0/8
biff = no
disable_dns_lookups = yes
smtp_host_lookup = native
default_transport = {{if .Relay}}smtp:{{.Relay}}{{else}}error:no mail leaves a test{{end}}
smtpd_milters ={{range .Milters}} {{.}}{{end}}
milter_default_action = tempfail
enable_long_queue_ids = yes
message_size_limit = {{.SizeLimit}}
mailbox_size_limit = 0
virtual_mailbox_limit = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
smtpd_recipient_restrictions = check_recipient_access texthash:{{.Dir}}/config/access, permit_mynetworks, reject
smtpd_sender_restrictions = check_sender_access texthash:{{.Dir}}/config/senders
virtual_mailbox_domains ={{range .Domains}} {{.}}{{end}}
virtual_mailbox_base = {{.Dir}}/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{{.UID}}
virtual_gid_maps = static:{{.GID}}
virtual_minimum_uid = 1
virtual_transport = {{.Transport}}
`))

var masterConfig = template.Must(template.New("master.cf").Parse(`{{.Addr}} inet n - n - - smtpd
cleanup   unix  n - n -    0 cleanup
qmgr      unix  n - n 300  1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n -    - trivial-rewrite
bounce    unix  - - n -    0 bounce
defer     unix  - - n -    0 bounce
trace     unix  - - n -    0 bounce
verify    unix  - - n -    1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n -    - proxymap
smtp      unix  - - n -    - smtp
relay     unix  - - n -    - smtp
error     unix  - - n -    - error
retry     unix  - - n -    - error
discard   unix  - - n -    - discard
virtual   unix  - n n -    - virtual
lmtp      unix  - - n -    - lmtp
anvil     unix  - - n -    1 anvil
scache    unix  - - n -    1 scache
postlog   unix-dgram n - n - 1 postlogd
`))
