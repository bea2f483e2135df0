package bundle_test

import (
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/testkit/timing"
)

// go test ./infra/local/bundle -run AnsweredLikeNothing -lookups 200000
var lookups = flag.Int("lookups", 300, "lookups of each kind of thing that are timed")

// What belongs to another tenant is answered as what is not there, to the byte, and takes as long.
func TestAnothersIsAnsweredLikeNothing(t *testing.T) {
	race.Skip(t, "takes its own time")
	s := newStage(t, slog.New(slog.DiscardHandler))
	tenants := s.begin()
	admin, other := tenants[0], tenants[1]
	const each = 8
	theirs := map[string][]string{}
	for i := range each {
		for _, kind := range []string{"subject", "category"} {
			id := fmt.Sprintf("RRRRRR-%d", i)
			other.holding.ids[kind] = append(other.holding.ids[kind], id)
			theirs[kind] = append(theirs[kind], id)
		}
		for _, a := range []act{
			{operation: "createBatch", body: `{"fileName":"messages.csv"}`},
			{operation: "createPrincipal", body: access["createPrincipal"].body},
			{operation: "anonymiseTexts", object: "subject", body: strings.Replace(keepBoth, bothSubject, "{id}", 1)},
			{operation: "putCategory", object: "category", body: `{"status":"DRAFT","rule":{"when":{"words":["refund"]}}}`},
		} {
			s.do(other, a, max(0, len(other.holding.ids[a.object])-1))
		}
	}
	for _, kind := range []string{"batch", "principal"} {
		ids := other.holding.ids[kind]
		theirs[kind] = ids[len(ids)-each:]
	}
	for kind, object := range objects {
		answer := func(who *tenant, id string) (*http.Request, *httptest.ResponseRecorder) {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, strings.ReplaceAll(object.shown, "{id}", id), nil)
			request.Header.Set("Authorization", "Bearer "+who.access)
			return request, httptest.NewRecorder()
		}
		ask := func(who *tenant, id string) *httptest.ResponseRecorder {
			s.turn = who
			request, recorder := answer(who, id)
			s.b.Handler.ServeHTTP(recorder, request)
			return recorder
		}
		nothing := func(id string) string { return strings.Replace(id, "RRRRRR", "QQQQQQ", 1) }
		answers := map[string]bool{}
		for _, id := range theirs[kind] {
			if got := ask(other, id); got.Code != http.StatusOK {
				t.Errorf("%s %s is answered %d %s to whom it belongs, want it", kind, id, got.Code, got.Body)
			}
			answers[whole(ask(admin, id), id)] = true
			answers[whole(ask(admin, nothing(id)), nothing(id))] = true
		}
		if len(answers) != 1 {
			t.Errorf("%s: %d different answers: %s", kind, len(answers), slices.Collect(maps.Keys(answers)))
		}
		n := 0
		leak := timing.Compare(*lookups, func(second bool) func() {
			n++
			id := theirs[kind][n%each]
			if second {
				id = nothing(id)
			}
			request, recorder := answer(admin, id)
			return func() { s.b.Handler.ServeHTTP(recorder, request) }
		})
		t.Logf("%s: %v", kind, leak)
		if leak.Found() {
			t.Errorf("%s: nothing takes another time than another's: %v", kind, leak)
		}
	}
}

// An id is 26 letters of 32, all of them drawn: 130 bits.
func TestNobodyCanGuessAnId(t *testing.T) {
	w := newWorld(t, 0)
	const draws, length = 300, 26 // a letter is in none of the draws once in 14,000
	letters := make([]map[byte]bool, length)
	seen := map[string]bool{}
	for range draws {
		id := objects["batch"].make(w, w.tokens["administrator"])
		drawn := id[strings.LastIndex(id, "_")+1:]
		if len(drawn) != length || seen[drawn] {
			t.Fatalf("%s is not new, or not %d letters", id, length)
		}
		seen[drawn] = true
		for i := range length {
			if letters[i] == nil {
				letters[i] = map[byte]bool{}
			}
			letters[i][drawn[i]] = true
		}
	}
	for i, at := range letters {
		if len(at) < 30 || len(at) > 32 {
			t.Errorf("letter %d has been one of %d, want of 32", i, len(at))
		}
	}
	for name, id := range map[string]string{"a principal": w.ids["analyst"], "another": w.ids["reviewer"]} {
		if drawn := id[strings.LastIndex(id, "_")+1:]; len(drawn) != length {
			t.Errorf("%s has the id %s, want %d letters", name, id, length)
		}
	}
}

// whole is an answer with all its headers, but for what names the request.
func whole(answer *httptest.ResponseRecorder, id string) string {
	var said strings.Builder
	fmt.Fprintln(&said, answer.Code, answer.Body)
	_ = answer.Header().Write(&said) // a builder takes everything
	return strings.NewReplacer(answer.Header().Get("X-Request-Id"), "REQUEST", id, "ID").Replace(said.String())
}
