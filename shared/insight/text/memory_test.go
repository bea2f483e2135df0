package text_test

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/text"
)

func TestAMemoryKnowsWhatWasWrittenToIt(t *testing.T) {
	var m text.Memory[string]
	word := text.Hash("parcel")
	what, known := m.Of(word)
	if known {
		t.Fatalf("an empty memory knows %q", *what)
	}
	*what = "a thing"
	if what, known = m.Of(word); !known || *what != "a thing" {
		t.Errorf("got %q, known %v; want what was written", *what, known)
	}
}

// Hashes that differ anywhere but in the lowest bit are different words, also those that want one place.
func TestAMemoryForgetsAWordForAnotherOne(t *testing.T) {
	word := text.Hash("parcel")
	for bit := 1; bit < 64; bit++ {
		var m text.Memory[int]
		other := word ^ 1<<bit
		what, _ := m.Of(word)
		*what = 1
		if what, known := m.Of(other); known {
			t.Errorf("bit %d: the other word is known as %d", bit, *what)
		} else {
			*what = 2
		}
		if what, known := m.Of(word); known && *what != 1 {
			t.Errorf("bit %d: got %d of the first word, want 1", bit, *what)
		}
	}
}
