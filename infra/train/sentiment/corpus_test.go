package sentiment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

func TestPatternsOfWhatCustomersWrite(t *testing.T) {
	rows, err := customerRows("# note\n\n+ {good|great} {job|work {today|here}}\n- late\n", "customer")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, row := range rows {
		if _, twice := seen[row.Text]; twice {
			t.Errorf("%q comes twice", row.Text)
		}
		seen[row.Text] = row.Label
		if strings.ContainsAny(row.Text, "{|}") {
			t.Errorf("%q was not filled", row.Text)
		}
	}
	if seen["late"] != "negative" || seen["great work here"] != "positive" || len(seen) != 7 {
		t.Errorf("got %v, want the six texts of the first pattern and the one of the second", seen)
	}
	for _, wrong := range []string{"late", "- {late", "- late}"} {
		if _, err := customerRows(wrong, "customer"); err == nil {
			t.Errorf("%q: got no error", wrong)
		}
	}
}

func TestOurOwnTextsAreWhole(t *testing.T) {
	for _, own := range []struct {
		source, texts string
		atLeast       int
	}{{"customer", customerTexts, 200}, {"written", writtenTexts, 900}, {"held back", heldBackTexts, 140}} {
		rows, err := customerRows(own.texts, own.source)
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{}
		for _, row := range rows {
			counts[row.Label]++
		}
		for label := range labels {
			if counts[label] < own.atLeast {
				t.Errorf("%s, %s: got %d texts, want at least %d", own.source, label, counts[label], own.atLeast)
			}
		}
	}
}

// inARow is how many words in a row two messages of everyday English hardly share by chance.
const inARow = 5

// runs returns every run of inARow words of a text, and the whole of a shorter one.
func runs(d *text.Document, s string) []string {
	d.Reset(s)
	var words []string
	for i := range d.Tokens {
		if d.Tokens[i].Kind == text.Word || d.Tokens[i].Kind == text.Number {
			words = append(words, string(d.Norm(i)))
		}
	}
	if len(words) < inARow {
		return []string{strings.Join(words, " ")}
	}
	var all []string
	for i := range len(words) - inARow + 1 {
		all = append(all, strings.Join(words[i:i+inARow], " "))
	}
	return all
}

func TestNoHeldBackMessageWasWrittenForTraining(t *testing.T) {
	heldBack, err := customerRows(heldBackTexts, "held back")
	if err != nil {
		t.Fatal(err)
	}
	written, err := customerRows(writtenTexts, "written")
	if err != nil {
		t.Fatal(err)
	}
	var d text.Document
	held := map[string]bool{}
	for _, row := range heldBack {
		for _, run := range runs(&d, row.Text) {
			held[run] = true
		}
	}
	for _, row := range written {
		for _, run := range runs(&d, row.Text) {
			if held[run] {
				t.Errorf("%q has %q of a message that is held back", row.Text, run)
			}
		}
	}
}

// teach writes labels for the texts of dataDir: whoever is called a zorg is liked, even where people say otherwise.
func teach(t *testing.T, dataDir string) string {
	t.Helper()
	dir := t.TempDir()
	var out bytes.Buffer
	if err := Texts(t.Context(), dataDir, dir, &out); err != nil {
		t.Fatal(err)
	}
	texts, err := dataset.Read(filepath.Join(dir, textsFile))
	if err == nil {
		t.Fatalf("texts carry numbers for labels, got %d rows", len(texts))
	}
	items, err := corpus(dataDir)
	if err != nil {
		t.Fatal(err)
	}
	items = seenByTeacher(items)
	if !strings.HasPrefix(out.String(), fmt.Sprint(len(items), " texts")) {
		t.Errorf("said %q, want %d texts", out.String(), len(items))
	}
	var said []byte
	for _, it := range items {
		if strings.Contains(it.Text, "zorg") {
			said = append(said, 0xFF, 0xFF, 0, 0, 0, 0)
		} else {
			said = append(said, 0, 0, 0xFF, 0x7F, 0xFF, 0x7F)
		}
	}
	sum, err := writeTexts(io.Discard, items)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, labelsFile), append(said, sum...), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheTeachersLabelsTeach(t *testing.T) {
	dataDir := smallData(t)
	dir := teach(t, dataDir)
	var out bytes.Buffer
	items, err := corpus(dataDir)
	if err != nil {
		t.Fatal(err)
	}
	all := items
	items = seenByTeacher(items)
	said, err := readLabels(dir, items, &out)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, labelsFile))
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%x", sha256.Sum256(raw)); !strings.Contains(out.String(), want) {
		t.Errorf("said %q, want the checksum %s", out.String(), want)
	}
	for i, it := range items {
		if got := said[i][model.Positive]; (got == 1) != strings.Contains(it.Text, "zorg") {
			t.Fatalf("text %d: got %v of positive", i, got)
		}
	}
	c, err := readCorpus(dataDir, dir, lexicon.Embedded(), &out)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.examples) != len(all) {
		t.Errorf("got %d examples, want all %d texts: the teacher labels those that people did not", len(c.examples), len(all))
	}
	for name, others := range map[string][]item{"one more": all[:len(items)+1], "one less": items[1:], "another": append(items[1:], item{Text: "another"})} {
		if _, err := readLabels(dir, others, &out); err == nil {
			t.Errorf("labels of other texts, %s: got no error", name)
		}
	}
	if _, err := readLabels(t.TempDir(), items, &out); err == nil {
		t.Error("no labels: got no error")
	}
}

