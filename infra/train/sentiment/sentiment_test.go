package sentiment

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/train/dataset"
	engine "github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/testkit/race"
)

func zip(t *testing.T, path string, content []byte) {
	t.Helper()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, zipped.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func lines(t *testing.T, rows []dataset.Row) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, row := range rows {
		if err := json.NewEncoder(&b).Encode(row); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// smallData writes a data folder of made-up rows, shaped like the real one.
func smallData(t *testing.T) string {
	t.Helper()
	race.Skip(t, "slows what trains, which is one goroutine, ten times")
	dir := t.TempDir()
	likes, dislikes := 2.5, -2.5
	var rows []dataset.Row
	for _, source := range []string{"goemotions-train", "nhs-fft-1", "uci-yelp", "vader-amazon", "vader-tweets"} {
		for range 12 {
			rows = append(rows,
				dataset.Row{Text: "the zorgs were good [NAME]", Label: "positive", Source: source, Valence: &likes},
				dataset.Row{Text: "Mary said the blims were bad", Label: "negative", Source: source, Valence: &dislikes},
				dataset.Row{Text: "the quam is here", Label: "neutral", Source: source},
				dataset.Row{Text: "good and bad", Label: "mixed", Source: source})
		}
	}
	zip(t, filepath.Join(dir, "sentiment", "train.jsonl.gz"), lines(t, rows))
	zip(t, filepath.Join(dir, "sentiment", "dev.jsonl.gz"), lines(t, rows))
	zip(t, filepath.Join(dir, "topics", "clinc150_train.jsonl.gz"), lines(t, []dataset.Row{{Text: "what is the time", Intent: "time"}, {Text: "it was declined", Intent: "card_declined"}}))
	for _, file := range []string{"banking77_train", "bitext_train"} {
		zip(t, filepath.Join(dir, "topics", file+".jsonl.gz"), lines(t, []dataset.Row{{Text: "the zorg has not come yet", Intent: "delay"}, {Text: "how do i find the form", Intent: "help"}}))
	}
	zip(t, filepath.Join(dir, "sentiment", "vader_lexicon.txt.gz"), []byte("good\t1.9\t0.9\t[]\nbad\t-2.5\t0.6\t[]\nmuslim\t-1\t0\t[]\n182\t-2.9\t1\t[]\ntears\t-0.9\t1\t[]\n"))
	if err := os.WriteFile(filepath.Join(dir, "sentiment", "emoji_utf8_lexicon.txt"), []byte("🙃\tgood face\n🥹\tface with tears\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheSameRowsGiveTheSameBytes(t *testing.T) {
	dir := smallData(t)
	var out bytes.Buffer
	lexicon1, model1, err := build(t.Context(), dir, "", &out)
	if err != nil {
		t.Fatal(err)
	}
	lexicon2, model2, err := build(t.Context(), dir, "", &out)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(lexicon1, lexicon2) || !bytes.Equal(model1, model2) {
		t.Error("two builds differ")
	}
}

func TestTheModelLearnsWordsAndNotNames(t *testing.T) {
	dir := smallData(t)
	var out bytes.Buffer
	lexiconBytes, modelBytes, err := build(t.Context(), dir, "", &out)
	if err != nil {
		t.Fatal(err)
	}
	m := model.Parse(modelBytes)
	for _, word := range []string{"zorgs", "blims", "quam"} {
		if m.Index().Row(text.Hash(word)) == model.Unknown {
			t.Errorf("%s has no row", word)
		}
	}
	for _, name := range []string{"mary", "muslim", "@user"} {
		if row := m.Index().Row(text.Hash(name)); row != model.Who {
			t.Errorf("%s has row %d, want that of who somebody is", name, row)
		}
	}
	var d text.Document
	var r engine.Result
	for text, want := range map[string]engine.Label{
		"the zorgs were good": engine.Positive, "the zorgs were here": engine.Positive, "said the blims were here": engine.Negative, "the quam is here": engine.Neutral,
	} {
		d.Reset(text)
		engine.Engine{Lexicon: lexicon.Parse(lexiconBytes), Model: m}.Analyze(&d, &r)
		if r.Label != want {
			t.Errorf("%q: got %s, want %s", text, r.Label, want)
		}
	}
}

func TestMeasureReportsEverySourceBesideVader(t *testing.T) {
	var out bytes.Buffer
	found, err := measure(smallData(t), lexicon.Embedded(), model.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	found.print(&out)
	for _, want := range []string{"goemotions-train", "uci-yelp", "macro-F1", "VADER", "ECE", "positive", "neutral"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("report lacks %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "zorgs") {
		t.Error("report holds a row")
	}
}

func TestRunStopsWhenItsContextIsDone(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, _, err := build(ctx, smallData(t), "", &bytes.Buffer{}); err == nil {
		t.Error("got no error")
	}
	if err := Eval(ctx, smallData(t), "", &bytes.Buffer{}); err == nil {
		t.Error("evaluation: got no error")
	}
}

func TestRunNeedsTheData(t *testing.T) {
	if err := Run(t.Context(), t.TempDir(), "", &bytes.Buffer{}); err == nil {
		t.Error("got no error")
	}
}

func TestLexiconLines(t *testing.T) {
	p := phrases{}
	for _, line := range []string{"", "# note", "-2.5 still waiting", "+0.3 BOOSTER very", "NEGATOR don't", "0.2 CONTRAST but now"} {
		if err := p.addOwn(line); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
	for phrase, want := range map[string]lexicon.Entry{
		"still waiting": {Role: lexicon.Valence, Value: -2.5},
		"very":          {Role: lexicon.Booster, Value: 0.3},
		"don't":         {Role: lexicon.Negator},
		"dont":          {Role: lexicon.Negator},
		"but now":       {Role: lexicon.Contrast, Value: 0.2},
	} {
		if got := p[phrase]; got != want {
			t.Errorf("%q: got %+v, want %+v", phrase, got, want)
		}
	}
	for _, line := range []string{"waiting", "-2", "SHOUTER very", "1 one two three four five six seven eight"} {
		if err := p.addOwn(line); err == nil {
			t.Errorf("%q: got no error", line)
		}
	}
}

func TestPublishedLexicons(t *testing.T) {
	table, err := buildLexicon(smallData(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	lex := lexicon.Parse(table)
	for _, c := range []struct {
		word string
		sign float32
	}{{"bad", -1}, {"🙃", 1}, {"🥹", -1}, {"0", 0}, {"muslim", 0}} {
		e, ok := lex.Lookup(text.Hash(c.word))
		if ok && c.sign == 0 && e.Value != 0 || c.sign != 0 && e.Value*c.sign <= 0 {
			t.Errorf("%s: got %+v, want sign %v", c.word, e, c.sign)
		}
	}
}

func TestTally(t *testing.T) {
	var got tally
	got.add(model.Positive, model.Positive, 0.9)
	got.add(model.Positive, model.Negative, 0.9)
	got.add(model.Negative, model.Negative, 0.6)
	got.add(model.Negative, mixedClass, 0.6)
	for name, pair := range map[string][2]float64{
		"accuracy":          {got.accuracy(), 0.5},
		"macro-F1":          {got.macroF1(), (2.0/3 + 0.5) / 2},
		"calibration error": {got.calibrationError(), (0.8 + 0.2) / 4},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-9 {
			t.Errorf("%s: got %v, want %v", name, pair[0], pair[1])
		}
	}
}

func TestSatisfactionCurveIsMonotone(t *testing.T) {
	held := map[string][]judged{}
	for i := range 200 {
		z := float64(i%20)/5 - 2
		rating := z + float64(i%7) - 3 // noisy, so that neighbours come out of order
		held["a"] = append(held["a"], judged{&example{rating: rating, rated: true}, [model.Classes]float64{z, -z, 0}})
	}
	curve := satisfactionCurve(held, []string{"a"}, 1)
	for k := 1; k < len(curve); k++ {
		if curve[k] < curve[k-1] || curve[k] > 10 || curve[k-1] < 1 {
			t.Errorf("curve %v falls or leaves 1..10 at %d", curve, k)
		}
	}
}

func TestTemperatureCoolsAnOverconfidentModel(t *testing.T) {
	held := map[string][]judged{}
	for i := range 100 { // sure of itself, right two times in three
		held["a"] = append(held["a"], judged{&example{label: min(i%3, 1)}, [model.Classes]float64{0, 5, -5}})
	}
	if got := temperature(held, []string{"a"}); got < 2 {
		t.Errorf("got %v, want more than 2", got)
	}
}
