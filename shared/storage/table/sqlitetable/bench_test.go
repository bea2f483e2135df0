package sqlitetable

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
)

func item(i int, size int) table.Item {
	return table.Item{
		Key:   table.Key{Partition: fmt.Sprintf("main#%d", i%16), Sort: fmt.Sprintf("%010d", i)},
		Value: []byte(strings.Repeat("x", size)),
	}
}

// filled returns a table of n items of a kilobyte.
func filled(b *testing.B, n int) *Table {
	b.Helper()
	tb := mustOpen(b, filepath.Join(b.TempDir(), "table.db"), time.Now, "OFF")
	for i := range n {
		if err := tb.Put(b.Context(), item(i, 1024), table.Absent()); err != nil {
			b.Fatal(err)
		}
	}
	return tb
}

func BenchmarkPut(b *testing.B) {
	for _, synchronous := range []string{"FULL", "NORMAL"} {
		b.Run(synchronous, func(b *testing.B) {
			tb := mustOpen(b, filepath.Join(b.TempDir(), "table.db"), time.Now, synchronous)
			for i := 0; b.Loop(); i++ {
				if err := tb.Put(b.Context(), item(i, 1024), table.Absent()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTransactTen(b *testing.B) {
	tb := mustOpen(b, filepath.Join(b.TempDir(), "table.db"), time.Now, "FULL")
	for i := 0; b.Loop(); i++ {
		var writes []table.Write
		for j := range 10 {
			writes = append(writes, table.Put(item(i*10+j, 1024), table.Absent()))
		}
		if err := tb.Transact(b.Context(), strconv.Itoa(i), writes); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	tb := filled(b, 10_000)
	for i := 0; b.Loop(); i++ {
		if _, err := tb.Get(b.Context(), item(i%10_000, 0).Key); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQueryHundred(b *testing.B) {
	tb := filled(b, 10_000)
	for b.Loop() {
		page, err := tb.Query(b.Context(), table.Query{Partition: "main#3", Limit: 100})
		if err != nil || len(page.Items) != 100 {
			b.Fatalf("got %d items (%v)", len(page.Items), err)
		}
	}
}
