package features

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// runs returns the runs of a message, their words joined.
func runs(message string) (all []string) {
	var d text.Document
	d.Reset(message)
	for reader := NewReader(&d); reader.Next(); {
		var words []string
		for i := range reader.Len() {
			words = append(words, d.Raw(reader.First()+i))
		}
		all = append(all, strings.Join(words, " "))
	}
	return all
}

func TestRunsAreWhatMayBeANamesWords(t *testing.T) {
	for message, want := range map[string][]string{
		"where is my parcel":                     nil,
		"Where is my parcel?":                    nil, // a capital that the sentence gives
		"Where Is My Parcel":                     {"Where Is My Parcel"},
		"ask sarah or J. Smith's boss":           {"sarah", "J . Smith's"},
		"for Ludwig van der Berg today":          {"Ludwig van der Berg"},
		"i live in new york":                     {"new york"},
		"it is O'Brien, isn't it":                {"O'Brien"},
		"[PERSON] wrote to <EMAIL> about [CASE]": nil,
		"v2-rc and a/b.cfg":                      nil,
		"iPhone 12 and 4K":                       {"iPhone"},
		"Zoë 漢字":                                 {"Zoë 漢 字"},
		"":                                       nil,
		strings.TrimSpace(strings.Repeat("Ann ", 30)): {
			strings.TrimSpace(strings.Repeat("Ann ", MaxRun)), strings.TrimSpace(strings.Repeat("Ann ", 30-MaxRun)),
		},
	} {
		if got := runs(message); !slices.Equal(got, want) {
			t.Errorf("runs of %q = %q, want %q", message, got, want)
		}
	}
}

func TestAPossessiveIsNoPartOfTheName(t *testing.T) {
	for message, want := range map[string]string{"ask Sarah's boss": "ask Sarah", "ask SARAH'S boss": "ask SARAH", "ask Sarah’s boss": "ask Sarah", "ask Ross": "ask Ross"} {
		var d text.Document
		d.Reset(message)
		if reader := NewReader(&d); !reader.Next() || message[:reader.End(0)] != want || reader.Mark(0) {
			t.Errorf("the name in %q ends at %d, want it behind %q", message, reader.End(0), want)
		}
	}
}

func TestShapes(t *testing.T) {
	for word, want := range map[string]shape{
		"sarah": shapeLower, "Sarah": shapeCapital, "SARAH": shapeUpper, "J": shapeInitial, "McDonald": shapeMixed, "Jean-Luc": shapeCapital, "O'Brien": shapeCapital,
		"4K": shapeDigits, "a_b": shapeDigits, "Élan": shapeCapital, "éLan": shapeMixed,
	} {
		if got := shapeOf(word, word == "SARAH"); got != want {
			t.Errorf("shape of %s = %d, want %d", word, got, want)
		}
	}
}

func TestAPlainWordIsSeenAsTheLongWaySeesIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		message := rapid.StringMatching(`(the |York |[a-zA-Z]{1,14}[ ,.!:']){1,8}`).Draw(t, "message")
		var d text.Document
		d.Reset(message)
		for i := range d.Tokens {
			if !d.Tokens[i].Plain {
				continue
			}
			s := &evidence.Sheet{Doc: &d, Text: d.Text}
			var plain word
			plain.glance(s, i)
			long := word{end: d.Tokens[i].End}
			if long.long(s, i); long.shape != shapeLower {
				long.sense = 0 // of words in lower case alone
			}
			if plain != long {
				t.Fatalf("%q: got %+v, want %+v", d.Raw(i), plain, long)
			}
		}
	})
}

func TestTheGazetteerIsAskedForAWordAsItIsWritten(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"a", "Sarah", "lee", "O", "'", "’", "-", "é", "É", "İ", "ß", "ẞ", "oo", "soooo", "&#39;", "\u00ad", "\u200b", "s", "S"})
	rapid.Check(t, func(t *rapid.T) {
		message := strings.Join(rapid.SliceOfN(pieces, 1, 8).Draw(t, "pieces"), "")
		var d text.Document
		d.Reset(message)
		s := &evidence.Sheet{Doc: &d, Text: message}
		for i := range d.Tokens {
			var w word
			w.glance(s, i)
			raw := message[d.Tokens[i].Begin:w.end]
			if want := orFirst(gazetteer.Lookup(raw), raw); d.Tokens[i].Kind == text.Word && w.shape != shapeDigits && w.sense&evidence.Function == 0 && w.flags != want {
				t.Fatalf("%q in %q has the flags %b, want %b", raw, message, w.flags, want)
			}
		}
	})
}

func TestWhatOneRunForgetsTheNextOneKnows(t *testing.T) {
	var d text.Document
	d.Reset("ask Sarah and Maria")
	var want, got [Count]uint32
	plain, forgetful := NewReader(&d), NewReader(&d)
	for plain.Next() && forgetful.Next() {
		plain.Features(0, &want)
		if forgetful.Features(0, &got); got != want {
			t.Errorf("%s: the features depend on what was forgotten of a word before", d.Raw(plain.First()))
		}
		forgetful.Forget(0)
	}
}

func TestStyles(t *testing.T) {
	for message, want := range map[string]style{
		"my name is sarah": styleLower, "My name is Sarah": styleMixed, "MY NAME IS SARAH": styleUpper, "My Name Is Sarah Connor": styleTitle, "": styleLower,
	} {
		var d text.Document
		d.Reset(message)
		if got := styleOf(&d); got != want {
			t.Errorf("style of %q = %d, want %d", message, got, want)
		}
	}
}

// first returns the features of the first word of the first reader.
func first(t interface{ Fatalf(string, ...any) }, message string, forget bool) []uint32 {
	var d text.Document
	d.Reset(message)
	reader := NewReader(&d)
	if !reader.Next() {
		t.Fatalf("%q has no run", message)
	}
	if forget {
		reader.Forget(0)
	}
	return reader.AppendFeatures(0, nil)
}

func TestFeaturesDependOnTheWordItsNeighboursAndTheGazetteer(t *testing.T) {
	same := first(t, "ask Sarah now", false)
	if !slices.Equal(same, first(t, "ask Sarah now", false)) {
		t.Error("the same words have other features the second time, want the same")
	}
	for what, other := range map[string][]uint32{
		"another word": first(t, "ask Maria now", false), "another word before": first(t, "tell Sarah now", false), "another word behind": first(t, "ask Sarah today", false),
		"an empty gazetteer": first(t, "ask Sarah now", true), "a new line": first(t, "ask\nSarah now", false),
	} {
		if slices.Equal(same, other) {
			t.Errorf("with %s the features are the same, want others", what)
		}
	}
}

func TestFeaturesAreRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		message := "Ann " + rapid.StringN(0, 40, -1).Draw(t, "message")
		var d text.Document
		d.Reset(message)
		for reader := NewReader(&d); reader.Next(); {
			for i := range reader.Len() {
				for _, row := range reader.AppendFeatures(i, nil) {
					if row >= Rows {
						t.Errorf("%q has the row %d, want less than %d", message, row, Rows)
					}
				}
			}
		}
	})
}
