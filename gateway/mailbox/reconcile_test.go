package mailbox

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestReconcile lets the desk lose letters that the cursor says were taken.
func TestReconcile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		want := bodies(1200)
		srv, desk := newFaultServer(want...), &register{}
		b := srv.box(t, testAccount(), desk)
		defer b.Close()
		pull := func(wantTaken int) {
			t.Helper()
			if n, err := b.Pull(t.Context()); n != wantTaken || err != nil {
				t.Fatalf("Pull = %d, %v, want %d", n, err, wantTaken)
			}
		}
		pull(1200)
		if len(desk.tallies) != 0 {
			t.Errorf("compared at once: %v", desk.tallies)
		}

		// As after a register was put back from a backup.
		desk.lost = map[uint32]bool{}
		for _, uid := range []uint32{3, 499, 500, 501, 1200} {
			desk.lost[uid] = true
		}
		desk.known, desk.kept, desk.batches = nil, nil, nil
		advance(10 * time.Minute)
		pull(0)
		if diff := cmp.Diff([]tally{{1200, 5}}, desk.tallies); diff != "" {
			t.Errorf("comparisons (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{want[2], want[498], want[499], want[500], want[1199]}, desk.kept); diff != "" {
			t.Errorf("letters taken (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]uint32{3, 499, 500, 501, 1200}, slices.Concat(desk.batches...)); diff != "" {
			t.Errorf("letters shown (-want +got):\n%s", diff)
		}

		advance(23 * time.Hour)
		pull(0)
		if len(desk.tallies) != 1 {
			t.Errorf("compared twice a day: %v", desk.tallies)
		}
		advance(time.Hour)
		pull(0)
		if diff := cmp.Diff([]tally{{1200, 5}, {1200, 0}}, desk.tallies); diff != "" {
			t.Errorf("comparisons (-want +got):\n%s", diff)
		}
	})
}
