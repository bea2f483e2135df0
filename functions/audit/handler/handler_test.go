package handler_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/audit/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/edge/httpapi/paging"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/caller"
	"github.com/customerai/customerai/shared/testkit/stores"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/audit/checkpoint"
)

// fixture is the function on a chain, with a clock.
type fixture struct {
	*caller.Caller
	now         time.Time
	table       table.Table
	log         *audit.Log
	checkpoints *checkpoint.Service
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return f.now }
	f.table = memtable.New(clock)
	f.log = audittest.New(t, f.table, clock)
	bucket := stores.Bucket(t)
	f.checkpoints = &checkpoint.Service{Table: f.table, Bucket: bucket, Log: f.log}
	api, err := handler.New(handler.Deps{Table: f.table, Checkpoints: bucket, Audit: f.log, Keep: 365 * 24 * time.Hour, Now: clock},
		httpapi.Config{Logger: slog.New(slog.DiscardHandler), Now: clock, NewID: func() string { return "request-0001" }, Audit: f.log})
	if err != nil {
		t.Fatal(err)
	}
	f.Caller = caller.New(t, api, manifest.ScopeAuditRead)
	return f
}

// append adds records, a minute apart: every third is a denial, every fifth is bob's.
func (f *fixture) append(records int) {
	f.T.Helper()
	for i := 1; i <= records; i++ {
		e := audit.Event{Tenant: "main", Actor: "ann", Operation: "createBatch", Target: fmt.Sprint("bat_", i), RequestID: "request-0001"}
		if i%3 == 0 {
			e.Outcome, e.Code = audit.Denied, errs.Forbidden
		}
		if i%5 == 0 {
			e.Actor, e.Operation = "bob", "eraseSubject"
		}
		if _, err := f.log.Commit(f.T.Context(), e); err != nil {
			f.T.Fatal(err)
		}
		f.now = f.now.Add(time.Minute)
	}
}

func (f *fixture) get(target string) *httptest.ResponseRecorder {
	return f.Send("main", http.MethodGet, target, "")
}

