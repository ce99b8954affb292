package desk

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// otherwise is a letter that does not come as a citizen's mail does.
func (w *walk) otherwise() {
	switch w.rng.IntN(3) {
	case 0:
		w.form()
	case 1:
		w.call()
	default:
		w.nameless()
	}
}

// form is a letter from the web page: from the web server, the citizen in it.
func (w *walk) form() {
	who := w.somebody()
	subject, a := w.mark(who.address, false)
	body, b := w.mark(who.address, false)
	about := pick(w, []string{"小区停电三天", "举报电力处乱收费", "咨询项目备案"})
	text := fmt.Sprintf("姓名：%s\r\n联系电话：%s\r\n电子邮箱：%s\r\n标题：%s\r\n内容：%s，%s。", who.name, who.phone, who.address, about+subject, about, body)
	w.note("%s fills the form in: %s %s", who.address, about, body)
	from := "www@portal.example"
	w.send("portal", letter.Outgoing{From: letter.Address{Address: from}, Subject: "网站来信", Text: text}, written{from: from, secrets: []int{a, b}})
}

// call is a call that somebody of the office writes down, whose caller may have
// an address.
func (w *walk) call() {
	from := pick(w, []string{"zhiban@jxw.example", "jia@jxw.example", "yi@jxw.example", "power@jxw.example"})
	if w.outsider(from) {
		return // who left the office writes as anybody does, and may name whom they like
	}
	who := w.somebody()
	body, i := w.mark(who.address, false)
	text := "登记 " + pick(w, []string{"主任信箱", "监察举报"}) + "\r\n姓名：" + who.name + "\r\n联系电话：" + who.phone
	if w.one(2) {
		text += "\r\n电子邮箱：" + who.address
	} else {
		// Without an address nothing ties the case to a person: they stay unnamed.
		who = identity{}
		text = "登记 " + pick(w, []string{"主任信箱", "监察举报"})
	}
	text += "\r\n内容：" + pick(w, []string{"来电反映停电", "来电举报电力处", "来访咨询"}) + body + "。"
	m := written{from: from, authenticated: !w.one(7), verb: text, secrets: []int{i}, caller: who}
	w.note("%s writes a call down (authenticated %v): %q", from, m.authenticated, strings.ReplaceAll(text, "\r\n", " "))
	w.send("desk", letter.Outgoing{From: letter.Address{Address: from}, Subject: "来电", Text: text}, m)
}

// nameless is a letter that nobody can be answered to.
func (w *walk) nameless() {
	body, i := w.mark("", false)
	text := pick(w, []string{"小区停电三天", "举报电力处乱收费", "咨询项目备案"}) + body
	w.note("a letter comes from nobody: %s", text)
	w.serial++
	raw := fmt.Sprintf("Received: from x by mx.jxw.example; Mon, 2 Mar 2026 09:00:00 +0800\r\nFrom: %s\r\nTo: zhuren@jxw.example\r\nSubject: x\r\nMessage-ID: <w%d@client.example>\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s\r\n", pick(w, []string{"<>", "undisclosed", "a@b", "群众 <群众@邮箱>"}), w.serial, text)
	box := pick(w, []string{"director", "report"})
	w.uid[box]++
	at := arrivalOf{box: box, validity: 1, uid: w.uid[box], raw: []byte(raw), mail: &written{from: "nobody", secrets: []int{i}}}
	w.past = append(w.past, at)
	w.arrive(at)
}

// named gives a mail, once in a while, a Message-ID as some mailers write it.
func (w *walk) named(raw []byte, id string) []byte {
	if !w.one(12) {
		return raw
	}
	odd := pick(w, []string{"<1,%s>", "<编号%s>", "%s x y", "", "<" + strings.Repeat("w", 950) + "%s>"})
	if odd != "" {
		odd = fmt.Sprintf(odd, id)
	}
	return bytes.Replace(raw, []byte("Message-ID: <"+id+">"), []byte("Message-ID: "+odd), 1)
}

// changed is the roster after somebody left and somebody came.
func (w *walk) changed(r petition.Roster) petition.Roster {
	r.Divisions, r.Office = slices.Clone(r.Divisions), slices.Clone(r.Office)
	if w.one(2) {
		d := &r.Divisions[w.rng.IntN(len(r.Divisions))]
		d.Liaisons = slices.Clone(d.Liaisons)
		d.Liaisons[0] = successor(d.Liaisons[0])
		w.note("%s is a liaison of %s from now on", d.Liaisons[0].Address, d.ID)
		return r
	}
	m := &r.Office[w.rng.IntN(len(r.Office))]
	m.Person = successor(m.Person)
	w.note("%s serves in the office from now on", m.Address)
	return r
}

// successor takes somebody's place: one who left may come back.
func successor(p petition.Person) petition.Person {
	if address, ok := strings.CutPrefix(p.Address, "new-"); ok {
		return petition.Person{Name: strings.TrimPrefix(p.Name, "新"), Address: address}
	}
	return petition.Person{Name: "新" + p.Name, Address: "new-" + p.Address}
}
