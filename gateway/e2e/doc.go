// Package e2e proves the daemon as a process: the built binary against a real
// Dovecot, Postfix and PostgreSQL on loopback, driven by mail and looked at
// through its own command line. It holds tests only, and knows of the daemon
// no more than an office does: a configuration file, mailboxes and verbs. The
// one exception is the register's leases, which the tests let run out, since
// they cannot wait for a minute after every kill.
//
// The tests run where XINFANGD_TEST_SERVERS=1 says that the servers are there.
package e2e
