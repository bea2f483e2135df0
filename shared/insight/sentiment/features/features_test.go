package features_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
	"github.com/customerai/customerai/shared/insight/sentiment/features"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

func phrase(words ...string) uint64 {
	hash := text.Hash(words[0])
	for _, word := range words[1:] {
		hash = lexicon.Join(hash, text.Hash(word))
	}
	return hash
}

// small is a lexicon of round numbers.
func small(t *testing.T) lexicon.Lexicon {
	t.Helper()
	table, err := lexicon.Build(map[uint64]lexicon.Entry{
		phrase("good"):                     {Role: lexicon.Valence, Value: 2},
		phrase("bad"):                      {Role: lexicon.Valence, Value: -2},
		phrase("thanks"):                   {Role: lexicon.Valence, Value: 2},
		phrase("thanks", "for", "nothing"): {Role: lexicon.Valence, Value: -3},
		phrase("not", "half", "bad"):       {Role: lexicon.Valence, Value: 1},
		phrase("sorted"):                   {Role: lexicon.Valence, Value: 1, Settles: true},
		phrase("still", "not"):             {Role: lexicon.Valence, Value: -1},
		phrase("not"):                      {Role: lexicon.Negator},
		phrase("nothing"):                  {Role: lexicon.Negator},
		phrase("very"):                     {Role: lexicon.Booster, Value: 0.5},
		phrase("but"):                      {Role: lexicon.Contrast},
		phrase("although"):                 {Role: lexicon.Concede},
		phrase("😀"):                        {Role: lexicon.Valence, Value: 1},
	}, []uint64{phrase("thanks"), phrase("thanks", "for"), phrase("still"), phrase("not"), phrase("not", "half")})
	if err != nil {
		t.Fatal(err)
	}
	return lexicon.Parse(table)
}

func TestEvidence(t *testing.T) {
	lex := small(t)
	for _, c := range []struct {
		name, text string
		want       map[evidence.Channel]float32
	}{
		{"praise", "it is good", map[evidence.Channel]float32{evidence.Positive: 2, evidence.Negative: 0}},
		{"a booster", "very good", map[evidence.Channel]float32{evidence.Positive: 2.5}},
		{"a booster one word away", "very truly good", map[evidence.Channel]float32{evidence.Positive: 2.475}},
		{"capitals", "it is GOOD", map[evidence.Channel]float32{evidence.Positive: 2.733}},
		{"capitals throughout stress nothing", "IT IS GOOD", map[evidence.Channel]float32{evidence.Positive: 2}},
		{"elongation", "it is goood", map[evidence.Channel]float32{evidence.Positive: 2.3}},
		{"a negated compliment", "not good", map[evidence.Channel]float32{evidence.Negative: 1.48, evidence.NegatedPositive: 2, evidence.Unmet: 0}},
		{"a negated complaint", "not bad", map[evidence.Channel]float32{evidence.Positive: 0.8, evidence.NegatedNegative: 2}},
		{"negation ends at a mark", "not here. good", map[evidence.Channel]float32{evidence.Positive: 2, evidence.Unmet: 1}},
		{"negation ends at a contrast", "not here but good", map[evidence.Channel]float32{evidence.Positive: 3}},
		{"short words do not use its reach up", "not in my or his or her or its is good", map[evidence.Channel]float32{evidence.Negative: 1.48}},
		{"negation reaches four long words", "not alpha bravo charlie delta good", map[evidence.Channel]float32{evidence.Positive: 2}},
		{"an elliptic negation", "good but it is not", map[evidence.Channel]float32{evidence.Negative: 1.48, evidence.Unmet: 0}},
		{"a double negation is one", "not for nothing good", map[evidence.Channel]float32{evidence.Negative: 1.48}},
		{"contrast", "good but bad", map[evidence.Channel]float32{evidence.Positive: 1, evidence.Negative: 3}},
		{"concession", "although good, bad", map[evidence.Channel]float32{evidence.Positive: 1, evidence.Negative: 2}},
		{"the longest phrase", "thanks for nothing", map[evidence.Channel]float32{evidence.Negative: 3, evidence.Positive: 0}},
		{"a phrase that ends in a negator negates", "still not good", map[evidence.Channel]float32{evidence.Negative: 2.48}},
		{"a question", "is it good?", map[evidence.Channel]float32{evidence.Positive: 0, evidence.AskedPositive: 2, evidence.Question: 1}},
		{"a question without its mark", "is it good or so", map[evidence.Channel]float32{evidence.AskedPositive: 2, evidence.Question: 0}},
		{"a question answered yes", "is it good? yes", map[evidence.Channel]float32{evidence.Positive: 2, evidence.Question: 0}},
		{"a question answered no", "is it good? no", map[evidence.Channel]float32{evidence.Negative: 1.48, evidence.AskedPositive: 0}},
		{"exclamation of a compliment", "good!!", map[evidence.Channel]float32{evidence.PositiveExclaimed: 0.5}},
		{"exclamation of nothing", "here!!", map[evidence.Channel]float32{evidence.PositiveExclaimed: 0, evidence.NoEvidence: 1}},
		{"a face", "😀", map[evidence.Channel]float32{evidence.Positive: 1, evidence.PositiveFace: 1}},
		{"stars", "5 stars", map[evidence.Channel]float32{evidence.Positive: 2.7}},
		{"points", "2/10", map[evidence.Channel]float32{evidence.Negative: 2.1}},
		{"points in words", "1 out of 5", map[evidence.Channel]float32{evidence.Negative: 2.1}},
		{"a date is no rating", "24/11", map[evidence.Channel]float32{evidence.NoEvidence: 1}},
		{"the last valence", "good. bad", map[evidence.Channel]float32{evidence.NegativeLast: 0.5, evidence.PositiveLast: 0}},
		{"nothing", "", map[evidence.Channel]float32{evidence.Bias: 1, evidence.NoEvidence: 1, evidence.Brevity: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d text.Document
			var set features.Set
			d.Reset(c.text)
			set.Extract(lex, model.Index{}, &d)
			for channel, want := range c.want {
				if got := set.Sums[channel]; math.Abs(float64(got-want)) > 0.05 {
					t.Errorf("channel %d of %q: got %.3f, want %.3f", channel, c.text, got, want)
				}
			}
		})
	}
}

