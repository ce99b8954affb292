package command

import (
	"strings"

	"xinfangd/gateway/petition"
)

// Manual is the list of a role's commands as text, for the help mail and the
// manual. Each usage stands in 〈〉, which Parse never obeys, so that a manual
// that comes back in a reply commands nothing.
func Manual(role petition.Role) string {
	var b strings.Builder
	for _, e := range Entries(role) {
		b.WriteString(e.Sample())
		if len(e.Also) > 0 {
			b.WriteString("（也可写：" + strings.Join(e.Also, "、") + "）")
		}
		b.WriteString("\n    " + e.Help + "\n")
	}
	return b.String()
}

// Sample is the usage as our mails may show it on a line of its own.
func (e Entry) Sample() string { return "〈" + e.Usage + "〉" }
