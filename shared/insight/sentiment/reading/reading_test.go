package reading_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/sentiment/reading"
	"github.com/customerai/customerai/shared/insight/text"
)

// known are the words and phrases of a small lexicon.
var known = map[string]lexicon.Entry{
	"good":               {Role: lexicon.Valence, Value: 2},
	"sorted":             {Role: lexicon.Valence, Value: 1, Settles: true},
	"thanks":             {Role: lexicon.Valence, Value: 2},
	"thanks for nothing": {Role: lexicon.Valence, Value: -3},
	"good morning":       {Role: lexicon.Valence},
	"still not":          {Role: lexicon.Valence, Value: -1},
	"not":                {Role: lexicon.Negator},
	"nothing":            {Role: lexicon.Negator},
	"but":                {Role: lexicon.Contrast},
	"actually":           {Role: lexicon.Contrast, Value: 0.1},
	"although":           {Role: lexicon.Concede},
	"used to":            {Role: lexicon.Concede, Value: 0.1},
}

func read(t *testing.T, s string) (*reading.Message, *text.Document) {
	t.Helper()
	entries, beginnings := map[uint64]lexicon.Entry{}, []uint64(nil)
	for phrase, entry := range known {
		words := strings.Fields(phrase)
		hash := text.Hash(words[0])
		for _, word := range words[1:] {
			beginnings = append(beginnings, hash)
			hash = lexicon.Join(hash, text.Hash(word))
		}
		entries[hash] = entry
	}
	table, err := lexicon.Build(entries, beginnings)
	if err != nil {
		t.Fatal(err)
	}
	var d text.Document
	var m reading.Message
	d.Reset("what was read before must not show. GOOD")
	m.Read(lexicon.Parse(table), model.Index{}, &d)
	d.Reset(s)
	m.Read(lexicon.Parse(table), model.Index{}, &d)
	return &m, &d
}

// A sign and a picture of it have one normal form, and are a mark and none. Neither is taken for the other after it.
func TestAWordIsNotTakenForOneOfAnotherKind(t *testing.T) {
	const sign, picture = "so ≤", "so ≤\ufe0f"
	for _, texts := range [][2]string{{sign, picture}, {picture, sign}} {
		var d text.Document
		var m reading.Message
		for _, s := range texts {
			d.Reset(s)
			m.Read(lexicon.Embedded(), model.Embedded().Index(), &d)
			if got, want := m.Tokens[1].Mark != 0, s == sign; got != want {
				t.Errorf("%+q of %+q: a mark: got %v, want %v", s, texts, got, want)
			}
		}
	}
}

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		name, text string
		token      int
		want       reading.Token
	}{
		{"a word", "so good", 1, reading.Token{Role: lexicon.Valence, Value: 2, Span: 1, Negated: -1}},
		{"a word of no role", "so good", 0, reading.Token{Span: 1, Negated: -1}},
		{"a phrase", "thanks for nothing", 0, reading.Token{Role: lexicon.Valence, Value: -3, Span: 3, Says: reading.Polite, Negated: -1, Negator: true, Mute: true}},
		{"inside a phrase", "thanks for nothing", 2, reading.Token{Negated: -1, Mute: true}},
		{"a phrase that stops short", "thanks for it", 0, reading.Token{Role: lexicon.Valence, Value: 2, Span: 1, Says: reading.Polite, Negated: -1}},
		{"no phrase over a line break", "still\nnot", 1, reading.Token{Role: lexicon.Negator, Span: 1, Says: reading.Not, Negated: -1, Negator: true, Breaks: true}},
		{"a phrase that ends in a negator", "still not", 0, reading.Token{Role: lexicon.Valence, Value: -1, Span: 2, Negated: -1, Negator: true}},
		{"a greeting says nothing, whatever its words do", "good morning", 0, reading.Token{Role: lexicon.Valence, Span: 2, Negated: -1, Mute: true}},
		{"what closes a trouble", "sorted", 0, reading.Token{Role: lexicon.Valence, Value: 1, Span: 1, Negated: -1, Says: reading.Settles}},
		{"a mark", "so!!", 1, reading.Token{Span: 1, Negated: -1, Mark: '!'}},
		{"and", "you and me", 1, reading.Token{Span: 1, Negated: -1, Says: reading.And}},
	} {
		m, _ := read(t, c.text)
		got := m.Tokens[c.token]
		if math.Abs(float64(got.Value-c.want.Value)) < 0.02 { // values are kept in a byte
			got.Value = c.want.Value
		}
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestRatings(t *testing.T) {
	for s, want := range map[string]float32{
		"5 stars": 2.7, "1 star": -2.1, "2/10": -2.1, "9 out of 10": 2.1, "24/11": 0, "7 out of 12": 0, "6/5": 0, "3 things": 0, "10:30": 0, "3 out of": 0,
	} {
		m, _ := read(t, s)
		if got := m.Tokens[0].Value; math.Abs(float64(got-want)) > 1e-5 || m.Tokens[0].Mute != (want != 0) {
			t.Errorf("%q: got %v, mute %v, want %v", s, got, m.Tokens[0].Mute, want)
		}
	}
}

func TestSentences(t *testing.T) {
	for s, want := range map[string]string{
		"one. two":          "one. | two",
		"one!? ... two; 3":  "one!? ... | two; | 3",
		"one\ntwo":          "one | two",
		"one!\n! two":       "one! ! | two",
		"one, two (three)":  "one, two (three)",
		"one… two":          "one… | two",
		". one":             ". | one",
		"":                  "",
		"one. \n. two\n\n3": "one. . | two | 3",
	} {
		m, d := read(t, s)
		var parts []string
		for begin, signs := 0, m.Signs; begin < len(m.Tokens); {
			end, n := m.SentenceEnd(begin, signs)
			parts = append(parts, strings.Join(strings.Fields(d.Text[d.Tokens[begin].Begin:d.Tokens[end-1].End]), " "))
			for _, i := range signs[:n] {
				if int(i) < begin || int(i) >= end {
					t.Errorf("%q: sign %d is not in [%d, %d)", s, i, begin, end)
				}
			}
			begin, signs = end, signs[n:]
		}
		if got := strings.Join(parts, " | "); got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}

func TestClauses(t *testing.T) {
	for s, want := range map[string]string{
		"good but late and cold":      "good | but late | and cold",
		"good, although late\nagain":  "good | , | although late | again",
		"actually good":               "turns actually good",
		"it used to be good. not now": "it | past used to be good | . not now",
		"good – late / cold… dear":    "good | – late | / cold | … dear",
		"one":                         "one",
		"":                            "",
	} {
		m, d := read(t, s)
		var parts []string
		signs := 0
		for _, c := range m.Clauses {
			part := d.Text[d.Tokens[c.Begin].Begin:d.Tokens[c.End-1].End]
			if c.Turns {
				part = "turns " + part
			}
			if c.Past {
				part = "past " + part
			}
			parts = append(parts, part)
			signs += len(m.SignsOf(c))
		}
		if got := strings.Join(parts, " | "); got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
		if signs != len(m.Signs) {
			t.Errorf("%q: clauses have %d signs, want all %d", s, signs, len(m.Signs))
		}
	}
}

func TestWordsAndCapitalsAreCounted(t *testing.T) {
	for s, want := range map[string]string{"GIVE ME 2, NOW!": "4 true", "Give ME 2": "3 false", "": "0 true"} {
		if m, _ := read(t, s); fmt.Sprint(m.Words, m.Shouting) != want {
			t.Errorf("%q: got %d words, shouting %v, want %s", s, m.Words, m.Shouting, want)
		}
	}
}
