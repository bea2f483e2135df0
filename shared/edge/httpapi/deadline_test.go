package httpapi

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi/idempotency"
	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
	"github.com/customerai/customerai/shared/manifest"
)

func TestAnOperationThatRunsOutOfTimeIs503BeforeTheGatewayGivesUp(t *testing.T) {
	const back = answerTime + idempotency.SettleTime // the route keeps answers
	for name, test := range map[string]struct{ invocation, want time.Duration }{
		"the function's own timeout":     {0, 25*time.Second - back},
		"the invocation has less left":   {3 * time.Second, 3*time.Second - back},
		"the invocation has more left":   {time.Minute, 25*time.Second - back},
		"the invocation is already over": {time.Millisecond, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSample(t)
				s.create = func(ctx context.Context, _ *createInput) error {
					<-ctx.Done()
					return ctx.Err()
				}
				r := request("POST", "/v1/things/t", `{"name":"x"}`)
				if test.invocation > 0 {
					ctx, cancel := context.WithTimeout(r.Context(), test.invocation)
					defer cancel()
					r = r.WithContext(ctx)
				}
				start := time.Now()
				p := problemtest.Want(t, s.do(r), http.StatusServiceUnavailable)
				if took := time.Since(start); took != test.want || p.Detail != "there was not enough time to answer" {
					t.Errorf("answered after %v with %q, want after %v", took, p.Detail, test.want)
				}
			})
		})
	}
}

func TestNoOperationOutlivesTheGateway(t *testing.T) {
	for _, timeout := range []time.Duration{0, 15 * time.Minute} {
		var left time.Duration
		synctest.Test(t, func(*testing.T) {
			deadline(timeout, answerTime, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				end, _ := r.Context().Deadline()
				left = time.Until(end)
			})).ServeHTTP(nil, request("GET", "/", ""))
		})
		if want := gatewayLimit - answerTime; left != want {
			t.Errorf("with a timeout of %v the operation has %v, want %v", timeout, left, want)
		}
	}
}

func TestTimeIsKeptBackForWhateverIsSettledAfterAnOperation(t *testing.T) {
	for _, c := range []struct {
		route manifest.Route
		want  time.Duration
	}{
		{manifest.Route{}, answerTime},
		{manifest.Route{Audited: true}, answerTime + recordTime},
		{manifest.Route{Idempotent: true}, answerTime + idempotency.SettleTime},
		{manifest.Route{Audited: true, Idempotent: true}, answerTime + recordTime + idempotency.SettleTime},
	} {
		if got := kept(c.route); got != c.want {
			t.Errorf("got %v for audited %t, idempotent %t; want %v", got, c.route.Audited, c.route.Idempotent, c.want)
		}
	}
}
