package match_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/categories"
	"github.com/customerai/customerai/shared/insight/categories/match"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
	"github.com/customerai/customerai/shared/testkit/linear"
)

// everything is a rule with all there is to a rule.
const everything = `{
	"lists": {"rooms": ["kitchen", "bath*", "cellar"]},
	"when": {"all": [
		{"any": [{"words": ["noise from the neighbo*", "my {rooms}"], "participant": "CUSTOMER", "first": 2},
			{"near": {"words": ["loud", "{rooms}", "night"], "within": 6}}]},
		{"not": {"topics": ["praise"], "participant": "ANY"}},
		{"sentiment": {"labels": ["NEGATIVE", "MIXED"], "minSatisfaction": 1, "maxSatisfaction": 5.5}, "last": 1}
	]}
}`

// turn is a message of a conversation in a test.
type turn struct {
	participant, text string
	topics            []topics.Name
	label             sentiment.Label
	satisfaction      float64
}

func matches(set *match.Set, turns ...turn) []string {
	matcher := set.Matcher()
	matcher.Begin(len(turns))
	for _, said := range turns {
		var doc text.Document
		doc.Reset(said.text)
		matcher.Add(match.Message{
			Document: &doc, Participant: said.participant, Topics: said.topics, Label: said.label, Satisfaction: said.satisfaction,
		})
	}
	return matcher.Matches(nil)
}

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

func compile(t testing.TB, when string) *match.Set {
	t.Helper()
	rule := mustRule(t, `{"when":`+when+`,"lists":{"rooms":["kitchen","bath*"]}}`)
	if problems := rule.Validate("rule"); len(problems) > 0 {
		t.Fatalf("%s: %v", when, problems)
	}
	return match.Compile([]match.Named{{Name: "it", Rule: rule}})
}

func TestOneMessage(t *testing.T) {
	for name, c := range map[string]struct {
		when, text string
		want       bool
	}{
		"a word":                        {`{"words":["refund"]}`, "I want a REFUND!", true},
		"a word within another":         {`{"words":["fund"]}`, "I want a refund", false},
		"a phrase":                      {`{"words":["cancel my account"]}`, "Please cancel my, account", true},
		"a phrase with a word between":  {`{"words":["cancel my account"]}`, "cancel my old account", false},
		"a phrase that begins twice":    {`{"words":["very very bad"]}`, "very very very bad", true},
		"an apostrophe of another kind": {`{"words":["can't pay"]}`, "I can’t pay", true},
		"a beginning":                   {`{"words":["neighbo*"]}`, "the neighbours are loud", true},
		"a beginning that is the word":  {`{"words":["neighbour*"]}`, "my neighbour", true},
		"a beginning that is longer":    {`{"words":["neighbour*"]}`, "my neigh", false},
		"a beginning in a phrase":       {`{"words":["loud neighbo* again"]}`, "loud neighbors again", true},
		"a value of a list":             {`{"words":["my {rooms}"]}`, "in my kitchen", true},
		"a beginning of a list":         {`{"words":["my {rooms}"]}`, "in my bathroom", true},
		"no value of a list":            {`{"words":["my {rooms}"]}`, "in my garden", false},
		"digits count":                  {`{"words":["error 404"]}`, "Error 500", false},
		"the same digits":               {`{"words":["error 404"]}`, "got ERROR 404.", true},
		"digits within a word":          {`{"words":["iphone15"]}`, "iPhone15 here, not 14", true},
		"near":                          {`{"near":{"words":["charge*","twice"],"within":3}}`, "twice I was charged", true},
		"near the other way round":      {`{"near":{"words":["charge*","twice"],"within":3}}`, "charged my card twice", true},
		"not near enough":               {`{"near":{"words":["charge*","twice"],"within":2}}`, "charged my card twice", false},
		"near at a later place":         {`{"near":{"words":["a","b"],"within":1}}`, "a x x a b", true},
		"three near":                    {`{"near":{"words":["a","b","c"],"within":3}}`, "c x b a", true},
		"three of which one is far":     {`{"near":{"words":["a","b","c"],"within":3}}`, "c x x b a", false},
		"marks are no distance":         {`{"near":{"words":["late","again"],"within":1}}`, "late - again", true},
		"all":                           {`{"all":[{"words":["late"]},{"words":["again"]}]}`, "again late", true},
		"all but one":                   {`{"all":[{"words":["late"]},{"words":["again"]}]}`, "late", false},
		"any":                           {`{"any":[{"words":["late"]},{"words":["again"]}]}`, "late", true},
		"none of any":                   {`{"any":[{"words":["late"]},{"words":["again"]}]}`, "early", false},
		"not":                           {`{"not":{"words":["late"]}}`, "early", true},
		"not, though it is":             {`{"not":{"words":["late"]}}`, "late", false},
		"not of an empty text":          {`{"not":{"words":["late"]}}`, "", true},
		"nothing in an empty text":      {`{"words":["late"]}`, "", false},
		"a word of another script":      {`{"words":["straße"]}`, "In der STRASSE und der Straße", true},
		"an emoji":                      {`{"words":["😡"]}`, "again 😡", true},
		"a list that holds a word and its beginning": {`{"words":["{rooms} {rooms} light"]}`, "bathroom kitchen light", true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := len(matches(compile(t, c.when), turn{text: c.text})) == 1; got != c.want {
				t.Errorf("%s of %q: got %t, want %t", c.when, c.text, got, c.want)
			}
		})
	}
}

