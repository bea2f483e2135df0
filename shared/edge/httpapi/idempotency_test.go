package httpapi

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/auth"
)

func keyed(key, body string) *http.Request {
	return request("POST", "/v1/things/t", body, "Idempotency-Key", key)
}

const valid = `{"name":"x"}`

func TestTheFirstAnswerIsRepeated(t *testing.T) {
	s := newSample(t)
	first := s.do(keyed("k", valid))
	again := s.do(keyed("k", valid))
	if first.Code != http.StatusCreated || again.Code != first.Code || again.Body.String() != first.Body.String() ||
		again.Header().Get("Location") != first.Header().Get("Location") || again.Header().Get("Content-Type") != "application/json" {
		t.Errorf("again = %d %v %s, want %d %v %s", again.Code, again.Header(), again.Body, first.Code, first.Header(), first.Body)
	}
	if s.calls != 1 {
		t.Errorf("calls = %d, want 1", s.calls)
	}
	if first.Header().Get("Idempotency-Replayed") != "" || again.Header().Get("Idempotency-Replayed") != "true" {
		t.Error("only the second answer should be marked as replayed")
	}
}

func TestWithoutAKeyNothingIsRepeated(t *testing.T) {
	s := newSample(t)
	s.do(request("POST", "/v1/things/t", valid))
	s.do(request("POST", "/v1/things/t", valid))
	if s.calls != 2 {
		t.Errorf("calls = %d, want 2", s.calls)
	}
}

func TestTheKeyWithAnotherRequestIsAConflict(t *testing.T) {
	s := newSample(t)
	s.do(keyed("k", valid))
	for name, r := range map[string]*http.Request{
		"another body":  keyed("k", `{"name":"y"}`),
		"another path":  request("POST", "/v1/things/u", valid, "Idempotency-Key", "k"),
		"another query": request("POST", "/v1/things/t?mode=fast", valid, "Idempotency-Key", "k"),
	} {
		if p := problem(t, s.do(r), http.StatusConflict); p.Code != errs.Conflict || s.calls != 1 {
			t.Errorf("%s: %s after %d calls, want a conflict after 1", name, p.Code, s.calls)
		}
	}
}

func TestAKeyBelongsToItsTenant(t *testing.T) {
	s := newSample(t)
	s.do(keyed("k", valid))
	other := as(keyed("k", `{"name":"y"}`), auth.Principal{Subject: "x", Tenant: "other", Scopes: []string{"things:write"}})
	if w := s.do(other); w.Code != http.StatusCreated || s.calls != 2 {
		t.Errorf("another tenant's request = %d after %d calls, want 201 after 2", w.Code, s.calls)
	}
}

func TestAnErrorFreesTheKey(t *testing.T) {
	for name, failure := range map[string]func() error{
		"a refusal":    func() error { return errs.New(errs.NotFound, "no thing") },
		"our fault":    func() error { return errors.New("boom") },
		"a dependency": func() error { return errs.New(errs.Unavailable, "try again") },
		"a panic":      func() error { panic("boom") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSample(t)
			s.create = func(context.Context, *createInput) error { return failure() }
			if w := s.do(keyed("k", valid)); w.Code < 400 {
				t.Fatalf("first = %d, want a failure", w.Code)
			}
			s.create = nil
			if w := s.do(keyed("k", `{"name":"another"}`)); w.Code != http.StatusCreated {
				t.Errorf("second = %d %s, want 201", w.Code, w.Body)
			}
		})
	}
}

func TestAKeyIsSettledThoughTheClientIsGone(t *testing.T) {
	for name, test := range map[string]struct {
		failure error
		calls   int
	}{
		"an answer is kept":      {nil, 1},
		"an error frees the key": {errors.New("boom"), 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSample(t)
			ctx, cancel := context.WithCancel(t.Context())
			s.create = func(context.Context, *createInput) error {
				cancel()
				return test.failure
			}
			r := keyed("k", valid)
			s.do(r.WithContext(auth.WithPrincipal(ctx, auth.Principal{Subject: "c", Tenant: "main", Scopes: []string{"things:write"}})))
			s.create = nil
			if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated || s.calls != test.calls {
				t.Errorf("a repeat = %d after %d calls, want 201 after %d", w.Code, s.calls, test.calls)
			}
		})
	}
}

func TestAnInvalidRequestIsNotKept(t *testing.T) {
	s := newSample(t)
	problem(t, s.do(keyed("k", `{"name":""}`)), http.StatusBadRequest)
	if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated {
		t.Errorf("after a correction = %d, want 201", w.Code)
	}
}

