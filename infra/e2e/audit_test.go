package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/e2e"
)

// everyMinute is how often schedules fire here: the emulator's hour is as long as everybody's.
const everyMinute = "rate(1 minute)"

// audits reads the chain that the other parts have left, and has the deployed function verify it.
func (s *site) audits(t *testing.T) {
	pass := s.pass(t, everyday, "")
	listed := decode[struct {
		Records []struct {
			Operation, Outcome, Actor string
			Index                     uint64
		}
	}](t, s.call(t, http.MethodGet, "/v1/audit?limit=1000", "", pass...), http.StatusOK)
	seen := map[string]int{}
	for _, r := range listed.Records {
		seen[r.Operation+" "+r.Outcome]++
		if !strings.HasPrefix(r.Actor, "ps_") {
			t.Errorf("record %d names its actor %q, want a pseudonym", r.Index, r.Actor)
		}
	}
	if seen["createBatch allowed"] == 0 || seen["listBatchResults allowed"] == 0 {
		t.Errorf("got the records %v, want the batch that was made and read among them", seen)
	}
	verified := decode[struct {
		Sound     bool
		HeadIndex uint64
		Problem   string
	}](t, s.call(t, http.MethodGet, "/v1/audit/verify", "", pass...), http.StatusOK)
	if !verified.Sound || verified.HeadIndex < uint64(len(listed.Records)) {
		t.Errorf("got %+v, want %d sound records, and that of the list", verified, len(listed.Records))
	}
}

// fires waits until every function that runs by the clock has been started by its schedule, and has succeeded.
func (s *site) fires(t *testing.T) {
	services := e2e.Services{Config: s.config}
	if len(s.scheduled) == 0 {
		t.Error("the template has no schedule")
	}
	for _, function := range s.scheduled {
		eventually(t, 3*time.Minute, function+" has been started by its schedule", func() bool {
			group := fmt.Sprintf(`{"logGroupName":"/aws/lambda/%s"}`, function)
			text, err := services.JSON(t.Context(), "logs", "Logs_20140328.FilterLogEvents", []byte(group))
			if err != nil {
				t.Fatal(err)
			}
			var logged struct{ Events []struct{ Message string } }
			if err := json.Unmarshal(text, &logged); err != nil {
				t.Fatal(err)
			}
			for _, event := range logged.Events {
				if strings.Contains(event.Message, "schedule done") {
					return true
				}
			}
			return false
		})
	}
}
