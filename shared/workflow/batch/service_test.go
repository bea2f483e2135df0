package batch

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

const threeRows = "text\none\ntwo\nthree\n"

func TestAnAnnouncedBatchGoesFromWaitingToCompleted(t *testing.T) {
	h := newHouse(t, nil)
	service := h.service()
	upload, err := service.Create(t.Context(), "main", "../My Messages.csv")
	if err != nil {
		t.Fatal(err)
	}
	id := "bat_AAAAAAAAAAAAAAAAAAAAAAAAAA"
	want := Upload{
		BatchID: id, ExpiresAt: noon.Add(UploadLifetime),
		UploadURL: "https://uploads.example/main/" + id + "/My-Messages.csv?max=5368709120&expires=1795522500",
	}
	if upload != want {
		t.Errorf("upload = %+v, want %+v", upload, want)
	}
	if d := h.only(); d.Status != ledger.Waiting || d.Summary != nil || d.Progress != 0 || d.FileName != "My-Messages.csv" {
		t.Errorf("before the upload: %+v", d)
	}
	key := "main/" + id + "/My-Messages.csv"
	h.put(key, threeRows)
	if err := h.splitter().Split(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if d := h.only(); d.Status != ledger.InProgress || d.Chunks != (Chunks{Total: 1}) || d.SizeBytes != int64(len(threeRows)) {
		t.Errorf("after the split: %+v", d)
	}
	h.mustProcess(key)
	if d := h.only(); d.Status != ledger.Completed || d.BatchID != id || d.Progress != 1 || d.Summary.Results != 3 {
		t.Errorf("in the end: %+v", d)
	}
}

func TestNamesThatAreNoFileNamesAreRefused(t *testing.T) {
	h := newHouse(t, nil)
	for _, name := range []string{"", ".", "..", "/", "---", "...", "."} {
		_, err := h.service().Create(t.Context(), "main", name)
		mustBe(t, err, errs.Invalid)
	}
}

func TestAnothersBatchIsAsGoodAsNone(t *testing.T) {
	h := newHouse(t, nil)
	h.put("main/a.csv", threeRows)
	h.mustProcess("main/a.csv")
	id := h.only().BatchID
	calls := map[string]func(tenant, id string) error{
		"Get": func(tenant, id string) error { _, err := h.service().Get(t.Context(), tenant, id); return err },
		"Analysed": func(tenant, id string) error {
			_, err := h.service().Analysed(t.Context(), tenant, id, 9, "")
			return err
		},
		"Rejected": func(tenant, id string) error {
			_, err := h.service().Rejected(t.Context(), tenant, id, 9, "")
			return err
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			if err := call("main", id); err != nil {
				t.Fatal(err)
			}
			foreign, missing, malformed := call("rival", id), call("rival", keys.IDPrefix+strings.Repeat("Z", 26)), call("main", "../"+id)
			for _, err := range []error{foreign, missing, malformed} {
				mustBe(t, err, errs.NotFound)
				if err.Error() != missing.Error() {
					t.Errorf("%q differs from %q", err, missing)
				}
			}
		})
	}
	list, err := h.service().List(t.Context(), "rival", 9, "")
	if err != nil || len(list.Items) != 0 {
		t.Errorf("rival lists %+v, %v", list.Items, err)
	}
}

