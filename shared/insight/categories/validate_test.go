package categories_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/categories"
)

func mustRule(t testing.TB, document string) categories.Rule {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(document))
	decoder.DisallowUnknownFields()
	var rule categories.Rule
	if err := decoder.Decode(&rule); err != nil {
		t.Fatalf("decode %s: %v", document, err)
	}
	return rule
}

func TestNamesAreWhatTheContractSays(t *testing.T) {
	for name, want := range map[string]bool{
		"churn": true, "Churn-2026.v1_a": true, strings.Repeat("a", 200): true, "0": true, "..a": true,
		"": false, strings.Repeat("a", 201): false, "a b": false, "é": false, "a/b": false, ".": false, "..": false, "a\n": false,
	} {
		if got := categories.ValidName(name); got != want {
			t.Errorf("ValidName(%q): got %t, want %t", name, got, want)
		}
	}
}

func TestProblemsAreToldAllAtOnceByTheirFields(t *testing.T) {
	long := strings.Repeat("a", 201)
	many := func(n int, of string) string { return strings.TrimSuffix(strings.Repeat(of+",", n), ",") }
	for name, c := range map[string]struct {
		rule string
		want []string
	}{
		"a condition of no kind":   {`{"when":{}}`, []string{"rule.when: must be exactly one of all, any, not, words, near, topics and sentiment"}},
		"a condition of two kinds": {`{"when":{"words":["a"],"topics":["fees"]}}`, []string{"rule.when: must be exactly one of"}},
		"empty lists":              {`{"when":{"all":[{"words":[]},{"any":[]},{"topics":[]}]}}`, []string{"rule.when.all[0].words: must hold 1 to 100", "rule.when.all[1].any: must hold 1 to 20", "rule.when.all[2].topics: must hold 1 to 17"}},
		"a scope on a group":       {`{"when":{"not":{"words":["a"]},"participant":"AGENT","first":1,"last":2}}`, []string{"rule.when.participant: belongs to", "rule.when.first: belongs to", "rule.when.last: belongs to"}},
		"an unknown participant":   {`{"when":{"words":["a"],"participant":"BOT"}}`, []string{"rule.when.participant: must be CUSTOMER, AGENT or ANY"}},
		"first and last at once":   {`{"when":{"words":["a"],"first":1,"last":1001}}`, []string{"rule.when.last: cannot stand beside first", "rule.when.last: must be 1 to 1000"}},
		"first below one":          {`{"when":{"words":["a"],"first":-1}}`, []string{"rule.when.first: must be 1 to 1000"}},
		"a star within a word":     {`{"when":{"words":["ok","ne*bour","* a"]}}`, []string{"rule.when.words[1]: has a *", "rule.when.words[2]: has a *"}},
		"a star after one letter":  {`{"when":{"words":["n*"]}}`, []string{"rule.when.words[0]: must have 2 letters before the *"}},
		"marks alone":              {`{"when":{"words":["?!"]}}`, []string{"rule.when.words[0]: must be 1 to 10 words"}},
		"a phrase too long":        {`{"when":{"words":["a b c d e f g h i j k","` + long + `"]}}`, []string{"rule.when.words[0]: must be 1 to 10 words", "rule.when.words[1]: must be at most 200 bytes"}},
		"a list that is not there": {`{"when":{"words":["my {room}"]},"lists":{"rooms":["kitchen"]}}`, []string{"rule.when.words[0]: names a list that is not there"}},
		"a list in a list":         {`{"when":{"words":["my {b}"]},"lists":{"b":["x","{b}","two words"]}}`, []string{"rule.lists.b[1]: must not name a list", "rule.lists.b[2]: must be one word"}},
		"a list's name":            {`{"when":{"words":["a"]},"lists":{"Rooms":["x"]}}`, []string{"rule.lists: names must begin with"}},
		"an open brace":            {`{"when":{"words":["my {rooms"]}}`, []string{"rule.when.words[0]: has a *"}},
		"one word near nothing":    {`{"when":{"near":{"words":["a"],"within":0}}}`, []string{"rule.when.near.words: must hold 2 to 5 words", "rule.when.near.within: must be 1 to 50"}},
		"a phrase in a near":       {`{"when":{"near":{"words":["a b","c"],"within":51}}}`, []string{"rule.when.near.words[0]: must be one word", "rule.when.near.within: must be 1 to 50"}},
		"an unknown topic":         {`{"when":{"topics":["fees","weather"]}}`, []string{"rule.when.topics[1]: must be one of account_access"}},
		"an unknown label":         {`{"when":{"sentiment":{"labels":["ANGRY"]}}}`, []string{"rule.when.sentiment.labels[0]: must be one of POSITIVE"}},
		"no sentiment at all":      {`{"when":{"sentiment":{}}}`, []string{"rule.when.sentiment: must have labels"}},
		"bounds out of bounds":     {`{"when":{"sentiment":{"minSatisfaction":0,"maxSatisfaction":11}}}`, []string{"minSatisfaction: must be 1 to 10", "maxSatisfaction: must be 1 to 10"}},
		"bounds crossed":           {`{"when":{"sentiment":{"minSatisfaction":5,"maxSatisfaction":4}}}`, []string{"rule.when.sentiment.maxSatisfaction: must not be below minSatisfaction"}},
		"nested too deep":          {`{"when":{"not":{"not":{"not":{"not":{"not":{"not":{"words":["a"]}}}}}}}}`, []string{"rule.when.not.not.not.not.not.not: is nested more than 6 deep"}},
		"too many conditions":      {`{"when":{"any":[{"any":[` + many(11, `{"words":["a"]}`) + `]},{"any":[` + many(10, `{"words":["a"]}`) + `]}]}}`, []string{"rule.when: must hold at most 20 conditions"}},
		"too many lists":           {`{"when":{"words":["a"]},"lists":{` + manyLists(21) + `}}`, []string{"rule.lists: must be at most 20"}},
		"two problems apart":       {`{"when":{"all":[{"words":["*"]},{"not":{"topics":["x"]}}]}}`, []string{"rule.when.all[0].words[0]: ", "rule.when.all[1].not.topics[0]: "}},
	} {
		t.Run(name, func(t *testing.T) {
			rule := mustRule(t, c.rule)
			problems := rule.Validate("rule")
			if len(problems) != len(c.want) {
				t.Fatalf("got %d problems %v, want %d", len(problems), problems, len(c.want))
			}
			for _, want := range c.want {
				if !slices.ContainsFunc(problems, func(p errs.Field) bool { return strings.Contains(p.Path+": "+p.Message, want) }) {
					t.Errorf("got %v, want %q among them", problems, want)
				}
			}
		})
	}
}

func manyLists(n int) string {
	var lists []string
	for i := range n {
		lists = append(lists, `"l`+string(rune('a'+i))+`":["x"]`)
	}
	return strings.Join(lists, ",")
}

func TestARuleMayUseAllThereIs(t *testing.T) {
	rule := mustRule(t, everything)
	if problems := rule.Validate("rule"); len(problems) > 0 {
		t.Errorf("got %v, want no problem", problems)
	}
}

const everything = `{
	"lists": {"rooms": ["kitchen", "bath*", "cellar"]},
	"when": {"all": [
		{"any": [{"words": ["noise from the neighbo*", "my {rooms}"], "participant": "CUSTOMER", "first": 2},
			{"near": {"words": ["loud", "{rooms}", "night"], "within": 6}}]},
		{"not": {"topics": ["praise"], "participant": "ANY"}},
		{"sentiment": {"labels": ["NEGATIVE", "MIXED"], "minSatisfaction": 1, "maxSatisfaction": 5.5}, "last": 1}
	]}
}`
