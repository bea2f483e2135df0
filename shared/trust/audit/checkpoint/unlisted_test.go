package checkpoint_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/storage/table"
)

// The list of chains lies in the table, too: whoever takes a chain off it would have no more of it fixed.
func TestAChainThatWasTakenOffTheListIsMissed(t *testing.T) {
	for what, wiped := range map[string]bool{"the chain goes on": false, "the chain is gone as well": true} {
		h := newHouse(t)
		h.append("main", 3)
		if err := h.service().Write(t.Context(), at(13, 0), "main", "a tenant without a chain"); err != nil {
			t.Fatal(err)
		}
		if wiped {
			h.wipe()
		}
		if err := h.table.Delete(t.Context(), table.Key{Partition: "#audit-chains", Sort: "main"}, table.Any()); err != nil {
			t.Fatal(err)
		}
		err := h.service().Write(t.Context(), at(14, 0), "main", "a tenant without a chain")
		if err == nil || !strings.Contains(err.Error(), "main: the table does not list the chain") || strings.Contains(err.Error(), "without a chain") {
			t.Errorf("%s: got %v, want the missing chain named, and no other", what, err)
		}
		if got := len(h.objects("main")); !wiped && got != 2 {
			t.Errorf("%s: got %d checkpoints, want it fixed as before", what, got)
		}
	}
}
