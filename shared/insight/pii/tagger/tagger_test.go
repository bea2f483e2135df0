package tagger

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/features"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/testkit/linear"
)

// found returns the names in a document.
func found(d *text.Document) []pii.Entity {
	s := evidence.Sheet{Doc: d, Text: d.Text}
	Find(&s)
	return s.Found
}

// marked returns the message with what is found in brackets: "<P Maria> from <L Paris>".
func marked(message string) string {
	var d text.Document
	d.Reset(message)
	var b strings.Builder
	end := 0
	for _, e := range found(&d) {
		b.WriteString(message[end:e.Begin] + "<" + string(e.Type)[:1] + " " + message[e.Begin:e.End] + ">")
		end = e.End
	}
	return b.String() + message[end:]
}

func TestNamesOfPeople(t *testing.T) {
	for message, want := range map[string]string{
		"My name is John Smith.":                        "My name is <P John Smith>.",
		"hi im sarah, my name is jon smith":             "hi im <P sarah>, my name is <P jon smith>",
		"Hi Maria, this is Grace":                       "Hi <P Maria>, this is <P Grace>",
		"I'm still waiting.\nRegards,\nWill Carter":     "I'm still waiting.\nRegards,\n<P Will Carter>",
		"I spoke to Anna Kowalska's manager":            "I spoke to <P Anna Kowalska>'s manager",
		"Please ask Mary J. Blige":                      "Please ask <P Mary J. Blige>",
		"The booking is for Ludwig van der Berg":        "The booking is for <P Ludwig van der Berg>",
		"Contact Mehmet al-Farouq please":               "Contact <P Mehmet al-Farouq> please",
		"The letter is addressed to Mr. O'Brien":        "The letter is addressed to Mr. <P O'Brien>",
		"MY NAME IS MARIA GARCIA AND I AM ANGRY":        "MY NAME IS <P MARIA GARCIA> AND I AM ANGRY",
		"I spoke with a lady called Xiomara Quispealva": "I spoke with a lady called <P Xiomara Quispealva>",
		"Jean-Luc Moreau has my parcel":                 "<P Jean-Luc Moreau> has my parcel",
	} {
		if got := marked(message); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestNamesOfPlaces(t *testing.T) {
	for message, want := range map[string]string{
		"I live in New York City":          "I live in <L New York City>",
		"i live in new york":               "i live in <L new york>",
		"We moved from Lyon to São Paulo.": "We moved from <L Lyon> to <L São Paulo>.",
		"My flight to Denmark is late":     "My flight to <L Denmark> is late",
	} {
		if got := marked(message); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestWhatIsNobody(t *testing.T) {
	for _, message := range []string{
		"", "I want my money back", "The Apple Watch I bought from Amazon stopped working.", "Terms and Conditions apply", "WHERE IS MY ORDER",
		"Mark my words, I am never buying here again.", "Will you refund me?", "See you on Monday in May.", "the French version", "Thanks Team",
	} {
		if got := marked(message); got != message {
			t.Errorf("got %s, want nothing found", got)
		}
	}
}

func TestFindAppends(t *testing.T) {
	var d text.Document
	d.Reset("My name is John Smith")
	first := pii.Entity{Type: pii.URL, Begin: 0, End: 1, Score: 1}
	s := evidence.Sheet{Doc: &d, Text: d.Text, Found: []pii.Entity{first}}
	Find(&s)
	got := s.Found
	if len(got) != 2 || got[0] != first || got[1].Score < lowest || got[1].Score > 1 {
		t.Errorf("Find adds up to %v, want the entity that was there and one with a score", got)
	}
	if n := testing.AllocsPerRun(20, func() { s.Found = s.Found[:0]; Find(&s) }); n != 0 {
		t.Errorf("Find allocates %v times, want 0", n)
	}
}

// words are what messages are drawn from.
var words = []string{"John", "maria", "Smith's", "Dr.", "J.", "van", "der", "New", "York", "new", "the", "THE", "Bank", "12", ",", ".", "\n", "é", "漢", "\xff", "O'Brien", "x@y.com", "😀"}

func TestEntitiesAreOrderedDisjointAndWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		message := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 60).Draw(t, "words"), rapid.SampledFrom([]string{" ", ""}).Draw(t, "separator"))
		var d text.Document
		d.Reset(message)
		end := 0
		for _, e := range found(&d) {
			if e.Begin < end || e.End <= e.Begin || e.End > len(message) || e.Score < lowest || e.Score > 1 {
				t.Errorf("in %q: %+v, want it behind %d and inside, with a score of %v to 1", message, e, end, lowest)
			}
			end = e.End
		}
	})
}