func decode[T any](t *testing.T, w *httptest.ResponseRecorder) (value T) {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("got %d %s, want 200", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

type listed struct {
	Records []struct {
		Index                                         uint64
		Time, Actor, Operation, Target, Outcome, Code string
	}
	NextToken string
}

func TestRecordsAreListedByWhatIsAskedFor(t *testing.T) {
	for query, want := range map[string]string{
		"":                          "15 14 13 12 11 10 9 8 7 6 5 4 3 2 1",
		"outcome=denied":            "15 12 9 6 3",
		"actor=bob":                 "15 10 5",
		"actor=bob&outcome=denied":  "15",
		"actor=hunter2":             "",
		"operation=eraseSubject":    "15 10 5",
		"target=bat_7":              "7",
		"from=2026-03-01T12:12:00Z": "15 14 13",
		"to=2026-03-01T12:02:00Z":   "2 1",
		"from=2026-03-01T12:04:00%2B00:00&to=2026-03-01T12:06:00Z": "6 5",
		"from=2026-03-02T12:00:00Z":                                "",
	} {
		f := newFixture(t)
		f.append(15)
		var got []string
		for _, r := range decode[listed](t, f.get("/v1/audit?"+query)).Records {
			got = append(got, strconv.FormatUint(r.Index, 10))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got the records %v, want %s", query, got, want)
		}
	}
}

func TestPagesFollowEachOtherWhileTheChainGrows(t *testing.T) {
	f := newFixture(t)
	f.append(1_300) // more than is read at once
	want, token := 1_300, ""
	for {
		page := decode[listed](t, f.get("/v1/audit?limit=400&operation=createBatch&nextToken="+token)) // which adds a record itself
		for _, r := range page.Records {
			if want%5 == 0 {
				want--
			}
			if r.Index != uint64(want) {
				t.Fatalf("got record %d, want %d", r.Index, want)
			}
			want--
		}
		if token = page.NextToken; token == "" {
			break
		}
	}
	if want != 0 {
		t.Errorf("the pages end before record %d", want)
	}
}

// A filter that finds nothing does not read for ever.
func TestAPageMayHaveNothingAndGoOn(t *testing.T) {
	f := newFixture(t)
	f.append(2_200)
	first := decode[listed](t, f.get("/v1/audit?operation=nothing"))
	if len(first.Records) != 0 || first.NextToken == "" {
		t.Fatalf("got %d records and the token %q, want none, and a token", len(first.Records), first.NextToken)
	}
	if second := decode[listed](t, f.get("/v1/audit?operation=nothing&nextToken="+first.NextToken)); len(second.Records) != 0 || second.NextToken != "" {
		t.Errorf("got %+v, want the end", second)
	}
}

func TestReadingLeavesARecordAndRefusalsToo(t *testing.T) {
	f := newFixture(t)
	f.append(1)
	f.get("/v1/audit")
	f.get("/v1/audit/verify")
	f.get("/v1/audit/export")
	for _, bad := range []string{
		"/v1/audit?nextToken=x", "/v1/audit?nextToken=" + paging.Token("listAuditRecords", "0"), "/v1/audit?outcome=some",
		"/v1/audit/verify?fromIndex=0", "/v1/audit/export?fromIndex=0", "/v1/audit/export?fromIndex=hunter2",
	} {
		if w := f.get(bad); w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("%s: got %d %s, want 400", bad, w.Code, w.Body)
		}
	}
	want := "listAuditRecords allowed, verifyAudit allowed, exportAudit allowed, listAuditRecords failed, listAuditRecords failed, " +
		"listAuditRecords failed, verifyAudit failed, exportAudit failed, exportAudit failed"
	if got := audittest.Outcomes(t, f.log, "main")[1:]; strings.Join(got, ", ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

type verified struct {
	Sound                                              bool
	FromIndex, ToIndex, HeadIndex, FirstBad, NextIndex uint64
	Problem                                            string
	Checkpoint                                         *struct {
		Window, Root string
		Size         uint64
	}
}

func (f *fixture) change(index int, to func(string) string) {
	f.T.Helper()
	sort := fmt.Sprintf("record#%020d", index)
	if index == 0 {
		sort = "head"
	}
	item, err := f.table.Get(f.T.Context(), table.Key{Partition: "main#audit", Sort: sort})
	if err != nil {
		f.T.Fatal(err)
	}
	if to == nil {
		err = f.table.Delete(f.T.Context(), item.Key, table.Any())
	} else {
		err = f.table.Put(f.T.Context(), item.With([]byte(to(string(item.Value)))), table.Version(item.Version))
	}
	if err != nil {
		f.T.Fatal(err)
	}
}

func TestAVerificationSaysWhatItHasSeenAndTheFirstBadRecord(t *testing.T) {
	edit := func(line string) string { return strings.Replace(line, "createBatch", "deleteBatch", 1) }
	for name, c := range map[string]struct {
		from    string
		breaks  func(*fixture)
		to, bad uint64
		problem string
	}{
		"a sound chain":               {"1", nil, 12, 0, ""},
		"the end of it":               {"9", nil, 12, 0, ""},
		"beyond the end":              {"40", nil, 39, 39, "missing"},
		"an edit":                     {"1", func(f *fixture) { f.change(7, edit) }, 6, 7, "hash"},
		"an edit before it":           {"9", func(f *fixture) { f.change(7, edit) }, 12, 0, ""},
		"an edit just before it":      {"8", func(f *fixture) { f.change(7, func(string) string { return "{}" }) }, 7, 7, "not a record"},
		"a hole":                      {"1", func(f *fixture) { f.change(4, nil) }, 3, 4, "index"},
		"a missing end":               {"1", func(f *fixture) { f.change(12, nil) }, 11, 12, "missing"},
		"that, before the checkpoint": {"1", func(f *fixture) { f.cut(6) }, 6, 7, "newest checkpoint"},
		"a fork before it":            {"1", func(f *fixture) { f.cut(6); f.now = f.now.Add(time.Hour); f.append(6) }, 6, 7, "a checkpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.append(10)
			if err := f.checkpoints.Write(t.Context(), f.now.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			f.append(2)
			if c.breaks != nil {
				c.breaks(f)
			}
			got := decode[verified](t, f.get("/v1/audit/verify?fromIndex="+c.from))
			if got.Sound != (c.bad == 0) || got.FirstBad != c.bad || got.ToIndex != c.to || !strings.Contains(got.Problem, c.problem) || got.NextIndex != 0 {
				t.Errorf("got %+v, want records up to %d sound, and %d bad: %s", got, c.to, c.bad, c.problem)
			}
			if got.Checkpoint == nil || got.Checkpoint.Size != 10 || got.Checkpoint.Window != "2026-03-01T13:00:00Z" || len(got.Checkpoint.Root) != 64 {
				t.Errorf("got the checkpoint %+v, want that of 13 o'clock", got.Checkpoint)
			}
		})
	}
}

// cut takes the chain back to its first records, head included.
func (f *fixture) cut(kept uint64) {
	f.T.Helper()
	head, err := f.log.Head(f.T.Context(), "main")
	if err != nil {
		f.T.Fatal(err)
	}
	last, err := f.log.Get(f.T.Context(), "main", kept)
	if err != nil {
		f.T.Fatal(err)
	}
	for index := kept + 1; index <= head.Index; index++ {
		f.change(int(index), nil)
	}
	f.change(0, func(string) string { return fmt.Sprintf(`{"index":%d,"hash":%q}`, last.Index, last.Hash) })
}

func TestALongChainIsVerifiedPieceByPiece(t *testing.T) {
	f := newFixture(t)
	f.append(10_010)
	first := decode[verified](t, f.get("/v1/audit/verify"))
	if !first.Sound || first.ToIndex != 10_000 || first.NextIndex != 10_001 || first.Checkpoint != nil {
		t.Errorf("got %+v, want 10,000 sound records, and more", first)
	}
	second := decode[verified](t, f.get(fmt.Sprint("/v1/audit/verify?fromIndex=", first.NextIndex)))
	if !second.Sound || second.ToIndex != 10_011 || second.NextIndex != 0 {
		t.Errorf("got %+v, want the end, the first verification's record included", second)
	}
}

func TestAnExportIsTheChainToTheByte(t *testing.T) {
	f := newFixture(t)
	f.append(2_003)
	var text strings.Builder
	first, second := f.get("/v1/audit/export"), f.get("/v1/audit/export?fromIndex=2001")
	if got := first.Header().Get("Content-Type"); first.Code != http.StatusOK || got != "application/jsonl" {
		t.Errorf("got %d %s, want lines of JSON", first.Code, got)
	}
	text.WriteString(first.Body.String() + second.Body.String())
	records := audittest.Records(t, f.log, "main")
	lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	if len(lines) != 2_004 { // with the first export's own
		t.Fatalf("got %d lines, want 2,004", len(lines))
	}
	for i, line := range lines {
		if line != string(records[i].Line()) {
			t.Fatalf("line %d is not the record", i+1)
		}
	}
}

func TestTheSampleEventsAreAnswered(t *testing.T) {
	f := newFixture(t)
	f.append(3)
	for _, name := range []string{"list", "verify", "export"} {
		f.WantSample("audit-"+name, http.StatusOK)
	}
}
