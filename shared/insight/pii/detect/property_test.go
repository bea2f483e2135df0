package detect_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/detect"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/testkit/linear"
)

// pieces are what messages are drawn from: words that announce, data, and marks that glue.
var pieces = []string{
	"my", "name", "is", "card", "call", "phone", "account", "order", "ssn", "password", "Hi", "Regards,", "live", "in", "born", "zip", "pin", "box",
	"John", "Smith", "Maria", "Grace", "Dr.", "Paris", "Denmark", "Main", "Street", "12", "5", "4111 1111 1111 1111", "(415) 555-0132",
	"+44 20 7946 0958", "jane@example.com", "536-22-1234", "DE89 3704 0044 0532 0130 00", "203.0.113.7", "2001:db8::1", "12 March 1985", "03/12/1985",
	"https://example.com/a", "hunter2", "IL 62704", "SW1A 1AA", "Apt. 5", "42 years old", "\n", ",", ".", ":", "-", "/", "(", "@", "é", "漢", "\xff", "&amp;",
}

func drawMessage(t *rapid.T) string {
	separator := rapid.SampledFrom([]string{" ", " ", " ", "", "  "})
	var b strings.Builder
	for _, piece := range rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(t, "pieces") {
		b.WriteString(piece + separator.Draw(t, "separator"))
	}
	return b.String()
}

// check reports what must hold for any text.
func check(t interface{ Errorf(string, ...any) }, s string, found []pii.Entity) {
	end := 0
	for i, e := range found {
		if e.Begin < end || e.End <= e.Begin || e.End > len(s) {
			t.Errorf("entity %d of %q is [%d, %d), want it behind %d, not empty, and inside", i, s, e.Begin, e.End, end)
			return
		}
		if e.Score < 0.4-1e-9 || e.Score > 1 {
			t.Errorf("entity %d of %q has score %v, want 0.4 to 1", i, s, e.Score)
		}
		if utf8.ValidString(s) && !utf8.ValidString(s[e.Begin:e.End]) {
			t.Errorf("entity %d of %q cuts a character", i, s)
		}
		if !slices.ContainsFunc(pii.Aliases(), func(a pii.Alias) bool { return a.Type == e.Type }) {
			t.Errorf("entity %d of %q has the type %q, want one of the list", i, s, e.Type)
		}
		end = e.End
	}
}

func TestEntitiesAreOrderedDisjointAndInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawMessage(t)
		var d text.Document
		d.Reset(s)
		check(t, s, detect.Entities(&d, nil))
	})
}

func TestOffsetsInEveryUnitSliceTheSameText(t *testing.T) {
	foreign := []string{"👩‍👩‍👧", "e\u0301", "漢字", "שלום", "مرحبا", "🇩🇪", "ﬃ"}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for _, piece := range rapid.SliceOfN(rapid.SampledFrom(append(foreign, pieces...)), 0, 25).Draw(t, "pieces") {
			b.WriteString(strings.ToValidUTF8(piece, "") + " ")
		}
		s := b.String()
		var d text.Document
		d.Reset(s)
		runes, units := []rune(s), utf16.Encode([]rune(s))
		for _, e := range detect.Entities(&d, nil) {
			want := s[e.Begin:e.End]
			inRunes, inUnits := []int{e.Begin, e.End}, []int{e.Begin, e.End}
			text.Offsets(s, text.CodePoints, inRunes)
			text.Offsets(s, text.UTF16, inUnits)
			if got := string(runes[inRunes[0]:inRunes[1]]); got != want {
				t.Errorf("in code points: got %q, want %q", got, want)
			}
			if got := string(utf16.Decode(units[inUnits[0]:inUnits[1]])); got != want {
				t.Errorf("in UTF-16: got %q, want %q", got, want)
			}
		}
	})
}

func TestEntitiesAreAFunctionOfTheText(t *testing.T) {
	var reused text.Document
	var found []pii.Entity
	rapid.Check(t, func(t *rapid.T) {
		s := drawMessage(t)
		reused.Reset(s)
		found = detect.Entities(&reused, found)
		var fresh text.Document
		fresh.Reset(s)
		want := detect.Entities(&fresh, nil)
		if len(found) != len(want) {
			t.Fatalf("with reused buffers: got %v, want %v", found, want)
		}
		for i := range found {
			if found[i] != want[i] {
				t.Errorf("with reused buffers: got %v, want %v", found[i], want[i])
			}
		}
	})
}

func TestWhatWasAnonymisedIsNotFoundAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawMessage(t)
		var d text.Document
		d.Reset(s)
		found := detect.Entities(&d, nil)
		safe := operators.Policy{}.Apply(s, found)
		d.Reset(safe)
		for _, e := range detect.Entities(&d, nil) {
			if strings.ContainsAny(safe[e.Begin:e.End], "[]_") {
				t.Errorf("%q gave %q, and there %q is found as %s", s, safe, safe[e.Begin:e.End], e.Type)
			}
		}
		for _, e := range found {
			if value := s[e.Begin:e.End]; strings.Count(safe, value) >= strings.Count(s, value) && !strings.Contains(string(e.Type), value) {
				t.Errorf("%q gave %q, which still holds all of its %q", s, safe, value)
			}
		}
	})
}

func TestNoOperatorLeavesWhatIsFoundAgain(t *testing.T) {
	mask, err := operators.Mask('*', 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := operators.Hash(operators.SHA256, []byte("sixteen bytes ok"))
	if err != nil {
		t.Fatal(err)
	}
	for name, operator := range map[string]operators.Operator{
		"redact": operators.Redact, "mask": mask, "hash": hash, "pseudonymise": new(operators.Pseudonyms).Operator,
	} {
		t.Run(name, func(t *testing.T) {
			for _, piece := range pieces {
				message := "It is " + piece + " now."
				var d text.Document
				d.Reset(message)
				found := detect.Entities(&d, nil)
				safe := operators.Policy{Default: operator}.Apply(message, found)
				d.Reset(safe)
				if again := detect.Entities(&d, nil); len(found) > 0 && len(again) > 0 {
					t.Errorf("%q gave %q, where %v is found again", message, safe, again)
				}
			}
		})
	}
}

func TestTimeIsLinear(t *testing.T) {
	var d text.Document
	var found []pii.Entity
	for _, unit := range []string{
		"a", "1", "A", "@", ".", ":", "(", "[", "-", "é", "\xff", "1 ", "1-", "1.", "a.", "a-", "a@", "Aa ", "A1 ", "::", "[[(", "John ", "12 Main ",
		"john.smith@", "Apt. 5 ", "1:1:", "password: ", "12 box ", "12345678 ", "AB12 ", "4111 ", "March 1 ", "+1", "x.co ", "DE89",
	} {
		linear.Check(t, strconv.Quote(unit), 1<<10, func(n int) {
			d.Reset(strings.Repeat(unit, n/len(unit)))
			found = detect.Entities(&d, found)
		})
	}
}

func FuzzEntities(f *testing.F) {
	for _, piece := range pieces {
		f.Add(piece)
	}
	f.Add("My name is John Smith, card 4111 1111 1111 1111, call (415) 555-0132")
	f.Add("Regards,\nMaria\n12 Main St., Apt. 5\nSpringfield, IL 62704")
	f.Fuzz(func(t *testing.T, s string) {
		var d text.Document
		d.Reset(s)
		found := detect.Entities(&d, nil)
		check(t, s, found)
		if safe := (operators.Policy{}).Apply(s, found); len(found) == 0 && safe != s {
			t.Errorf("Apply(%q) = %q, want it as it is", s, safe)
		}
	})
}