func TestTheKeyIsRefusedWhileItsFirstRequestIsAtWork(t *testing.T) {
	s := newSample(t)
	var during *httptest.ResponseRecorder
	s.create = func(context.Context, *createInput) error {
		s.create = nil
		s.now = s.now.Add(5 * time.Second)
		during = s.do(keyed("k", valid))
		return nil
	}
	if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated {
		t.Fatalf("first = %d, want 201", w.Code)
	}
	problem(t, during, http.StatusConflict)
	if got, want := during.Header().Get("Retry-After"), "30"; got != want { // 25 s of work and 10 s of margin, less 5 s
		t.Errorf("Retry-After = %q, want %q", got, want)
	}
	if s.calls != 1 {
		t.Errorf("calls = %d, want 1", s.calls)
	}
}

// lease runs a request up to its work and returns the item it holds then.
func (s *sample) lease(t *testing.T) table.Item {
	t.Helper()
	var item table.Item
	s.create = func(ctx context.Context, _ *createInput) error {
		items, err := table.All(ctx, s.api.config.Idempotency, table.Query{Partition: "main#idempotency"})
		if err != nil || len(items) != 1 {
			t.Fatalf("items = %v, %v; want the lease", items, err)
		}
		item = items[0]
		return errors.New("given up")
	}
	s.do(keyed("k", valid))
	s.create, s.calls = nil, 0
	return item
}

func TestADeadWorkersKeyIsTakenOverWhenItsLeaseEnds(t *testing.T) {
	s := newSample(t)
	if err := s.api.config.Idempotency.Put(t.Context(), s.lease(t), table.Absent()); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(35*time.Second - time.Nanosecond)
	if w := s.do(keyed("k", valid)); w.Code != http.StatusConflict || w.Header().Get("Retry-After") != "1" {
		t.Errorf("before the lease ends = %d, Retry-After %q; want 409, 1", w.Code, w.Header().Get("Retry-After"))
	}
	s.now = s.now.Add(time.Nanosecond)
	if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated || s.calls != 1 {
		t.Errorf("after it = %d with %d calls, want 201 with 1", w.Code, s.calls)
	}
	if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated || s.calls != 1 {
		t.Errorf("and again = %d with %d calls, want the kept answer", w.Code, s.calls)
	}
}

// The worker that was thought dead comes back after another has answered: the kept answer stays the second worker's.
func TestALateWorkerDoesNotReplaceTheKeptAnswer(t *testing.T) {
	s := newSample(t)
	s.create = func(_ context.Context, in *createInput) error {
		s.create = nil
		s.now = s.now.Add(time.Hour)
		if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated {
			t.Errorf("the second worker = %d, want 201", w.Code)
		}
		in.ThingID = "late"
		return nil
	}
	if w := s.do(keyed("k", valid)); !strings.Contains(w.Body.String(), "late") {
		t.Errorf("the late worker's own answer = %s, want it all the same", w.Body)
	}
	if w := s.do(keyed("k", valid)); strings.Contains(w.Body.String(), "late") || s.calls != 2 {
		t.Errorf("kept = %s after %d calls, want the second worker's after 2", w.Body, s.calls)
	}
	if !strings.Contains(s.log.String(), "idempotency key not settled") {
		t.Error("the log does not say that the late worker could not keep its answer")
	}
}

func TestAKeyIsForgottenAfterADayByTheClock(t *testing.T) {
	s := newSample(t)
	s.do(keyed("k", valid))
	s.now = s.now.Add(24*time.Hour - time.Second)
	s.do(keyed("k", valid))
	if s.calls != 1 {
		t.Errorf("calls within the day = %d, want 1", s.calls)
	}
	s.now = s.now.Add(time.Second)
	s.do(keyed("k", valid))
	if s.calls != 2 {
		t.Errorf("calls after the day = %d, want 2", s.calls)
	}
}

func TestAKeyIsOneValueOf1To255VisibleCharacters(t *testing.T) {
	for _, key := range []string{"!", "~", strings.Repeat("k", 255), "a#b/c,d", `"quoted"`} {
		if w := newSample(t).do(keyed(key, valid)); w.Code != http.StatusCreated {
			t.Errorf("key %.20q = %d, want 201", key, w.Code)
		}
	}
	const want = "Idempotency-Key: must be one value of 1 to 255 visible ASCII characters"
	for _, key := range []string{"", " ", "a b", "a\tb", "ü", "\x7f", strings.Repeat("k", 256)} {
		s := newSample(t)
		if got := fields(problem(t, s.do(keyed(key, valid)), http.StatusBadRequest)); got != want || s.calls != 0 {
			t.Errorf("key %.20q: %q after %d calls, want %q after none", key, got, s.calls, want)
		}
	}
	r := keyed("a", `{}`)
	r.Header.Add("Idempotency-Key", "b")
	if got := fields(problem(t, newSample(t).do(r), http.StatusBadRequest)); got != want+"\nname: is required" {
		t.Errorf("two keys: %q, want them reported with the body's problems", got)
	}
}