func TestBatchesAreListedNewestFirstPageByPage(t *testing.T) {
	h := newHouse(t, nil)
	names := []string{"a.csv", "b.csv", "c.csv"}
	service := h.service()
	for i, name := range names {
		service.Now = fixed(i)
		if _, err := service.Create(t.Context(), "main", name); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for cursor := ""; ; {
		page, err := service.List(t.Context(), "main", 1, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range page.Items {
			got = append(got, b.FileName)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	slices.Reverse(names)
	if !slices.Equal(got, names) {
		t.Errorf("listed %q, want %q", got, names)
	}
	_, err := service.List(t.Context(), "main", 1, "no cursor")
	mustBe(t, err, errs.Invalid)
}

func TestRowsCanBeReadWhileTheBatchIsInProgress(t *testing.T) {
	h := newHouse(t, nil)
	h.put("main/a.csv", "text\n"+strings.Repeat("fine\n", 14)) // three chunks
	if err := h.splitter().Split(t.Context(), "main/a.csv"); err != nil {
		t.Fatal(err)
	}
	var messages []string
	for {
		deliveries, err := h.queue.Receive(t.Context(), 10)
		if err != nil || len(deliveries) == 0 {
			break
		}
		for _, d := range deliveries {
			messages = append(messages, d.Body)
		}
	}
	id := h.only().BatchID
	cursor := ""
	for i, step := range []struct {
		message   string
		want      int // rows that the next page has
		wantEnd   bool
		wantFirst int // line
	}{
		{"", 0, false, 0},
		{messages[2], 0, false, 0}, // the last chunk alone shows nothing: rows come in order
		{messages[0], 6, false, 2},
		{messages[1], 8, true, 8},
	} {
		if step.message != "" {
			if err := h.analyzer().Analyze(t.Context(), step.message); err != nil {
				t.Fatal(err)
			}
		}
		page, err := h.service().Analysed(t.Context(), "main", id, 100, cursor)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) != step.want || (page.Next == "") != step.wantEnd {
			t.Errorf("step %d: %d rows, next %q, want %d rows and the end %v", i, len(page.Items), page.Next, step.want, step.wantEnd)
		}
		if step.want > 0 && page.Items[0].Line != step.wantFirst {
			t.Errorf("step %d begins at line %d, want %d", i, page.Items[0].Line, step.wantFirst)
		}
		cursor = page.Next
	}
}

func TestCursorsThatWereNotGivenAreRefused(t *testing.T) {
	h := newHouse(t, nil)
	h.put("main/a.csv", threeRows+"\x00\n")
	h.mustProcess("main/a.csv")
	id := h.only().BatchID
	for _, cursor := range []string{"x", "1", "0.0", "1.-1", "01.0", "1.0 ", "1.3", "1.999999", "1.9223372036854775807"} {
		_, err := h.service().Analysed(t.Context(), "main", id, 9, cursor)
		mustBe(t, err, errs.Invalid)
		_, err = h.service().Rejected(t.Context(), "main", id, 9, cursor)
		mustBe(t, err, errs.Invalid)
	}
	page, err := h.service().Analysed(t.Context(), "main", id, 9, "7.0")
	if err != nil || len(page.Items) != 0 || page.Next != "" {
		t.Errorf("behind the end: %+v, %v, want an empty last page", page, err)
	}
}

func TestAPageEndsBeforeItIsTooLargeForAResponse(t *testing.T) {
	h := newHouse(t, nil)
	h.put("main/a.csv", "text\n"+strings.Repeat(strings.Repeat("x", 1_000_000)+"\n", 6))
	h.mustProcess("main/a.csv")
	page, err := h.service().Analysed(t.Context(), "main", h.only().BatchID, 100, "")
	if err != nil || len(page.Items) == 0 || len(page.Items) == 6 || page.Next == "" {
		t.Errorf("%d rows, next %q, %v, want some but not all", len(page.Items), page.Next, err)
	}
}

// A function's answer is a text in a text, in which each \ and " of a row takes another byte.
func TestAPageFitsAResponseHoweverMuchOfItIsEscaped(t *testing.T) {
	const most = 5 << 20
	for _, text := range []string{`\`, "\t", "é"} {
		h := newHouse(t, nil)
		h.put("main/a.csv", "text\n"+strings.Repeat(`"x`+strings.Repeat(text, 999_990/len(text))+"x\"\n", 4))
		h.mustProcess("main/a.csv")
		rows, cursor := 0, ""
		for first := true; first || cursor != ""; first = false {
			page, err := h.service().Analysed(t.Context(), "main", h.only().BatchID, 100, cursor)
			if err != nil || len(page.Items) == 0 {
				t.Fatalf("%q: %d rows, %v, want some", text, len(page.Items), err)
			}
			if n := len(asJSON(t, asJSON(t, page.Items))); n > most {
				t.Errorf("%q: a page of %d rows has %d bytes, want at most %d", text, len(page.Items), n, most)
			}
			rows, cursor = rows+len(page.Items), page.Next
		}
		if rows != 4 {
			t.Errorf("%q: got %d rows, want 4", text, rows)
		}
	}
}

func TestThePageThatTakesTheLastRowIsTheLast(t *testing.T) {
	h := newHouse(t, nil)
	h.put("main/a.csv", threeRows)
	h.mustProcess("main/a.csv")
	page, err := h.service().Analysed(t.Context(), "main", h.only().BatchID, 3, "")
	if err != nil || len(page.Items) != 3 || page.Next != "" {
		t.Errorf("%d rows, next %q, %v, want three and the end", len(page.Items), page.Next, err)
	}
}

func TestUploadsAreKnownByTheirKeyAndBytes(t *testing.T) {
	h := newHouse(t, nil)
	h.put("a.csv", threeRows)
	h.mustProcess("a.csv")
	h.mustProcess("a.csv")
	if d := h.only(); d.Status != ledger.Completed || d.FileName != "a.csv" {
		t.Errorf("told twice of one file: %+v", d)
	}
	h.put("a.csv", threeRows) // put anew: a new file
	h.mustProcess("a.csv")
	list, err := h.service().List(t.Context(), "main", 9, "")
	if err != nil || len(list.Items) != 2 || list.Items[0].BatchID == list.Items[1].BatchID {
		t.Errorf("two files gave %+v, %v", list.Items, err)
	}
}

func TestASecondUploadToAnAddressIsABatchOfItsOwn(t *testing.T) {
	h := newHouse(t, nil)
	upload, err := h.service().Create(t.Context(), "main", "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	key := keys.Upload{Tenant: "main", ID: upload.BatchID, FileName: "a.csv"}.Key()
	for range 2 {
		h.put(key, threeRows)
		h.mustProcess(key)
	}
	first, err := h.service().Get(t.Context(), "main", upload.BatchID)
	list, listErr := h.service().List(t.Context(), "main", 9, "")
	if err != nil || listErr != nil || first.Status != ledger.Completed || first.Summary.Results != 3 || len(list.Items) != 2 {
		t.Errorf("first %+v, all %+v, %v, %v", first, list.Items, err, listErr)
	}
}

func TestAFileThatChangesUnderWayFails(t *testing.T) {
	for name, test := range map[string]struct {
		change func(h *house) error
		want   ledger.Failure
	}{
		"replaced": {
			func(h *house) error {
				_, err := h.uploads.Write(t.Context(), "main/a.csv", strings.NewReader(threeRows+"x"), blob.WriteOptions{})
				return err
			},
			ledger.Failure{Code: "conflict", Message: "the file was replaced while it was being analysed"},
		},
		"replaced by a shorter one": {
			func(h *house) error {
				_, err := h.uploads.Write(t.Context(), "main/a.csv", strings.NewReader("x"), blob.WriteOptions{})
				return err
			},
			ledger.Failure{Code: "conflict", Message: "the file was replaced while it was being analysed"},
		},
		"removed": {
			func(h *house) error { return h.uploads.Delete(t.Context(), "main/a.csv", blob.EveryVersion) },
			ledger.Failure{Code: "not_found", Message: "the file was removed before it was analysed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			h.put("main/a.csv", threeRows)
			if err := h.splitter().Split(t.Context(), "main/a.csv"); err != nil {
				t.Fatal(err)
			}
			if err := test.change(h); err != nil {
				t.Fatal(err)
			}
			if err := h.drain(); err != nil {
				t.Fatal(err)
			}
			d := h.only()
			if d.Status != ledger.Failed || d.Failure == nil || *d.Failure != test.want {
				t.Errorf("%s with %+v, want %+v", d.Status, d.Failure, test.want)
			}
			if page, err := h.service().Analysed(t.Context(), "main", d.BatchID, 9, ""); err != nil || page.Next != "" {
				t.Errorf("a failed batch's rows: %+v, %v, want an end", page, err)
			}
		})
	}
}

// grown is a bucket whose objects are as large as S3 lets them be.
type grown struct {
	blob.Bucket
	size int64
}

func (b grown) Open(ctx context.Context, key string, r blob.Range) (blob.Object, error) {
	object, err := b.Bucket.Open(ctx, key, r)
	object.Info.Size = b.size
	return object, err
}

func TestAFileThatIsLargerThanAnUploadMayBeFailsAndSaysWhy(t *testing.T) {
	for size, want := range map[int64]ledger.Status{MaxUpload: ledger.InProgress, MaxUpload + 1: ledger.Failed} {
		h := newHouse(t, nil)
		h.put("main/big.csv", "text\nfine\n")
		splitter := h.splitter()
		splitter.Uploads = grown{h.uploads, size}
		for range 2 { // a notification may come twice
			if err := splitter.Split(t.Context(), "main/big.csv"); err != nil {
				t.Fatal(err)
			}
		}
		got := h.only()
		if got.Status != want {
			t.Errorf("with %d bytes the batch is %s, want %s", size, got.Status, want)
		}
		if want == ledger.Failed && (got.Failure == nil || got.Failure.Code != string(errs.TooLarge) || !strings.Contains(got.Failure.Message, "5 GiB")) {
			t.Errorf("failure = %+v, want that the file is too large", got.Failure)
		}
	}
}

func TestWhatLeavesNothingToDo(t *testing.T) {
	h := newHouse(t, nil)
	if err := h.splitter().Split(t.Context(), "main/gone.csv"); err != nil {
		t.Errorf("an upload that is gone: %v", err)
	}
	m := message{Tenant: "main", BatchID: keys.ContentID("a", "b", "c"), Chunk: 1, FirstLine: 1, Layout: rows.Layout{Format: rows.JSONL}}
	body, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.analyzer().Analyze(t.Context(), body); err != nil {
		t.Errorf("a batch that is gone: %v", err)
	}
}

func TestAChunkStopsWhenItsTimeIsUp(t *testing.T) {
	h := newHouse(t, nil)
	h.put("main/a.csv", threeRows)
	if err := h.splitter().Split(t.Context(), "main/a.csv"); err != nil {
		t.Fatal(err)
	}
	deliveries, err := h.queue.Receive(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.analyzer().Analyze(over, deliveries[0].Body); err == nil {
		t.Error("a chunk was done after its time")
	}
	if d := h.only(); d.Chunks.Done != 0 {
		t.Errorf("%d chunks done, want none", d.Chunks.Done)
	}
}
