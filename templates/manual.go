package templates

// Role selects the parts of the command manual.
type Role string

// The roles that the manual knows.
const (
	RoleCitizen  Role = "citizen"
	RoleLiaison  Role = "liaison" // heads too
	RoleOffice   Role = "office"
	RoleApprover Role = "approver"
	RoleLeader   Role = "leader"
	RoleDuty     Role = "duty"
)

// ManualSection is the manual of one role.
type ManualSection struct {
	Title   string
	Entries []ManualEntry
}

// ManualEntry explains one command.
type ManualEntry struct {
	Line   string // how it is written
	Effect string // what it does
}

// Manual returns the sections of the command manual for somebody who holds roles.
func Manual(roles ...Role) []ManualSection {
	return nil
}
