package desk

import (
	"encoding/json"
	"fmt"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// apply does what an event does: it asks petition.Step, writes the ledger
// entry and the new state, and carries out the effects, with every event that
// follows at once. A *petition.Refusal changed nothing.
func (w *work) apply(c petition.Case, e petition.Event, at origin) (petition.Case, error) {
	next, effects, err := petition.Step(c, e, w.now, w.Policy)
	if err != nil {
		return c, err
	}
	if e.Kind == petition.EvRegistered {
		if err := w.tx.InsertCase(next, at.queryCode); err != nil {
			return c, fmt.Errorf("insert case: %w", err)
		}
	} else if err := w.tx.SaveCase(next); err != nil {
		return c, fmt.Errorf("save case: %w", err)
	}
	if err := w.record(next, e, at); err != nil {
		return c, err
	}
	var follow []petition.Event
	var last []petition.Mail
	for _, effect := range effects {
		if f, ok := effect.(petition.Follow); ok {
			follow = append(follow, f.Event)
			continue
		}
		if m, ok := effect.(petition.Mail); ok && e.Kind == petition.EvClassified {
			// Who is told of an urgent letter reads to whom it went, too.
			last = append(last, m)
			continue
		}
		if err := w.carryOut(next, e, effect, at); err != nil {
			return c, fmt.Errorf("%s: %w", e.Kind, err)
		}
	}
	for _, event := range follow {
		if next, err = w.apply(next, event, at); err != nil {
			return c, err
		}
	}
	for _, m := range last {
		if err := w.mail(next, e, m, at); err != nil {
			return c, fmt.Errorf("%s: %w", e.Kind, err)
		}
	}
	return next, nil
}

// origin is where an event came from.
type origin struct {
	letter    int64  // the row of the letter that caused it, 0 for a clock
	digest    string // of that letter's bytes, where a case begins with it
	queryCode string // of a case that is being registered
	messageID string // of that letter, for In-Reply-To
	receipt   bool   // the letter may be answered by a receipt
}

// original is the digest of the letter that a case begins with: the ledger binds
// the letter's bytes, and with it every dossier (C15).
func (o origin) original(kind petition.EventKind) string {
	if kind != petition.EvRegistered {
		return ""
	}
	return o.digest
}

// facts are what a ledger entry says besides the case's state: nothing in it
// identifies a citizen.
type facts struct {
	Letter    int64             `json:"letter,omitempty"`
	Original  string            `json:"original,omitempty"` // digest of the letter that a case begins with
	Divisions []string          `json:"divisions,omitempty"`
	Period    string            `json:"period,omitempty"`
	Verdict   *petition.Verdict `json:"verdict,omitempty"`
	Revision  int               `json:"revision,omitempty"`
	Digest    string            `json:"digest,omitempty"`
	Target    petition.Number   `json:"target,omitempty"`
	Rating    string            `json:"rating,omitempty"`
	Clock     petition.Clock    `json:"clock,omitempty"`
	Step      int               `json:"step,omitempty"`
	Formal    bool              `json:"formal,omitempty"`
}

// record writes the ledger entry of an event (C3, C15).
func (w *work) record(c petition.Case, e petition.Event, at origin) error {
	f := facts{Letter: at.letter, Original: at.original(e.Kind), Divisions: e.Divisions, Period: e.Period, Verdict: withoutWords(e.Verdict), Revision: e.Revision, Digest: e.Digest,
		Target: e.Target, Rating: e.Rating, Clock: e.Clock, Step: e.Step, Formal: e.Formal}
	if e.Draft != nil {
		f.Digest = e.Draft.Digest
		f.Revision = len(c.Drafts)
	}
	data, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("encode facts: %w", err)
	}
	actor := e.Actor
	if actor.Role == petition.RoleCitizen {
		actor = petition.Actor{Role: petition.RoleCitizen}
	}
	_, err = w.tx.Append(store.Entry{Case: c.Number, Time: w.now, Actor: actor, Kind: e.Kind, Text: e.Text, Data: data, After: &c})
	if err != nil {
		return fmt.Errorf("append %s: %w", e.Kind, err)
	}
	w.desk.log.Info("case event", "case", c.Number, "event", e.Kind, "state", c.State, "actor", e.Actor.Role)
	return nil
}

// withoutWords leaves out of a verdict the reasons, which quote the letter.
func withoutWords(v *petition.Verdict) *petition.Verdict {
	if v == nil {
		return nil
	}
	bare := *v
	bare.Why = nil
	return &bare
}

// carryOut turns one effect into rows.
func (w *work) carryOut(c petition.Case, e petition.Event, effect petition.Effect, at origin) error {
	switch effect := effect.(type) {
	case petition.Receipt:
		return w.receipt(c, at)
	case petition.Mail:
		return w.mail(c, e, effect, at)
	case petition.Release:
		return w.release(c, effect.Revision)
	case petition.Recall:
		return w.recall(c, e, effect.Revision)
	case petition.Start:
		return w.tx.SetClock(c.Number, effect.Clock, effect.Step, effect.Due)
	case petition.Stop:
		return w.tx.StopClocks(c.Number, effect.Clocks...)
	case petition.Void:
		_, err := w.tx.VoidCodes(store.CodeFilter{Case: c.Number, Matter: effect.Matter, Division: effect.Division, Address: effect.Address})
		return err
	}
	return fmt.Errorf("unknown effect %T", effect)
}
