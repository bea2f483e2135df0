package problem_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
	"github.com/customerai/customerai/shared/errs"
)

func TestACodeHasItsStatus(t *testing.T) {
	for _, test := range []struct {
		err        error
		status     int
		code       errs.Code
		retryAfter string
	}{
		{errs.New(errs.Invalid, "m"), 400, errs.Invalid, ""},
		{errs.New(errs.Unauthorized, "m"), 401, errs.Unauthorized, ""},
		{errs.New(errs.Forbidden, "m"), 403, errs.Forbidden, ""},
		{errs.New(errs.NotFound, "m"), 404, errs.NotFound, ""},
		{errs.New(errs.Conflict, "m"), 409, errs.Conflict, ""},
		{errs.New(errs.TooLarge, "m"), 413, errs.TooLarge, ""},
		{errs.New(errs.RateLimited, "m"), 429, errs.RateLimited, "1"},
		{errs.New(errs.Unavailable, "m"), 503, errs.Unavailable, "1"},
		{errs.New(errs.Internal, "m"), 500, errs.Internal, ""},
		{errors.New("m"), 500, errs.Internal, ""},
		{context.DeadlineExceeded, 503, errs.Unavailable, "1"},
		{fmt.Errorf("query: %w", context.Canceled), 503, errs.Unavailable, "1"},
		{problem.WithHeader(errs.New(errs.RateLimited, "m"), "retry-after", "7"), 429, errs.RateLimited, "7"},
		{fmt.Errorf("step: %w", problem.WithHeader(problem.WithHeader(errs.New(errs.Conflict, "m"), "X-A", "1"), "Retry-After", "7")), 409, errs.Conflict, "7"},
		{problem.RetryAfter(errs.New(errs.Unavailable, "m"), 1500*time.Millisecond), 503, errs.Unavailable, "2"},
		{problem.RetryAfter(errs.New(errs.RateLimited, "m"), 0), 429, errs.RateLimited, "1"},
		{problem.WithStatus(problem.WithHeader(errs.New(errs.Invalid, "m"), "Retry-After", "7"), http.StatusTeapot), 418, errs.Invalid, "7"},
	} {
		t.Run(test.err.Error(), func(t *testing.T) {
			w := httptest.NewRecorder()
			w.Header().Set("X-Request-Id", "request-1")
			r := httptest.NewRequest("GET", "/", nil)
			problem.Write(w, r.WithContext(exchange.With(r.Context(), &exchange.Exchange{ID: "request-1"})), test.err)
			p := problemtest.Want(t, w, test.status)
			if p.Code != test.code || w.Header().Get("Retry-After") != test.retryAfter {
				t.Errorf("code %s, Retry-After %q; want %s, %q", p.Code, w.Header().Get("Retry-After"), test.code, test.retryAfter)
			}
		})
	}
}

func TestAMessageThatIsNotUTF8IsNotSent(t *testing.T) {
	w := httptest.NewRecorder()
	problem.Write(w, httptest.NewRequest("GET", "/", nil), errs.New(errs.Invalid, "bad \xff message"))
	if w.Code != http.StatusInternalServerError {
		t.Errorf("status = %d, want 500", w.Code)
	}
}

func TestAProblemIsAnError(t *testing.T) {
	p := problem.Of(&exchange.Exchange{}, errs.New(errs.NotFound, "no such thing"))
	if got := p.Error(); got != "no such thing" {
		t.Errorf("Error() = %q, want the detail", got)
	}
	if again := problem.Of(&exchange.Exchange{}, fmt.Errorf("step: %w", p)); again != p {
		t.Errorf("a problem of a problem = %+v, want the same", again)
	}
}

func TestTheLogLearnsTheCauseAndTheClientDoesNot(t *testing.T) {
	x := &exchange.Exchange{}
	p := problem.Of(x, fmt.Errorf("read the batch: %w", errors.New("secret-cause")))
	if x.Code != errs.Internal || x.Cause == nil || x.Cause.Error() != "read the batch: secret-cause" {
		t.Errorf("the exchange has %s and %v, want internal and the cause", x.Code, x.Cause)
	}
	if strings.Contains(p.Detail, "secret-cause") {
		t.Errorf("the answer says %q, want no cause in it", p.Detail)
	}
}

func TestAStatusAmountsToACode(t *testing.T) {
	for status, want := range map[int]errs.Code{
		404: errs.NotFound, 503: errs.Unavailable, 500: errs.Internal, // whose status it is
		418: errs.Invalid, 502: errs.Internal, // whose fault it is
	} {
		if got := problem.CodeOf(status); got != want {
			t.Errorf("CodeOf(%d) = %s, want %s", status, got, want)
		}
	}
}
