package batch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
)

// messages takes all messages from the queue and returns them.
func (h *house) messages() (bodies []string) {
	h.t.Helper()
	for {
		deliveries, err := h.queue.Receive(h.t.Context(), 10)
		if err != nil {
			h.t.Fatal(err)
		}
		if len(deliveries) == 0 {
			return bodies
		}
		for _, d := range deliveries {
			bodies = append(bodies, d.Body)
			if err := h.queue.Delete(h.t.Context(), d.Receipt); err != nil {
				h.t.Fatal(err)
			}
		}
	}
}

func (h *house) split(key string) {
	h.t.Helper()
	if err := h.splitter().Split(h.t.Context(), key); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) analyze(bodies ...string) {
	h.t.Helper()
	for _, body := range bodies {
		if err := h.analyzer().Analyze(h.t.Context(), body); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestAnOriginalIsRemovedWithTheLastOfItsChunksAndNotBefore(t *testing.T) {
	for _, key := range []string{"main/a.csv", "main/a.csv.gz"} {
		h := newHouse(t, nil)
		content := "text\n" + strings.Repeat("fine\n", 14) // three chunks
		if strings.HasSuffix(key, ".gz") {
			content = gzipped.String(content)
		}
		h.put(key, content)
		h.put("main/neighbour.csv", threeRows)
		h.split(key)
		messages := h.messages()
		for i, message := range messages {
			if got := h.keys(h.uploads, ""); len(got) != 2 {
				t.Fatalf("%s: %q are left before chunk %d of %d, want both files", key, got, i+1, len(messages))
			}
			h.analyze(message)
		}
		if got := h.keys(h.uploads, ""); !slices.Equal(got, []string{"main/neighbour.csv"}) {
			t.Errorf("%s: %q are left in the end, want the neighbour", key, got)
		}
		h.put(key, content) // the same bytes under the same name are another file
		h.analyze(messages...)
		if got := h.keys(h.uploads, key); len(got) != 1 {
			t.Errorf("%s: late messages of the batch before removed a file that came later", key)
		}
	}
}

func TestAFileWithoutRowsIsCompleteAndRemovedAtOnce(t *testing.T) {
	h := newHouse(t, nil)
	h.put("main/a.csv", "text\n")
	h.split("main/a.csv")
	if d := h.only(); d.Status != ledger.Completed || len(h.keys(h.uploads, "")) != 0 {
		t.Errorf("the batch is %s and %q are left, want it complete and nothing", d.Status, h.keys(h.uploads, ""))
	}
}

func TestTheOriginalOfABatchThatIsNotCompleteIsKept(t *testing.T) {
	h := newHouse(t, nil)
	h.put("main/none.csv", "no column of that name\nx\n")
	h.mustProcess("main/none.csv")
	if d := h.only(); d.Status != ledger.Failed || len(h.keys(h.uploads, "")) != 1 {
		t.Errorf("a failed batch is %s and %q are left, want the file", d.Status, h.keys(h.uploads, ""))
	}
}

func TestWhatComesAfterTheOriginalIsGoneEndsWell(t *testing.T) {
	for _, key := range []string{"main/a.csv", "main/a.csv.gz"} {
		h := newHouse(t, nil)
		content := sample()
		if strings.HasSuffix(key, ".gz") {
			content = gzipped.String(content)
		}
		h.put(key, content)
		h.split(key)
		messages := h.messages()
		h.analyze(messages...)
		want := h.outcome(h.only().BatchID)
		for range 2 {
			h.split(key)
			h.analyze(messages...)
			h.analyze(h.messages()...)
		}
		if got := h.outcome(h.only().BatchID); got != want {
			t.Errorf("%s: late deliveries made of it\n%s\nwant\n%s", key, got, want)
		}
	}
}

func TestARepetitionThatFindsTheOriginalGoneDoesNotFailTheBatch(t *testing.T) {
	h := newHouse(t, nil)
	h.put("main/a.csv", threeRows)
	h.split("main/a.csv")
	messages := h.messages()
	slow := h.analyzer()
	slow.Uploads = meanwhile{h.uploads, func() { h.analyze(messages...) }} // another delivery overtakes it
	if err := slow.Analyze(t.Context(), messages[0]); err != nil {
		t.Fatal(err)
	}
	if d := h.only(); d.Status != ledger.Completed {
		t.Errorf("the batch is %s (%+v), want it complete", d.Status, d.Failure)
	}
}

// meanwhile is a bucket before whose objects are opened something else happens.
type meanwhile struct {
	blob.Bucket
	do func()
}

func (b meanwhile) Open(ctx context.Context, key string, r blob.Range) (blob.Object, error) {
	b.do()
	return b.Bucket.Open(ctx, key, r)
}

func TestABatchThatWasGivenUpWhileItsLastChunkWasDoneKeepsItsOriginal(t *testing.T) {
	h := newHouse(t, nil)
	h.put("main/a.csv", threeRows)
	h.split("main/a.csv")
	messages := h.messages()
	late := h.analyzer()
	late.Now = func() time.Time { // asked for just before the end is written down
		h.tend(20)
		return noon
	}
	if err := late.Analyze(t.Context(), messages[0]); err != nil {
		t.Fatal(err)
	}
	if d := h.only(); d.Status != ledger.Failed || len(h.keys(h.uploads, "")) != 1 {
		t.Errorf("the batch is %s and %q are left, want it failed and its file", d.Status, h.keys(h.uploads, ""))
	}
}

// tend lets the remover look at everything, some days after noon.
func (h *house) tend(days float64) {
	h.t.Helper()
	now := noon.Add(time.Duration(days * 24 * float64(time.Hour)))
	for cursor, more := "", true; more; more = cursor != "" {
		var err error
		if cursor, err = h.remover().Tend(h.t.Context(), "main", now, cursor, 1); err != nil {
			h.t.Fatal(err)
		}
	}
}

// notes counts the originals that are still to be looked at.
func (h *house) notes() int {
	h.t.Helper()
	notes, err := table.All(h.t.Context(), h.table, table.Query{Partition: "main#originals"})
	if err != nil {
		h.t.Fatal(err)
	}
	return len(notes)
}

func TestBatchesThatDoNotCompleteAreGivenUpAndTheirOriginalsEnd(t *testing.T) {
	waiting := func(h *house) {
		if _, err := h.service().Create(t.Context(), "main", "a.csv"); err != nil {
			t.Fatal(err)
		}
	}
	stalled := func(h *house) {
		h.put("main/a.csv.gz", gzipped.String("text\n"+strings.Repeat("fine\n", 8)))
		h.split("main/a.csv.gz")
		h.analyze(h.messages()[0]) // the other one ended among the dead letters
	}
	refused := func(h *house) {
		h.put("main/a.csv", "no column of that name\nx\n")
		h.split("main/a.csv")
	}
	complete := func(h *house) {
		h.put("main/a.csv", threeRows)
		h.mustProcess("main/a.csv")
	}
	// died is complete, and a repetition of its splitter has come late and died.
	died := func(h *house) {
		h.put("main/a.csv.gz", gzipped.String(threeRows))
		h.mustProcess("main/a.csv.gz")
		h.chunkAgain()
	}
	for name, c := range map[string]struct {
		begin     func(*house)
		days      float64
		want      ledger.Status
		message   string
		originals int
		notes     int
	}{
		"an upload is waited for":                {waiting, 14.9, ledger.Waiting, "", 0, 1},
		"an upload never came":                   {waiting, 15, ledger.Failed, "no file came to the upload address", 0, 1},
		"the note of one that never came ends":   {waiting, 30, ledger.Failed, "no file came to the upload address", 0, 0},
		"a dead letter may be sent back":         {stalled, 14.9, ledger.InProgress, "", 1, 1},
		"no dead letter is kept so long":         {stalled, 15, ledger.Failed, "a part of the file could not be analysed in time: send the file again", 1, 1},
		"its original ends with its retention":   {stalled, 30, ledger.Failed, "a part of the file could not be analysed in time: send the file again", 0, 0},
		"a refused file is kept":                 {refused, 29.9, ledger.Failed, "the header has no column text or message; columns are separated by commas", 1, 1},
		"a refused file ends with its retention": {refused, 30, ledger.Failed, "the header has no column text or message; columns are separated by commas", 0, 0},
		"a complete batch is looked after":       {complete, 0.03, ledger.Completed, "", 0, 1},
		"and settled when nobody works on it":    {complete, 0.05, ledger.Completed, "", 0, 0},
		"what a death left is removed":           {died, 0.05, ledger.Completed, "", 0, 0},
		"but not while somebody may be at work":  {died, 0.03, ledger.Completed, "", 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			c.begin(h)
			h.tend(c.days)
			d := h.only()
			message := ""
			if d.Failure != nil {
				message = d.Failure.Message
			}
			if d.Status != c.want || message != c.message {
				t.Errorf("the batch is %s (%q), want %s (%q)", d.Status, message, c.want, c.message)
			}
			if originals := h.keys(h.uploads, ""); len(originals) != c.originals || h.notes() != c.notes {
				t.Errorf("%q and %d notes are left, want %d and %d", originals, h.notes(), c.originals, c.notes)
			}
			if chunks := h.keys(h.results, keys.Chunks("main", d.BatchID)); c.notes == 0 && len(chunks) > 0 {
				t.Errorf("%q are left although the batch is settled", chunks)
			}
		})
	}
}

// chunkAgain writes a chunk of the only batch once more, as a splitter does that comes late and dies.
func (h *house) chunkAgain() {
	h.t.Helper()
	key := keys.Chunk("main", h.only().BatchID, 1)
	if _, err := h.results.Write(h.t.Context(), key, strings.NewReader("late"), blob.WriteOptions{}); err != nil {
		h.t.Fatal(err)
	}
}

func TestABatchThatWasGivenUpIsNotRaisedByItsDeadLetters(t *testing.T) {
	for _, key := range []string{"main/a.csv", "main/a.csv.gz"} {
		h := newHouse(t, nil)
		content := "text\n" + strings.Repeat("fine\n", 8)
		if strings.HasSuffix(key, ".gz") {
			content = gzipped.String(content)
		}
		h.put(key, content)
		h.split(key)
		dead := h.messages()
		h.tend(15)
		h.analyze(dead...)
		h.split(key) // its notification, too
		h.analyze(h.messages()...)
		d := h.only()
		if d.Status != ledger.Failed || d.Failure.Code != string(errs.Unavailable) || d.Chunks.Done != 0 {
			t.Errorf("%s: the batch is %+v, want it as it was given up", key, d)
		}
		if got := h.keys(h.results, ""); len(got) > 0 {
			t.Errorf("%s: dead letters left %q", key, got)
		}
	}
}

func TestTendingThatDiesAtAnyStepIsFinishedByTheNext(t *testing.T) {
	for _, moment := range []faults.Moment{faults.Before, faults.After} {
		for kill := 1; ; kill++ {
			h := newHouse(t, nil)
			for i := range 3 {
				h.put(fmt.Sprintf("main/%d.csv", i), threeRows)
				h.split(fmt.Sprintf("main/%d.csv", i))
			}
			injector := faults.New(faults.Kill(kill, moment))
			_, _ = h.broken(injector).remover().Tend(t.Context(), "main", noon.Add(31*24*time.Hour), "", 10)
			h.tend(31)
			list, err := h.service().List(t.Context(), "main", 10, "")
			if err != nil || len(list.Items) != 3 {
				t.Fatalf("killed at %d: %d batches (%v), want three", kill, len(list.Items), err)
			}
			for _, b := range list.Items {
				if b.Status != ledger.Failed {
					t.Errorf("killed at %d: a batch is %s, want it failed", kill, b.Status)
				}
			}
			if left := h.keys(h.uploads, ""); len(left) != 0 || h.notes() != 0 {
				t.Fatalf("killed at %d: %q and %d notes are left, want nothing", kill, left, h.notes())
			}
			if injector.Calls() < kill {
				break
			}
		}
	}
}

func TestARemovalThatFailedIsDoneByWhateverIsDeliveredNext(t *testing.T) {
	for name, next := range map[string]func(h *house, message string){
		"the chunk":        func(h *house, message string) { h.analyze(message) },
		"the notification": func(h *house, _ string) { h.split("main/a.csv") },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			h.put("main/a.csv", threeRows)
			h.split("main/a.csv")
			message := h.messages()[0]
			analyzer := h.analyzer()
			analyzer.Uploads = faults.New(faults.Kill(2, faults.Before)).Bucket(h.uploads) // opens, and then cannot remove
			if err := analyzer.Analyze(t.Context(), message); !errors.Is(err, faults.ErrInjected) {
				t.Fatalf("error = %v, want the injected one, so that the message comes again", err)
			}
			if d := h.only(); d.Status != ledger.Completed || len(h.keys(h.uploads, "")) != 1 {
				t.Fatalf("the batch is %s and %q are left, want it complete and its file", d.Status, h.keys(h.uploads, ""))
			}
			next(h, message)
			if got := h.keys(h.uploads, ""); len(got) != 0 {
				t.Errorf("%q are left, want nothing", got)
			}
		})
	}
}
