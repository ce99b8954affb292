// Package letter holds a mail as a value.
//
// Raw bytes come in through Parse, which never fails: what is broken, guessed
// or cut short is recorded as a Defect beside the text that could still be
// read, because a citizen's complaint counts even when their mail program does
// not know RFC 5322. Mails to be sent go out through Outgoing, which is as
// strict as Parse is lenient.
//
// The package knows nothing of cases, people, policies, clocks or stores; it
// imports no other room of the daemon, and it neither logs nor reads the time.
package letter
