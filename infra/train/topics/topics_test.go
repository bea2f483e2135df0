package topics

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/testkit/race"
)

const dataDir = "../../../../shared/data"

// needData skips the test on a machine without the rows, which are not part of the repository.
func needData(t *testing.T) {
	t.Helper()
	race.Skip(t, "slows what trains, which is one goroutine, ten times")
	if _, err := os.Stat(filepath.Join(dataDir, "topics")); err != nil {
		t.Skip("the rows of ../shared/data are not there: not measured")
	}
}

func mustMapping(t *testing.T) map[string]labels {
	t.Helper()
	mapping, err := parseMapping(mappingCSV)
	if err != nil {
		t.Fatal(err)
	}
	return mapping
}

func TestEveryIntentOfTheSourcesIsMapped(t *testing.T) {
	mapping := mustMapping(t)
	if got, want := len(mapping), 77+151+27; got != want {
		t.Errorf("mapping.csv lists %d intents, want %d", got, want)
	}
	needData(t)
	seen := map[string]bool{}
	for _, source := range []string{"banking77_train", "banking77_test", "clinc150_train", "clinc150_val", "bitext_train", "bitext_val"} {
		rows, err := dataset.Read(filepath.Join(dataDir, "topics", source+".jsonl.gz"))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			seen[r.Source+"/"+r.Intent] = true
		}
	}
	for intent := range seen {
		if _, ok := mapping[intent]; !ok {
			t.Errorf("mapping.csv lacks %s", intent)
		}
	}
	for intent := range mapping {
		if !seen[intent] {
			t.Errorf("mapping.csv lists %s, which no source has", intent)
		}
	}
}

