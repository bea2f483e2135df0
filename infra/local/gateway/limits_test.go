package gateway_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/infra/local/gateway"
	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/trust/auth"
)

// front is a gateway on a clock that only the test moves, whose authorizer knows everybody by their token.
type front struct {
	http.Handler
	now   time.Time
	asked int
}

func newFront(t testing.TB, limits gateway.Limits, remember time.Duration) *front {
	t.Helper()
	f := &front{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	c := config()
	c.Limits, c.Remember, c.Now = limits, remember, func() time.Time { return f.now }
	c.Authorize = func(_ context.Context, event events.APIGatewayCustomAuthorizerRequestTypeRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
		f.asked++
		id := event.Headers["Authorization"][len("Bearer "):]
		if id == "nobody" {
			return events.APIGatewayCustomAuthorizerResponse{}, lambdahttp.ErrUnauthorized
		}
		return lambdahttp.Allow(auth.Principal{Subject: id, Tenant: "main", Scopes: []string{"batches:read"}, UsageKey: id}, event.MethodArn)
	}
	handler, err := gateway.New(c)
	if err != nil {
		t.Fatal(err)
	}
	f.Handler = handler
	return f
}

func (f *front) get(path, id, forwarded string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	if id != "" {
		request.Header.Set("Authorization", "Bearer "+id)
	}
	request.Header.Set("X-Forwarded-For", forwarded)
	recorder := httptest.NewRecorder()
	f.ServeHTTP(recorder, request)
	return recorder
}

func TestAClientThatAsksTooOftenIsToldWhenToComeAgain(t *testing.T) {
	f := newFront(t, gateway.Limits{ClientRate: 2}, 0)
	for i := range 4 {
		if got := f.get("/v1/batches", "ann", "192.0.2.1"); got.Code != http.StatusOK {
			t.Fatalf("request %d = %d, want 200: two seconds' worth may come at once", i+1, got.Code)
		}
	}
	for i := range 3 { // another address in a header is no other client
		got := f.get("/v1/batches", "ann", fmt.Sprintf("198.51.100.%d", i))
		if got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") != "1" || got.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("one too many = %d with %v, want 429 as a problem with Retry-After", got.Code, got.Header())
		}
	}
	if got := f.get("/v1/batches", "bob", ""); got.Code != http.StatusOK {
		t.Errorf("another client = %d, want 200", got.Code)
	}
	f.now = f.now.Add(500 * time.Millisecond)
	if got := f.get("/v1/batches", "ann", ""); got.Code != http.StatusOK {
		t.Errorf("half a second later = %d, want 200", got.Code)
	}
}

func TestTheStageIsLimitedBeforeAnybodyIsAskedWhoTheyAre(t *testing.T) {
	f := newFront(t, gateway.Limits{Rate: 1, Burst: 3}, 0)
	for range 3 {
		if got := f.get("/health/live", "", ""); got.Code != http.StatusOK {
			t.Fatalf("within the burst = %d, want 200", got.Code)
		}
	}
	if got := f.get("/v1/batches", "nobody", ""); got.Code != http.StatusTooManyRequests || f.asked != 0 {
		t.Errorf("one too many = %d after asking the authorizer %d times, want 429 after none", got.Code, f.asked)
	}
	if got := f.get("/nothing", "", ""); got.Code != http.StatusNotFound {
		t.Errorf("a path that is not there = %d, want 404", got.Code)
	}
}

func TestARouteHasItsOwnLimitToo(t *testing.T) {
	f := newFront(t, gateway.Limits{Rate: 1000, Burst: 1000}, 0)
	refused := 0
	for range 150 {
		recorder := httptest.NewRecorder()
		f.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/oauth/token", nil))
		if recorder.Code == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 50 {
		t.Errorf("%d of 150 sign-ins at once are refused, want those after the first 100", refused)
	}
}

// A million requests on a virtual clock that also goes back: nobody gets more than the limit and five per cent, and whoever keeps
// to it is let in.
func TestTheLimitHoldsOverAMillionRequests(t *testing.T) {
	const rate, clients, requests, lawful = 20, 50, 1_000_000, 5
	b := gateway.NewBuckets(rate, 2*rate)
	random := rand.New(rand.NewPCG(1, 2))
	begin := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	admitted, asked := map[int]int{}, map[int]int{}
	at := time.Duration(0)
	next := make([]time.Duration, lawful)
	for range requests {
		at += time.Duration(random.IntN(int(200 * time.Microsecond)))
		id := lawful + random.IntN(clients-lawful)
		for i, due := range next { // the lawful ones ask at 95 % of the limit
			if at >= due {
				id, next[i] = i, at+time.Second*100/(95*rate)
				break
			}
		}
		skew := time.Duration(random.IntN(int(20*time.Millisecond))) - 10*time.Millisecond
		asked[id]++
		if _, ok := b.Take(strconv.Itoa(id), begin.Add(at+skew)); ok {
			admitted[id]++
		}
	}
	most := int(1.05 * (rate*at.Seconds() + 2*rate))
	for id, n := range admitted {
		if n > most {
			t.Errorf("client %d is admitted %d times in %s, want at most %d", id, n, at, most)
		}
		if id < lawful && float64(n) < 0.95*float64(asked[id]) {
			t.Errorf("client %d keeps to the limit and is admitted %d of %d times, want at least 95 %%", id, n, asked[id])
		}
	}
	t.Logf("%d requests in %s: client 0 %d of %d, client %d %d of %d, at most %d", requests, at, admitted[0], asked[0], clients-1, admitted[clients-1], asked[clients-1], most)
}

func TestFullBucketsAreForgotten(t *testing.T) {
	b := gateway.NewBuckets(1, 2)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i := range 100_000 {
		b.Take(strconv.Itoa(i), now.Add(time.Duration(i)*time.Millisecond))
	}
	if n := b.Len(); n > 5000 {
		t.Errorf("%d buckets are kept, want only those that are not full and some", n)
	}
}

func TestTheAuthorizersAnswerIsUsedAgainForItsTime(t *testing.T) {
	f := newFront(t, gateway.Limits{}, 300*time.Second)
	for _, step := range []struct {
		after time.Duration
		id    string
		code  int
		asked int
	}{
		{0, "ann", 200, 1},
		{time.Second, "ann", 200, 1},
		{298 * time.Second, "ann", 200, 1},
		{time.Second, "ann", 200, 2},
		{0, "bob", 200, 3},
		{0, "nobody", 401, 4},
		{0, "nobody", 401, 5}, // a refusal is asked for again
	} {
		f.now = f.now.Add(step.after)
		if got := f.get("/v1/batches", step.id, ""); got.Code != step.code || f.asked != step.asked {
			t.Errorf("%s after %s = %d, the authorizer asked %d times, want %d and %d", step.id, step.after, got.Code, f.asked, step.code, step.asked)
		}
	}
}
