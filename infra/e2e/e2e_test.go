package e2e_test

import (
	"net/http"
	"testing"

	"github.com/customerai/customerai/shared/testkit/emulators"
)

func TestTheStackWorksAsTheLaptopDoes(t *testing.T) {
	s := deploy(t, emulators.AWS(t), nil)
	t.Cleanup(func() { s.showLogs(t) })
	s.proveEverything(t)
}

func (s *site) proveEverything(t *testing.T) {
	t.Run("the service is ready", func(t *testing.T) {
		if answer := s.call(t, http.MethodGet, "/health/ready", ""); answer.Status != http.StatusOK {
			t.Errorf("got %s", answer)
		}
	})
	t.Run("nobody is let in without a token", s.refusesStrangers)
}

func (s *site) refusesStrangers(t *testing.T) {
	wantProblem(t, s.call(t, http.MethodGet, "/v1/batches", "", "Origin", origin), http.StatusUnauthorized, "unauthorized")
	wantProblem(t, s.call(t, http.MethodGet, "/v1/batches", "", "Authorization", "Bearer no.such.token", "Origin", origin),
		http.StatusUnauthorized, "unauthorized")
	wantProblem(t, s.call(t, http.MethodGet, "/v1/batches", "", "Authorization", s.bearer(t, everyday, "analyze"), "Origin", origin),
		http.StatusForbidden, "forbidden")
	wantProblem(t, s.call(t, http.MethodGet, "/v1/batches", "", "Authorization", s.bearer(t, stranger, ""), "Origin", origin),
		http.StatusForbidden, "forbidden")
	wantProblem(t, s.call(t, http.MethodGet, "/v1/nothing", "", "Origin", origin), http.StatusNotFound, "not_found")
}