func TestAnAnswerTooLargeToKeepIsNotDoneTwice(t *testing.T) {
	s := newSample(t)
	s.create = func(_ context.Context, in *createInput) error {
		in.Body.Name = strings.Repeat("x", 500_000)
		return nil
	}
	if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated || w.Body.Len() < 500_000 {
		t.Fatalf("first = %d with %d bytes, want the whole answer", w.Code, w.Body.Len())
	}
	p := problem(t, s.do(keyed("k", valid)), http.StatusConflict)
	if s.calls != 1 || !strings.Contains(p.Detail, "too large") {
		t.Errorf("again: %q after %d calls, want it to say so after 1", p.Detail, s.calls)
	}
}

// brokenTable fails the calls of one kind.
type brokenTable struct {
	table.Table
	put, get, del error
}

func (b brokenTable) Put(ctx context.Context, item table.Item, c table.Condition) error {
	if b.put != nil {
		return b.put
	}
	return b.Table.Put(ctx, item, c)
}

func (b brokenTable) Get(ctx context.Context, key table.Key) (table.Item, error) {
	if b.get != nil {
		return table.Item{}, b.get
	}
	return b.Table.Get(ctx, key)
}

func (b brokenTable) Delete(ctx context.Context, key table.Key, c table.Condition) error {
	if b.del != nil {
		return b.del
	}
	return b.Table.Delete(ctx, key, c)
}

func TestWithoutItsTableNothingIsDone(t *testing.T) {
	down := errs.New(errs.Unavailable, "the table did not answer")
	for name, test := range map[string]struct {
		broken brokenTable
		want   int
	}{
		"no write":                           {brokenTable{put: down}, http.StatusServiceUnavailable},
		"no read after a conflict":           {brokenTable{put: errs.New(errs.Conflict, "x"), get: down}, http.StatusServiceUnavailable},
		"freed between the write and a read": {brokenTable{put: errs.New(errs.Conflict, "x"), get: errs.New(errs.NotFound, "x")}, http.StatusConflict},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSample(t)
			test.broken.Table = s.api.config.Idempotency
			s.use(t, test.broken)
			problem(t, s.do(keyed("k", valid)), test.want)
			if s.calls != 0 {
				t.Errorf("calls = %d, want 0", s.calls)
			}
		})
	}
}

// use binds the operation anew over another table.
func (s *sample) use(t *testing.T, other table.Table) {
	t.Helper()
	config := s.api.config
	config.Idempotency = other
	route := sampleFunction.Routes[0]
	s.handler = Middleware(config)(body(route, idempotent(config, sampleFunction.Timeout, route,
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { s.calls++; w.WriteHeader(http.StatusCreated) }))))
}

func TestARecordThatCannotBeReadIsOurFault(t *testing.T) {
	s := newSample(t)
	item := s.lease(t).With([]byte("garbage"))
	if err := s.api.config.Idempotency.Put(t.Context(), item, table.Absent()); err != nil {
		t.Fatal(err)
	}
	problem(t, s.do(keyed("k", valid)), http.StatusInternalServerError)
}

func TestManyAtOnceDoTheWorkOnce(t *testing.T) {
	s := newSample(t)
	var guard sync.Mutex
	calls, answers := 0, map[int]int{}
	config := s.api.config
	route := sampleFunction.Routes[0]
	handler := Middleware(config)(body(route, idempotent(config, time.Minute, route, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		guard.Lock()
		calls++
		n := calls
		guard.Unlock()
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(strconv.Itoa(n)))
	}))))
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, keyed("k", valid))
			guard.Lock()
			defer guard.Unlock()
			answers[w.Code]++
			if w.Code == http.StatusCreated && w.Body.String() != "1" {
				t.Errorf("an answer of attempt %s, want the first", w.Body)
			}
		})
	}
	group.Wait()
	if calls != 1 || answers[http.StatusCreated] < 1 || answers[http.StatusCreated]+answers[http.StatusConflict] != 64 {
		t.Errorf("calls = %d, answers = %v; want one call, and 201 or 409 for all", calls, answers)
	}
}