func TestEvidenceSumsToItsChannels(t *testing.T) {
	var d text.Document
	var set features.Set
	d.Reset("Not GOOD at all, but thanks for nothing 😀! Is it bad? No. 4 stars")
	set.Extract(small(t), model.Index{}, &d)
	var sums [evidence.Channels]float32
	for _, e := range set.Pieces {
		parts := int(e.Span)
		if e.Negator >= 0 {
			parts++
		}
		if e.Amount < 0 || int(e.Token)+int(e.Span) > len(d.Tokens) || int(e.Negator) >= len(d.Tokens) {
			t.Errorf("evidence %+v", e)
		}
		for range parts {
			sums[e.Channel] += e.Amount
		}
	}
	if sums != set.Sums {
		t.Errorf("got %v, want %v", sums, set.Sums)
	}
}

// A clause is read as a message of its own: neither the contrast nor the other clause weighs on it.
func TestAClauseIsReadAlone(t *testing.T) {
	lex := small(t)
	var d text.Document
	var whole, clause, alone features.Set
	d.Reset("very good but not good, thanks")
	whole.Extract(lex, model.Index{}, &d)
	if got, want := len(whole.Clauses), 3; got != want {
		t.Fatalf("got %d clauses, want %d", got, want)
	}
	for i, same := range []string{"very good", "but not good", ", thanks"} { // messages that are the clauses
		clause.ExtractClause(&whole, whole.Clauses[i], &d)
		var own text.Document
		own.Reset(same)
		alone.Extract(lex, model.Index{}, &own)
		for channel, want := range alone.Values {
			want, got := float64(want), float64(clause.Values[channel])
			if math.Abs(got-want) > 1e-3 {
				t.Errorf("%q, channel %d: got %.3f, want %.3f", same, channel, got, want)
			}
		}
	}
}

func TestTheToneOfAClause(t *testing.T) {
	for s, want := range map[string]string{
		"good": "", "not good": "", "bad": "", "bad, thanks": "", "thanks for nothing": "", "the parcel": "", "": "",
		"thanks": "mild", "not bad": "mild", "not half bad": "mild", "thanks not bad": "mild", "thanks good": "",
		"sorted": "settles", "not sorted": "", "is it sorted?": "",
	} {
		var d text.Document
		var set features.Set
		d.Reset(s)
		set.Extract(small(t), model.Index{}, &d)
		got := ""
		if len(set.Clauses) > 0 {
			settles, mild := set.Tone(set.Clauses[0])
			switch {
			case settles && mild:
				got = "both"
			case settles:
				got = "settles"
			case mild:
				got = "mild"
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

func TestWhatIsSaidOfAnotherTime(t *testing.T) {
	for s, want := range map[string]string{
		"it is good": "false false", "my old phone was bad": "true false", "our previous bank": "true false", "an old lady served us": "false false", "old": "false false",
		"they promised a good room": "false true", "the page says it is good": "false true",
	} {
		var d text.Document
		var set features.Set
		d.Reset(s)
		set.Extract(small(t), model.Index{}, &d)
		before, promised := set.Removed(set.Clauses[0])
		if got := fmt.Sprint(before, promised); got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}

// The filters read the words of a message, but those of an idiom that says the opposite of one of them.
func TestWords(t *testing.T) {
	const own = 2
	p := model.Parameters{Words: map[uint64]int32{}, Rows: make([][model.Width][model.Filters]float32, own+1)}
	for _, word := range []string{"so", "good", ",", "not", "0", "thanks", "for", "nothing"} {
		p.Words[text.Hash(word)] = own
	}
	bytes, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var d text.Document
	var set features.Set
	d.Reset("so good, not good 12 unheard thanks for nothing")
	set.Extract(small(t), model.Parse(bytes).Index(), &d)
	for i := range d.Tokens {
		want := model.Word{Row: own, Negated: 4 <= i && i <= 6}
		if i >= 6 {
			want.Row = model.Unknown
		}
		if got := set.Word(i); got != want {
			t.Errorf("word %d: got %+v, want %+v", i, got, want)
		}
	}
}
