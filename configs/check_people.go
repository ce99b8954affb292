package configs

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

func (k *checker) hasDivision(id string) bool { return slices.Contains(k.divisionIDs(), id) }

func (k *checker) divisionIDs() []string {
	var ids []string
	for _, d := range k.Staff.Divisions {
		ids = append(ids, d.ID)
	}
	return ids
}

func (k *checker) roster() {
	s := k.Staff
	if !k.Has("roster") {
		k.errorf(k.At(), "缺少必填项 roster")
		return
	}
	k.group(peopleOf(s.Office, func(m Member) Person { return m.Person }))
	k.group(peopleOf(s.Leaders, func(l Leader) Person { return l.Person }))
	k.group(s.InformationCentre)
	for _, m := range s.Office {
		if node, ok := m.walk([]any{"roles"}); len(m.Roles) == 0 && (!ok || node.Kind == yaml.SequenceNode) {
			k.errorf(m.At("roles"), "%s 没有角色，roles 应为 handler、approver、head 中的一个或几个", m.Name)
		}
	}
	for _, l := range s.Leaders {
		if l.Rank == "" && !l.Has("rank") {
			k.errorf(l.At("rank"), "%s 没有职级，rank 应为 deputy（分管领导）或 principal（主要领导）", l.Name)
		}
	}
	if len(s.InformationCentre) == 0 {
		k.warnf(s.At("information_centre"), "没有信息中心人员，信箱和服务器的故障只报给值班员")
	}
	k.approvers()
	k.divisions()
	k.spellings()
}

func peopleOf[T any](list []T, person func(T) Person) []Person {
	var out []Person
	for _, t := range list {
		out = append(out, person(t))
	}
	return out
}

// group checks the people of one list, in which nobody may stand twice.
func (k *checker) group(people []Person) {
	seen := make(map[string]int)
	for i, p := range people {
		k.person(p)
		if p.Address != "" {
			k.unique(p.Place, "address", seen, p.Address, i, "人员地址")
		}
	}
}

func (k *checker) person(p Person) {
	k.required(p.Place, "name", p.Name)
	if k.required(p.Place, "address", p.Address) {
		if err := checkAddress(p.Address); err != nil {
			k.errorf(p.At("address"), "%q %s", p.Address, err)
		}
	}
	k.namedFile(p.Place, "key_file", p.KeyFile, false)
}

// approvers demands two people who can approve, so that one of them can release
// what the other one wrote.
func (k *checker) approvers() {
	s := k.Staff
	found := make(map[string]bool)
	for _, m := range s.Office {
		if slices.Contains(m.Roles, "") || len(m.Roles) == 0 && m.Has("roles") {
			return // what the role was meant to be is reported already
		}
		if slices.Contains(m.Roles, "approver") && m.Address != "" {
			found[strings.ToLower(m.Address)] = true
		}
	}
	switch {
	case len(found) == 0:
		k.errorf(s.At("office"), "没有审核员：至少要有一人的 roles 含 approver")
	case len(found) == 1 && k.Conduct.TwoPerson:
		k.errorf(s.At("office"), "只有一名审核员：two_person 打开时至少要有两人的 roles 含 approver")
	}
}