func TestTimeIsLinear(t *testing.T) {
	var d text.Document
	s := evidence.Sheet{Doc: &d}
	for _, unit := range []string{"John ", "A.", "new york ", "van ", "É", "Aa-"} {
		linear.Check(t, strconv.Quote(unit), 1<<10, func(n int) {
			d.Reset(strings.Repeat(unit, n/len(unit)))
			s.Text, s.Found = d.Text, s.Found[:0]
			Find(&s)
		})
	}
}

func TestEmissionsAreSumsOfRows(t *testing.T) {
	m := Model(embedded)
	var d text.Document
	d.Reset("Ann Lee of Reno, Nevada wrote to McDonald")
	for reader := features.NewReader(&d); reader.Next(); {
		for i := range reader.Len() {
			var got, want [Labels]int32
			m.emissions(&reader, i, &got)
			for _, f := range reader.AppendFeatures(i, nil) {
				for label := range want {
					want[label] += int32(int8(m[header+int(f)*rowSize+label]))
				}
			}
			if got != want {
				t.Errorf("word %d: got %v, want %v", reader.First()+i, got, want)
			}
		}
	}
}

// decodeSlowly tries every sequence of labels.
func decodeSlowly(m Model, scores *[features.MaxRun][Labels]int32, n int) int32 {
	best := int32(-1 << 30)
	var try func(i int, last Label, sum int32)
	try = func(i int, last Label, sum int32) {
		if i == n {
			best = max(best, sum)
			return
		}
		for label := range Label(Labels) {
			if Follows(last, label) {
				try(i+1, label, sum+m.transition(last, label)+scores[i][label])
			}
		}
	}
	try(0, Outside, 0)
	return best
}

func TestDecodeFindsTheBestSequence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(embedded[:header])
		for i := 4; i < len(b); i++ {
			b[i] = rapid.Byte().Draw(t, "weight")
		}
		m, n := Model(b), rapid.IntRange(1, 4).Draw(t, "words")
		var scores [features.MaxRun][Labels]int32
		for i := range n {
			for label := range Labels {
				scores[i][label] = rapid.Int32Range(-500, 500).Draw(t, "score")
			}
		}
		var best [features.MaxRun]Label
		m.decode(&scores, n, &best)
		last, got := Outside, int32(0)
		for i := range n {
			if !Follows(last, best[i]) {
				t.Fatalf("%v follows %v, which it cannot", best[i], last)
			}
			got += m.transition(last, best[i]) + scores[i][best[i]]
			last = best[i]
		}
		if want := decodeSlowly(m, &scores, n); got != want {
			t.Errorf("the sequence %v sums to %d, want %d", best[:n], got, want)
		}
	})
}

func TestTheModelIsWhole(t *testing.T) {
	file, err := os.Stat("model.bin")
	if err != nil {
		t.Fatal(err)
	}
	if want := int64(header + features.Rows*rowSize); file.Size() != want || Model(embedded).scale() <= 0 {
		t.Errorf("the model has %d bytes and the scale %v, want %d and more than 0", file.Size(), Model(embedded).scale(), want)
	}
}
