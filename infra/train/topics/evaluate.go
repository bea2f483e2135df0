package topics

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
)

// The held-back sets are written by hand and never trained on. heldBackCSV has fifteen messages a topic. customersCSV and
// blindCSV are what customers of shops and services write, as hastily as they do; the misses of the first were read while phrases
// were written, those of the second never.
//
//go:embed heldback.csv
var heldBackCSV string

//go:embed customers.csv
var customersCSV string

//go:embed blind.csv
var blindCSV string

var heldBackSets = []struct{ name, file string }{
	{"held-back messages of our own", heldBackCSV},
	{"held-back customers' messages", customersCSV},
	{"held-back customers' messages, misses never read", blindCSV},
}

func readHeldBack(file string) ([]row, error) {
	records, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read held-back set: %w", err)
	}
	rows := make([]row, 0, len(records))
	for _, r := range records[1:] {
		topic, err := topicIndex(r[0])
		if err != nil {
			return nil, fmt.Errorf("read held-back set: %w", err)
		}
		also, err := topicSet(r[1])
		if err != nil {
			return nil, fmt.Errorf("read held-back set: %w", err)
		}
		rows = append(rows, row{text: r[2], labels: labels{topic, 1 << topic, also}})
	}
	return rows, nil
}

// heldBackTexts returns all held-back messages, plain. A phrase with choices says so much that some of it is what was held back.
func heldBackTexts() (map[string]bool, error) {
	texts := map[string]bool{}
	var doc text.Document
	for _, set := range heldBackSets {
		rows, err := readHeldBack(set.file)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			doc.Reset(r.text)
			texts[plain(&doc)] = true
		}
	}
	return texts, nil
}

// tally counts what a model says about labelled rows.
type tally struct {
	rows, right, accepted int // accepted: the first topic is the main one or one that may hold
	outside, taken        int // rows of Other, and those of them given a topic
	refused               int // rows of a topic given Other
	truth, said, hit      [topics.Count]int
}

// evaluate classifies rows with m.
func evaluate(m topics.Model, rows []row) (result tally) {
	var doc text.Document
	var scores []topics.Score
	for _, r := range rows {
		doc.Reset(r.text)
		scores = m.Classify(&doc, scores)
		said, err := topicIndex(string(scores[0].Name))
		if err != nil {
			panic(err) // Classify answers with Names only
		}
		result.add(r.labels, said)
	}
	return result
}

func (c *tally) add(l labels, said int) {
	const other = topics.Count - 1
	c.rows++
	c.truth[l.topic]++
	c.said[said]++
	if said == l.topic {
		c.right++
		c.hit[said]++
	}
	if (l.yes|l.unsure)>>said&1 == 1 {
		c.accepted++
	}
	switch {
	case l.topic == other && l.unsure == 0: // a row that may be in scope is no test of refusal
		c.outside++
		if said != other {
			c.taken++
		}
	case l.topic != other && said == other:
		c.refused++
	}
}

// f1 returns the harmonic mean of a topic's precision and recall, or 0.
func (c *tally) f1(t int) float64 {
	if c.hit[t] == 0 {
		return 0
	}
	return 2 * float64(c.hit[t]) / float64(c.truth[t]+c.said[t])
}

// macroF1 is the mean of f1 over the topics that occur in the rows.
func (c *tally) macroF1() float64 {
	sum, n := 0.0, 0
	for t := range topics.Count {
		if c.truth[t] > 0 {
			sum, n = sum+c.f1(t), n+1
		}
	}
	return sum / float64(max(n, 1))
}

func share(part, whole int) float64 { return float64(part) / float64(max(whole, 1)) }

// print writes the figures of one data set.
func (c *tally) print(out io.Writer, name string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d rows, top-1 %.3f (%.3f with topics that may hold), macro-F1 %.3f", name, c.rows,
		share(c.right, c.rows), share(c.accepted, c.rows), c.macroF1())
	if c.outside > 0 {
		fmt.Fprintf(&b, ", out of scope taken for a topic %.3f of %d", share(c.taken, c.outside), c.outside)
	}
	inside := c.rows - c.truth[topics.Count-1]
	fmt.Fprintf(&b, ", in scope refused %.3f of %d\n", share(c.refused, inside), inside)
	for t, topic := range topics.Names() {
		if c.truth[t] > 0 {
			fmt.Fprintf(&b, "  %-18s %5d rows  precision %.3f  recall %.3f  F1 %.3f\n", topic, c.truth[t],
				share(c.hit[t], c.said[t]), share(c.hit[t], c.truth[t]), c.f1(t))
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}
