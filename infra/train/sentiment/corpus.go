package sentiment

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// item is a text that the teacher labels. Label is -1 where no person gave one.
type item struct {
	Text   string   `json:"text"`
	Label  int      `json:"label"`
	Source string   `json:"source"`
	Rating *float64 `json:"-"` // human, -4 to 4
}

// How many made-up texts the teacher labels at most, and of what.
const (
	spans    = 20_000
	altered  = 16_000
	frequent = 8_000 // most frequent first

	moreSpans   = 7_000
	moreAltered = 4_000
)

// corpus returns the texts to be labelled, always the same ones in the same order: the rows that people labelled, then
// requests, then spans and altered versions of both, then single words, then seldom words in the places of common ones, then more
// spans and altered versions, of messages written for this too, then ratings and signs, then those messages.
func corpus(dataDir string) ([]item, error) {
	rows, err := trainingRows(dataDir)
	if err != nil {
		return nil, err
	}
	var items []item
	for _, row := range rows {
		if label, ok := labels[row.Label]; ok {
			items = append(items, item{clean(row.Text), label, sourceOf(row), row.Valence})
		}
	}
	for _, from := range []struct {
		file        string
		every, from int // one row in so many, which ones
	}{{"banking77_train", 1, 0}, {"bitext_train", 3, 0}, {"clinc150_train", 4, 2}} {
		requests, err := dataset.Read(filepath.Join(dataDir, "topics", from.file+".jsonl.gz"))
		if err != nil {
			return nil, err
		}
		for i := from.from; i < len(requests); i += from.every {
			items = append(items, item{requests[i].Text, -1, "topics", nil})
		}
	}
	random := rand.New(rand.NewPCG(7, 8)) //nolint:gosec // variety, not a secret
	m := newMaker(items, random)
	items = append(items, m.make(min(spans, len(m.from)), "spans", m.span)...)
	items = append(items, m.make(min(altered, len(m.from)), "altered", m.alter)...)
	for _, w := range m.frequent(frequent) {
		items = append(items, item{w, -1, "words", nil})
	}
	own, err := ownTexts()
	if err != nil {
		return nil, err
	}
	items = append(items, m.near(neighbours())...)
	for _, m := range []*maker{m, newMaker(own, random)} {
		items = append(items, m.make(min(moreSpans, len(m.from)), "spans", m.span)...)
		items = append(items, m.make(min(moreAltered, len(m.from)), "altered", m.alter)...)
	}
	return append(items, own...), nil
}

// ownTexts returns the texts that the teacher does not label.
func ownTexts() ([]item, error) {
	var items []item
	for _, own := range []struct{ texts, source string }{{signTexts, "signs"}, {writtenTexts, "written"}} {
		rows, err := customerRows(own.texts, own.source)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if label, ok := labels[row.Label]; ok {
				items = append(items, item{row.Text, label, row.Source, nil})
			}
		}
	}
	return items, nil
}

// forStudent are the sources that the teacher does not label. They come last.
var forStudent = []string{"signs", "written"}

// seenByTeacher returns the items that the teacher labels.
func seenByTeacher(items []item) []item {
	for len(items) > 0 && slices.Contains(forStudent, items[len(items)-1].Source) {
		items = items[:len(items)-1]
	}
	return items
}

// maker makes texts of others.
type maker struct {
	from   []item
	words  []string // of all texts, as often as they stand there
	random *rand.Rand
}

func newMaker(from []item, random *rand.Rand) *maker {
	m := &maker{from: slices.Clone(from), random: random}
	for _, it := range from {
		m.words = append(m.words, strings.Fields(it.Text)...)
	}
	return m
}

func (m *maker) make(n int, source string, f func(words []string, from string) string) []item {
	items := make([]item, 0, n)
	for len(items) < n {
		it := m.from[m.random.IntN(len(m.from))]
		if words := strings.Fields(it.Text); len(words) > 2 {
			items = append(items, item{f(words, it.Source), -1, source + ":" + strings.TrimPrefix(it.Source, "topics"), nil})
		}
	}
	return items
}

