package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/e2e"
	"github.com/customerai/customerai/infra/runtimeapi/recorder"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/testkit/emulators"
)

func TestTheStackWorksAsTheLaptopDoes(t *testing.T) {
	t.Parallel()
	config, uses := emulators.AWS(t), recorder.New()
	s := deploy(t, config, func(assembly *e2e.Assembly) {
		if err := assembly.Redirect(func(function string) (string, error) { return uses.Before(function, *config.BaseEndpoint) }); err != nil {
			t.Fatal(err)
		}
	})
	t.Cleanup(func() { s.showLogs(t); uses.Close() })
	s.prove(t)
	s.usesWhatIsWrittenDown(t, uses)
}

// The emulator holds every call of a function to its deployed role, the buckets to their policies and the key to its own: what
// passes here is granted. What is granted and not needed, the stack's own tests look for.
func TestTheDeployedRolesAreEnough(t *testing.T) {
	t.Parallel()
	s := deploy(t, emulators.EnforcingAWS(t), func(assembly *e2e.Assembly) {
		if got, want := assembly.Template.AllowPlainHTTP(), 16; got != want {
			t.Errorf("%d statements against plain HTTP are stripped, want %d", got, want)
		}
		if got, want := assembly.Template.AllowAnyContext(), 3; got != want { // privacy wraps and unwraps, purge-expired wraps
			t.Errorf("%d conditions on contexts are stripped, want %d", got, want)
		}
		if got, want := assembly.Template.NameBatches(), 6; got != want { // split-batch's, the dead letters of three, and those of two schedules
			t.Errorf("%d functions may send, want %d", got, want)
		}
	})
	t.Cleanup(func() { s.showLogs(t) })
	s.prove(t)
}

// prove goes through everything that clients and operators do.
func (s *site) prove(t *testing.T) {
	t.Run("the service is ready", s.isReady)
	t.Run("whoever may not is refused", s.refuses)
	t.Run("pages of other origins may not ask", s.answersPreflights)
	t.Run("messages are analysed", s.analyses)
	t.Run("a file has the results that it has on a laptop", s.worksThroughFiles)
	t.Run("nothing of what customers wrote is left of it", s.keepsNoOriginals)
	t.Run("a person's originals come back until the person is erased", s.keepsPeople)
	t.Run("what was done is on record", s.audits)
	t.Run("what fails five times waits for its redrive", s.keepsDeadLetters)
	t.Run("keys rotate while requests flow", s.rotates)
	t.Run("a client that asks too often is told to wait", s.limits)
	t.Run("the clock starts what runs by it", s.fires) // last: its minute has gone by with the others
}

func (s *site) isReady(t *testing.T) {
	for path, want := range map[string]string{
		"/health/live": `"status":"live"`, "/health/ready": `"secrets":"ok"`, "/openapi.json": `"openapi": "3.1`,
	} {
		if answer := s.call(t, http.MethodGet, path, ""); answer.Status != http.StatusOK || !strings.Contains(string(answer.Body), want) {
			t.Errorf("%s = %.300s, want %s in it", path, answer, want)
		}
	}
}

func (s *site) refuses(t *testing.T) {
	get := func(path string, headers ...string) response {
		return s.call(t, http.MethodGet, path, "", append(headers, "Origin", origin)...)
	}
	id, secret := s.clients[everyday].ID, s.clients[everyday].Secret
	for what, test := range map[string]struct {
		answer response
		status int
		code   string
	}{
		"no token":                       {get("/v1/batches"), http.StatusUnauthorized, "unauthorized"},
		"a token of nobody":              {get("/v1/batches", "Authorization", "Bearer no.such.token"), http.StatusUnauthorized, "unauthorized"},
		"another scheme":                 {get("/v1/batches", "Authorization", "Basic "+secret), http.StatusUnauthorized, "unauthorized"},
		"a token without the scope":      {get("/v1/batches", s.pass(t, everyday, manifest.ScopeAnalyze)...), http.StatusForbidden, "forbidden"},
		"a client outside of every plan": {get("/v1/batches", s.pass(t, stranger, "")...), http.StatusForbidden, "forbidden"},
		"a key that nobody asked for":    {get("/v1/batches", "X-Api-Key", id), http.StatusUnauthorized, "unauthorized"},
		"a path that leads nowhere":      {get("/v1/nothing"), http.StatusNotFound, "not_found"},
		"a body that is no object": {
			s.call(t, http.MethodPost, "/v1/batches", "[]", append(s.pass(t, everyday, ""), "Content-Type", "application/json")...),
			http.StatusBadRequest, "invalid",
		},
	} {
		t.Run(what, func(t *testing.T) { wantProblem(t, test.answer, test.status, test.code) })
	}
	refused := decode[struct{ Error string }](t, s.askToken(t, id, secret+"x", ""), http.StatusUnauthorized)
	if refused.Error != "invalid_client" {
		t.Errorf("a wrong secret gets %q, want invalid_client", refused.Error)
	}
}

func (s *site) answersPreflights(t *testing.T) {
	ask := func(from string) response {
		return s.call(t, http.MethodOptions, "/v1/batches", "", "Origin", from, "Access-Control-Request-Method", "POST",
			"Access-Control-Request-Headers", "authorization,content-type")
	}
	answer := ask(origin)
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": "POST, GET", "Access-Control-Max-Age": "600",
		"Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, X-Request-Id",
	} {
		if got := answer.Header.Get(name); got != want || answer.Status != http.StatusNoContent {
			t.Errorf("%d %s = %q, want 204 %q", answer.Status, name, got, want)
		}
	}
	if got := ask("https://other.example.com").Header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("another origin is allowed: %q", got)
	}
}

func (s *site) analyses(t *testing.T) {
	answer := s.call(t, http.MethodPost, "/v1/sentiment",
		`{"documents":[{"id":"a","text":"Thank you, this was wonderful!"},{"id":"b","text":"Terrible. I want a refund. Mail me at ann@example.com"}]}`,
		append(s.pass(t, everyday, ""), "Content-Type", "application/json")...)
	type row struct {
		ID, Text  string
		Sentiment struct{ Label string }
	}
	got := decode[struct{ Results []row }](t, answer, http.StatusOK).Results
	if len(got) != 2 || got[0].Sentiment.Label != "POSITIVE" || got[1].Sentiment.Label != "NEGATIVE" || strings.Contains(string(answer.Body), "ann@") {
		t.Errorf("got %s, want a positive and a negative row, anonymised", answer.Body)
	}
	if got := answer.Header.Get("Access-Control-Allow-Origin"); got != origin {
		t.Errorf("Access-Control-Allow-Origin = %q, want the origin", got)
	}
}
