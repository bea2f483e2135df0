package bundle_test

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/testkit/contract"
	"github.com/customerai/customerai/shared/testkit/race"
)

// alwaysSet are fields that no request may have, whatever the operation answers.
var alwaysSet = []string{"tenant", "tenantId", "epoch", "secretHash", "createdAt", "updatedAt", "owner", "requestId", "auditIndex", "$schema", "__proto__"}

// Nobody sets what the server sets: a request that brings along a field of an answer, or of what is kept, is refused by that name and
// changes nothing.
func TestNoRequestSetsWhatTheServerSets(t *testing.T) {
	race.Skip(t, "slows request after request, one at a time")
	document, err := contract.Parse(customerai.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	s := newStage(t, slog.New(slog.DiscardHandler))
	who := s.begin()[0]
	s.turn = who
	tried := 0
	for _, operation := range document.Operations {
		place := slices.IndexFunc(operation.Places(), func(p contract.Place) bool { return p.Name == "body *" })
		if place < 0 || operation.TakesForm() { // RFC 6749 has unknown parameters of a form ignored
			continue
		}
		at := operation.Places()[place]
		for _, field := range slices.Concat(operation.AnswerFields(), alwaysSet) {
			answer := s.send(operation, at.Call(bodyAround(t, at), who.known, field))
			if answer.Code != http.StatusBadRequest {
				t.Errorf("%s with %s: %d %s, want 400", operation.ID, field, answer.Code, answer.Body)
			}
			tried++
		}
	}
	after := s.kept()
	s.begin()
	if before := s.kept(); !maps.Equal(before, after) || len(before) < 10 {
		t.Error("a request that was refused has changed what is kept")
	}
	if tried < 200 {
		t.Errorf("%d fields were tried, want hundreds", tried)
	}
	t.Logf("%d fields", tried)
}

// kept is what the tenant's stores hold, but for the audit chain, which also keeps what was refused.
func (s *stage) kept() map[string]string {
	s.t.Helper()
	items := map[string]string{}
	for i, store := range s.stores {
		partitions := maps.Clone(s.reached)
		for _, item := range s.seed.items[i] {
			partitions[item.Partition] = true
		}
		for partition := range partitions {
			if strings.Contains(partition, "#audit") {
				continue
			}
			found, err := table.All(s.t.Context(), store.Table, table.Query{Partition: partition})
			if err != nil {
				s.t.Fatal(err)
			}
			for _, item := range found {
				items[fmt.Sprint(i, item.Key)] = fmt.Sprintf("%d %s", item.Version, item.Value)
			}
		}
	}
	return items
}
