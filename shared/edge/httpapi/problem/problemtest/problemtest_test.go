package problemtest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/witness"
)

func TestOnlyAWholeProblemOfItsStatusIsOne(t *testing.T) {
	written := func(id string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		w.Header().Set("X-Request-Id", id)
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		problem.Write(w, r.WithContext(exchange.With(r.Context(), &exchange.Exchange{ID: "request-1"})), errs.New(errs.Conflict, "somebody was faster"))
		return w
	}
	spelt := func(body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusConflict)
		_, _ = w.WriteString(body)
		return w
	}
	for name, test := range map[string]struct {
		answer *httptest.ResponseRecorder
		status int
		fails  bool
	}{
		"a problem":                        {written("request-1"), http.StatusConflict, false},
		"of another status":                {written("request-1"), http.StatusNotFound, true},
		"of another request":               {written("request-2"), http.StatusConflict, true},
		"no JSON":                          {spelt("{"), http.StatusConflict, true},
		"JSON that is less than a problem": {spelt("{}"), http.StatusConflict, true},
		"no problem at all":                {httptest.NewRecorder(), http.StatusOK, true},
	} {
		seen := witness.Of(t, func(t testing.TB) { problemtest.Want(t, test.answer, test.status) })
		if got := len(seen.Failures) > 0; got != test.fails {
			t.Errorf("%s: failures = %q, want some: %v", name, seen.Failures, test.fails)
		}
	}
}

func TestFieldsAreWrittenOneALine(t *testing.T) {
	p := problem.Problem{Errors: []errs.Field{{Path: "a", Message: "is required"}, {Path: "b[0]", Message: "is not valid"}}}
	if got, want := problemtest.Fields(p), "a: is required\nb[0]: is not valid"; got != want {
		t.Errorf("Fields = %q, want %q", got, want)
	}
}
