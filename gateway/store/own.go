package store

import (
	"fmt"
	"strconv"

	"xinfangd/gateway/fold"
	"xinfangd/gateway/petition"
)

// own is what a transaction knows without asking, since nobody else can write
// while it runs (Update). A Try that is undone forgets all of it.
type own struct {
	cases    map[petition.Number]bool               // registered here
	clocks   map[petition.Number]int                // how often clocks had been written when these cases were registered
	bare     map[any]bool                           // cases (by number) and letters (by id) registered here and not indexed
	codes    map[petition.Number]bool               // of these cases codes were issued here
	threads  map[string]bool                        // mails queued here, see threadKey
	texts    map[petition.Number]map[string]textRow // the latest personal texts, by field
	keys     map[string][]*candidate                // stored letters of a fingerprint's key, the latest first
	numbers  map[int]int                            // the last of a year
	records  map[petition.Number]string             // cases read or written here
	letters  map[int64]*letterRow                   // letters registered here
	named    map[string][]*letterRow                // of these, by a Message-ID that no other letter has
	blobs    map[string]bool                        // digests stored here
	settings map[string]string                      // read or written here
	ids      [lotCount][]int64                      // taken and not used yet
	absent   map[absence]bool                       // what is on the register nowhere
}

func newOwn() own {
	return own{cases: map[petition.Number]bool{}, clocks: map[petition.Number]int{}, bare: map[any]bool{}, codes: map[petition.Number]bool{}, threads: map[string]bool{},
		texts: map[petition.Number]map[string]textRow{}, keys: map[string][]*candidate{}, numbers: map[int]int{}, records: map[petition.Number]string{}, letters: map[int64]*letterRow{}, named: map[string][]*letterRow{},
		blobs: map[string]bool{}, settings: map[string]string{}, absent: map[absence]bool{}}
}

// absence is a fact that saves a question: no row has this value. Whatever
// writes such a row takes the fact back.
type absence struct{ what, value string }

// The columns of which absences are known.
const (
	ofDigest    = "letters.digest"
	ofPlace     = "letters.uid"
	ofMessageID = "letters.message_id"
	ofOurs      = "outgoing.message_id"
	ofSender    = "cases.sender"
	ofTally     = "tallies"
)

func placeKey(box string, uidValidity, uid uint32) string {
	return fmt.Sprintf("%s %d %d", box, uidValidity, uid)
}

// Place is where a letter lies on the IMAP server.
type Place struct {
	Box              string
	UIDValidity, UID uint32
}

// Foresight is what a transaction will be asked about letters that come together.
type Foresight struct {
	Letters    int // how many
	Digests    []string
	Places     []Place
	MessageIDs []string
	// Senders are addresses of citizens.
	Senders []string
	Prints  []fold.Print
	Tallies []Bucket
}

// Bucket is something that may be counted (Bump).
type Bucket struct{ Kind, Key, Bucket string }

// Foresee asks for many letters at once what is already on the register about
// them, and lets the transaction write in greater lots. An error of the index
// (IndexRegistration) then fails the whole transaction.
func (tx *Tx) Foresee(f Foresight) error {
	tx.many = f.Letters
	var keys, tallies []string
	ids := make([]string, len(f.MessageIDs))
	for i, id := range f.MessageIDs {
		ids[i] = clip(id)
	}
	senders := make([]string, len(f.Senders))
	for i, address := range f.Senders {
		senders[i] = lowerAddress(address)
	}
	for _, b := range f.Tallies {
		hidden := tx.tallyKey(b.Kind, b.Key)
		keys = append(keys, hidden)
		tallies = append(tallies, b.Kind+" "+hidden+" "+b.Bucket)
	}
	for _, ask := range []struct {
		query, key, what string
		asked, values    []string
	}{
		{"known-digests", "digests", ofDigest, f.Digests, f.Digests},
		{"known-message-ids", "ids", ofMessageID, ids, ids},
		{"known-ours", "ids", ofOurs, ids, ids},
		{"known-senders", "senders", ofSender, senders, senders},
		{"known-tallies", "keys", ofTally, keys, tallies},
	} {
		if len(ask.asked) == 0 {
			continue
		}
		var known []string
		if err := tx.listWhere(&known, ask.query, given{ask.key: ask.asked}); err != nil {
			return err
		}
		there := map[string]bool{}
		for _, value := range known {
			there[value] = true
		}
		for _, value := range ask.values {
			if !there[value] {
				tx.own.absent[absence{ask.what, value}] = true
			}
		}
	}
	if err := tx.foreseePlaces(f.Places); err != nil {
		return err
	}
	return tx.foreseePrints(f.Prints)
}

func (tx *Tx) foreseePlaces(places []Place) error {
	type folder struct {
		box      string
		validity uint32
	}
	// Not by their span: letters that were missed lie scattered over a box.
	uids := map[folder][]string{}
	for _, p := range places {
		f := folder{p.Box, p.UIDValidity}
		uids[f] = append(uids[f], strconv.FormatUint(uint64(p.UID), 10))
	}
	known := map[string]bool{}
	for f, list := range uids {
		var there []int64
		if err := tx.listWhere(&there, "known-places", given{"box": f.box, "validity": int64(f.validity), "uids": list}); err != nil {
			return err
		}
		for _, uid := range there {
			known[placeKey(f.box, f.validity, uint32(uid))] = true
		}
	}
	for _, p := range places {
		if key := placeKey(p.Box, p.UIDValidity, p.UID); !known[key] {
			tx.own.absent[absence{ofPlace, key}] = true
		}
	}
	return nil
}

// alone says that nobody else can write while the transaction runs.
func (tx *Tx) alone() bool { return tx.head.Digest != "" }

// missing says that no row has the value.
func (tx *Tx) missing(what, value string) bool { return tx.own.absent[absence{what, value}] }

// appeared takes an absence back.
func (tx *Tx) appeared(what, value string) { delete(tx.own.absent, absence{what, value}) }

// nextID is a new row's id, for rows that wait: nobody else writes in an Update.
func (tx *Tx) nextID(l lot) (int64, error) {
	if len(tx.own.ids[l]) == 0 {
		n := max(1, tx.many)
		if tx.store.o.Driver == engineSQLite {
			var last int64
			if err := tx.get(&last, "last-id-of-"+lots[l].table); err != nil {
				return 0, err
			}
			for i := range n {
				tx.own.ids[l] = append(tx.own.ids[l], last+int64(i)+1)
			}
		} else if err := tx.list(&tx.own.ids[l], "take-ids-of-"+lots[l].table, n); err != nil {
			return 0, err
		}
	}
	id := tx.own.ids[l][0]
	tx.own.ids[l] = tx.own.ids[l][1:]
	return id, nil
}
