package httpapi

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
	"github.com/customerai/customerai/shared/errs"
)

func TestABodyIsHeldToTheRoutesLimitAndMediaType(t *testing.T) {
	valid := `{"name":"x"}`
	padded := func(n int) string { return valid + strings.Repeat(" ", n-len(valid)) }
	for _, test := range []struct {
		name, contentType, body string
		want                    int
	}{
		{"JSON", "application/json", valid, 201},
		{"JSON with its charset", "application/json; charset=UTF-8", valid, 201},
		{"JSON in another charset", "application/json; charset=utf-16", valid, 415},
		{"JSON in upper case", "Application/JSON", valid, 201},
		{"a JSON dialect", "application/merge-patch+json", valid, 415},
		{"a form", "application/x-www-form-urlencoded", valid, 415},
		{"no media type", "", valid, 415},
		{"a malformed media type", "application/json; =", valid, 415},
		{"exactly the limit", "application/json", padded(4096), 201},
		{"one byte over the limit", "application/json", padded(4097), 413},
		{"far over the limit", "application/json", padded(1 << 20), 413},
		{"no body", "application/json", "", 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := request("POST", "/v1/things/t", test.body)
			r.Header.Set("Content-Type", test.contentType)
			w := newSample(t).do(r)
			if w.Code != test.want {
				t.Errorf("status = %d %s, want %d", w.Code, w.Body, test.want)
			}
		})
	}
}

func TestACompressedBodyIsRefused(t *testing.T) {
	s := newSample(t)
	problemtest.Want(t, s.do(request("POST", "/v1/things/t", `{"name":"x"}`, "Content-Encoding", "gzip")), http.StatusUnsupportedMediaType)
	if w := s.do(request("POST", "/v1/things/t", `{"name":"x"}`, "Content-Encoding", "identity")); w.Code != http.StatusCreated {
		t.Errorf("status with identity = %d, want 201", w.Code)
	}
}

func TestABodyWhereNoneIsAcceptedIsRefused(t *testing.T) {
	p := problemtest.Want(t, newSample(t).do(request("GET", "/v1/things?bogus=1", "{}")), http.StatusBadRequest)
	if got, want := problemtest.Fields(p), "bogus: is not a known query parameter\nbody: is not accepted by this operation"; got != want {
		t.Errorf("errors = %q, want %q", got, want)
	}
}

func TestABodyThatBreaksOffIsTheClientsFault(t *testing.T) {
	r := request("POST", "/v1/things/t", "x")
	r.Body = io.NopCloser(iotest.ErrReader(errors.New("reset")))
	if p := problemtest.Want(t, newSample(t).do(r), http.StatusBadRequest); p.Code != errs.Invalid {
		t.Errorf("code = %s, want %s", p.Code, errs.Invalid)
	}
}

func TestAFormReachesItsHandler(t *testing.T) {
	s := newSample(t)
	if w := s.do(formRequest("echo=a+b")); w.Code != http.StatusOK || w.Body.String() != "a b" {
		t.Errorf("answer = %d %s, want 200 a b", w.Code, w.Body)
	}
	problemtest.Want(t, s.do(formRequest("echo=%zz")), http.StatusBadRequest)
	problemtest.Want(t, s.do(formRequest(strings.Repeat("x", 65))), http.StatusRequestEntityTooLarge)
	problemtest.Want(t, s.do(request("POST", "/page", "{}")), http.StatusUnsupportedMediaType)
}
