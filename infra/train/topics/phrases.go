package topics

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/customerai/customerai/shared/insight/topics"
)

// phraseFiles holds one file for each topic, one phrase a line. Words in braces are slots, filled from slots.txt; topics after
// a bar hold too: "third time i'm calling about my refund | refund_return" in complaint.txt.
//
//go:embed phrases/*.txt
var phraseFiles embed.FS

type phrase struct {
	text string
	labels
}

// readPhrases returns the phrases in the order of the topics and of their lines.
func readPhrases() ([]phrase, error) {
	var phrases []phrase
	for topic, name := range topics.Names() {
		file, err := phraseFiles.ReadFile("phrases/" + string(name) + ".txt")
		if err != nil {
			return nil, fmt.Errorf("read phrases of %s: %w", name, err)
		}
		for line := range strings.Lines(string(file)) {
			text, more, _ := strings.Cut(strings.TrimSpace(line), " | ")
			set, err := topicSet(more)
			if err != nil {
				return nil, fmt.Errorf("read phrases of %s: %w", name, err)
			}
			if text != "" {
				phrases = append(phrases, phrase{text, labels{topic, 1<<topic | set, 0}})
			}
		}
	}
	return phrases, nil
}

// slots maps a slot's name to its fillers.
type slots map[string][]string

func readSlots() (slots, error) {
	file, err := phraseFiles.ReadFile("phrases/slots.txt")
	if err != nil {
		return nil, fmt.Errorf("read slots: %w", err)
	}
	s := slots{}
	for line := range strings.Lines(string(file)) {
		name, fillers, found := strings.Cut(strings.TrimSpace(line), ":")
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		for filler := range strings.SplitSeq(fillers, ",") {
			s[name] = append(s[name], strings.TrimPrefix(filler, " "))
		}
	}
	return s, nil
}

// fill replaces every {slot} of text by a filler drawn from random. A name without fillers stays as it is.
func (s slots) fill(text string, random *rand.Rand) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		if fillers := s[name]; len(fillers) > 0 {
			b.WriteString(fillers[random.IntN(len(fillers))])
		} else {
			b.WriteString("{" + name + "}")
		}
		text = after
	}
}
