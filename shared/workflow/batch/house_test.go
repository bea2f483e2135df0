package batch

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/queue"
	"github.com/customerai/customerai/shared/storage/queue/memqueue"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/stores"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/workflow/batch/chunks"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// house is everything that batches need, with the stores in one process and chunks of a few rows.
type house struct {
	t       testing.TB
	table   table.Table
	uploads blob.Bucket
	results blob.Bucket
	queue   queue.Queue
	clock   *time.Time // of the queue; the others stand still
	ids     int
}

func newHouse(t testing.TB, disorder *rand.Rand) *house {
	t.Helper()
	clock := noon
	return &house{
		t: t, table: memtable.New(func() time.Time { return noon }), uploads: stores.Bucket(t), results: stores.Bucket(t), clock: &clock,
		queue: memqueue.New(memqueue.Config{Visibility: time.Minute, Now: func() time.Time { return clock }, Disorder: disorder}),
	}
}

// broken is the same house with a fault in its stores.
func (h *house) broken(injector *faults.Injector) *house {
	b := *h
	b.table, b.uploads, b.results = injector.Table(h.table), injector.Bucket(h.uploads), injector.Bucket(h.results)
	b.queue = injector.Queue(h.queue)
	return &b
}

// fixed is a clock that stands still, some minutes after noon.
func fixed(minutes int) func() time.Time {
	return func() time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
}

func (h *house) splitter() *Splitter {
	return &Splitter{
		Table: h.table, Uploads: h.uploads, Results: h.results, Chunks: h.queue, Now: fixed(0),
		DefaultTenant: "main", chunk: chunks.Size{Bytes: 500, Rows: 6},
	}
}

func (h *house) analyzer() *ChunkAnalyzer {
	return &ChunkAnalyzer{Table: h.table, Uploads: h.uploads, Results: h.results, Now: fixed(1)}
}

func (h *house) service() *Service {
	return &Service{
		Table: h.table, Uploads: h, Results: h.results, Now: fixed(0),
		NewID: func() string { h.ids++; return strings.Repeat("ABCDEFGH"[h.ids-1:h.ids], 26) },
		Audit: audittest.New(h.t, h.table, fixed(0)),
	}
}

func (h *house) PresignPut(_ context.Context, key string, maxBytes int64, expires time.Time) (string, error) {
	return fmt.Sprintf("https://uploads.example/%s?max=%d&expires=%d", key, maxBytes, expires.Unix()), nil
}

func (h *house) put(key, content string) {
	h.t.Helper()
	if _, err := h.uploads.Write(context.Background(), key, strings.NewReader(content), blob.WriteOptions{}); err != nil {
		h.t.Fatal(err)
	}
}

// drain handles chunk messages until there are none, those that came back included, or until one fails.
func (h *house) drain() error {
	analyzer := h.analyzer()
	for idle := 0; idle < 2; {
		deliveries, err := h.queue.Receive(context.Background(), 1)
		if err != nil {
			return err
		}
		if len(deliveries) == 0 {
			idle++
			*h.clock = h.clock.Add(time.Hour)
			continue
		}
		idle = 0
		if err := analyzer.Analyze(context.Background(), deliveries[0].Body); err != nil {
			return err
		}
		if err := h.queue.Delete(context.Background(), deliveries[0].Receipt); err != nil {
			return err
		}
	}
	return nil
}

// process does what the notification of an upload sets off.
func (h *house) process(key string) error {
	if err := h.splitter().Split(context.Background(), key); err != nil {
		return err
	}
	return h.drain()
}

func (h *house) mustProcess(key string) {
	h.t.Helper()
	if err := h.process(key); err != nil {
		h.t.Fatal(err)
	}
}

