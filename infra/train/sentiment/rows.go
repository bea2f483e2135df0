package sentiment

import (
	"path/filepath"
	"strings"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/insight/sentiment/features"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// example is a row as the model sees it.
type example struct {
	values [features.Channels]float32
	unit   float32
	grams  []uint64
	label  int
	weight float32
	rating float64 // human, -4 to 4; 0 where rated is false
	rated  bool
	source string
}

// sourceWeights say how much a row of a source counts. GoEmotions is by far the largest and the noisiest.
var sourceWeights = map[string]float32{
	"goemotions-train": 0.25, "nhs-fft-1": 1, "uci": 1.5, "vader-amazon": 1.5, "vader-tweets": 1.5, "requests": 0.5, "statements": 0.5,
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
	return append(rows, plainStatements(1200)...), nil
}

// extract returns the examples of the rows with one of the three classes.
func extract(lex lexicon.Lexicon, rows []dataset.Row) []example {
	var d text.Document
	var set features.Set
	hidden := identity()
	examples := make([]example, 0, len(rows))
	for _, row := range rows {
		label, ok := labels[row.Label]
		if !ok {
			continue
		}
		d.Reset(clean(row.Text))
		set.Extract(lex, &d)
		e := example{values: set.Values, unit: set.GramUnit, label: label, source: sourceOf(row), weight: sourceWeights[sourceOf(row)]}
		if row.Valence != nil {
			e.rating, e.rated = *row.Valence, true
		}
		for _, g := range set.Grams {
			if d.Tokens[g.First].Kind == text.Handle || hidden[string(d.Norm(int(g.First)))] || hidden[string(d.Norm(int(g.Last)))] {
				continue
			}
			e.grams = append(e.grams, g.Hash)
		}
		examples = append(examples, e)
	}
	return examples
}
