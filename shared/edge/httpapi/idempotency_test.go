package httpapi

import (
	"net/http"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
)

const valid = `{"name":"x"}`

func keyed(key, body string) *http.Request {
	return request("POST", "/v1/things/t", body, "Idempotency-Key", key)
}

func TestTheFirstAnswerIsRepeatedAsItWas(t *testing.T) {
	s := newSample(t)
	first, again := s.do(keyed("k", valid)), s.do(keyed("k", valid))
	if s.calls != 1 || again.Code != http.StatusCreated || again.Body.String() != first.Body.String() ||
		again.Header().Get("Location") != first.Header().Get("Location") || again.Header().Get("Content-Type") != "application/json" {
		t.Errorf("again = %d %v %s after %d calls, want %d %v %s after 1", again.Code, again.Header(), again.Body, s.calls, first.Code, first.Header(), first.Body)
	}
	problemtest.Want(t, s.do(keyed("k", `{"name":"y"}`)), http.StatusConflict)
}

func TestAnInvalidRequestIsNotKept(t *testing.T) {
	s := newSample(t)
	problemtest.Want(t, s.do(keyed("k", `{"name":""}`)), http.StatusBadRequest)
	if w := s.do(keyed("k", valid)); w.Code != http.StatusCreated {
		t.Errorf("after a correction = %d, want 201", w.Code)
	}
}

func TestABadKeyIsReportedWithTheBodysProblems(t *testing.T) {
	r := keyed("a", `{}`)
	r.Header.Add("Idempotency-Key", "b")
	const want = "Idempotency-Key: must be one value of 1 to 255 visible ASCII characters\nname: is required"
	if got := problemtest.Fields(problemtest.Want(t, newSample(t).do(r), http.StatusBadRequest)); got != want {
		t.Errorf("errors = %q, want %q", got, want)
	}
}
