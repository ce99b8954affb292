package letter

import "strings"

// arena keeps many short strings in few allocations. What it gave out stays valid:
// a builder never writes where it has written.
type arena struct {
	chunk *strings.Builder
	next  int // how much to ask for
}

// How much is asked for at first and at most.
const (
	arenaFirst = 1 << 10
	arenaMost  = 64 << 10
)

// keep is b as a string.
func (a *arena) keep(b []byte) string {
	if a.chunk == nil || a.chunk.Cap()-a.chunk.Len() < len(b) {
		a.chunk = &strings.Builder{}
		a.next = min(max(2*a.next, arenaFirst), arenaMost)
		a.chunk.Grow(max(a.next, len(b)))
	}
	start := a.chunk.Len()
	a.chunk.Write(b)
	return a.chunk.String()[start:]
}
