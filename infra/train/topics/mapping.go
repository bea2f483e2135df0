package topics

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/customerai/customerai/shared/insight/topics"
)

// mappingCSV says for every intent of the three sources which topic it is. A topic under "also" may be true of the intent's
// rows too: it is trained neither way, and evaluation counts it apart. Correct the file by hand and train again.
//
//go:embed mapping.csv
var mappingCSV string

// labels says which topics hold for a text and which may hold.
type labels struct {
	topic  int    // the main topic, an index of topics.Names
	yes    uint32 // bit set of the topics that hold, the main one among them
	unsure uint32 // bit set of those that may hold
}

// topicIndex finds a topic by its name.
func topicIndex(name string) (int, error) {
	for i, n := range topics.Names() {
		if string(n) == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%q is no topic", name)
}

// topicSet reads topics separated by spaces.
func topicSet(list string) (uint32, error) {
	var set uint32
	for name := range strings.FieldsSeq(list) {
		i, err := topicIndex(name)
		if err != nil {
			return 0, err
		}
		set |= 1 << i
	}
	return set, nil
}

// parseMapping reads mapping.csv into labels by "source/intent".
func parseMapping(file string) (map[string]labels, error) {
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read mapping: %w", err)
	}
	mapping := make(map[string]labels, len(rows))
	for i, row := range rows[1:] {
		topic, err := topicIndex(row[2])
		if err != nil {
			return nil, fmt.Errorf("mapping line %d: %w", i+2, err)
		}
		also, err := topicSet(row[3])
		if err != nil {
			return nil, fmt.Errorf("mapping line %d: %w", i+2, err)
		}
		key := row[0] + "/" + row[1]
		if _, dup := mapping[key]; dup {
			return nil, fmt.Errorf("mapping line %d: intent listed twice", i+2)
		}
		mapping[key] = labels{topic, 1 << topic, also &^ (1 << topic)}
	}
	return mapping, nil
}
