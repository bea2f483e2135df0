package coldstart

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// slow is a store that answers when it is told to.
func slow(t *testing.T) (address string, answer func()) {
	t.Helper()
	told := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		<-told
		w.WriteHeader(http.StatusBadRequest)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() { close(told) }
}

func TestTheStartGoesOnWhileTheSecretsAreOnTheirWay(t *testing.T) {
	address, answer := slow(t)
	s, _ := began("authorizer", overlay(production(t, goodDocument(t)), "AWS_ENDPOINT_URL_SECRETS_MANAGER", address))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Secrets.Current(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v from a source whose document has not come, want that the wait has ended", err)
	}
	answer()
	if err := s.Ready(nil); err == nil || !strings.Contains(err.Error(), "SECRETS_ID names cannot be read") {
		t.Errorf("got %v, want that the start waits for the document and is refused", err)
	}
	if _, err := s.Secrets.Current(t.Context()); err == nil {
		t.Error("got secrets of a document that was not read")
	}
}

func TestTheSecretsOfAStartAreTheDocuments(t *testing.T) {
	s, _ := began("authorizer", production(t, goodDocument(t)))
	set, err := s.Secrets.Current(t.Context())
	if err != nil || set.Signing == nil {
		t.Errorf("got %v, want the document's keys as soon as it is there", err)
	}
	if set, err = s.Secrets.Renewed(t.Context()); err != nil || set.Signing == nil {
		t.Errorf("got %v, want the document's keys for who asks again", err)
	}
}
