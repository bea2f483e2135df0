package httpapi

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/auth"
)

// recording is a function whose every route is audited, on a real log.
type recording struct {
	*sample
	audit  *audit.Log
	table  table.Table
	handle func(context.Context) error // what an operation does
	broken func(faults.Call) faults.Moment
}

var recordedFunction = manifest.Function{
	Name: "things", Timeout: 25 * time.Second,
	Routes: []manifest.Route{
		{OperationID: "putThing", Method: "PUT", Path: "/v1/things/{thingId}", Summary: "Put", Tag: "Things", Scope: "things:write", MaxBodyBytes: 4096, Success: 200, Idempotent: true, Audited: true},
		{OperationID: "readThing", Method: "GET", Path: "/v1/things/{thingId}", Summary: "Read", Tag: "Things", Scope: "things:read", Success: 200, Audited: true},
		{OperationID: "readPart", Method: "GET", Path: "/v1/things/{thingId}/parts/{partId}", Summary: "Read", Tag: "Things", Scope: "things:read", Success: 200, Audited: true},
		{OperationID: "page", Method: "GET", Path: "/page", Summary: "Page", Tag: "Things", Scope: "things:read", Success: 200, Audited: true},
	},
}

type thingOutput struct{ Body struct{ Shown string } }

func newRecording(t testing.TB) *recording {
	t.Helper()
	s := &recording{sample: &sample{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, handle: func(context.Context) error { return nil }}
	clock := func() time.Time { return s.now }
	s.table = memtable.New(clock)
	s.audit = audittest.New(t, faults.New(func(call faults.Call) faults.Moment {
		if s.broken != nil {
			return s.broken(call)
		}
		return faults.Never
	}).Table(s.table), clock)
	s.api = newAPI(recordedFunction, Config{
		Now: clock, NewID: func() string { return "fresh-id-0001" }, Logger: slog.New(slog.NewJSONHandler(&s.log, nil)),
		Idempotency: s.table, Audit: s.audit,
	})
	serve := func(ctx context.Context) (*thingOutput, error) {
		s.calls++
		if err := s.handle(ctx); err != nil {
			return nil, err
		}
		out := &thingOutput{}
		out.Body.Shown = "what was asked for"
		return out, nil
	}
	Bind(s.api, "putThing", func(ctx context.Context, _ *struct {
		ThingID string `path:"thingId"`
		Body    struct {
			Name string `json:"name"`
		}
	},
	) (*thingOutput, error) {
		return serve(ctx)
	})
	Bind(s.api, "readThing", func(ctx context.Context, _ *struct {
		ThingID string `path:"thingId"`
	},
	) (*thingOutput, error) {
		return serve(ctx)
	})
	Bind(s.api, "readPart", func(ctx context.Context, _ *struct {
		ThingID string `path:"thingId"`
		PartID  string `path:"partId"`
	},
	) (*thingOutput, error) {
		return serve(ctx)
	})
	BindHandler(s.api, "page", huma.Operation{}, func(w http.ResponseWriter, r *http.Request) error {
		if err := s.handle(r.Context()); err != nil {
			status := http.StatusTeapot
			if errs.Is(err, errs.NotFound) {
				status = http.StatusNotFound
			} else if errs.Is(err, errs.Unavailable) {
				status = http.StatusBadGateway
			}
			w.WriteHeader(status) // in a form of its own
		}
		return nil
	})
	handler, err := s.api.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s.handler = handler
	return s
}

// effect commits one item with the request's record.
func (s *recording) effect(ctx context.Context) error {
	_, err := s.audit.Commit(ctx, audit.Event{}, table.Put(table.Item{Key: table.Key{Partition: "main#things", Sort: "t"}}, table.Absent()))
	return err
}

// effects is how many effects there are, 0 or 1.
func (s *recording) effects(t testing.TB) int {
	t.Helper()
	items, err := table.All(t.Context(), s.table, table.Query{Partition: "main#things"})
	if err != nil {
		t.Fatal(err)
	}
	return len(items)
}

func TestEveryRequestOfSomebodyLeavesOneRecord(t *testing.T) {
	reader := auth.Principal{Subject: "client-1", Tenant: "main", Scopes: []string{"things:read"}}
	put := func(headers ...string) *http.Request { return request("PUT", "/v1/things/t", valid, headers...) }
	csv := put()
	csv.Header.Set("Content-Type", "text/csv")
	fails := func(err error) func(context.Context, *recording) error {
		return func(context.Context, *recording) error { return err }
	}
	effect := func(ctx context.Context, s *recording) error { return s.effect(ctx) }
	for name, c := range map[string]struct {
		request     *http.Request
		handle      func(context.Context, *recording) error
		status      int
		outcome     string // and code
		wantTarget  string
		wantEffects int
	}{
		"an effect":                      {put(), effect, 200, "allowed", "t", 1},
		"an effect, and then a failure":  {put(), func(ctx context.Context, s *recording) error { return errors.Join(s.effect(ctx), errors.New("boom")) }, 500, "allowed", "t", 1},
		"a read":                         {request("GET", "/v1/things/t", ""), nil, 200, "allowed", "t", 0},
		"a read below":                   {request("GET", "/v1/things/t/parts/p", ""), nil, 200, "allowed", "t/p", 0},
		"no scope":                       {as(put(), reader), effect, 403, "denied forbidden", "t", 0},
		"a body that is not valid":       {request("PUT", "/v1/things/t", `{"nam":1}`), effect, 400, "failed invalid", "t", 0},
		"a body of another type":         {csv, effect, 415, "failed invalid", "t", 0},
		"a body that is too large":       {request("PUT", "/v1/things/t", `{"name":"`+strings.Repeat("x", 5000)+`"}`), effect, 413, "failed too_large", "t", 0},
		"a query that is not known":      {request("GET", "/v1/things/t?x=1", ""), nil, 400, "failed invalid", "t", 0},
		"an answer that is not accepted": {request("GET", "/v1/things/t", "", "Accept", "text/csv"), nil, 406, "failed invalid", "t", 0},
		"nothing there":                  {request("GET", "/v1/things/t", ""), fails(errs.New(errs.NotFound, "no such thing")), 404, "failed not_found", "t", 0},
		"our fault":                      {request("GET", "/v1/things/t", ""), fails(errors.New("boom")), 500, "failed internal", "t", 0},
		"a panic":                        {request("GET", "/v1/things/t", ""), func(context.Context, *recording) error { panic("boom") }, 500, "failed internal", "t", 0},
		"a success without its record":   {put(), nil, 500, "failed internal", "t", 0},
		"the same with a key":            {put("Idempotency-Key", "k"), nil, 500, "failed internal", "t", 0},
		"a status of the handler's own":  {request("GET", "/page", ""), fails(errs.New(errs.NotFound, "")), 404, "failed not_found", "", 0},
		"one that no code has":           {request("GET", "/page", ""), fails(errors.New("tea")), 418, "failed invalid", "", 0},
		"and one that is our fault":      {request("GET", "/page", ""), fails(errs.New(errs.Unavailable, "")), 502, "failed internal", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRecording(t)
			if c.handle != nil {
				s.handle = func(ctx context.Context) error { return c.handle(ctx, s) }
			}
			if w := s.do(c.request); w.Code != c.status {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, c.status)
			}
			records := audittest.Records(t, s.audit, "main")
			if len(records) != 1 {
				t.Fatalf("got %d records, want one: %+v", len(records), records)
			}
			r := records[0]
			if got := strings.TrimSpace(r.Outcome + " " + r.Code); got != c.outcome {
				t.Errorf("got the outcome %s, want %s", got, c.outcome)
			}
			wantTarget := ""
			if c.wantTarget != "" {
				wantTarget = audittest.Pseudonym(t, s.audit, "main", c.wantTarget)
			}
			if r.Actor != audittest.Pseudonym(t, s.audit, "main", "client-1") || r.Target != wantTarget || r.RequestID != "fresh-id-0001" {
				t.Errorf("got %+v, want who, what and the request's id", r)
			}
			if got := s.effects(t); got != c.wantEffects {
				t.Errorf("got %d effects, want %d", got, c.wantEffects)
			}
		})
	}
}

