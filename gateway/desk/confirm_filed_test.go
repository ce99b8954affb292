package desk

import (
	"slices"
	"testing"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// An order that was held lies with the case that it names, like its 确认: the
// dossier shows what was confirmed, word for word.
func TestHeldOrderLiesWithItsCase(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.dispatched()
		o.answer(reply{from: "jia@jxw.example", text: "协办 1 政策法规处 涉及补偿政策", bare: true})
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "confirm"), text: "确认"})
		o.take("jia@jxw.example", "transcript")
		o.take("law@jxw.example", "assist")
		o.take(wang, "acceptance")
		// What names a case that is not there lies with none.
		o.answer(reply{from: "jia@jxw.example", text: "协办 7 政策法规处 涉及补偿政策", bare: true})
		o.take("jia@jxw.example", "transcript")
		o.lies(1, store.KindLetter, store.KindCommand, store.KindCommand)
		// A call that was held lies with the case that came of it.
		o.answer(reply{from: "jia@jxw.example", text: "登记\n来电人赵某反映路灯停电。", bare: true})
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "confirm"), text: "确认"})
		o.take("jia@jxw.example", "transcript")
		o.take("power@jxw.example", "dispatch")
		o.lies(2, store.KindCommand, store.KindLetter)
	})
}

// lies checks which letters lie with a case, in the order in which they came.
func (o *office) lies(sequence int, want ...store.LetterKind) {
	o.t.Helper()
	err := o.store.View(o.t.Context(), func(tx *store.Tx) error {
		letters, err := tx.LettersOf(petition.NewNumber("SFJX", 2026, sequence))
		var kinds []store.LetterKind
		for _, l := range letters {
			kinds = append(kinds, l.Kind)
		}
		if !slices.Equal(kinds, want) {
			o.t.Errorf("with case %d lie %v, want %v", sequence, kinds, want)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}
