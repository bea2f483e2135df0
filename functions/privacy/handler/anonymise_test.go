package handler_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func operators(list ...map[string]any) map[string]any {
	return map[string]any{"documents": documents(sentence), "operators": list}
}

func TestEachKindIsTreatedAsAskedFor(t *testing.T) {
	f := newFixture(t)
	for name, c := range map[string]struct {
		body map[string]any
		want string
	}{
		"the kind in brackets":   {map[string]any{"documents": documents(sentence)}, "Call [PERSON] on [PHONE_NUMBER] or write to [EMAIL_ADDRESS]."},
		"another text":           {operators(map[string]any{"type": "NAME", "operator": "replace", "with": "somebody"}), "Call somebody on [PHONE_NUMBER] or write to [EMAIL_ADDRESS]."},
		"masked":                 {operators(map[string]any{"type": "PHONE_NUMBER", "operator": "mask", "maskCharacter": "•", "leaveLast": 4}), "Call [PERSON] on ••••••••0143 or write to [EMAIL_ADDRESS]."},
		"kept and gone":          {operators(map[string]any{"type": "PERSON", "operator": "keep"}, map[string]any{"type": "DEFAULT", "operator": "redact"}), "Call Maria Lopez on  or write to ."},
		"pseudonyms for all":     {operators(map[string]any{"type": "DEFAULT", "operator": "pseudonymise"}), "Call <PERSON_1> on <PHONE_NUMBER_1> or write to <EMAIL_ADDRESS_1>."},
		"pseudonyms for names":   {operators(map[string]any{"type": "PERSON", "operator": "pseudonymise"}), "Call <PERSON_1> on [PHONE_NUMBER] or write to [EMAIL_ADDRESS]."},
		"only what is asked for": {map[string]any{"documents": documents(sentence), "types": []string{"PERSON"}}, "Call [PERSON] on 212-555-0143 or write to maria@example.com."},
	} {
		got := texts(t, f.must(http.MethodPost, "/v1/privacy/anonymise", text(c.body)))
		if !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestDigestsAreEqualUnderOneSaltAndOtherwiseNot(t *testing.T) {
	f := newFixture(t)
	hash := func(more ...string) string {
		o := map[string]any{"type": "PERSON", "operator": "hash"}
		for i := 0; i < len(more); i += 2 {
			o[more[i]] = more[i+1]
		}
		return texts(t, f.must(http.MethodPost, "/v1/privacy/anonymise", text(operators(o))))[0]
	}
	const salt = "changeme-changeme-changeme"
	if a, b := hash("salt", salt), hash("salt", salt); a != b || len(a) < len(sentence)+40 {
		t.Errorf("digests %q and %q under one salt, want them equal", a, b)
	}
	if a, b := hash(), hash(); a == b {
		t.Error("digests without a salt are equal, want one drawn for each request")
	}
	if a, b := hash("salt", salt), hash("salt", salt, "algorithm", "sha512"); len(b) != len(a)+64 {
		t.Errorf("a digest of %d characters beside one of %d, want twice the bits", len(b), len(a))
	}
}

func TestPseudonymsAcrossConversationsAreTheTenantsOwn(t *testing.T) {
	f := newFixture(t)
	across := text(operators(map[string]any{"type": "DEFAULT", "operator": "pseudonymise", "across": true}))
	first := texts(t, f.must(http.MethodPost, "/v1/privacy/anonymise", across))[0]
	if second := texts(t, f.must(http.MethodPost, "/v1/privacy/anonymise", across))[0]; first != second {
		t.Errorf("got %q and %q, want one pseudonym for one value", first, second)
	}
	if _, other := f.do("other", http.MethodPost, "/v1/privacy/anonymise", across); strings.Contains(other, strings.Fields(first)[1]) {
		t.Error("two tenants share a pseudonym")
	}
	if strings.Contains(first, "Maria") || strings.Contains(first, "_1>") || strings.Count(first, "<") != 3 {
		t.Errorf("got %q, want three names that are no numbers", first)
	}
}

func TestEveryProblemIsReportedByItsFieldAndNoValueIs(t *testing.T) {
	f := newFixture(t)
	for name, c := range map[string]struct {
		path, body string
		want       []string
	}{
		"ids twice and a kind that is none": {
			"detect", `{"documents":[{"id":"x","text":"a"},{"id":"x","text":"b"}],"types":["DEFAULT"]}`, []string{"documents[1].id", "types[0]"},
		},
		"a kind that nobody knows": {"detect", `{"documents":[{"id":"x","text":"a"}],"types":["hunter2"]}`, []string{"types[0]"}},
		"parameters of others, half a conversation, a kind twice": {
			"anonymise", `{"documents":[{"id":"x","text":"a"}],"subjectId":"s","operators":[{"type":"PERSON","operator":"mask","with":"hunter2","across":true},` +
				`{"type":"NAME","operator":"keep"},{"type":"DEFAULT","operator":"mask","maskCharacter":"ab"}]}`,
			[]string{"conversationId", "operators[0].across", "operators[0].with", "operators[1].type", "operators[2].maskCharacter"},
		},
		"a conversation of nobody": {"anonymise", `{"documents":[{"id":"x","text":"a"}],"conversationId":"hunter2"}`, []string{"subjectId"}},
		"a salt too short":         {"anonymise", `{"documents":[{"id":"x","text":"a"}],"operators":[{"type":"PERSON","operator":"hash","salt":"hunter2"}]}`, []string{"operators[0].salt"}},
		"an id with spaces":        {"anonymise", `{"documents":[{"id":"x","text":"a"}],"subjectId":"hunter2 ","conversationId":"c"}`, []string{"subjectId"}},
		"a reason that is none":    {"restore", `{"documents":[{"id":"x","text":"a"}],"subjectId":"s","conversationId":"c","reason":"hunter2"}`, []string{"reason", "reference"}},
	} {
		status, answer := f.do("main", http.MethodPost, "/v1/privacy/"+c.path, c.body)
		var problem struct{ Errors []struct{ Path string } }
		if err := json.Unmarshal([]byte(answer), &problem); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range problem.Errors {
			got = append(got, e.Path)
		}
		if status != http.StatusBadRequest || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %d %v, want %v", name, status, got, c.want)
		}
		if strings.Contains(answer+f.lines.String(), "hunter2") {
			t.Errorf("%s: a value is shown", name)
		}
	}
}
