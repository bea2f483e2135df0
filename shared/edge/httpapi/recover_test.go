package httpapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
	"github.com/customerai/customerai/shared/errs"
)

func TestAPanicIs500WhateverWasWrittenBeforeIt(t *testing.T) {
	handler := Middleware(Config{})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Set-Cookie", "session=1")
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write([]byte("half a page"))
		panic("secret-cause")
	}))
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	p := problemtest.Want(t, w, http.StatusInternalServerError)
	if p.Code != errs.Internal || w.Header().Get("Set-Cookie") != "" || strings.Contains(w.Body.String(), "half") || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("answer = %v %s, want the constant problem alone", w.Header(), w.Body)
	}
}

func TestAPanickingOperationIsLoggedWithItsPlace(t *testing.T) {
	s := newSample(t)
	s.create = func(context.Context, *createInput) error { panic("secret-cause") }
	problemtest.Want(t, s.do(request("POST", "/v1/things/t", `{"name":"x"}`)), http.StatusInternalServerError)
	if log := s.log.String(); !strings.Contains(log, "secret-cause") || !strings.Contains(log, "recover_test.go") || strings.Count(log, "\n") != 1 {
		t.Errorf("log = %s, want one line with the cause and its place", log)
	}
	s.create = nil
	if w := s.do(request("POST", "/v1/things/t", `{"name":"x"}`)); w.Code != http.StatusCreated {
		t.Errorf("the next request = %d, want 201", w.Code)
	}
}
