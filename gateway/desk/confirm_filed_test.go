package desk

import (
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
		err := o.store.View(t.Context(), func(tx *store.Tx) error {
			letters, err := tx.LettersOf(petition.NewNumber("SFJX", 2026, 1))
			var kinds []store.LetterKind
			for _, l := range letters {
				kinds = append(kinds, l.Kind)
			}
			if len(kinds) != 3 || kinds[0] != store.KindLetter || kinds[1] != store.KindCommand || kinds[2] != store.KindCommand {
				t.Errorf("with the case lie %v", kinds)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