func (k *checker) divisions() {
	s := k.Staff
	if len(s.Divisions) == 0 {
		k.errorf(s.At("divisions"), "缺少必填项 divisions：至少要有一个处室")
	}
	ids, names := make(map[string]int), make(map[string]int)
	for i, d := range s.Divisions {
		if k.required(d.Place, "id", d.ID) {
			k.id(d.Place, d.ID)
			k.unique(d.Place, "id", ids, strings.ToLower(d.ID), i, "处室标识")
		}
		if k.required(d.Place, "name", d.Name) {
			k.unique(d.Place, "name", names, d.Name, i, "处室名称")
		}
		for n, short := range d.Short {
			if first, ok := names[short]; ok && first != i {
				k.warnf(d.At("short", n), "简称 %s 与第 %d 个处室重复，分办时会要求写全称", short, first+1)
				continue
			}
			names[short] = i
		}
		switch {
		case d.Has("head"):
			k.person(d.Head)
		case len(d.Liaisons) == 0:
			k.errorf(d.At(), "处室 %s 既没有负责人 head，也没有联络员 liaisons", d.ID)
		default:
			k.warnf(d.At(), "处室 %s 没有负责人 head，应发给负责人的催办单、督办单将发给办公室", d.ID)
		}
		if len(d.Liaisons) == 0 && d.Has("head") {
			k.warnf(d.At("liaisons"), "处室 %s 没有联络员，转办单将发给负责人", d.ID)
		}
		k.group(d.Liaisons)
	}
}

// spellings reports addresses that differ only in case, which would be one
// mailbox under two names (spec mail section 1), addresses that are ours, and
// one address under two people's names.
func (k *checker) spellings() {
	boxes := make(map[string]string)
	for _, m := range k.Mailboxes {
		if m.Address != "" {
			boxes[strings.ToLower(m.Address)] = m.ID
		}
	}
	first := make(map[string]Person)
	for _, p := range k.everybody() {
		if p.Address == "" {
			continue
		}
		lower := strings.ToLower(p.Address)
		if id, ok := boxes[lower]; ok {
			k.errorf(p.At("address"), "%s 是信箱 %s 自己的地址，不能是人员地址", p.Address, id)
		}
		other, ok := first[lower]
		switch {
		case !ok:
			first[lower] = p
		case other.Address != p.Address:
			k.errorf(p.At("address"), "%s 与%s的 %s 只有大小写不同", p.Address, lineOf(other), other.Address)
		case other.Name != p.Name && p.Name != "" && other.Name != "":
			k.warnf(p.At("address"), "%s 在%s属于 %s，这里属于 %s", p.Address, lineOf(other), other.Name, p.Name)
		}
	}
}

func lineOf(p Person) string { return fmt.Sprintf("第 %d 行", p.At("address").Line) }

// everybody lists all people in the order of the file, as one may hold several
// posts.
func (k *checker) everybody() []Person {
	s := k.Staff
	people := peopleOf(s.Office, func(m Member) Person { return m.Person })
	people = append(people, peopleOf(s.Leaders, func(l Leader) Person { return l.Person })...)
	for _, d := range s.Divisions {
		people = append(people, d.Head)
		people = append(people, d.Liaisons...)
	}
	people = append(people, s.InformationCentre...)
	return append(people, k.dutyPeople()...)
}

func (k *checker) duty() {
	d := k.Duty
	if len(k.dutyPeople()) == 0 {
		k.warnf(d.At("shifts"), "没有值班表，紧急信件和报警将发给办公室")
	}
	if d.HandoverAck <= 0 {
		k.errorf(d.At("handover_ack"), "handover_ack 应大于 0")
	}
	ids := make(map[string]int)
	for i, s := range d.Shifts {
		if k.required(s.Place, "id", s.ID) {
			k.unique(s.Place, "id", ids, s.ID, i, "班次标识")
		}
		for _, key := range []string{"days", "from", "to"} {
			if !s.Has(key) {
				k.errorf(s.At(key), "班次 %s 缺少必填项 %s", s.ID, key)
			}
		}
		if len(s.People) == 0 && len(k.dutyPeople()) > 0 {
			k.warnf(s.At("people"), "班次 %s 没有人员，该时段的报警将发给办公室", s.ID)
		}
		k.group(s.People)
	}
	for _, e := range d.Exceptions {
		if k.required(e.Place, "shift", e.Shift) {
			if _, ok := ids[e.Shift]; !ok {
				k.errorf(e.At("shift"), "班次 %q 不在 duty.shifts 里", e.Shift)
			}
		}
		k.required(e.Place, "date", string(e.Date))
		k.person(e.Person)
	}
}
