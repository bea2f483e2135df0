package handler_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/batches/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/caller"
	"github.com/customerai/customerai/shared/testkit/stores"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/workflow/batch"
)

const (
	announced = "bat_K7M2QX4TBV6ZLCWZRZDPM4HEZN" // the batch that newFixture announces, and that the sample events name
	another   = "bat_ZZZZZZZZZZZZZZZZZZZZZZZZZZ"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// addresses hands out upload addresses that say what they are for.
type addresses struct{}

func (addresses) PresignPut(_ context.Context, key string, maxBytes int64, expires time.Time) (string, error) {
	return fmt.Sprintf("https://uploads.example/%s?max=%d&until=%d", key, maxBytes, expires.Unix()), nil
}

// fixture is the function with its stores, and what the other functions need to do their part.
type fixture struct {
	*caller.Caller
	uploads  blob.Bucket
	splitter *batch.Splitter
	analyzer *batch.ChunkAnalyzer
	chunks   *stores.Sent
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	stored, uploads, results, chunks := memtable.New(noon), stores.Bucket(t), stores.Bucket(t), &stores.Sent{}
	log := audittest.New(t, stored, noon)
	ids := []string{announced[4:], another[4:]}
	api, err := handler.New(
		handler.Deps{Table: stored, Uploads: addresses{}, Results: results, Now: noon, NewID: func() string {
			id := ids[0]
			ids = ids[1:]
			return id
		}, Audit: log},
		httpapi.Config{Logger: slog.New(slog.DiscardHandler), NewID: func() string { return "request-0001" }, Now: noon, Idempotency: stored, Audit: log},
	)
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{
		Caller: caller.New(t, api, manifest.ScopeBatches, manifest.ScopeBatchesRead), uploads: uploads, chunks: chunks,
		splitter: &batch.Splitter{Table: stored, Uploads: uploads, Results: results, Chunks: chunks, Now: noon},
		analyzer: &batch.ChunkAnalyzer{Table: stored, Uploads: uploads, Results: results, Now: noon},
	}
}

// upload puts a file to the announced batch's address and lets the other functions work.
func (f *fixture) upload(content string) {
	f.T.Helper()
	key := "main/" + announced + "/messages.csv"
	if _, err := f.uploads.Write(f.T.Context(), key, strings.NewReader(content), blob.WriteOptions{}); err != nil {
		f.T.Fatal(err)
	}
	if err := f.splitter.Split(f.T.Context(), key); err != nil {
		f.T.Fatal(err)
	}
	for _, message := range *f.chunks {
		if err := f.analyzer.Analyze(f.T.Context(), message); err != nil {
			f.T.Fatal(err)
		}
	}
}

func (f *fixture) announce() {
	f.T.Helper()
	if status, body := f.Do("main", "POST", "/v1/batches", `{"fileName":"messages.csv"}`); status != http.StatusCreated {
		f.T.Fatalf("create = %d %s, want 201", status, body)
	}
}

func TestABatchFromItsAnnouncementToItsRows(t *testing.T) {
	f := newFixture(t)
	status, body := f.Do("main", "POST", "/v1/batches", `{"fileName":"messages.csv"}`)
	want := `{"batchId":"` + announced + `","uploadUrl":"https://uploads.example/main/` + announced +
		`/messages.csv?max=5368709120&until=1795522500","expiresAt":"2026-11-24T12:15:00Z"}`
	if status != http.StatusCreated || body != want {
		t.Fatalf("create = %d %s\nwant 201 %s", status, body, want)
	}
	status, body = f.Do("main", "GET", "/v1/batches/"+announced, "")
	want = `{"batchId":"` + announced + `","fileName":"messages.csv","status":"WAITING","createdAt":"2026-11-24T12:00:00Z","sizeBytes":0,` +
		`"progress":0,"chunks":{"total":0,"done":0}}`
	if status != http.StatusOK || body != want {
		t.Errorf("get = %d %s\nwant 200 %s", status, body, want)
	}

	f.upload("id,text\n1,Thank you!\n2,\n3,Mail me at ann@example.com\n")
	status, body = f.Do("main", "GET", "/v1/batches/"+announced, "")
	for _, part := range []string{
		`"status":"COMPLETED"`, `"progress":1`, `"chunks":{"total":1,"done":1}`, `"rows":3,"results":2,"rejected":1`, `"type":"EMAIL_ADDRESS"`,
	} {
		if status != http.StatusOK || !strings.Contains(body, part) {
			t.Errorf("get = %d %s\nwant %s in it", status, body, part)
		}
	}
	status, body = f.Do("main", "GET", "/v1/batches", "")
	want = `{"batches":[{"batchId":"` + announced + `","fileName":"messages.csv","status":"COMPLETED","createdAt":"2026-11-24T12:00:00Z","sizeBytes":53}]}`
	if status != http.StatusOK || body != want {
		t.Errorf("list = %d %s\nwant 200 %s", status, body, want)
	}
	status, body = f.Do("main", "GET", "/v1/batches/"+announced+"/errors", "")
	want = `{"results":[{"line":3,"id":"2","code":"empty_text","field":"text","message":"the text is empty"}]}`
	if status != http.StatusOK || body != want {
		t.Errorf("errors = %d %s\nwant 200 %s", status, body, want)
	}
}

func TestRowsComePageByPageAndAnonymised(t *testing.T) {
	f := newFixture(t)
	f.announce()
	f.upload("id,text\n1,Thank you!\n3,Mail me at ann@example.com\n")
	var ids []string
	for token := ""; ; {
		status, body := f.Do("main", "GET", "/v1/batches/"+announced+"/results?limit=1&nextToken="+token, "")
		var page struct {
			Results []struct {
				ID, Text string
				Line     int
			}
			NextToken string
		}
		if err := json.Unmarshal([]byte(body), &page); err != nil || status != http.StatusOK || len(page.Results) != 1 {
			t.Fatalf("results = %d %s, %v, want one row", status, body, err)
		}
		if strings.Contains(body, "ann@") {
			t.Error("a row is not anonymised")
		}
		ids = append(ids, page.Results[0].ID)
		if token = page.NextToken; token == "" {
			break
		}
	}
	if fmt.Sprint(ids) != "[1 3]" {
		t.Errorf("ids = %v, want 1, 3", ids)
	}
}

func TestATokenServesItsOwnListOnly(t *testing.T) {
	f := newFixture(t)
	f.announce()
	f.upload("id,text\n1,a\n2,b\n3,\n4,\n")
	_, body := f.Do("main", "GET", "/v1/batches/"+announced+"/results?limit=1", "")
	var page struct{ NextToken string }
	if err := json.Unmarshal([]byte(body), &page); err != nil || page.NextToken == "" {
		t.Fatalf("results = %s, %v, want a token", body, err)
	}
	for _, target := range []string{
		"/v1/batches/" + announced + "/errors?nextToken=" + page.NextToken, "/v1/batches?nextToken=" + page.NextToken,
		"/v1/batches/" + announced + "/results?nextToken=x" + page.NextToken,
	} {
		if status, body := f.Do("main", "GET", target, ""); status != http.StatusBadRequest || !strings.Contains(body, `"path":"nextToken"`) {
			t.Errorf("%s = %d %s, want 400 for nextToken", target, status, body)
		}
	}
}

func TestAnotherTenantsBatchAnswersAsNone(t *testing.T) {
	f := newFixture(t)
	f.announce()
	f.upload("text\na\n")
	for _, below := range []string{"", "/results", "/errors"} {
		foreign, foreignBody := f.Do("rival", "GET", "/v1/batches/"+announced+below, "")
		missing, missingBody := f.Do("rival", "GET", "/v1/batches/"+another+below, "")
		if foreign != http.StatusNotFound || missing != foreign || missingBody != foreignBody {
			t.Errorf("foreign = %d %s\nmissing = %d %s\nwant the same 404", foreign, foreignBody, missing, missingBody)
		}
	}
	if _, body := f.Do("rival", "GET", "/v1/batches", ""); body != `{"batches":[]}` {
		t.Errorf("rival lists %s", body)
	}
}

func TestAFileThatCannotBeReadSaysWhy(t *testing.T) {
	f := newFixture(t)
	f.announce()
	f.upload("id,body\n1,a\n")
	_, body := f.Do("main", "GET", "/v1/batches/"+announced, "")
	for _, part := range []string{`"status":"FAILED"`, `"failure":{"code":"invalid","message":"the header has no column text or message`} {
		if !strings.Contains(body, part) {
			t.Errorf("get = %s\nwant %s in it", body, part)
		}
	}
	if _, body := f.Do("main", "GET", "/v1/batches/"+announced+"/results", ""); body != `{"results":[]}` {
		t.Errorf("results = %s, want none", body)
	}
}

func TestNamesThatAreRefused(t *testing.T) {
	f := newFixture(t)
	for _, body := range []string{`{"fileName":""}`, `{"fileName":"../.."}`, `{"fileName":"` + strings.Repeat("x", 256) + `"}`, `{}`} {
		if status, answer := f.Do("main", "POST", "/v1/batches", body); status != http.StatusBadRequest || !strings.Contains(answer, "fileName") {
			t.Errorf("create %.40s = %d %s, want 400 for fileName", body, status, answer)
		}
	}
}

func TestARepeatedAnnouncementIsTheSameBatch(t *testing.T) {
	f := newFixture(t)
	_, first := f.Do("main", "POST", "/v1/batches", `{"fileName":"a.csv"}`, "Idempotency-Key", "key-0001")
	status, again := f.Do("main", "POST", "/v1/batches", `{"fileName":"a.csv"}`, "Idempotency-Key", "key-0001")
	if status != http.StatusCreated || first != again {
		t.Errorf("again = %d %s\nwant 201 %s", status, again, first)
	}
}

func TestTheSampleEventsAreAnswered(t *testing.T) {
	f := newFixture(t)
	for _, test := range []struct {
		name string
		want int
	}{
		{"create", http.StatusCreated}, {"list", http.StatusOK}, {"get", http.StatusOK}, {"results", http.StatusOK}, {"errors", http.StatusOK},
	} {
		f.WantSample("batches-"+test.name, test.want)
	}
}
