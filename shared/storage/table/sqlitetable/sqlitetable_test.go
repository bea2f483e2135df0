package sqlitetable

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/storage/table/tabletest"
	"github.com/customerai/customerai/shared/testkit/race"
)

// mustOpen opens a table that is closed with the test. It does not wait for the disk, which only a power cut would show.
func mustOpen(t testing.TB, path string, now func() time.Time, synchronous string) *Table {
	t.Helper()
	tb, err := open(t.Context(), path, now, synchronous)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tb.Close(); err != nil {
			t.Error(err)
		}
	})
	return tb
}

func openTest(t *testing.T, now func() time.Time) table.Table {
	return mustOpen(t, filepath.Join(t.TempDir(), "table.db"), now, "OFF")
}

func openMemory(_ *testing.T, now func() time.Time) table.Table { return memtable.New(now) }

func TestConformance(t *testing.T) { tabletest.Run(t, openTest) }

func TestItAgreesWithMemory(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	tabletest.Agree(t, 10, openTest, openMemory)
}
