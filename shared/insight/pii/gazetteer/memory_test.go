package gazetteer

import (
	"strconv"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/testkit/race"
)

// Three times as many words as a memory has room for, and again.
func TestWhatAMemoryHoldsChangesNoAnswer(t *testing.T) {
	meanings := text.Vocabulary{Meanings: func() []text.Meaning { return []text.Meaning{{Bits: 1, Words: "the"}, {Bits: 2, Words: "card it's"}} }}
	words := strings.Fields("card Cards The the van new london Sarah march soooo soo zebra it's café O'Brien")
	for i := range 3 << 13 {
		words = append(words, "w"+strings.Map(func(r rune) rune { return r + 'a' - '0' }, strconv.Itoa(i)))
	}
	var d text.Document
	d.Reset(strings.Join(words, " "))
	var old Memory
	for range 2 {
		for i := range d.Tokens {
			want := Word{Meaning: meanings.Of(d.Hash(i)), Flags: Key(d.FNV(i)).Flags()}
			w, known := old.Of(d.Hash(i))
			if !known {
				*w = Learn(&d, i, &meanings)
			}
			if again, known := old.Of(d.Hash(i)); *w != want || again != w || !known {
				t.Fatalf("%q: got %+v, want %+v", d.Norm(i), *w, want)
			}
		}
	}
}

func TestAMemoryKnowsWhatPlacesBeginWith(t *testing.T) {
	for word, want := range map[string]bool{"new": true, "san": true, "isle": true, "london": false, "refund": false} {
		var d text.Document
		d.Reset(word)
		w := Learn(&d, 0, &text.Vocabulary{Meanings: func() []text.Meaning { return nil }})
		for range 2 {
			if got := w.Begins(Of(&d, 0)); got != want {
				t.Errorf("%s: got %v, want %v", word, got, want)
			}
		}
	}
}

func TestAKeptMemoryIsRecalled(t *testing.T) {
	race.Skip(t, "makes sync.Pool drop buffers")
	if got := testing.AllocsPerRun(20, func() { Recall().Keep() }); got != 0 {
		t.Errorf("to recall what was kept allocates %v times, want 0", got)
	}
}