// span returns two to seven words that follow each other.
func (m *maker) span(words []string, _ string) string {
	n := min(2+m.random.IntN(6), len(words))
	begin := m.random.IntN(len(words) - n + 1)
	return strings.Join(words[begin:begin+n], " ")
}

// alter drops some words, puts others in the place of some, and now and then a negation before one.
func (m *maker) alter(words []string, _ string) string {
	var out []string
	for _, w := range words {
		switch p := m.random.Float64(); {
		case p < 0.08:
			continue
		case p < 0.25:
			w = m.words[m.random.IntN(len(m.words))]
		case p < 0.29:
			out = append(out, []string{"not", "never", "no", "hardly", "isn't", "don't", "but", "very"}[m.random.IntN(8)])
		}
		out = append(out, w)
	}
	if len(out) == 0 {
		return words[0]
	}
	return strings.Join(out, " ")
}

// frequent returns the normal forms of the most frequent words.
func (m *maker) frequent(n int) []string {
	counts := map[string]int{}
	var d text.Document
	for _, it := range m.from {
		d.Reset(it.Text)
		for i := range d.Tokens {
			if d.Tokens[i].Kind == text.Word {
				counts[string(d.Norm(i))]++
			}
		}
	}
	var all []string
	for w := range counts {
		all = append(all, w)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return all[:min(n, len(all))]
}

// textsFile and labelsFile are what goes to the teacher and comes back, in the folder of -labels.
const (
	textsFile  = "texts.jsonl.gz"
	labelsFile = "labels.bin"
)

// Texts writes the texts for the teacher into dir, which must not be in the repository.
func Texts(ctx context.Context, dataDir, dir string, out io.Writer) error {
	items, err := corpus(dataDir)
	if err != nil {
		return err
	}
	items = seenByTeacher(items)
	file, err := os.Create(filepath.Join(dir, textsFile))
	if err != nil {
		return err
	}
	zipped := gzip.NewWriter(file)
	sum, err := writeTexts(zipped, items)
	if err := errors.Join(err, zipped.Close(), file.Close(), ctx.Err()); err != nil {
		return fmt.Errorf("write texts: %w", err)
	}
	_, err = fmt.Fprintf(out, "%d texts, sha256 %x\n", len(items), sum)
	return err
}

// writeTexts writes the items to out, a line of JSON each, and returns the checksum of the lines.
func writeTexts(out io.Writer, items []item) (sum []byte, err error) {
	hash := sha256.New()
	e := json.NewEncoder(io.MultiWriter(out, hash))
	e.SetEscapeHTML(false)
	for _, it := range items {
		if err := e.Encode(it); err != nil {
			return nil, err
		}
	}
	return hash.Sum(nil), nil
}

// readLabels returns what the teachers said of the items, or nil when dir is empty: then people's labels alone teach. The labels end with
// the checksum of their texts: to add a text or change one is to label again.
func readLabels(dir string, items []item, out io.Writer) ([][model.Classes]float32, error) {
	if dir == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(filepath.Join(dir, labelsFile))
	if err != nil {
		return nil, fmt.Errorf("read the teachers' labels: %w", err)
	}
	sum, err := writeTexts(io.Discard, items)
	if err != nil {
		return nil, fmt.Errorf("read the teachers' labels: %w", err)
	}
	numbers, whole := bytes.CutSuffix(raw, sum)
	if !whole || len(numbers) != 2*model.Classes*len(items) {
		return nil, fmt.Errorf("read the teachers' labels: they are of other texts than these, which have sha256 %x", sum)
	}
	said := make([][model.Classes]float32, len(items))
	for i := range said {
		for k := range said[i] {
			said[i][k] = float32(binary.LittleEndian.Uint16(numbers[2*(model.Classes*i+k):])) / math.MaxUint16
		}
	}
	_, err = fmt.Fprintf(out, "teachers' labels: sha256 %x\n", sha256.Sum256(raw))
	return said, err
}
