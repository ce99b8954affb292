package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// SendLease is how long a claimed mail belongs to who claimed it, if neither an
// outcome is noted nor the gateway known to be dead (GatewayLease). It must be
// longer than the longest attempt to send, or the mail would be sent twice.
const SendLease = 20 * time.Minute

// Item is an outgoing mail claimed for sending.
type Item struct {
	ID      int64
	Case    string
	Kind    string
	Account string // mailbox id whose SMTP account sends it, "" for the office's
	From    string // envelope sender
	// To are the recipients that still have to get it.
	To        []string
	Raw       []byte
	MessageID string
	// Attempts counts this one.
	Attempts int
	Due      time.Time
	Created  time.Time
	// Answer marks an answer to a citizen, which is never sent twice.
	Answer bool
	// Bypass passes the caps by.
	Bypass bool
	// InDoubt says that an earlier attempt began and nobody noted its end.
	InDoubt bool
}

// RecipientResult is what became of one recipient.
type RecipientResult struct {
	Address string
	// State is one of the Recipient words.
	State    string
	Code     int
	Enhanced string
	Text     string
}

// Outcome is what became of an attempt.
type Outcome struct {
	// State is sent, queued (try again at Next), held, doubtful or failed.
	State      string
	Next       time.Time
	Error      string
	Recipients []RecipientResult
	At         time.Time
}

type itemRow struct {
	ID        int64          `db:"id"`
	Case      sql.NullString `db:"case_number"`
	Kind      string         `db:"kind"`
	Account   string         `db:"account"`
	Sender    string         `db:"sender"`
	Blob      string         `db:"blob"`
	MessageID string         `db:"message_id"`
	Attempts  int            `db:"attempts"`
	Due       Time           `db:"due"`
	Created   Time           `db:"created"`
	Answer    bool           `db:"answer"`
	Bypass    bool           `db:"bypass"`
	InDoubt   bool           `db:"in_doubt"`
}

// claimBytes bounds what a claim brings into memory; a larger mail comes alone.
const claimBytes = 8 << 20

// Claim takes up to n mails for sending, fewer when they are large, those due
// longest first, but none that is claimed by itself (ClaimSingle). The attempt is
// counted and the next one pushed behind SendLease in a transaction that is
// committed before Claim returns: a crash costs a delay, never a loop. While
// sending is paused nothing is claimed.
func (s *Store) Claim(ctx context.Context, now time.Time, owner string, in Scope, n int) ([]Item, error) {
	accounts, err := in.accounts()
	if err != nil {
		return nil, err
	}
	return s.claim(ctx, now, owner, "claim-outgoing", n, claimBytes, accounts, in.Only, Time{in.Before})
}

// Scope says of which accounts mail is wanted; the zero value, of all.
type Scope struct {
	// Accounts are those whose mail is wanted, or with Only unset those whose mail
	// is not.
	Accounts []string
	Only     bool
	// Before adds what was written before then, whosever it is; zero for nothing.
	Before time.Time
}

// accounts is the list as a query takes it.
func (in Scope) accounts() (string, error) {
	list, err := json.Marshal(append([]string{}, in.Accounts...)) // never null
	if err != nil {
		return "", fmt.Errorf("encode accounts: %w", err)
	}
	return string(list), nil
}

// Single is a mail that is claimed by itself, just before it is sent: an answer
// to a citizen, which waits for a person when a gateway dies with it in hand; and
// a mail that was found in a dead gateway's hands, perhaps the reason for the
// death, so that its further attempts are counted only when they are made.
type Single struct {
	ID      int64  `db:"id"`
	Account string `db:"account"`
	// InDoubt says that it was in a dead gateway's hands.
	InDoubt bool `db:"in_doubt"`
}

// DueSingles lists up to n mails of the scope's accounts that are due, for
// ClaimSingle; none while sending is paused.
func (s *Store) DueSingles(ctx context.Context, now time.Time, in Scope, n int) ([]Single, error) {
	accounts, err := in.accounts()
	if err != nil {
		return nil, err
	}
	var list []Single
	err = s.View(ctx, func(tx *Tx) error { return tx.list(&list, "due-singles", Time{now}, n, accounts, in.Only) })
	return list, err
}

// ClaimSingle takes one mail for sending, as Claim takes many. One whose gateway
// died is taken over with InDoubt set. Nothing comes back when it is no longer
// due, or was claimed by another, or sending is paused.
func (s *Store) ClaimSingle(ctx context.Context, now time.Time, owner string, id int64) ([]Item, error) {
	return s.claim(ctx, now, owner, "claim-single", id)
}

