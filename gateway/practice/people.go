package practice

import "strings"

// What says which part a person of the practice office plays.
type What string

// The parts.
const (
	Box      What = "box"      // a public mailbox of the office, pulled by the gateway
	WorkBox  What = "work"     // the work box, pulled by the gateway
	Citizen  What = "citizen"  // outside
	Liaison  What = "liaison"  // of a division
	Head     What = "head"     // of a division
	Handler  What = "handler"  // of the office
	Approver What = "approver" // of the office
	Leader   What = "leader"
	Duty     What = "duty"
	Centre   What = "centre" // information centre
)

// Account is a mailbox with a login, for IMAP and SMTP alike; the user name is
// the address.
type Account struct {
	Address  string
	Password string
	Name     string
	What     What
	Division string // of liaisons and heads: the id
}

const (
	inside   = "jxw.example"
	outside  = "mail.example"
	password = "practice"
)

// division is a division of the practice office.
type division struct {
	ID, Name, Short, Local string
}

func divisions() []division {
	return []division{
		{"power", "电力处", "电力", "dlc"},
		{"sme", "中小企业处", "中小", "zxqy"},
		{"telecom", "通信与无线电处", "通信", "txc"},
		{"safety", "安全生产处", "安全", "aqc"},
		{"petition", "信访与国企改革处", "信访", "xfc"},
		{"supervision", "监察室", "监察", "jcs"},
	}
}

// people are all mailboxes, in an order that reads well in a list.
func people() []Account {
	var all []Account
	add := func(what What, name, address, division string) {
		all = append(all, Account{Address: address, Password: password, Name: name, What: what, Division: division})
	}
	add(Box, "主任信箱", "zhuren@"+inside, "")
	add(Box, "监察举报", "jubao@"+inside, "")
	add(Box, "公众诉求信箱", "suqiu@"+inside, "")
	add(Box, "企业负担投诉", "jianfu@"+inside, "")
	add(Box, "公众咨询", "zixun@"+inside, "")
	add(WorkBox, "网上信访工作信箱", "wsxf@"+inside, "")
	add(Citizen, "周素琴", "zhou.suqin@"+outside, "")
	add(Citizen, "李建业", "li.jianye@"+outside, "")
	add(Citizen, "王小梅", "wang.xiaomei@"+outside, "")
	add(Citizen, "陈志诚", "chen.zhicheng@"+outside, "")
	add(Citizen, "赵明", "zhao.ming@"+outside, "")
	add(Citizen, "John Smith", "j.smith@"+outside, "")
	add(Citizen, "孙丽华", "sun.lihua@"+outside, "")
	add(Citizen, "何伟", "he.wei@"+outside, "")
	for _, d := range divisions() {
		add(Liaison, d.Name+"联络员", d.Local+"@"+inside, d.ID)
		add(Head, d.Name+"负责人", d.Local+"-head@"+inside, d.ID)
	}
	add(Handler, "受理员甲", "slya@"+inside, "")
	add(Approver, "审核员乙", "shyb@"+inside, "")
	add(Approver, "审核员丁", "shyd@"+inside, "")
	add(Leader, "分管领导", "fgld@"+inside, "")
	add(Leader, "主要领导", "zyld@"+inside, "")
	add(Duty, "值班员丙", "zbb@"+inside, "")
	add(Duty, "值班员戊", "zbw@"+inside, "")
	add(Centre, "信息中心", "xxzx@"+inside, "")
	return all
}

// Account returns the account of an address, its plus-tag ignored.
func (o *Office) Account(address string) (Account, bool) {
	b, ok := o.box(address)
	if !ok {
		return Account{}, false
	}
	return b.account, true
}

// Person returns the first account that plays the part, of any division.
func (o *Office) Person(w What) Account {
	for _, a := range o.Accounts {
		if a.What == w {
			return a
		}
	}
	return Account{}
}

// People returns every account that plays the part.
func (o *Office) People(w What) []Account {
	var out []Account
	for _, a := range o.Accounts {
		if a.What == w {
			out = append(out, a)
		}
	}
	return out
}

// Of returns the account that plays the part in a division.
func (o *Office) Of(w What, division string) Account {
	for _, a := range o.Accounts {
		if a.What == w && a.Division == division {
			return a
		}
	}
	return Account{}
}

// box finds the mailbox of an address; RFC 5233: a plus-tag is the user's own.
func (o *Office) box(address string) (*postbox, bool) {
	address = strings.ToLower(strings.Trim(strings.TrimSpace(address), "<>"))
	if b, ok := o.boxes[address]; ok {
		return b, true
	}
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return nil, false
	}
	local, _, _ = strings.Cut(local, "+")
	b, ok := o.boxes[local+"@"+domain]
	return b, ok
}