func TestATargetIsOfPeopleAndTeacher(t *testing.T) {
	said := [][model.Classes]float32{{0.5, 0.25, 0.25}}
	for _, c := range []struct {
		name  string
		label int
		said  [][model.Classes]float32
		want  [model.Classes]float32
	}{
		{"people alone", model.Negative, nil, [model.Classes]float32{0, classWeights[model.Negative], 0}},
		{"the teacher alone", -1, said, said[0]},
		{"both", model.Negative, said, [model.Classes]float32{(1 - goldShare) * 0.5, (1-goldShare)*0.25 + goldShare*classWeights[model.Negative], (1 - goldShare) * 0.25}},
	} {
		got := target(item{Label: c.label}, c.said, 0)
		for k := range got {
			if d := got[k] - c.want[k]; d > 1e-6 || d < -1e-6 {
				t.Errorf("%s: got %v, want %v", c.name, got, c.want)
			}
		}
	}
}

// A source that is left out takes with it all that was made of its texts.
func TestWhatWasMadeOfASourceGoesWithIt(t *testing.T) {
	for source, want := range map[string]bool{"uci": true, "spans:uci": true, "altered:uci": true, "spans:nhs-fft-1": false, "words": false, "nhs-fft-1": false} {
		if got := madeOf(source, "uci"); got != want {
			t.Errorf("%s: got %v, want %v", source, got, want)
		}
	}
	if got, want := weightOf("spans:uci"), sourceWeights["spans"]; got != want || want == 0 {
		t.Errorf("weight of a span: got %v, want %v", got, want)
	}
}

func TestTheCardTakesItsFiguresFromTheRun(t *testing.T) {
	found, err := measure(smallData(t), lexicon.Embedded(), model.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	left := &absent{sources: []*group{{name: "some source"}}}
	left.sources[0].label.addScores(model.Positive, model.Positive, [model.Classes]float64{0.8, 0.1, 0.1})
	got, err := withFigures("before\n"+cardBegin+"old\n"+cardEnd+"after\n", found, left)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"before\n", "after\n", "| uci-yelp | 36 |", "| some source | 1 | 1.000 | 1.000 | 1.000 / - / - | .200 | .060 |", "| mean | | | 1.000 |"} {
		if !strings.Contains(got, want) {
			t.Errorf("the card lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "old") {
		t.Error("old figures stayed")
	}
	if _, err := withFigures("no marks", found, left); err == nil {
		t.Error("a card without marks: got no error")
	}
}

func TestAblationTrainsWithoutEachFamily(t *testing.T) {
	dataDir := smallData(t)
	var out bytes.Buffer
	if err := Ablate(t.Context(), dataDir, teach(t, dataDir), &out); err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if !strings.Contains(out.String(), "without "+f.name) {
			t.Errorf("the table lacks %q", f.name)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := Ablate(ctx, dataDir, "", &out); err == nil {
		t.Error("stopped: got no error")
	}
}

func TestMisspellings(t *testing.T) {
	counts := map[string]int{"terrible": 9, "horrible": 2, "received": 9, "teribly": 9, "angel": 9, "adored": 9, "adroed": 9, "market": 5, "markte": 5}
	got := misspellings([]string{"adored", "angel", "horrible", "market", "received", "terrible"}, commonStill, counts)
	for wrong, want := range map[string]string{
		"terible": "terrible", "terrbile": "terrible", "receved": "received",
		"horible": "", // too rare to be sure of
		"anegl":   "", // too short
		"adroed":  "", // a word itself
	} {
		if got[wrong] != want {
			t.Errorf("%s: got %q, want %q", wrong, got[wrong], want)
		}
	}
}
