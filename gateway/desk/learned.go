package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// What Settings.Learned may say of the learned model; empty means LearnedOff.
const (
	LearnedOff      = "off"
	LearnedSuggest  = "suggest"  // shown in the triage mail
	LearnedDispatch = "dispatch" // followed where it is sure enough
)

// trusted is the precision that the model must have kept in cross-validation,
// at the confidence it shows, for a letter to be dispatched on its word alone.
const trusted = 0.95

// learnedName is the model in the words of the office.
const learnedName = "学习模型"

// learnedRule begins what stands in the place of a rule's id in a case that was
// dispatched on the model's word; the beginning of the model's digest follows.
const learnedRule = "learned:"

// loadedModel is the model in use, kept between letters. model is nil when the
// register has none, or one that cannot be read.
type loadedModel struct {
	digest string
	model  *rules.Model
}

// Model reads the model in use from the register, nil when there is none.
func Model(tx *store.Tx) (*rules.Model, store.Model, error) {
	row, err := tx.Model()
	if errors.Is(err, store.ErrNotFound) {
		return nil, row, nil
	}
	if err != nil {
		return nil, row, fmt.Errorf("find model: %w", err)
	}
	data, err := tx.Blob(row.Digest)
	if err != nil {
		return nil, row, fmt.Errorf("read model: %w", err)
	}
	m := new(rules.Model)
	if err := m.UnmarshalBinary(data); err != nil {
		return nil, row, err
	}
	return m, row, nil
}

// learned is the model to ask. The register is looked at each time, so that a
// model which another process has trained is used from the next letter on. A
// model that cannot be read holds up no letter.
func (w *work) learned() loadedModel {
	if w.Learned == "" || w.Learned == LearnedOff {
		return loadedModel{}
	}
	row, err := w.tx.Model()
	if err != nil {
		if !errors.Is(err, store.ErrNotFound) {
			w.desk.log.Warn("model not found", "err", err)
		}
		return loadedModel{}
	}
	if known := w.desk.model.Load(); known != nil && known.digest == row.Digest {
		return *known
	}
	m, _, err := Model(w.tx)
	if err != nil {
		w.desk.log.Error("the learned model cannot be read, letters go on without it", "digest", row.Digest, "err", err)
	}
	loaded := loadedModel{digest: row.Digest, model: m}
	w.desk.model.Store(&loaded)
	return loaded
}

// questionOf is the letter of a case as the rules are shown it.
func (w *work) questionOf(c petition.Case) (t rules.Text, context rules.Context, err error) {
	l, err := w.opening(c)
	if err != nil {
		return t, context, err
	}
	row, err := w.tx.Letter(c.Letter)
	if err != nil {
		return t, context, fmt.Errorf("find letter: %w", err)
	}
	t, context = w.question(w.box(c.Mailbox), *l, row.Size, w.form(c.Mailbox, *l), c.Arrived)
	return t, context, nil
}

// advise adds what the model proposes to a verdict by which nothing has decided.
// A confidential case is a person's alone, and whoever is accused or has given
// the case back is not proposed.
func (w *work) advise(c petition.Case, v rules.Verdict) rules.Verdict {
	known := w.learned()
	if known.model == nil || c.Confidential {
		return v
	}
	t, _, err := w.questionOf(c)
	if err != nil {
		return v
	}
	ask := v
	ask.Accuses = slices.Concat(v.Accuses, c.Accused)
	for _, d := range c.Dispatches {
		if !d.Ended.IsZero() {
			ask.Recuse = slices.Concat(ask.Recuse, []string{d.Division})
		}
	}
	advised, _ := w.Rules.Propose(ask, known.model, t)
	advised.Accuses, advised.Recuse = v.Accuses, v.Recuse
	return advised
}

// entrust lets the model decide about a new case where the office wants that
// (policy.learned: dispatch), nothing else has decided and nothing asks for a
// person, and where it is as sure as cross-validation asks.
func (w *work) entrust(c petition.Case, a *arrival, verdict petition.Verdict) petition.Verdict {
	person := c.Confidential || verdict.Confidential || verdict.NeedsLook != "" || c.Follows != "" || len(c.Accused) > 0 || len(verdict.Accuses) > 0
	if w.Learned != LearnedDispatch || verdict.DecidedBy != string(rules.ByNone) || person {
		return verdict
	}
	known := w.learned()
	if known.model == nil {
		return verdict
	}
	least, ok := known.model.Threshold(trusted)
	v := w.advise(c, w.classify(a.box, a.l, a.row.Size, w.formOf(a), a.Arrived))
	if !ok || v.DecidedBy != rules.ByLearned || v.Confidence < least {
		return verdict
	}
	decided := w.verdictOf(v)
	decided.Rule = learnedRule + known.digest[:12]
	return decided
}

// entrusted tells whether a case was dispatched on the model's word.
func entrusted(c petition.Case) bool { return strings.HasPrefix(c.Rule, learnedRule) }

// Adoption is what became of a newly learned model.
type Adoption struct {
	Adopted bool
	Digest  string
	// Before is what cross-validation said of the model in use until then, nil
	// when there was none.
	Before *rules.Report
}

// Adopt puts a newly learned model to use unless the one in use was better
// (rules.Better); force passes that by. The change is on the ledger: from then
// on letters are judged otherwise.
func (d *Desk) Adopt(ctx context.Context, m *rules.Model, source string, force bool, now time.Time) (Adoption, error) {
	data, err := m.MarshalBinary()
	if err != nil {
		return Adoption{}, fmt.Errorf("adopt model: %w", err)
	}
	report, err := json.Marshal(m.Report())
	if err != nil {
		return Adoption{}, fmt.Errorf("adopt model: %w", err)
	}
	blob := d.store.Compress(data)
	out := Adoption{Digest: blob.Digest}
	err = d.update(ctx, now, func(w *work) error {
		before, err := w.tx.Model()
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return fmt.Errorf("find model: %w", err)
		default:
			out.Before = new(rules.Report)
			if err := json.Unmarshal(before.Report, out.Before); err != nil {
				return fmt.Errorf("read model's report: %w", err)
			}
			if !force && !rules.Better(*out.Before, m.Report()) {
				return nil
			}
		}
		out.Adopted = true
		if before.Digest == blob.Digest {
			return nil
		}
		if err := w.tx.PutCompressed(blob); err != nil {
			return fmt.Errorf("store model: %w", err)
		}
		if _, err := w.tx.AddModel(store.Model{Digest: blob.Digest, Source: source, Report: report}); err != nil {
			return fmt.Errorf("add model: %w", err)
		}
		facts, err := json.Marshal(map[string]any{"model": blob.Digest, "source": source, "letters": m.Report().N, "accuracy": m.Report().Accuracy})
		if err != nil {
			return fmt.Errorf("encode facts: %w", err)
		}
		_, err = w.tx.Append(store.Entry{Actor: petition.System(), Kind: petition.EvNoted, Text: "启用新的学习模型", Data: facts})
		return err
	})
	if err != nil {
		return Adoption{}, fmt.Errorf("adopt model: %w", err)
	}
	return out, nil
}