func TestMappingRefusesWhatItCannotMean(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"a topic that does not exist":        {"source,intent,topic,also\na,b,shipping,\n", `line 2: "shipping" is no topic`},
		"a second topic that does not exist": {"source,intent,topic,also\na,b,fees,c\n", `line 2: "c" is no topic`},
		"an intent listed twice":             {"source,intent,topic,also\na,b,fees,\na,b,other,\n", "line 3: intent listed twice"},
		"a line with a field too few":        {"source,intent,topic,also\na,b,fees\n", "read mapping"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseMapping(c.file)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// The bars are a little below what docs/models/topics.md reports: a worse model must not slip in unseen.
func TestTheEmbeddedModelIsAsGoodAsItsCardSays(t *testing.T) {
	heldBack, err := readHeldBack(heldBackCSV)
	if err != nil {
		t.Fatal(err)
	}
	result := evaluate(topics.Embedded(), heldBack)
	if got := share(result.right, result.rows); got < 0.9 {
		t.Errorf("top-1 on the held-back messages: got %.3f, want .90 or more", got)
	}
	needData(t)
	for set, want := range map[string]struct{ accuracy, refused float64 }{
		"banking77_test": {0.90, 0.04}, "clinc150_val": {0.92, 0.10}, "bitext_val": {0.95, 0.02},
	} {
		rows, err := readRows(dataDir, set, mustMapping(t))
		if err != nil {
			t.Fatal(err)
		}
		result := evaluate(topics.Embedded(), rows)
		if got := share(result.right, result.rows); got < want.accuracy {
			t.Errorf("top-1 on %s: got %.3f, want %.2f or more", set, got, want.accuracy)
		}
		if got := share(result.refused, result.rows-result.truth[topics.Count-1]); got > want.refused {
			t.Errorf("in scope refused on %s: got %.3f, want %.2f or less", set, got, want.refused)
		}
		if got := share(result.taken, result.outside); got > 0.05 {
			t.Errorf("out of scope taken for a topic on %s: got %.3f, want .05 or less", set, got)
		}
	}
}

func TestTheReportHasEverySetAndTopic(t *testing.T) {
	needData(t)
	var out bytes.Buffer
	if err := report(topics.Embedded(), dataDir, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"held-back", "misses never read", "banking77_test: 3080 rows", "clinc150_val: 3100 rows", "bitext_val: 810 rows", "out of scope taken"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got no %q in the figures", want)
		}
	}
	for _, name := range topics.Names() {
		if !strings.Contains(out.String(), "  "+string(name)+" ") {
			t.Errorf("got no line for %s", name)
		}
	}
}

func TestAnUnmappedIntentStopsTrainingAndNamesItselfNotTheText(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "topics"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := gzipped.String(`{"text":"a private message","intent":"brand_new","source":"banking77"}` + "\n")
	if err := os.WriteFile(filepath.Join(dir, "topics", "banking77_train.jsonl.gz"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := corpus(dir, "")
	if err == nil || !strings.Contains(err.Error(), `line 1: mapping.csv lacks the intent "brand_new"`) {
		t.Fatalf("got %v, want the line and the intent", err)
	}
	if strings.Contains(err.Error(), "private") {
		t.Errorf("got %v, which shows the text", err)
	}
}

// fullDisk takes n bytes and refuses the rest.
type fullDisk struct{ n int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.n -= len(p); d.n < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestTheReportSaysThatItCouldNotBePrinted(t *testing.T) {
	needData(t)
	for _, room := range []int{0, 2000} {
		if err := report(topics.Embedded(), dataDir, &fullDisk{room}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("with room for %d bytes: got %v, want %v", room, err, io.ErrShortWrite)
		}
	}
}

// A corpus of some phrases, because the whole takes seconds.
func TestTheCorpusIsRepeatable(t *testing.T) {
	race.Skip(t, "slows what trains, which is one goroutine, ten times")
	phrases := mustPhrases(t)
	sum := func() (n int, bits uint64) {
		b := builder{alterer: alterer{rand.New(rand.NewPCG(seed, 1)), readSynonyms()}, slots: mustSlots(t)}
		for i := 0; i < len(phrases); i += 40 {
			b.group++
			b.addVersions(&phrases[i])
		}
		b.addPairs(phrases[:10], nil)
		for _, e := range b.examples {
			for _, f := range e.features {
				bits = bits*31 + uint64(f)
			}
		}
		return len(b.examples), bits
	}
	n, bits := sum()
	if again, bitsAgain := sum(); n != again || bits != bitsAgain {
		t.Error("got two different corpora from one seed")
	}
	if want := len(phrases)/40*phraseVersions + pairs/2; n < want {
		t.Errorf("got %d examples, want %d or more", n, want)
	}
}

func mustSlots(t *testing.T) slots {
	t.Helper()
	fillers, err := readSlots()
	if err != nil {
		t.Fatal(err)
	}
	return fillers
}

func TestTheCorpusLacksWhatIsLeftOut(t *testing.T) {
	needData(t)
	count := func(without ...string) int {
		examples, err := corpus(dataDir, append(append(without, registers...), "topics", "banking77", "clinc150")...)
		if err != nil {
			t.Fatal(err)
		}
		return len(examples)
	}
	// A few altered rows are, word for word, what was held back.
	if got, most := count(), rowVersions*6480; got > most || got < most-100 {
		t.Errorf("got %d examples of Bitext alone, want about %d", got, most)
	}
	if got := count("bitext"); got != 0 {
		t.Errorf("got %d examples of nothing, want none", got)
	}
}

func TestRunRefusesToWriteElsewhere(t *testing.T) {
	err := Run(t.Context(), dataDir, &bytes.Buffer{})
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "repository's root") {
		t.Errorf("got %v, want a hint to run from the repository's root", err)
	}
}

func TestMissingRowsStopTraining(t *testing.T) {
	if _, err := corpus(t.TempDir(), ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("corpus: got %v, want a missing file", err)
	}
	if err := withoutSources(t.Context(), t.TempDir(), &bytes.Buffer{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("withoutSources: got %v, want a missing file", err)
	}
	if err := Eval(t.Context(), t.TempDir(), &bytes.Buffer{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Eval: got %v, want a missing file", err)
	}
}

// fewExamples is a corpus small enough for a test: phrases as they stand.
func fewExamples(t *testing.T) []example {
	t.Helper()
	race.Skip(t, "slows what trains, which is one goroutine, ten times")
	phrases, err := readPhrases()
	if err != nil {
		t.Fatal(err)
	}
	var b builder
	for _, p := range phrases {
		b.group++
		b.add(p.text, p.labels, 1)
	}
	return b.examples
}

func TestTrainingTwiceGivesTheSameBytes(t *testing.T) {
	examples := fewExamples(t)[:400]
	first, err := train(t.Context(), examples)
	if err != nil {
		t.Fatal(err)
	}
	second, err := train(t.Context(), examples)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("got two different models, want the same bytes")
	}
}

func TestTrainingLearnsItsOwnPhrases(t *testing.T) {
	model, err := train(t.Context(), fewExamples(t))
	if err != nil {
		t.Fatal(err)
	}
	var doc text.Document
	doc.Reset("where is my parcel")
	if got, want := model.Classify(&doc, nil)[0].Name, topics.ShippingDelivery; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTrainingStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := train(ctx, fewExamples(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
