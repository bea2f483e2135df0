package handler_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestDetectShowsKindsAliasesAndOffsetsInTheUnitAskedFor(t *testing.T) {
	f := newFixture(t)
	for unit, want := range map[string]string{
		"codepoint": `{"type":"EMAIL_ADDRESS","aliases":{"comprehend":"EMAIL","bedrock":"EMAIL"},"begin":2,"end":17,"score":1}`,
		"utf16":     `{"type":"EMAIL_ADDRESS","aliases":{"comprehend":"EMAIL","bedrock":"EMAIL"},"begin":3,"end":18,"score":1}`,
		"byte":      `{"type":"EMAIL_ADDRESS","aliases":{"comprehend":"EMAIL","bedrock":"EMAIL"},"begin":5,"end":20,"score":1}`,
	} {
		got := f.must(http.MethodPost, "/v1/privacy/detect", text(map[string]any{"documents": documents("😀 zoe@example.com"), "offsets": unit}))
		if want := `{"results":[{"id":"a","pii":[` + want + `]}]}`; got != want {
			t.Errorf("%s: got %s, want %s", unit, got, want)
		}
	}
}

func TestDetectLooksForWhatIsAskedFor(t *testing.T) {
	f := newFixture(t)
	for name, c := range map[string]struct {
		more map[string]any
		want []string
	}{
		"everything":          {nil, []string{"PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS"}},
		"our own name":        {map[string]any{"types": []string{"PERSON"}}, []string{"PERSON"}},
		"names of Comprehend": {map[string]any{"types": []string{"PHONE", "EMAIL"}}, []string{"PHONE_NUMBER", "EMAIL_ADDRESS"}},
		"what is certain":     {map[string]any{"threshold": 1}, []string{"EMAIL_ADDRESS"}},
		"nothing that is":     {map[string]any{"types": []string{"US_SSN"}}, nil},
	} {
		body := map[string]any{"documents": documents(sentence)}
		for field, value := range c.more {
			body[field] = value
		}
		var out struct {
			Results []struct{ PII []struct{ Type string } }
		}
		if err := json.Unmarshal([]byte(f.must(http.MethodPost, "/v1/privacy/detect", text(body))), &out); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range out.Results[0].PII {
			got = append(got, e.Type)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestDetectSaysWhyWhenThatIsAskedFor(t *testing.T) {
	f := newFixture(t)
	ask := func(more string) (decisions []map[string]any) {
		var out struct {
			Results []struct{ Decisions []map[string]any }
		}
		body := `{"documents":[{"id":"1","text":"😀 please call 212-555-0143, card 4111 1111 1111 1111"}],"offsets":"utf16"` + more + `}`
		if err := json.Unmarshal([]byte(f.must(http.MethodPost, "/v1/privacy/detect", body)), &out); err != nil {
			t.Fatal(err)
		}
		return out.Results[0].Decisions
	}
	if got := ask(""); got != nil {
		t.Errorf("decisions %v without asking, want none", got)
	}
	if got := ask(`,"explain":true`); len(got) < 2 {
		t.Errorf("%d decisions, want one for the number and one for the card at least", len(got))
	}
	got := ask(`,"explain":true,"types":["CREDIT_CARD"]`)
	if len(got) != 1 || got[0]["type"] != "CREDIT_CARD" || got[0]["validated"] != true || got[0]["recogniser"] == "" || got[0]["begin"] != 34.0 {
		t.Errorf("decisions %v, want the card's alone, validated, at 34", got)
	}
}

func TestWhatNoAnswerCanShowIsRefusedAndNotKept(t *testing.T) {
	f := newFixture(t)
	ask := func(operation string, addresses int, more map[string]any) (int, string) {
		body := map[string]any{"documents": documents(strings.Repeat("a@b.com, ", addresses/2), strings.Repeat("c@d.com, ", addresses-addresses/2))}
		maps.Copy(body, more)
		return f.do("main", http.MethodPost, "/v1/privacy/"+operation, text(body))
	}
	kept := map[string]any{"subjectId": "zoe", "conversationId": "c1", "operators": []any{map[string]any{"type": "DEFAULT", "operator": "pseudonymise"}}}
	for name, c := range map[string]struct {
		operation string
		addresses int
		more      map[string]any
		want      int
	}{
		"as many as fit":                 {"detect", 15_000, nil, http.StatusOK},
		"more":                           {"detect", 15_001, nil, http.StatusRequestEntityTooLarge},
		"as many, with a reason each":    {"detect", 15_000, map[string]any{"explain": true}, http.StatusRequestEntityTooLarge},
		"more, taken out":                {"anonymise", 15_001, nil, http.StatusRequestEntityTooLarge},
		"more, taken out and kept":       {"anonymise", 15_001, kept, http.StatusRequestEntityTooLarge},
		"all that one megabyte may hold": {"detect", 100_000, map[string]any{"explain": true}, http.StatusRequestEntityTooLarge},
	} {
		status, answer := ask(c.operation, c.addresses, c.more)
		if status != c.want || len(answer) > 5<<20 {
			t.Errorf("%s: status %d with %d bytes, want %d", name, status, len(answer), c.want)
		}
	}
	if held := f.must(http.MethodGet, "/v1/subjects/zoe/export", ""); !strings.Contains(held, `"items":[]`) {
		t.Error("what was refused is kept")
	}
}