// claim runs one of the claiming queries; which are how many it takes, how many
// bytes and of whom, or the one.
func (s *Store) claim(ctx context.Context, now time.Time, owner, query string, which ...any) ([]Item, error) {
	var items []Item
	err := s.short(ctx, now, func(tx *Tx) error {
		var rows []itemRow
		if err := tx.list(&rows, query, append([]any{Time{now}, Time{now.Add(SendLease)}, owner}, which...)...); err != nil {
			return err
		}
		for _, row := range rows {
			item, err := tx.item(row)
			if errors.Is(err, ErrDamaged) || errors.Is(err, ErrNotFound) {
				// One mail whose bytes are gone holds up no other.
				err = tx.noteOutcome(row.ID, Outcome{State: OutFailed, Error: "stored mail is damaged", At: now})
				if err != nil {
					return err
				}
				continue
			}
			if err != nil {
				return err
			}
			items = append(items, item)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(items, func(a, b Item) int { return a.Due.Compare(b.Due) })
	return items, nil
}

// item fills in a claimed mail's bytes and the recipients still outstanding.
func (tx *Tx) item(row itemRow) (Item, error) {
	item := Item{
		ID: row.ID, Case: row.Case.String, Kind: row.Kind, Account: row.Account, From: row.Sender, MessageID: row.MessageID,
		Attempts: row.Attempts, Due: tx.store.local(row.Due), Created: tx.store.local(row.Created),
		Answer: row.Answer, Bypass: row.Bypass, InDoubt: row.InDoubt,
	}
	recipients, err := tx.recipients(row.ID)
	if err != nil {
		return item, err
	}
	for _, r := range recipients {
		if r.State == RecipientQueued {
			item.To = append(item.To, r.Address)
		}
	}
	item.Raw, err = tx.Blob(row.Blob)
	return item, err
}

// Note keeps the outcome of an attempt; ErrState when the mail is not being
// sent, because another gateway took it over and noted first.
//
// Outcomes that come while another is being written are written together in the
// next transaction: each commit waits for the disk.
func (s *Store) Note(ctx context.Context, id int64, o Outcome) error {
	n := &noting{ctx: ctx, id: id, outcome: o, done: make(chan error, 1)}
	s.notes.mu.Lock()
	s.notes.waiting = append(s.notes.waiting, n)
	lead := !s.notes.busy
	s.notes.busy = true
	s.notes.mu.Unlock()
	if lead {
		s.writeNotes()
	}
	return <-n.done
}

// notes are the outcomes that wait to be written; while busy somebody writes.
type notes struct {
	mu      sync.Mutex
	waiting []*noting
	busy    bool
}

// noting is one outcome whose caller waits.
type noting struct {
	ctx     context.Context
	id      int64
	outcome Outcome
	done    chan error
}

// notesMost is how many outcomes one transaction takes.
const notesMost = 100

// writeNotes writes what waits until nothing does.
func (s *Store) writeNotes() {
	for {
		s.notes.mu.Lock()
		batch := s.notes.waiting[:min(len(s.notes.waiting), notesMost)]
		s.notes.waiting = s.notes.waiting[len(batch):]
		s.notes.busy = len(batch) > 0
		s.notes.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		s.writeTogether(batch)
	}
}

// writeTogether writes outcomes in one transaction. When that fails each gets
// its own, and its own error.
func (s *Store) writeTogether(batch []*noting) {
	// The transaction is nobody's alone: it must not end with one caller's
	// patience.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(batch[0].ctx), time.Minute)
	defer cancel()
	if len(batch) > 1 {
		err := s.short(ctx, batch[0].outcome.At, func(tx *Tx) error {
			for _, n := range batch {
				if err := tx.noteOutcome(n.id, n.outcome); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			for _, n := range batch {
				n.done <- nil
			}
			return
		}
	}
	for _, n := range batch {
		n.done <- s.short(n.ctx, n.outcome.At, func(tx *Tx) error { return tx.noteOutcome(n.id, n.outcome) })
	}
}

// noteOutcome writes an outcome. What came to an end waits, unreported, until
// the desk has turned it into events.
func (tx *Tx) noteOutcome(id int64, o Outcome) error {
	var sent Time
	switch o.State {
	case OutSent:
		sent = Time{o.At}
	case OutQueued, OutHeld, OutDoubtful, OutFailed:
	default:
		return fmt.Errorf("note outcome: bad state %q", o.State)
	}
	err := tx.change(ErrState, "note-outgoing", id, o.State, Time{o.Next}, o.Error, sent, o.State == OutQueued, o.State == OutSent)
	if err != nil {
		return err
	}
	for _, r := range o.Recipients {
		if err := tx.NoteRecipient(id, r); err != nil {
			return err
		}
	}
	return nil
}

// NextDue is when the next mail can be claimed, the zero time when none waits.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var next Time
	err := s.View(ctx, func(tx *Tx) error { return tx.get(&next, "next-due") })
	return s.local(next), err
}

// Paused says whether all sending is stopped.
func (s *Store) Paused(ctx context.Context) (bool, error) {
	var value string
	err := s.View(ctx, func(tx *Tx) (err error) {
		value, err = tx.Setting(settingPaused)
		return err
	})
	return value == "true", err
}
