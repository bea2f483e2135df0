package sentiment

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/customerai/customerai/infra/train/dataset"

	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
	"github.com/customerai/customerai/shared/insight/sentiment/features"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// example is a row as the model sees it.
type example struct {
	values  [evidence.Channels]float32
	rows    []int32 // of the network, a token each
	negated []bool
	label   int // -1 for none
	target  [model.Classes]float32
	weight  float32
	rating  float64 // human, -4 to 4; 0 where rated is false
	rated   bool
	source  string
}

// sourceWeights say how much a row of a source counts. GoEmotions is by far the largest and the noisiest.
var sourceWeights = map[string]float32{
	"goemotions-train": 0.25, "nhs-fft-1": 1, "uci": 1.5, "vader-amazon": 1.5, "vader-tweets": 1.5, "requests": 0.5, "statements": 3, "customer": 0.5, "signs": 0.5, "written": 1,
	"topics": 0.6, "spans": 0.5, "altered": 0.5, "words": 0.3, "near": 0.25,
}

// classWeights make up for neutral rows, which are few and hard, and positive ones, which are many.
var classWeights = [model.Classes]float32{0.85, 1.10, 1.15}

// weightOf returns the weight of a row of a source. "spans:uci" are made of the rows of "uci".
func weightOf(source string) float32 {
	kind, _, _ := strings.Cut(source, ":")
	return sourceWeights[kind]
}

// madeUp reports whether the texts of a source were made of those of another.
func madeUp(source string) bool { return strings.Contains(source, ":") }

// madeOf reports whether a row of the source is of another, or made of its texts.
func madeOf(source, other string) bool {
	_, from, _ := strings.Cut(source, ":")
	return source == other || from == other
}

var labels = map[string]int{"positive": model.Positive, "negative": model.Negative, "neutral": model.Neutral}

// sourceOf folds the three UCI collections into one: they share their maker and manner.
func sourceOf(row dataset.Row) string {
	if strings.HasPrefix(row.Source, "uci-") {
		return "uci"
	}
	return row.Source
}

// clean removes what a source put into its texts.
func clean(s string) string {
	return strings.NewReplacer("[NAME]", "@name", "[RELIGION]", "@name").Replace(s)
}

// complaints are requests whose topic is a grievance, left out where requests stand for neutral messages.
var complaints = map[string]bool{
	"card_declined": true, "account_blocked": true, "report_fraud": true, "damaged_card": true, "report_lost_card": true,
	"lost_luggage": true, "user_name": true, "are_you_a_bot": true, "thank_you": true, "goodbye": true, "greeting": true,
	"what_do_you_like": true, "tell_joke": true, "fun_fact": true, "flip_coin": true, "replacement_card_duration": true,
}

// trainingRows returns the labelled rows, and plain requests to an assistant as rows of the source "requests", neutral:
// the other sources hold hardly any of the questions that customers ask without feeling.
func trainingRows(dataDir string) ([]dataset.Row, error) {
	rows, err := dataset.Read(filepath.Join(dataDir, "sentiment", "train.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	requests, err := dataset.Read(filepath.Join(dataDir, "topics", "clinc150_train.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	for i, r := range requests {
		if i%4 == 0 && !complaints[r.Intent] {
			rows = append(rows, dataset.Row{Text: r.Text, Label: "neutral", Source: "requests"})
		}
	}
	customers, err := customerRows(customerTexts, "customer")
	if err != nil {
		return nil, err
	}
	return slices.Concat(rows, customers, plainStatements(1200)), nil
}

// extract returns the examples of the items. said is what the teacher says of each, or nil: then those without a label are
// left out.
func extract(lex lexicon.Lexicon, words map[uint64]int32, items []item, said [][model.Classes]float32) []example {
	var d text.Document
	var set features.Set
	examples := make([]example, 0, len(items))
	for i, it := range items {
		if it.Label < 0 && said == nil {
			continue
		}
		d.Reset(it.Text)
		set.Extract(lex, model.Index{}, &d)
		e := example{values: set.Values, label: it.Label, source: it.Source, weight: weightOf(it.Source), target: target(it, said, i)}
		if it.Rating != nil {
			e.rating, e.rated = *it.Rating, true
		}
		for t := range d.Tokens {
			row := int32(model.Unknown)
			if !set.Tokens[t].Mute {
				row = words[d.Hash(t)]
			}
			e.rows = append(e.rows, row)
			e.negated = append(e.negated, set.Word(t).Negated)
		}
		examples = append(examples, e)
	}
	return examples
}

// How much a person's label counts beside the teacher's: ours, which are right by how the texts were made, and others'.
const (
	goldShare = 0.3
	ownShare  = 0.9
)

// target returns what the model is to say of item i, each class times its weight in the loss.
func target(it item, said [][model.Classes]float32, i int) (t [model.Classes]float32) {
	if i >= len(said) {
		said = nil
	}
	label, share := it.Label, float32(goldShare)
	switch {
	case said == nil:
		share = 1
	case label < 0:
		share = 0
	case it.Source == "customer" || it.Source == "statements" || it.Source == "written":
		share = ownShare
	}
	if said != nil {
		for k := range t {
			t[k] = (1 - share) * said[i][k]
		}
	}
	if label >= 0 {
		t[label] += share * classWeights[label]
	}
	return t
}