func TestAConversation(t *testing.T) {
	talk := []turn{
		{"CUSTOMER", "hello, my order is late", []topics.Name{topics.ShippingDelivery}, sentiment.Negative, 3.5},
		{"AGENT", "sorry, I have sent a refund", []topics.Name{topics.RefundReturn}, sentiment.Neutral, 5},
		{"CUSTOMER", "thank you", []topics.Name{topics.Praise}, sentiment.Positive, 9},
	}
	for name, c := range map[string]struct {
		when string
		want bool
	}{
		"anybody said it":                      {`{"words":["refund"]}`, true},
		"ANY is anybody":                       {`{"words":["refund"],"participant":"ANY"}`, true},
		"the agent said it":                    {`{"words":["refund"],"participant":"AGENT"}`, true},
		"the customer did not":                 {`{"words":["refund"],"participant":"CUSTOMER"}`, false},
		"said at the beginning":                {`{"words":["late"],"first":1}`, true},
		"not said at the beginning":            {`{"words":["refund"],"first":1}`, false},
		"said at the end":                      {`{"words":["thank you"],"last":1}`, true},
		"said before the end":                  {`{"words":["refund"],"last":1}`, false},
		"said in the last two":                 {`{"words":["refund"],"last":2}`, true},
		"more first messages than there are":   {`{"words":["thank"],"first":50}`, true},
		"a phrase does not cross messages":     {`{"words":["refund thank"]}`, false},
		"near does not cross messages":         {`{"near":{"words":["late","sorry"],"within":50}}`, false},
		"conditions of different messages":     {`{"all":[{"words":["late"]},{"words":["thank"]}]}`, true},
		"a topic":                              {`{"topics":["fees","refund_return"]}`, true},
		"a topic of the customer":              {`{"topics":["refund_return"],"participant":"CUSTOMER"}`, false},
		"a label":                              {`{"sentiment":{"labels":["POSITIVE"]},"last":1}`, true},
		"a label of others":                    {`{"sentiment":{"labels":["NEGATIVE"]},"participant":"AGENT"}`, false},
		"unhappy":                              {`{"sentiment":{"maxSatisfaction":3.5}}`, true},
		"happier than anybody":                 {`{"sentiment":{"minSatisfaction":9.5}}`, false},
		"label and bounds of one message":      {`{"sentiment":{"labels":["NEGATIVE"],"minSatisfaction":5}}`, false},
		"nobody at the end said that":          {`{"not":{"words":["late"],"last":1}}`, true},
		"begins unhappy, ends happy":           {`{"all":[{"sentiment":{"labels":["NEGATIVE"]},"first":1},{"sentiment":{"labels":["POSITIVE"]},"last":1}]}`, true},
		"not within any within all within not": {`{"not":{"all":[{"any":[{"not":{"words":["late"]}}]}]}}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := len(matches(compile(t, c.when), talk...)) == 1; got != c.want {
				t.Errorf("%s: got %t, want %t", c.when, got, c.want)
			}
		})
	}
}

func TestAMatcherForgetsTheConversationBefore(t *testing.T) {
	matcher := compile(t, `{"all":[{"words":["late again"]},{"near":{"words":["a","b"],"within":2}}]}`).Matcher()
	var doc text.Document
	for _, said := range []string{"late again a b", "late", "again", "a", "b"} {
		doc.Reset(said)
		matcher.Begin(1)
		matcher.Add(match.Message{Document: &doc})
		if got, want := len(matcher.Matches(nil)), map[bool]int{true: 1}[said == "late again a b"]; got != want {
			t.Errorf("%q: got %d matches, want %d", said, got, want)
		}
	}
}

func TestASetTellsItsNamesInTheirOrder(t *testing.T) {
	var named []match.Named
	for _, name := range []string{"b", "a", "c"} {
		named = append(named, match.Named{Name: name, Rule: mustRule(t, `{"when":{"words":["`+name+`","x"]}}`)})
	}
	set := match.Compile(named)
	if got, want := matches(set, turn{text: "x"}), []string{"b", "a", "c"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := matches(set, turn{text: "a c"}), []string{"a", "c"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	var none *match.Set
	if !none.Empty() || !match.Compile(nil).Empty() || set.Empty() {
		t.Error("got a wrong word on whether a set is empty")
	}
}

func TestMatchingAllocatesNothingOnceItsBuffersHaveGrown(t *testing.T) {
	var doc text.Document
	doc.Reset("noise from the neighbours in my kitchen, loud all night, 404 times")
	rule := mustRule(t, everything)
	matcher := match.Compile([]match.Named{{Name: "noise", Rule: rule}}).Matcher()
	var names []string
	if got := testing.AllocsPerRun(100, func() {
		matcher.Begin(1)
		matcher.Add(match.Message{Document: &doc, Participant: "CUSTOMER", Label: sentiment.Negative, Satisfaction: 2})
		names = matcher.Matches(names[:0])
	}); got > 0 || len(names) != 1 {
		t.Errorf("got %v allocations and %v, want none and the category", got, names)
	}
}

func TestMatchingTakesTimeInProportionToTheText(t *testing.T) {
	matcher := compile(t, `{"any":[{"words":["aa* aa* aa* aa* aa* aa* aa* aa* aa* b","aa aa aa b"]},{"near":{"words":["aa*","aaa*","b"],"within":50}}]}`).Matcher()
	for _, said := range []string{"aa ", "aaaa", "aa b c ", "! "} {
		var doc text.Document
		linear.Check(t, fmt.Sprintf("%q repeated", said), 2<<10, func(n int) {
			if doc.Text != strings.Repeat(said, n) {
				doc.Reset(strings.Repeat(said, n))
			}
			matcher.Begin(1)
			matcher.Add(match.Message{Document: &doc})
		})
	}
}

// listed has so many phrases of a list with so many values, of which "last" is the last.
func listed(phrases, values int) []match.Named {
	rule := categories.Rule{Lists: map[string][]string{"l": {}}}
	for i := range values - 1 {
		rule.Lists["l"] = append(rule.Lists["l"], fmt.Sprintf("value%d", i))
	}
	rule.Lists["l"] = append(rule.Lists["l"], "last")
	for range phrases {
		rule.When.Words = append(rule.When.Words, strings.Repeat("{l} ", categories.MaxWords-1)+"end")
	}
	return []match.Named{{Name: "it", Rule: rule}}
}

// Text and list grow alike: where each word of the text asked every value, the work would grow with the square.
func TestALongListCostsATextNoMoreThanAWord(t *testing.T) {
	matchers := map[int]*match.Matcher{}
	linear.Check(t, "values, and words,", 25, func(n int) {
		if matchers[n] == nil {
			matchers[n] = match.Compile(listed(40, n)).Matcher()
		}
		var doc text.Document
		doc.Reset(strings.Repeat("last ", 20*n))
		matchers[n].Begin(1)
		matchers[n].Add(match.Message{Document: &doc})
	})
}

func TestAListIsReadOnceHoweverOftenItIsNamed(t *testing.T) {
	linear.Check(t, "values, and phrases of them,", 25, func(n int) { match.Compile(listed(n, n)) })
}

// FuzzRule holds the reader of rules to its word: whatever it finds nothing wrong with compiles and can be matched.
func FuzzRule(f *testing.F) {
	f.Add(everything, "loud neighbours in my kitchen at night")
	f.Add(`{"when":{"words":["a* {x} 😀 e-mail& can't"]},"lists":{"x":["1*","http://a.b"]}}`, "a1 1 😀")
	f.Add(`{"when":{"near":{"words":["@me","&amp;x*"],"within":3}}}`, "@you &x")
	f.Fuzz(func(t *testing.T, document, said string) {
		var rule categories.Rule
		if json.Unmarshal([]byte(document), &rule) != nil {
			return
		}
		if len(rule.Validate("rule")) > 0 {
			return
		}
		set := match.Compile([]match.Named{{Name: "it", Rule: rule}})
		if first, second := matches(set, turn{text: said}), matches(set, turn{text: said}); !slices.Equal(first, second) {
			t.Errorf("got %v and then %v", first, second)
		}
	})
}
