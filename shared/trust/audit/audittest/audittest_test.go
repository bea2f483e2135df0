package audittest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/witness"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
)

func TestASoundChainIsReturnedAndNoOther(t *testing.T) {
	for name, c := range map[string]struct {
		sort   string // of the item that is changed
		change func(string) string
		want   string
	}{
		"a sound one":         {"", nil, ""},
		"an edited one":       {fmt.Sprintf("record#%020d", 2), func(line string) string { return strings.Replace(line, "getThing", "putThing", 1) }, "audit record 2"},
		"one cut short":       {"head", func(head string) string { return strings.Replace(head, `"index":3`, `"index":2`, 1) }, "got 3 audit records"},
		"a head that is none": {"head", func(string) string { return "" }, "head"},
	} {
		tb := memtable.New(time.Now)
		log := audittest.New(t, tb, time.Now)
		for range 3 {
			if _, err := log.Commit(t.Context(), audit.Event{Tenant: "main", Actor: "ann", Operation: "getThing"}); err != nil {
				t.Fatal(err)
			}
		}
		if c.sort != "" {
			item, err := tb.Get(t.Context(), table.Key{Partition: "main#audit", Sort: c.sort})
			if err != nil {
				t.Fatal(err)
			}
			if err := tb.Put(t.Context(), item.With([]byte(c.change(string(item.Value)))), table.Version(item.Version)); err != nil {
				t.Fatal(err)
			}
		}
		seen := witness.Of(t, func(tb testing.TB) {
			records := audittest.Records(tb, log, "main")
			if len(records) != 3 || records[0].Actor != audittest.Pseudonym(tb, log, "main", "ann") {
				t.Errorf("%s: got %+v, want three records of ann", name, records)
			}
			if got := audittest.Outcomes(tb, log, "main"); !slices.Equal(got, []string{"getThing allowed", "getThing allowed", "getThing allowed"}) {
				t.Errorf("%s: got %q, want what was done three times", name, got)
			}
		})
		got := strings.Join(seen.Failures, "\n")
		if !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s: the test ended with %q, want %q", name, got, c.want)
		}
	}
}

func TestAnIdHasAPseudonymOfItsOwnInEachChain(t *testing.T) {
	log := audittest.New(t, memtable.New(time.Now), time.Now)
	if a, b := audittest.Pseudonym(t, log, "main", "ann"), audittest.Pseudonym(t, log, "other", "ann"); a == b || a == "" {
		t.Errorf("got %q and %q, want two", a, b)
	}
}