func TestNobodyLeavesNoRecord(t *testing.T) {
	s := newRecording(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/things/t", nil)
	problemtest.Want(t, s.do(r), http.StatusUnauthorized)
	if tenants, err := s.audit.Tenants(t.Context()); err != nil || len(tenants) != 0 {
		t.Errorf("got the chains %q and %v, want none", tenants, err)
	}
}

func TestARepeatedAnswerLeavesNoSecondRecord(t *testing.T) {
	s := newRecording(t)
	s.handle = s.effect
	key := func(body string) *http.Request { return request("PUT", "/v1/things/t", body, "Idempotency-Key", "k") }
	first, again := s.do(key(valid)), s.do(key(valid))
	if first.Code != 200 || again.Code != 200 || again.Header().Get("Idempotency-Replayed") != "true" || again.Body.String() != first.Body.String() {
		t.Errorf("got %d and %d %v, want the answer twice", first.Code, again.Code, again.Header())
	}
	if got := audittest.Records(t, s.audit, "main"); len(got) != 1 || s.calls != 1 {
		t.Errorf("got %d records of %d calls, want one of one", len(got), s.calls)
	}
	problemtest.Want(t, s.do(key(`{"name":"y"}`)), http.StatusConflict)
	if got := audittest.Records(t, s.audit, "main"); len(got) != 2 || got[1].Code != "conflict" {
		t.Errorf("got %+v, want another request's conflict after it", got)
	}
}

// The log cannot be written: whatever the operation had to say stays inside.
func TestWithoutTheRecordNothingGoesOut(t *testing.T) {
	for name, r := range map[string]*http.Request{
		"a read":       request("GET", "/v1/things/t", ""),
		"a refusal":    as(request("GET", "/v1/things/t", ""), auth.Principal{Subject: "client-1", Tenant: "main"}),
		"a bad query":  request("GET", "/v1/things/t?x=1", ""),
		"an operation": request("PUT", "/v1/things/t", valid),
		"a page":       request("GET", "/page", ""),
	} {
		s := newRecording(t)
		s.broken = func(faults.Call) faults.Moment { return faults.Before }
		if r.Method == http.MethodPut {
			s.handle = s.effect
		}
		w := s.do(r)
		if p := problemtest.Want(t, w, http.StatusServiceUnavailable); p.Code != errs.Unavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: got %+v, want unavailable and when to try again", name, p)
		}
		if bytes.Contains(w.Body.Bytes(), []byte("what was asked for")) {
			t.Errorf("%s: the answer went out", name)
		}
		if s.effects(t) != 0 || len(audittest.Records(t, audittest.New(t, s.table, time.Now), "main")) != 0 {
			t.Errorf("%s: something was kept", name)
		}
		if !strings.Contains(s.log.String(), "audit record") {
			t.Errorf("%s: the log does not say why: %s", name, s.log.String())
		}
	}
}

