package text_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/text"
)

func vocabulary(meanings ...text.Meaning) *text.Vocabulary {
	return &text.Vocabulary{Meanings: func() []text.Meaning { return meanings }}
}

func TestAVocabularySaysWhatWordsMean(t *testing.T) {
	v := vocabulary(text.Meaning{1, "red dark\n\tcrimson"}, text.Meaning{2, "blue dark"}, text.Meaning{4, ""})
	for word, want := range map[string]uint32{"red": 1, "crimson": 1, "blue": 2, "dark": 3, "green": 0, "": 0} {
		if got := v.Of(text.Hash(word)); got != want {
			t.Errorf("%q: got %d, want %d", word, got, want)
		}
	}
	if got := vocabulary().Of(text.Hash("red")); got != 0 {
		t.Errorf("got %d of a vocabulary without words, want 0", got)
	}
}

func TestAVocabularyOfAnySizeTellsItsWordsFromOthers(t *testing.T) {
	for _, words := range []int{1, 2, 3, 15, 16, 17, 5000} {
		var all strings.Builder
		for i := range words {
			fmt.Fprintf(&all, "w%d ", i)
		}
		v := vocabulary(text.Meaning{1, all.String()})
		for i := range 2 * words {
			want := uint32(1)
			if i >= words {
				want = 0
			}
			if got := v.Of(text.Hash(fmt.Sprint("w", i))); got != want {
				t.Fatalf("word %d of %d: got %d, want %d", i, words, got, want)
			}
		}
	}
}
