package petition

import "testing"

// TestImported: an imported letter is archived without any effect.
func TestImported(t *testing.T) {
	t.Parallel()
	p := policy(t)
	fresh := Case{Number: "SFJX-2025-000001", Sender: "wang@mail.example", Arrived: monday.AddDate(-1, 0, 0), Imported: true,
		Dispatches: []Dispatch{{Division: "power", Lead: true, At: monday.AddDate(-1, 0, 0)}}}
	c, effects, err := Step(Case{}, Event{Kind: EvRegistered, Actor: System(), Fresh: &fresh}, monday, p)
	if err != nil || len(effects) != 0 || c.State != Closed {
		t.Fatalf("registered: %s, %v, %v", c.State, effects, err)
	}
	c, effects, err = Step(c, Event{Kind: EvArchived, Actor: System()}, monday, p)
	if err != nil || len(effects) != 0 || c.State != Archived || c.FormerLead() != "power" {
		t.Fatalf("archived: %+v, %v, %v", c, effects, err)
	}
	// It may be taken up again like any other.
	c, _, err = Step(c, Event{Kind: EvReopened, Actor: Actor{Role: RoleHandler, Address: "handler@jxw.example"}, Text: "重新办理"}, monday, p)
	if err != nil || c.State != Dispatched {
		t.Errorf("reopened: %s, %v", c.State, err)
	}
}
