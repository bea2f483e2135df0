package bundle_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/testkit/stores"
	"github.com/customerai/customerai/shared/testkit/traces"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
)

// named is in the names of files and columns, which the queues' messages have to say: of them it is only not logged.
const named = "c4n4ry of Jane J0ne5"

// plantedFiles are files with a canary in every place that a file has, and all that can be wrong with one.
func plantedFiles(t *testing.T) map[string]string {
	t.Helper()
	columns := []string{"id", "conversation_id", "customer_id", "participant", "timestamp", "channel", "segment", "language", named, "text"}
	var table, lines bytes.Buffer
	w := csv.NewWriter(&table)
	records := [][]string{columns}
	for _, canary := range canaries {
		for i, column := range columns {
			record := make([]string, len(columns))
			record[len(record)-1] = "It is late again."
			record[i] = canary + strings.Repeat("x", map[string]int{"id": 300}[column])
			records = append(records, record)
			object, err := json.Marshal(map[string]any{"text": "It is late again.", column: record[i]})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&lines, "%s\n%s\n{%[2]q:1,%[2]q:2}\n", object, object[:len(object)-1], canary)
		}
	}
	if err := w.WriteAll(records); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(canaries, ",")
	return map[string]string{
		"rows.csv":     table.String() + "1,\"" + all + "\n\x00" + all + "\n",
		"lines.jsonl":  lines.String(),
		"array.jsonl":  "[" + all + "]",
		"none.csv":     canaries[0] + "," + canaries[1] + "\n" + all + "\n",
		"damaged.gz":   "\x1f\x8b" + all,
		"other.csv.gz": all,
		"binary.csv":   strings.Repeat("\x00", 600) + all,
		named + ".csv": "id,text\n1," + canaries[0] + "\n",
	}
}

// trouble is what happens to the functions.
type trouble int32

const (
	none      trouble = iota
	sometimes         // a call of a store, or its answer, is lost
	noResults         // the bucket takes nothing
	noTable           // the table does not answer, or what asks it panics
)

// breaking has a table that every second time makes those who read from it panic, as code does that is wrong.
type breaking struct {
	table.Table
	now   *atomic.Int32
	calls *atomic.Int32
}

func (b breaking) Get(ctx context.Context, key table.Key) (table.Item, error) {
	b.perhaps()
	return b.Table.Get(ctx, key)
}

func (b breaking) Query(ctx context.Context, query table.Query) (table.Page, error) {
	b.perhaps()
	return b.Table.Query(ctx, query)
}

func (b breaking) perhaps() {
	nothing := []string{}
	if trouble(b.now.Load()) == noTable && b.calls.Add(1)%2 == 0 {
		nothing[b.calls.Load()] = ""
	}
}

// givenUp is how long it takes until the messages of what cannot work are: the function's time for each delivery that there may be.
var givenUp = map[trouble]time.Duration{noTable: 90 * time.Minute, noResults: 30 * time.Minute, sometimes: 30 * time.Minute}

// What is in a file is in no line of the log, which all metrics are made of, in no failure of a batch and in no message that a queue
// has given up, whatever is wrong with the file and with the stores.
func TestWhatIsPlantedInFilesIsNotLoggedReportedOrQueued(t *testing.T) {
	race.Skip(t, "slows hours in which a folder is looked at")
	source, _, err := envsecrets.Open(env.Development, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	uploads, results := stores.Bucket(t), stores.Bucket(t)
	synctest.Test(t, func(t *testing.T) {
		var now, calls atomic.Int32
		random := mathrand.New(mathrand.NewPCG(4, 2))
		injector := faults.New(func(call faults.Call) faults.Moment {
			switch mode := trouble(now.Load()); {
			case mode == noResults && call.Op == "Write", mode == noTable && call.Store == "table":
				return faults.Before
			case mode == sometimes && random.IntN(40) == 0:
				return faults.Before + faults.Moment(random.IntN(2))
			}
			return faults.Never
		})
		var log bytes.Buffer // its handler writes one line at a time
		config := memoryConfig(time.Now)
		config.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		b, err := bundle.Over(t.Context(), config, source, breaking{injector.Table(memtable.New(time.Now)), &now, &calls}, memtable.New(time.Now),
			uploads, injector.Bucket(results), rand.Text, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Run(ctx) }()
		for _, mode := range []trouble{noTable, noResults, sometimes} { // what takes longest comes first, while few files are looked at
			now.Store(int32(mode))
			for name, content := range plantedFiles(t) {
				if _, err := b.Drop(t.Context(), fmt.Sprintf("%d %s", mode, name), strings.NewReader(content)); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(givenUp[mode])
		}
		now.Store(int32(none))
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		wantNoTrace(t, b, log.String())
	})
}

func wantNoTrace(t *testing.T, b *bundle.Bundle, log string) {
	t.Helper()
	leaks := traces.Of(canaries...)
	if found := traces.Of(append([]string{named}, canaries...)...).In(log); found != "" {
		t.Errorf("the log has %s", found)
	}
	for _, outcome := range []string{"message done", "message failed", "panic: runtime error: index out of range"} {
		if !strings.Contains(log, outcome) {
			t.Errorf("the log has no %q: the functions were not in trouble enough", outcome)
		}
	}
	split, analyze := b.DeadLetters()
	if len(split) < 8 || len(analyze) < 3 {
		t.Errorf("%d and %d dead letters, want one of each file and of each that can be cut", len(split), len(analyze))
	}
	for _, letter := range append(split, analyze...) {
		if found := leaks.In(letter.Body); found != "" {
			t.Errorf("a dead letter has %s", found)
		}
	}
	batches, err := b.Batches().List(t.Context(), bundle.Tenant, 100, "")
	if err != nil {
		t.Fatal(err)
	}
	failures := 0
	for _, listed := range batches.Items {
		detail, err := b.Batches().Get(t.Context(), bundle.Tenant, listed.BatchID)
		if err != nil {
			t.Fatal(err)
		}
		if detail.Failure == nil {
			continue
		}
		failures++
		if found := leaks.In(detail.Failure.Message); found != "" {
			t.Errorf("a batch failed because of %s", found)
		}
	}
	if failures < 5 {
		t.Errorf("%d of %d batches have failed, want one for each file that is refused", failures, len(batches.Items))
	}
	t.Logf("%d bytes of log, %d and %d dead letters, %d batches, %d failures", len(log), len(split), len(analyze), len(batches.Items), failures)
}