// only returns the tenant's only batch.
func (h *house) only() Detail {
	h.t.Helper()
	list, err := h.service().List(context.Background(), "main", 10, "")
	if err != nil || len(list.Items) != 1 {
		h.t.Fatalf("batches = %+v, %v, want one", list.Items, err)
	}
	detail, err := h.service().Get(context.Background(), "main", list.Items[0].BatchID)
	if err != nil {
		h.t.Fatal(err)
	}
	if detail.Status != list.Items[0].Status {
		h.t.Errorf("listed as %s but is %s", list.Items[0].Status, detail.Status)
	}
	return detail
}

// outcome is all that a batch gives: its summary and every row, read page by page.
func (h *house) outcome(id string) string {
	h.t.Helper()
	detail, err := h.service().Get(context.Background(), "main", id)
	if err != nil {
		h.t.Fatal(err)
	}
	if detail.Status != ledger.Completed || detail.Progress != 1 {
		h.t.Errorf("batch is %s at %v, want COMPLETED", detail.Status, detail.Progress)
	}
	h.nothingWrittenIsLeft(id)
	return asJSON(h.t, detail.Summary) + "\n" + h.pages(id, 2)
}

// nothingWrittenIsLeft checks that what customers wrote is kept nowhere any more.
func (h *house) nothingWrittenIsLeft(id string) {
	h.t.Helper()
	chunks, originals := h.keys(h.results, keys.Chunks("main", id)), h.keys(h.uploads, "")
	if len(chunks)+len(originals) > 0 {
		h.t.Errorf("%q and %q are left although the batch is complete", chunks, originals)
	}
}

// keys lists what a bucket holds.
func (h *house) keys(bucket blob.Bucket, prefix string) (keys []string) {
	h.t.Helper()
	page, err := bucket.List(context.Background(), prefix, "", 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, object := range page.Objects {
		keys = append(keys, object.Key)
	}
	return keys
}

// pages reads results and rejections to their end, limit rows a page.
func (h *house) pages(id string, limit int) string {
	h.t.Helper()
	var out strings.Builder
	for cursor := ""; ; {
		page, err := h.service().Analysed(context.Background(), "main", id, limit, cursor)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, row := range page.Items {
			out.Write(append(row.AppendJSON(nil), '\n'))
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	for cursor := ""; ; {
		page, err := h.service().Rejected(context.Background(), "main", id, limit, cursor)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, rejection := range page.Items {
			out.Write(append(rejection.AppendJSON(nil), '\n'))
		}
		if cursor = page.Next; cursor == "" {
			return out.String()
		}
	}
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sample is a file with rows of several weeks, channels and languages, personal data, and one bad row of most kinds.
func sample() string {
	var b strings.Builder
	b.WriteString("id,channel,segment,timestamp,text,note\n")
	for i := range 12 {
		fmt.Fprintf(&b, "m%d,%s,retail,2026-11-%02d,\"Message %d: write to ann%d@example.com, please.\",x\n",
			i, []string{"chat", "email"}[i%2], i*2+1, i, i)
		switch i {
		case 2:
			b.WriteString("bad,chat,retail,2026-11-01,\"never closed,x\n")
		case 4:
			b.WriteString("bad,chat,retail,2026-11-01,\"closed\"too early,x\n\n")
		case 5:
			b.WriteString("m,chat,retail,2026-11-01,\"two\nlines with a \"\"quote\"\"\",x\n")
		case 7:
			b.WriteString("few,chat\n")
		case 8:
			b.WriteString("bad,chat,retail,yesterday,text,x\n")
		case 9:
			b.WriteString("bad,chat,retail,2026-11-01,caf\xe9,x\n")
		}
	}
	return b.String()
}

// reference is the outcome of the sample when nothing goes wrong.
func reference(t testing.TB, key, content string) string {
	t.Helper()
	h := newHouse(t, nil)
	h.put(key, content)
	h.mustProcess(key)
	return h.outcome(h.only().BatchID)
}

func mustBe(t testing.TB, err error, code errs.Code) {
	t.Helper()
	if !errs.Is(err, code) {
		t.Errorf("error = %v (%s), want %s", err, errs.CodeOf(err), code)
	}
}
