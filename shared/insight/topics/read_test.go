package topics

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/text"
)

// plainly reads a text as Model.read is to do, with nothing but sums of sentences' rows.
func plainly(m Model, d *text.Document) (z [Count]float64, ok bool) {
	lines := m.lines()
	var total sum
	sentences := []sum{{}}
	add := func(bucket uint32) {
		last := &sentences[len(sentences)-1]
		for t, weight := range m[headerSize+bucket*Count:][:Count] {
			last.weights[t] += int(weight)
		}
		last.rows++
	}
	previous := wordSeed
	end := func() {
		if previous != wordSeed {
			sentences, previous = append(sentences, sum{}), wordSeed
		}
	}
	for i := range d.Tokens {
		norm := d.Norm(i)
		if opens(&d.Tokens[i], norm) {
			end()
		}
		switch roleOf(d.Tokens[i].Kind, norm) {
		case mark:
			add(wordBucket(d.FNV(i)))
			end()
		case word:
			add(wordBucket(d.FNV(i)))
			add(pairBucket(previous, d.FNV(i)))
			if previous = d.FNV(i); d.Tokens[i].Kind == text.Word {
				for bucket := range runs(norm) {
					add(bucket)
				}
			}
		default:
		}
	}
	end()
	marks := len(sentences) - 1 // what stands behind the last
	if marks == 0 {
		return z, false
	}
	sentences[marks-1].add(&sentences[marks])
	var sure []*[Count]float64
	for i := range sentences[:marks] {
		total.add(&sentences[i])
		if z := logOdds(&lines, &sentences[i]); marks > 1 && accepted(&z) {
			sure = append(sure, &z)
		}
	}
	z = logOdds(&lines, &total)
	if len(sure) > 0 {
		for _, more := range sure[1:] {
			pool(sure[0], more)
		}
		pool(&z, sure[0])
	}
	return z, true
}

func TestATextIsReadAsItsSentencesAddUp(t *testing.T) {
	pieces := strings.Split("where is my parcel|I want my refund|somebody stole my card|what a day|the app crashes|thanks|I've|12|"+
		"antidisestablishmentarianism|😀|.|?|!|!!|,|…|\n|. |? ", "|")
	seen := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		var d text.Document
		drawn := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 20).Draw(t, "pieces"), " ")
		d.Reset(strings.Repeat(drawn+" ", rapid.SampledFrom([]int{1, 1, 1, 30}).Draw(t, "times")))
		got, ok := Embedded().read(&d)
		want, wantOK := plainly(Embedded(), &d)
		if got != want || ok != wantOK {
			t.Fatalf("%q: got %v %v, want %v %v", d.Text, got, ok, want, wantOK)
		}
		seen[accepted(&got)]++
	})
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("got %v, want texts of both kinds", seen)
	}
}

func TestASentenceMayBeSureWhenItIsAndHardlyElse(t *testing.T) {
	m := recall(Embedded())
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, maxRows).Draw(t, "rows")
		column := rapid.IntRange(0, other-1).Draw(t, "column")
		line := m.lines[column]
		about := 128*rows + int((acceptSentence-line.bias)/line.scale*math.Sqrt(float64(rows)))
		s := sum{rows: rows}
		s.weights[column] = min(about+rapid.IntRange(-6, 6).Draw(t, "more"), math.MaxUint8*rows)
		words := [4]uint64{}
		words[column/8*2+column%2] = uint64(s.weights[column]) << (column % 8 / 2 * 16)

		got := m.maybeSure(&lanes{even0: words[0], odd0: words[1], even1: words[2], odd1: words[3], rows: uint32(rows)})
		z := logOdds(&m.lines, &s)
		best := likeliest(&z)
		if want := best >= acceptSentence; got != want && (want || s.weights[column] < about-4) {
			t.Fatalf("best of %d rows is %v: got %v", rows, best, got)
		}
	})
}
