package sentiment

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// minded is a text as the fit of MIXED sees it: by an engine that has not seen its source.
type minded struct {
	evidence model.Minds
	classes  [model.Classes]float64 // probabilities, MIXED aside
	mixed    bool
	joined   bool // made of two rows
	weight   float64
}

// What rows of two minds are made of. One published source alone has any, people's sympathy for the most part ("sorry to hear that, I
// hope you get well"), and two hundred are written for this product, so that most are made: of two short rows of which people say that
// one praises and one complains, or that both do the same. Both must be rows whose feeling the engine finds by itself, for this fit is
// not about what it cannot read.
const (
	halfWords = 10
	halfSure  = 0.5

	// writtenWeight is that of a message written for this product, which is for such messages: together they weigh a third of all rows.
	writtenWeight = 4

	// joinedShare is how much joined rows of two minds weigh beside all rows, and those of one mind as well: with them one message in
	// eleven has two minds.
	joinedShare = 0.08
)

// mindsSources are what the fit of MIXED is made of: each is left out of training in turn for it.
var mindsSources = slices.Concat(heldOut, []string{"written"})

// joinedTo is how many texts a source gives of each pair of labels.
var joinedTo = 1500

var (
	joints = []string{", but ", " but ", ", ", ". ", " although ", ", however ", "; ", " and ", " - "}
	pairs  = [][2]string{
		{"positive", "negative"}, {"negative", "positive"}, {"positive", "positive"}, {"negative", "negative"}, {"positive", "neutral"}, {"negative", "neutral"},
	}
)

// mindedRows returns the rows of the sources, and those joined from them, by source. Each source is read by the engine of its name.
func mindedRows(dataDir string, engines map[string]sentiment.Engine) (map[string][]minded, error) {
	rows, err := dataset.Read(filepath.Join(dataDir, "sentiment", "train.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	bySource := map[string][]dataset.Row{}
	for _, row := range rows {
		bySource[sourceOf(row)] = append(bySource[sourceOf(row)], row)
	}
	if bySource["written"], err = customerRows(writtenTexts, "written"); err != nil {
		return nil, err
	}
	found := map[string][]minded{}
	for source, engine := range engines {
		r := mindsReader{engine: engine}
		weight, written := float64(weightOf(source)), source == "written"
		if written {
			weight = writtenWeight
		}
		halves := map[string][]string{}
		for _, row := range bySource[source] {
			s := clean(row.Text)
			m := r.read(s, row.Label == "mixed")
			m.weight = weight
			found[source] = append(found[source], m)
			if k, ok := labels[row.Label]; ok && !written && m.classes[k] > halfSure && len(strings.Fields(s)) <= halfWords {
				halves[row.Label] = append(halves[row.Label], s)
			}
		}
		for _, s := range join(halves) {
			m := r.read(s.Text, s.Label == "mixed")
			m.joined = true
			found[source] = append(found[source], m)
		}
	}
	shareOut(found)
	return found, nil
}

// join returns texts of two halves each, "mixed" or not.
func join(halves map[string][]string) []dataset.Row {
	random := rand.New(rand.NewPCG(9, 10)) //nolint:gosec // variety, not a secret
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	var rows []dataset.Row
	for _, pair := range pairs {
		if len(halves[pair[0]]) == 0 || len(halves[pair[1]]) == 0 {
			continue
		}
		label := "one"
		if pair[0] != pair[1] && pair[1] != "neutral" {
			label = "mixed"
		}
		for range joinedTo {
			first, joint, second := strings.TrimRight(pick(halves[pair[0]]), " .!,;"), pick(joints), pick(halves[pair[1]])
			if joint != ". " && !strings.HasPrefix(second, "I") {
				second = strings.ToLower(second[:1]) + second[1:]
			}
			rows = append(rows, dataset.Row{Text: first + joint + second, Label: label})
		}
	}
	return rows
}

// shareOut gives the joined rows their weight: each source as much as another, those of two minds as much as those of one.
func shareOut(found map[string][]minded) {
	total := 0.0
	counts := map[string]map[bool]int{}
	joined := map[string]bool{}
	for _, source := range slices.Sorted(maps.Keys(found)) { // a sum of fractions depends on its order
		counts[source] = map[bool]int{}
		for _, m := range found[source] {
			total += m.weight
			if m.joined {
				counts[source][m.mixed]++
				joined[source] = true
			}
		}
	}
	for source, rows := range found {
		for i := range rows {
			if m := &rows[i]; m.joined {
				m.weight = joinedShare * total / float64(len(joined)*counts[source][m.mixed])
			}
		}
	}
}

// mindsReader reads texts for the fit.
type mindsReader struct {
	engine   sentiment.Engine
	document text.Document
	result   sentiment.Result
}

func (r *mindsReader) read(s string, mixed bool) minded {
	r.document.Reset(s)
	r.engine.Analyze(&r.document, &r.result)
	return minded{evidence: r.engine.Minds(&r.document), classes: threeWay(r.result.Scores), mixed: mixed}
}

// mindsOf returns the rows for the fit of MIXED, each source read by the network that was trained without it.
func (c *trainingSet) mindsOf(dataDir string, networks map[string]*network, lex lexicon.Lexicon, temperature float64) (map[string][]minded, error) {
	engines := map[string]sentiment.Engine{}
	for source, n := range networks {
		bytes, err := c.parameters(n, temperature, [model.Knots]float64{}, model.Minds{}).Encode()
		if err != nil {
			return nil, fmt.Errorf("network without %s: %w", source, err)
		}
		engines[source] = sentiment.Engine{Lexicon: lex, Model: model.Parse(bytes)}
	}
	return mindedRows(dataDir, engines)
}

// all returns the rows of all sources but one.
func all(bySource map[string][]minded, but string) (rows []minded) {
	for _, source := range slices.Sorted(maps.Keys(bySource)) {
		if source != but {
			rows = append(rows, bySource[source]...)
		}
	}
	return rows
}
