package lexicon_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/text"
)

func TestLookupFindsWhatWasBuilt(t *testing.T) {
	entries := map[uint64]lexicon.Entry{}
	words := []string{"good", "bad", "not", "very", "but", "a", "😡", ":-)", "never"}
	for i, word := range words {
		entries[text.Hash(word)] = lexicon.Entry{Role: lexicon.Role(i % 6), Value: float32(i) - 4, Settles: i%2 == 1}
	}
	table, err := lexicon.Build(entries, nil)
	if err != nil {
		t.Fatal(err)
	}
	lex := lexicon.Parse(table)
	for _, word := range words {
		want := entries[text.Hash(word)]
		got, ok := lex.Lookup(text.Hash([]byte(word)))
		if !ok || got.Role != want.Role || got.Settles != want.Settles || math.Abs(float64(got.Value-want.Value)) > 0.02 {
			t.Errorf("%s: got %+v, %v, want %+v", word, got, ok, want)
		}
	}
	if got, ok := lex.Lookup(text.Hash("absent")); ok {
		t.Errorf("absent word: got %+v", got)
	}
}

func TestAPhraseIsFollowedFromItsBeginning(t *testing.T) {
	thanks, forNothing := text.Hash("thanks"), lexicon.Join(text.Hash("thanks"), text.Hash("for"))
	phrase := lexicon.Join(forNothing, text.Hash("nothing"))
	table, err := lexicon.Build(map[uint64]lexicon.Entry{phrase: {Role: lexicon.Valence, Value: -3}}, []uint64{thanks, forNothing})
	if err != nil {
		t.Fatal(err)
	}
	lex := lexicon.Parse(table)
	if !lex.Hint(thanks).Begins() || !lex.Hint(forNothing).Begins() {
		t.Error("the beginnings are not known")
	}
	if _, ok := lex.Lookup(thanks); ok {
		t.Error("a beginning has an entry")
	}
	if e, ok := lex.Lookup(phrase); !ok || e.Value != -3 {
		t.Errorf("got %+v, %v", e, ok)
	}
	absent := 0
	for i := range uint64(1000) {
		if word := i * 0x9E3779B97F4A7C15; lex.Hint(word).Begins() {
			absent++
		}
	}
	if absent > 200 {
		t.Errorf("%d of 1000 other words seem to begin a phrase", absent)
	}
}

func TestBuildGivesTheSameBytes(t *testing.T) {
	entries := map[uint64]lexicon.Entry{}
	for i := range uint64(500) {
		entries[i*0x9E3779B97F4A7C15] = lexicon.Entry{Role: lexicon.Valence, Value: 1}
	}
	first, err := lexicon.Build(entries, nil)
	if err != nil {
		t.Fatal(err)
	}
	second, err := lexicon.Build(entries, nil)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("two builds differ (%v)", err)
	}
}

func TestBuildRefusesTwoEntriesOfOneKey(t *testing.T) {
	if _, err := lexicon.Build(map[uint64]lexicon.Entry{5: {}, 5 | 1<<40: {}}, nil); err == nil {
		t.Error("got no error")
	}
}

func TestEmptyLexiconKnowsNothing(t *testing.T) {
	if _, ok := (lexicon.Lexicon{}).Lookup(text.Hash("good")); ok {
		t.Error("found a word")
	}
}

func TestEmbeddedLexicon(t *testing.T) {
	lex := lexicon.Embedded()
	for _, c := range []struct {
		word string
		role lexicon.Role
		sign float32
	}{
		{"excellent", lexicon.Valence, 1},
		{"awful", lexicon.Valence, -1},
		{"😡", lexicon.Valence, -1},
		{"not", lexicon.Negator, 0},
		{"dont", lexicon.Negator, 0},
		{"very", lexicon.Booster, 1},
		{"slightly", lexicon.Booster, -1},
		{"but", lexicon.Contrast, 0},
		{"although", lexicon.Concede, 0},
	} {
		if e, ok := lex.Lookup(text.Hash(c.word)); !ok || e.Role != c.role || e.Value*c.sign < 0 || c.sign == 0 && e.Value != 0 {
			t.Errorf("%s: got %+v, %v, want role %d, sign %v", c.word, e, ok, c.role, c.sign)
		}
	}
	for _, word := range []string{"muslim", "gay", "she", "nigerian", "mary"} {
		if e, ok := lex.Lookup(text.Hash(word)); ok && e.Value != 0 {
			t.Errorf("an identity term weighs %v", e.Value)
		}
	}
}
