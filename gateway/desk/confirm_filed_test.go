package desk

import (
	"slices"
	"strconv"
	"testing"
	"time"

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

// An order that names several cases lies with each of them that its writer may
// see, and so does the 确认: each dossier shows who ordered what.
func TestOrderLiesWithEachCase(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.dispatched()
		o.person("director", "li@mail.example", "李某", "电价太高", "商铺电价高于公示标准。")
		o.take("li@mail.example", "receipt")
		o.take("power@jxw.example", "dispatch")
		o.person("director", "zhao@mail.example", "赵某", "举报电力处", "举报电力处收费不开票，停电也不通知。")
		o.take("zhao@mail.example", "receipt")
		o.take("jia@jxw.example", "triage")
		o.answer(reply{from: "fgld@jxw.example", text: "督办 1 2工作日\n督办 2 3工作日", bare: true})
		o.lies(1, store.KindLetter, store.KindCommand)
		o.lies(2, store.KindLetter, store.KindCommand)
		o.answer(reply{from: "fgld@jxw.example", to: o.take("fgld@jxw.example", "confirm"), text: "确认"})
		o.take("fgld@jxw.example", "transcript")
		o.lies(1, store.KindLetter, store.KindCommand, store.KindCommand)
		o.lies(2, store.KindLetter, store.KindCommand, store.KindCommand)
		// Of three cases the liaison sees two; what they only read is no order.
		o.answer(reply{from: "power@jxw.example", to: o.last("power@jxw.example", "chase"), text: "签收 1\n签收 2\n签收 3\n查询 2"})
		o.lies(1, store.KindLetter, store.KindCommand, store.KindCommand, store.KindCommand)
		o.lies(2, store.KindLetter, store.KindCommand, store.KindCommand, store.KindCommand)
		o.lies(3, store.KindLetter)
		o.answer(reply{from: "power@jxw.example", to: o.last("power@jxw.example", "transcript"), text: "查询 1\n查询 2", bare: true})
		o.lies(1, store.KindLetter, store.KindCommand, store.KindCommand, store.KindCommand)
		// What nothing proves fills one dossier only; its 确认 lies with both.
		o.answer(reply{from: "power@jxw.example", text: "签收 1\n签收 2", bare: true, plain: true})
		o.lies(2, store.KindLetter, store.KindCommand, store.KindCommand, store.KindCommand)
		o.answer(reply{from: "power@jxw.example", to: o.last("power@jxw.example", "confirm"), text: "确认", plain: true})
		o.lies(2, store.KindLetter, store.KindCommand, store.KindCommand, store.KindCommand, store.KindCommand)
		o.same("arrivals", o.arrivals(), []string{"9"})
		o.inboxes = map[string][]*mail{}
	})
}

// arrivals is how many mails the register says came in.
func (o *office) arrivals() []string {
	o.t.Helper()
	n := 0
	err := o.store.View(o.t.Context(), func(tx *store.Tx) error {
		var err error
		n, err = tx.CountLetters(o.now.Add(-time.Hour), o.now.Add(time.Hour))
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return []string{strconv.Itoa(n)}
}

// What is ordered about a confidential case and others in one mail lies with the
// confidential case: the dossiers of the others must not tell of it.
func TestOrderAboutConfidentialCase(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.dispatched()
		o.person("report", "qian@mail.example", "钱某", "举报", "反映企业偷排，请保密。")
		o.inboxes = map[string][]*mail{}
		o.answer(reply{from: "fgld@jxw.example", text: "督办 1 2工作日\n督办 2 3工作日", bare: true})
		o.answer(reply{from: "fgld@jxw.example", to: o.take("fgld@jxw.example", "confirm"), text: "确认"})
		o.take("fgld@jxw.example", "transcript")
		o.lies(1, store.KindLetter)
		o.lies(2, store.KindLetter, store.KindCommand, store.KindCommand)
		o.inboxes = map[string][]*mail{}
	})
}
