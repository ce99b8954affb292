package petition

import (
	"slices"
	"strings"
)

// Role is what a person may be in a case or in the office.
type Role string

// The roles of spec mail section 1 (clause C6).
const (
	RoleCitizen  Role = "citizen"
	RoleLiaison  Role = "liaison"
	RoleHead     Role = "head" // first responsible person of a division
	RoleHandler  Role = "handler"
	RoleApprover Role = "approver"
	RoleChief    Role = "chief" // a member of the office with the configured role `head`
	RoleLeader   Role = "leader"
	RoleDuty     Role = "duty"
	RoleCentre   Role = "centre" // the information centre: receives alarms only
	RoleSystem   Role = "system" // the gateway itself: clocks, automatic dispatch
)

// Person is somebody the gateway writes to. Address is compared without case.
type Person struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Member is a person of the e-gov office with what they may do there.
type Member struct {
	Person
	Roles []Role `json:"roles"`
}

// Leader is a leader of the commission; Rank is "deputy" or "principal".
type Leader struct {
	Person
	Rank string `json:"rank"`
}

// Division is a division (处室) with its head and liaisons.
type Division struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Short    []string `json:"short"`
	Head     Person   `json:"head"`
	Liaisons []Person `json:"liaisons"`
}

// Roster is everybody who may command, and the information centre.
type Roster struct {
	Office    []Member
	Leaders   []Leader
	Divisions []Division
	Duty      []Person // everybody named in any shift
	Centre    []Person
}

// Post is one role that an address holds; Division is set for liaisons and heads.
type Post struct {
	Person   Person
	Role     Role
	Division string
}

// SameAddress compares two mailbox addresses, both parts without case
// (spec mail section 1).
func SameAddress(a, b string) bool {
	return a != "" && strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

// Posts lists every role that an address holds; empty for an outsider.
func (r Roster) Posts(address string) []Post {
	var posts []Post
	for _, m := range r.Office {
		if SameAddress(m.Address, address) {
			for _, role := range m.Roles {
				posts = append(posts, Post{Person: m.Person, Role: role})
			}
		}
	}
	for _, l := range r.Leaders {
		if SameAddress(l.Address, address) {
			posts = append(posts, Post{Person: l.Person, Role: RoleLeader})
		}
	}
	for _, d := range r.Divisions {
		if SameAddress(d.Head.Address, address) {
			posts = append(posts, Post{Person: d.Head, Role: RoleHead, Division: d.ID})
		}
		for _, p := range d.Liaisons {
			if SameAddress(p.Address, address) {
				posts = append(posts, Post{Person: p, Role: RoleLiaison, Division: d.ID})
			}
		}
	}
	for _, p := range r.Duty {
		if SameAddress(p.Address, address) {
			posts = append(posts, Post{Person: p, Role: RoleDuty})
			break
		}
	}
	return posts
}

// Division finds a division by id.
func (r Roster) Division(id string) (Division, bool) {
	for _, d := range r.Divisions {
		if d.ID == id {
			return d, true
		}
	}
	return Division{}, false
}

// DivisionName is a division's full name, or the id itself when it is unknown.
func (r Roster) DivisionName(id string) string {
	if d, ok := r.Division(id); ok {
		return d.Name
	}
	return id
}

// FindDivision finds the divisions that a word may mean: an exact id, name or
// short name alone decides; else every division whose name contains the word
// is a candidate.
func (r Roster) FindDivision(word string) []Division {
	word = strings.TrimSpace(word)
	if word == "" {
		return nil
	}
	var exact, near []Division
	for _, d := range r.Divisions {
		switch {
		case strings.EqualFold(d.ID, word), d.Name == word, slices.Contains(d.Short, word):
			exact = append(exact, d)
		case strings.Contains(d.Name, word):
			near = append(near, d)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return near
}

// FindLeader finds the leaders that a word may mean: by name or by address.
func (r Roster) FindLeader(word string) []Leader {
	word = strings.TrimSpace(word)
	var found []Leader
	for _, l := range r.Leaders {
		if l.Name == word || SameAddress(l.Address, word) {
			found = append(found, l)
		}
	}
	return found
}

// OfficeWith lists the members of the office that hold a role.
func (r Roster) OfficeWith(role Role) []Person {
	var people []Person
	for _, m := range r.Office {
		if slices.Contains(m.Roles, role) {
			people = append(people, m.Person)
		}
	}
	return people
}

// LeadersOf lists the leaders of a rank, all of them for "".
func (r Roster) LeadersOf(rank string) []Person {
	var people []Person
	for _, l := range r.Leaders {
		if rank == "" || l.Rank == rank {
			people = append(people, l.Person)
		}
	}
	return people
}

// InOffice reports whether an address belongs to a member of the office.
func (r Roster) InOffice(address string) bool {
	return slices.ContainsFunc(r.Office, func(m Member) bool { return SameAddress(m.Address, address) })
}
