package topics

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
)

// example is one training text as the learner sees it.
type example struct {
	features []uint32
	labels
	weight float32
	group  int // of versions of one text, which are left out together; phrase i has group i+1
}

// row is a labelled text of a source.
type row struct {
	text, intent string
	labels
}

// readRows reads a source's file below dataDir and maps its intents.
func readRows(dataDir, file string, mapping map[string]labels) ([]row, error) {
	read, err := dataset.Read(filepath.Join(dataDir, "topics", file+".jsonl.gz"))
	if err != nil {
		return nil, err
	}
	rows := make([]row, len(read))
	for i, r := range read {
		l, known := mapping[r.Source+"/"+r.Intent]
		if !known {
			return nil, fmt.Errorf("map %s, line %d: mapping.csv lacks the intent %q", file, i+1, r.Intent)
		}
		rows[i] = row{r.Text, r.Intent, l}
	}
	return rows, nil
}

// The make-up of the corpus. The phrases are few and stand for how people write, so each comes in many versions; the rows
// of the sources are many and alike, so one version each is enough.
const (
	phraseVersions = 36
	rowVersions    = 2
	pairs          = 9000 // two phrases in one message, both topics true
	phraseWeight   = 1.0
	rowWeight      = 1.2
)

// sources are the public data sets, each with a part to train on and a part to test on.
var sources = []struct{ name, train, test string }{
	{"banking77", "banking77_train", "banking77_test"},
	{"clinc150", "clinc150_train", "clinc150_val"},
	{"bitext", "bitext_train", "bitext_val"},
}

// corpus makes the training examples of the phrases and of all sources but the registers and sources named. The same seed gives
// the same examples in the same order.
func corpus(dataDir string, without ...string) ([]example, error) {
	mapping, err := parseMapping(mappingCSV)
	if err != nil {
		return nil, err
	}
	phrases, err := readPhrases()
	if err != nil {
		return nil, err
	}
	fillers, err := readSlots()
	if err != nil {
		return nil, err
	}
	var read [][]row // first, because what is wrong with them is told in a moment and the phrases take their time
	for _, source := range sources {
		if slices.Contains(without, source.name) {
			continue
		}
		rows, err := readRows(dataDir, source.train, mapping)
		if err != nil {
			return nil, err
		}
		read = append(read, rows)
	}
	random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // training must be repeatable
	heldBack, err := heldBackTexts()
	if err != nil {
		return nil, err
	}
	b := builder{alterer: alterer{random, readSynonyms()}, slots: fillers, heldBack: heldBack}
	for i := range phrases {
		b.group++
		if !slices.Contains(without, phrases[i].register) {
			b.addVersions(&phrases[i])
		}
	}
	for _, rows := range read {
		for _, r := range rows {
			b.group++
			b.add(r.text, r.labels, rowWeight)
			for range rowVersions - 1 {
				b.add(b.alterer.alter(r.text), r.labels, rowWeight)
			}
		}
	}
	b.addPairs(phrases, without)
	return b.examples, nil
}

// leftOut says whether a group is kept from the trial that calibrates.
func leftOut(group int) bool { return group%folds == 0 }

// builder turns texts into examples.
type builder struct {
	alterer  alterer
	slots    slots
	heldBack map[string]bool // plain texts that are never learned
	doc      text.Document
	group    int
	examples []example
}

func (b *builder) add(text string, l labels, weight float32) {
	b.doc.Reset(text)
	if b.heldBack[plain(&b.doc)] {
		return
	}
	if features := topics.AppendFeatures(&b.doc, nil); len(features) > 0 {
		b.examples = append(b.examples, example{features, l, weight, b.group})
	}
}

// addVersions adds a phrase as it is and in altered versions.
func (b *builder) addVersions(p *phrase) {
	random := b.alterer.random
	b.add(b.slots.fill(p.text, random), p.labels, phraseWeight)
	for range p.versions() - 1 {
		b.add(b.alterer.alter(b.slots.fill(p.text, random)), p.labels, phraseWeight)
	}
}

// addPairs joins phrases two by two: messages often name two things. What is said beside an out-of-scope phrase keeps its topic.
func (b *builder) addPairs(phrases []phrase, without []string) {
	const otherBit = 1 << (topics.Count - 1)
	joints := []string{" ", ". ", ", ", " and ", " also ", "! ", " - ", ", but "}
	random := b.alterer.random
	for range pairs {
		i, j := random.IntN(len(phrases)), random.IntN(len(phrases))
		if slices.Contains(without, phrases[i].register) || slices.Contains(without, phrases[j].register) {
			continue
		}
		if leftOut(i+1) != leftOut(j+1) {
			continue // what is left out must not be seen as half of a pair
		}
		first, second := phrases[i], phrases[j]
		both := labels{topic: first.topic, yes: first.yes | second.yes}
		if both.yes != otherBit {
			both.yes &^= otherBit
		}
		text := b.slots.fill(first.text+b.alterer.pick(joints)+second.text, random)
		b.group = i + 1
		b.add(b.alterer.alter(text), both, phraseWeight)
	}
}

// plain is a text as the engine reads it, so that texts which differ in case, marks or apostrophes count as the same.
func plain(doc *text.Document) string {
	var b strings.Builder
	for i := range doc.Tokens {
		if doc.Tokens[i].Kind != text.Punct {
			b.WriteString(strings.ReplaceAll(string(doc.Norm(i)), "'", ""))
			b.WriteByte(' ')
		}
	}
	if b.Len() == 0 {
		return doc.Text
	}
	return b.String()
}
