package idempotency_test

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

	"github.com/customerai/customerai/shared/edge/httpapi/idempotency"
	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/auth"
)

const valid = `{"name":"x"}`

func TestTheFirstAnswerIsRepeated(t *testing.T) {
	s := newThings(t)
	first := s.do(keyed("k", valid))
	again := s.do(keyed("k", valid))
	if first.Code != http.StatusCreated || again.Code != first.Code || again.Body.String() != first.Body.String() ||
		again.Header().Get("Location") != "/v1/things/t" || again.Header().Get("Content-Type") != first.Header().Get("Content-Type") {
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
	s := newThings(t)
	s.do(request("/v1/things/t", valid))
	s.do(request("/v1/things/t", valid))
	if s.calls != 2 {
		t.Errorf("calls = %d, want 2", s.calls)
	}
}

func TestTheKeyWithAnotherRequestIsAConflict(t *testing.T) {
	s := newThings(t)
	s.do(keyed("k", valid))
	for name, r := range map[string]*http.Request{
		"another body":  keyed("k", `{"name":"y"}`),
		"another path":  request("/v1/things/u", valid, "Idempotency-Key", "k"),
		"another query": request("/v1/things/t?mode=fast", valid, "Idempotency-Key", "k"),
	} {
		if p := problemtest.Want(t, s.do(r), http.StatusConflict); p.Code != errs.Conflict || s.calls != 1 {
			t.Errorf("%s: %s after %d calls, want a conflict after 1", name, p.Code, s.calls)
		}
	}
}

func TestAKeyBelongsToItsPrincipal(t *testing.T) {
	for name, other := range map[string]auth.Principal{
		"another tenant's":                {Subject: "client-1", Tenant: "other"},
		"another's of the same tenant":    {Subject: "client-2", Tenant: "main"},
		"one whose name begins the other": {Subject: "client-", Tenant: "main"},
	} {
		for body, same := range map[string]string{valid: "the same", `{"name":"y"}`: "another"} {
			s := newThings(t)
			s.do(keyed("k", valid))
			r := keyed("k", body)
			r = r.WithContext(auth.WithPrincipal(r.Context(), other))
			if w := s.do(r); w.Code != http.StatusCreated || s.calls != 2 || w.Header().Get("Idempotency-Replayed") != "" {
				t.Errorf("%s, %s body: %d after %d calls, want 201 after 2", name, same, w.Code, s.calls)
			}
		}
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
			s := newThings(t)
			s.create = func(context.Context, *string) error { return failure() }
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
			s := newThings(t)
			ctx, cancel := context.WithCancel(t.Context())
			s.create = func(context.Context, *string) error {
				cancel()
				return test.failure
			}
			r := keyed("k", valid)
			s.do(as(r.WithContext(ctx), "main"))
			s.create = nil
			if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated || s.calls != test.calls {
				t.Errorf("a repeat = %d after %d calls, want 201 after %d", w.Code, s.calls, test.calls)
			}
		})
	}
}

func TestTheKeyIsRefusedWhileItsFirstRequestIsAtWork(t *testing.T) {
	s := newThings(t)
	var during *httptest.ResponseRecorder
	s.create = func(context.Context, *string) error {
		s.create = nil
		s.now = s.now.Add(5 * time.Second)
		during = s.do(keyed("k", valid))
		return nil
	}
	if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated {
		t.Fatalf("first = %d, want 201", w.Code)
	}
	problemtest.Want(t, during, http.StatusConflict)
	if got, want := during.Header().Get("Retry-After"), "30"; got != want { // 25 s of work and 10 s of margin, less 5 s
		t.Errorf("Retry-After = %q, want %q", got, want)
	}
	if s.calls != 1 {
		t.Errorf("calls = %d, want 1", s.calls)
	}
}

// lease runs a request up to its work and returns the item it holds then.
func (s *things) lease(t *testing.T) table.Item {
	t.Helper()
	var item table.Item
	s.create = func(ctx context.Context, _ *string) error {
		items, err := table.All(ctx, s.table, table.Query{Partition: "main#idempotency"})
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
	s := newThings(t)
	if err := s.table.Put(t.Context(), s.lease(t), table.Absent()); err != nil {
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
	s := newThings(t)
	s.create = func(_ context.Context, answer *string) error {
		s.create = nil
		s.now = s.now.Add(time.Hour)
		if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated {
			t.Errorf("the second worker = %d, want 201", w.Code)
		}
		*answer = "late"
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
	s := newThings(t)
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
		if w := newThings(t).do(keyed(key, valid)); w.Code != http.StatusCreated {
			t.Errorf("key %.20q = %d, want 201", key, w.Code)
		}
	}
	const want = "Idempotency-Key: must be one value of 1 to 255 visible ASCII characters"
	for _, key := range []string{"", " ", "a b", "a\tb", "ü", "\x7f", strings.Repeat("k", 256)} {
		s := newThings(t)
		if got := problemtest.Fields(problemtest.Want(t, s.do(keyed(key, valid)), http.StatusBadRequest)); got != want || s.calls != 0 {
			t.Errorf("key %.20q: %q after %d calls, want %q after none", key, got, s.calls, want)
		}
	}
	r := keyed("a", valid)
	r.Header.Add("Idempotency-Key", "b")
	if got := problemtest.Fields(problemtest.Want(t, newThings(t).do(r), http.StatusBadRequest)); got != want {
		t.Errorf("two keys: %q, want %q", got, want)
	}
}

func TestAnAnswerTooLargeToKeepIsNotDoneTwice(t *testing.T) {
	s := newThings(t)
	s.create = func(_ context.Context, answer *string) error {
		*answer = strings.Repeat("x", 500_000)
		return nil
	}
	if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated || w.Body.Len() < 500_000 {
		t.Fatalf("first = %d with %d bytes, want the whole answer", w.Code, w.Body.Len())
	}
	p := problemtest.Want(t, s.do(keyed("k", valid)), http.StatusConflict)
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
			s := newThings(t)
			test.broken.Table = s.table
			s.use(test.broken)
			problemtest.Want(t, s.do(keyed("k", valid)), test.want)
			if s.calls != 0 {
				t.Errorf("calls = %d, want 0", s.calls)
			}
		})
	}
}

func TestARecordThatCannotBeReadIsOurFault(t *testing.T) {
	s := newThings(t)
	item := s.lease(t).With([]byte("garbage"))
	if err := s.table.Put(t.Context(), item, table.Absent()); err != nil {
		t.Fatal(err)
	}
	problemtest.Want(t, s.do(keyed("k", valid)), http.StatusInternalServerError)
}

func TestManyAtOnceDoTheWorkOnce(t *testing.T) {
	s := newThings(t)
	var guard sync.Mutex
	calls, answers := 0, map[int]int{}
	s.handler = s.over(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		guard.Lock()
		calls++
		n := calls
		guard.Unlock()
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(strconv.Itoa(n)))
	}))
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			w := s.do(keyed("k", valid))
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

func TestARouteThatTakesNoKeysIsLeftAlone(t *testing.T) {
	s := newThings(t)
	s.handler = idempotency.Middleware(idempotency.Config{}, manifest.Route{OperationID: "createThing"}, time.Minute, http.HandlerFunc(s.operation))
	s.do(keyed("k", valid))
	s.do(keyed("k", valid))
	if s.calls != 2 {
		t.Errorf("calls = %d, want 2", s.calls)
	}
}
