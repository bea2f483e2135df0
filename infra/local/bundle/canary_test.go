package bundle_test

import (
	"bytes"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai"
	"github.com/customerai/customerai/shared/testkit/contract"
	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/testkit/traces"
)

// canaries are what a client might send: something of each form that fields ask for.
var canaries = []string{"c4n4ry.j0ne5@example.com", "c4n4ryj0ne5c4n4ryj0ne5", "C4n4ry J0ne5, born 1961-04-12", "c4n4ry\"<j0ne5>"}

// What a client sends, in whatever place of the API, and its own secrets are in no line of the log, no refusal and no audit record,
// also when the stores fail in the middle of the request.
func TestWhatIsPlantedAnywhereIsNotLoggedRefusedOrRecorded(t *testing.T) {
	race.Skip(t, "slows request after request, one at a time")
	document, err := contract.Parse(customerai.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s := newStage(t, slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	who := s.begin()[0]
	s.turn = who
	random := rand.New(rand.NewPCG(4, 1))
	leaks := traces.Of(slices.Concat(canaries, who.secrets(t))...)
	planted, failed := 0, 0
	for _, operation := range document.Operations {
		for _, place := range operation.Places() {
			body := bodyAround(t, place)
			for i, canary := range canaries {
				if dearPlace(place) && i != planted%len(canaries) {
					continue
				}
				for _, broken := range []bool{false, true} {
					s.breakIn = 0
					if broken {
						s.breakIn = 1 + random.IntN(6)
					}
					log.Reset()
					call := place.Call(body, who.known, canary)
					answer := s.send(operation, call)
					planted++
					if answer.Code >= http.StatusInternalServerError {
						failed++
					}
					said := log.String()
					if !strings.Contains(said, `"status"`) {
						t.Fatalf("%s is not in the log: %s", operation.ID, said)
					}
					if answer.Code >= http.StatusBadRequest {
						said += answer.Body.String()
					}
					if found := leaks.In(said); found != "" {
						t.Errorf("%s, %s, answered %d: %s in %s", operation.ID, place.Name, answer.Code, found, said)
					}
				}
			}
		}
	}
	s.breakIn = 0
	records := s.do(who, act{operation: "exportAudit"}, 0)
	if found := leaks.In(records); found != "" {
		t.Errorf("the audit chain has %s", found)
	}
	t.Logf("%d requests, %d of them met a fault, %d bytes of records", planted, failed, len(records))
	if failed < planted/10 {
		t.Errorf("%d of %d requests met a fault: too few", failed, planted)
	}
}

// secrets are what lets others be the tenant's administrator: a client's secret, and of each token the part that cannot be guessed.
func (who *tenant) secrets(t *testing.T) []string {
	t.Helper()
	all := []string{who.secret}
	for _, token := range []string{who.access, who.refresh} {
		part := token[max(0, len(token)-32):]
		if len(part) < 32 {
			t.Fatalf("a token has %d bytes", len(token))
		}
		all = append(all, part)
	}
	return all
}

// known are the ids that a tenant has for what a path names.
func (who *tenant) known(name string) []string {
	return who.holding.ids[map[string]string{"batchId": "batch", "principalId": "principal", "subjectId": "subject", "name": "category"}[name]]
}

// send makes a drawn call, as the tenant whose turn it is.
func (s *stage) send(operation contract.Operation, call contract.Call) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(s.t.Context(), call.Method, call.Target, bytes.NewReader(call.Body))
	if request.Header = call.Header.Clone(); operation.Secured {
		request.Header.Set("Authorization", "Bearer "+s.turn.access)
	}
	request.RemoteAddr = "192.0.2.1:1"
	answer := httptest.NewRecorder()
	s.b.Handler.ServeHTTP(answer, request)
	return answer
}