// The effect is made and its answer lost: the request fails, and its record says that the effect is there.
func TestAnEffectWhoseAnswerIsLostHasItsOneRecord(t *testing.T) {
	s := newRecording(t)
	s.handle = s.effect
	lost := 0
	s.broken = func(call faults.Call) faults.Moment {
		if call.Op == "Transact" && lost == 0 {
			lost = call.N
			return faults.After
		}
		if lost != 0 && call.N <= lost+1 { // so that the operation itself never knows
			return faults.After
		}
		return faults.Never
	}
	problemtest.Want(t, s.do(request("PUT", "/v1/things/t", valid)), http.StatusServiceUnavailable)
	records := audittest.Records(t, s.audit, "main")
	if len(records) != 1 || records[0].Outcome != "allowed" || s.effects(t) != 1 {
		t.Errorf("got %+v and %d effects, want one record of one effect", records, s.effects(t))
	}
}

func TestARecordIsKeptThoughTheClientIsGone(t *testing.T) {
	s := newRecording(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.handle = func(context.Context) error { cancel(); return nil }
	r := request("GET", "/v1/things/t", "")
	principal, _ := auth.PrincipalFrom(r.Context())
	s.do(r.WithContext(auth.WithPrincipal(ctx, principal)))
	if got := audittest.Records(t, s.audit, "main"); len(got) != 1 {
		t.Errorf("got %d records, want one", len(got))
	}
}

func TestAnAuditedRouteNeedsALog(t *testing.T) {
	api := newAPI(recordedFunction, Config{Idempotency: memtable.New(time.Now)})
	_, err := api.Handler()
	for _, route := range recordedFunction.Routes {
		if err == nil || !strings.Contains(err.Error(), "operation "+route.OperationID+" is audited but there is no log for it") {
			t.Errorf("got %v, want it to name %s", err, route.OperationID)
		}
	}
	if slices.ContainsFunc(sampleFunction.Routes, func(r manifest.Route) bool { return r.Audited }) {
		t.Error("the other tests count on routes without a record")
	}
}
