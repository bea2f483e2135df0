package tagger

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/train/pii"
	"github.com/customerai/customerai/shared/insight/pii/features"
	"github.com/customerai/customerai/shared/insight/pii/tagger"
)

var lists = pii.Lists{
	Given: []string{"MARY", "JOHN", "Auðbjörg"}, Surnames: []string{"SMITH", "BAKER", "Jónsson"},
	Cities: []string{"New Town", "Paris"}, Regions: []string{"Iceland", "Texas"}, Words: []string{"green", "river"},
}

func small(seed uint64) *composer {
	return newComposer(seed, sections(phrasesFile), []string{"where is my parcel"}, lists)
}

func TestEverySlotOfThePhrasesIsFilled(t *testing.T) {
	c := small(1)
	for section, phrases := range c.phrases {
		for _, phrase := range phrases {
			for range 5 {
				for _, p := range c.fill(phrase) {
					if strings.ContainsAny(p.text, "{}") {
						t.Errorf("%s: %q was filled with %q, want no slot left", section, phrase, p.text)
					}
					if p.kind != tagger.Outside && strings.TrimSpace(p.text) != p.text {
						t.Errorf("%s: %q was filled with the name %q, want no space around it", section, phrase, p.text)
					}
				}
			}
		}
	}
	if len(c.phrases["body"]) < 300 || len(c.phrases["none"]) < 100 {
		t.Errorf("%d and %d phrases, want 300 with names and 100 without at least", len(c.phrases["body"]), len(c.phrases["none"]))
	}
}

func TestComposingIsReproducible(t *testing.T) {
	first, second, other := small(1), small(1), small(2)
	same := true
	for range 50 {
		a, b, o := written(first.message()), written(second.message()), written(other.message())
		if a != b {
			t.Fatalf("with one seed: %q and %q, want the same", a, b)
		}
		same = same && a == o
	}
	if same {
		t.Error("another seed composed the same 50 messages, want others")
	}
}

func written(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.text)
	}
	return b.String()
}

func TestNamesOfTheCensusAreWrittenAsPeopleDo(t *testing.T) {
	got := split(lists.Given, 2)
	if strings.Join(got[0], " ") != "Mary John" || strings.Join(got[1], " ") != "Auðbjörg" {
		t.Errorf("split = %v, want [Mary John] and [Auðbjörg]", got)
	}
}

func TestLabels(t *testing.T) {
	c := small(1)
	got := composed(c, []piece{{text: "ask "}, {"Mary Ann Smith", tagger.PersonBegin}, {text: " in "}, {"Paris", tagger.PlaceBegin}})
	if len(got) != 2 || len(got[0].allowed) != 3 || got[0].allowed[0] != set(tagger.PersonBegin) || got[0].allowed[1] != set(tagger.PersonInside) ||
		got[0].allowed[2] != set(tagger.PersonInside) || got[1].allowed[0] != set(tagger.PlaceBegin) {
		t.Errorf("samples allow %v, want a person of three words and a place", got)
	}
}

func TestFoundMessagesLeaveOpenWhatNobodyLabelled(t *testing.T) {
	for word, want := range map[string]uint8{
		"it was [NAME]": 0, "said Iceland": places | firms, "said Qwzxv": outside | places | firms, "said Grace": outside | firms,
		"Mr. Baker": anything, "said Tamara": anything, "qwzxv": outside,
	} {
		samples := found(small(1), word)
		if len(samples) != 1 {
			t.Errorf("%q has %d runs, want 1", word, len(samples))
			continue
		}
		got := samples[0].allowed[len(samples[0].allowed)-1]
		if want == 0 {
			want = set(tagger.PersonBegin)
			got = samples[0].allowed[0]
		}
		if got != want {
			t.Errorf("%q allows %07b, want %07b", word, got, want)
		}
	}
}

// The gradient of the likelihood, by differences.
func TestLearningFollowsTheGradient(t *testing.T) {
	s := sample{features: [][]uint32{{1, 2}, {2, 3}}, allowed: []uint8{set(tagger.PersonBegin), set(tagger.PersonInside, tagger.Outside)}}
	c := newChain()
	total := func(allowed ...uint8) float64 { // the logarithm of the sum over all sequences of the sets of labels
		forward := c.forward(c.emit(&s), allowed)
		return logSum(forward[len(forward)-1][:])
	}
	likelihood := func() float64 { return total(s.allowed...) - total(anything, anything) }
	before := likelihood()
	for range 20 {
		c.learn(&s)
		after := likelihood()
		if after <= before {
			t.Fatalf("the likelihood fell from %v to %v, want it to rise", before, after)
		}
		before = after
	}
	if p := math.Exp(before); p < 0.9 {
		t.Errorf("after 20 steps the labels have the probability %v, want 0.9 at least", p)
	}
}

func TestTrainingIsReproducibleAndLearns(t *testing.T) {
	texts := []string{"[NAME] told me so", "i like [NAME]"}
	var out bytes.Buffer
	first, err := train(t.Context(), small(1), texts, 1, 200, &out)
	if err != nil {
		t.Fatal(err)
	}
	second, err := train(t.Context(), small(1), texts, 1, 200, &out)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("two trainings gave other bytes, %v", err)
	}
	if want := 4 + tagger.Labels*stride + features.Rows*stride; len(first) != want {
		t.Errorf("the model has %d bytes, want %d", len(first), want)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := train(stopped, small(1), texts, 1, 1, &out); err == nil {
		t.Error("training when stopped = no error, want one")
	}
	if err := Run(t.Context(), t.TempDir(), &out); err == nil {
		t.Error("Run in an empty folder = no error, want one")
	}
}
