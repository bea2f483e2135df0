package gazetteer

import (
	"bytes"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/text"
)

func TestLookup(t *testing.T) {
	for word, want := range map[string]Flags{
		"Tamara":  Given,
		"tamara":  Given,
		"TAMARA":  Given,
		"Nguyen":  Surname,
		"Grace":   Given | Ordinary,
		"grace":   Given | Ordinary,
		"Siobhan": Given,
		"José":    Given,
		"Jose":    Given,
		"parcel":  Ordinary,
		"Amazon":  Ordinary,
		"Monday":  Ordinary,
		"Denmark": Region,
		"qwzxv":   0,
		"":        0,
	} {
		if got := Lookup(word); !got.Has(want) || want == 0 && got != 0 || want&Given == 0 && got.Has(Given) || want&Ordinary == 0 && got.Has(Ordinary) {
			t.Errorf("Lookup(%q) = %06b, want %06b", word, got, want)
		}
	}
}

func TestPlacesOfSeveralWords(t *testing.T) {
	for _, test := range []struct {
		words []string
		want  Flags
	}{
		{[]string{"New", "York", "City"}, City | BigCity},
		{[]string{"united", "kingdom"}, Region},
		{[]string{"São", "Paulo"}, City},
		{[]string{"York", "New"}, 0},
	} {
		key := Start
		for _, word := range test.words {
			key = key.Word(word)
		}
		if got := key.Flags(); !got.Has(test.want) || test.want == 0 && got != 0 {
			t.Errorf("flags of %q = %06b, want %06b", test.words, got, test.want)
		}
	}
}

func TestFold(t *testing.T) {
	for a, b := range map[string]string{
		"Łódź": "lodz", "Straße": "STRASSE", "Ağaoğlu": "agaoglu", "O’Brien": "O'Brien", "Zoe\u0308": "zoe", "ΠΑΦΟΣ": "παφοσ", "Ирина": "ИРИНА",
	} {
		if Start.Word(a) != Start.Word(b) {
			t.Errorf("%q and %q have different keys, want the same", a, b)
		}
	}
	for a, b := range map[string]string{"ab": "ba", "a b": "ab", "": "a", "×": "x"} {
		if Start.Word(a) == Start.Word(b) {
			t.Errorf("%q and %q have the same key, want different ones", a, b)
		}
	}
}

func TestTheKeyOfATokenIsThatOfItsWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d text.Document
		d.Reset(rapid.StringMatching(`([a-zA-Z]{1,6}|Zoë|O'Neill|soooo|a-b|7)( ([a-zA-Z]{1,6}|É|x's)){0,4}`).Draw(t, "message"))
		for i := range d.Tokens {
			if got, want := Of(&d, i), Start.Word(d.Raw(i)); got != want {
				t.Fatalf("%q: got %x, want %x", d.Raw(i), got, want)
			}
			if got, want := Start.Word("new").Plain(d.Norm(i)), Start.Word("new").Word(d.Raw(i)); d.Tokens[i].Plain && got != want {
				t.Fatalf("%q behind a word: got %x, want %x", d.Raw(i), got, want)
			}
		}
	})
}

func TestTableIsSmallAndNotFull(t *testing.T) {
	empty := 0
	for i := 0; i < len(table); i += slotSize {
		if table[i] == 0 && table[i+1] == 0 && table[i+2] == 0 {
			empty++
		}
	}
	if share := float64(empty*slotSize) / float64(len(table)); len(table)%slotSize != 0 || len(table) > 700_000 || share < 0.2 {
		t.Errorf("the table has %d bytes and %.2f empty, want at most 700,000 in whole slots and 0.2 at least", len(table), share)
	}
}

func TestFewUnknownWordsAreTakenForNames(t *testing.T) {
	const words = 200_000
	taken := 0
	for i := range words {
		if Start.Word(fmt.Sprintf("qx%dzv", i)).Flags() != 0 {
			taken++
		}
	}
	if taken > words/20_000 {
		t.Errorf("%d of %d invented words are in the table, want at most one in 20,000", taken, words)
	}
}

func TestEncodeFindsWhatItWasGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.MapOfN(rapid.StringMatching(`[a-z]{3,9}`), rapid.Uint8Range(1, 1<<flagBits-1), 0, 200).Draw(t, "words")
		entries := map[Key]Flags{}
		for word, flags := range words {
			entries[Start.Word(word)] = Flags(flags)
		}
		first, err := Encode(entries)
		if err != nil {
			t.Fatal(err)
		}
		second, err := Encode(entries)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("Encode gave other bytes the second time, %v", err)
		}
		missed := 0
		for key, flags := range entries {
			if find(string(first), key) != flags {
				missed++ // two keys with one fingerprint beside each other
			}
		}
		if missed > 1 {
			t.Errorf("%d of %d entries are not found", missed, len(entries))
		}
	})
}

func TestEncodeRefuses(t *testing.T) {
	for name, flags := range map[string]Flags{"an entry without flags": 0, "flags that do not fit": 1 << flagBits} {
		t.Run(name, func(t *testing.T) {
			if _, err := Encode(map[Key]Flags{Start.Word("maria"): flags}); err == nil {
				t.Error("Encode = no error, want one")
			}
		})
	}
	if got := find("", Start); got != 0 {
		t.Errorf("find in an empty table = %v, want 0", got)
	}
}

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		Lookup("Maria")
		Lookup("qwzxvbn")
	}
}
