package topics

import (
	"embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/customerai/customerai/shared/insight/topics"
)

// phraseFiles holds one file for each topic, one phrase a line, and one file for each register, with the topics' phrases below
// headings ("== fees"). Words in braces are slots, filled from the two slots.txt; of words in brackets with bars between them
// one is chosen; topics after a bar with spaces hold too: "third time i'm calling about my refund | refund_return" in complaint.txt.
//
//go:embed phrases/*.txt registers/*.txt
var phraseFiles embed.FS

// registers are the files of phrases by kind of speech or trade. Each can be left out, to see what the others do on its phrases.
var registers = []string{
	"shop", "trades", "colloquial", "fashion", "home", "food_health", "telecom_utilities", "travel", "money", "software_games", "letters", "texting", "outside", "assistant",
}

type phrase struct {
	text     string
	register string // "topics" for the phrases of one topic's file
	labels
}

// readPhrases returns the phrases in the order of the topics and of their lines, then those of the registers.
func readPhrases() ([]phrase, error) {
	phrases, err := readTopicPhrases()
	if err != nil {
		return nil, err
	}
	for _, register := range registers {
		more, err := readRegister(register)
		if err != nil {
			return nil, fmt.Errorf("read register %s: %w", register, err)
		}
		phrases = append(phrases, more...)
	}
	return phrases, nil
}

func readRegister(register string) ([]phrase, error) {
	file, err := phraseFiles.ReadFile("registers/" + register + ".txt")
	if err != nil {
		return nil, err
	}
	return parseRegister(register, string(file))
}

func parseRegister(register, file string) (phrases []phrase, err error) {
	topic, number := -1, 0
	for line := range strings.Lines(file) {
		number++
		line = strings.TrimSpace(line)
		if heading, found := strings.CutPrefix(line, "== "); found {
			topic, err = topicIndex(heading)
		} else if line != "" {
			text, more, _ := strings.Cut(line, " | ")
			var set uint32
			set, err = topicSet(more)
			if topic < 0 {
				err = errors.New("a phrase before the first heading")
			}
			phrases = append(phrases, phrase{text, register, labels{topic, 1<<max(topic, 0) | set, 0}})
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	return phrases, nil
}

func readTopicPhrases() ([]phrase, error) {
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
				phrases = append(phrases, phrase{text, "topics", labels{topic, 1<<topic | set, 0}})
			}
		}
	}
	return phrases, nil
}

// slots maps a slot's name to its fillers.
type slots map[string][]string

func readSlots() (slots, error) {
	s := slots{}
	for _, name := range []string{"phrases/slots.txt", "registers/slots.txt"} {
		file, err := phraseFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read slots: %w", err)
		}
		for line := range strings.Lines(string(file)) {
			name, fillers, found := strings.Cut(strings.TrimSpace(line), ":")
			if !found || strings.HasPrefix(line, "#") {
				continue
			}
			for filler := range strings.SplitSeq(fillers, ",") {
				s[name] = append(s[name], strings.TrimPrefix(filler, " "))
			}
		}
	}
	return s, nil
}

// fill chooses one of every [choice|of|words] of text, then replaces every {slot} by a filler, all drawn from random. A name
// without fillers stays as it is.
func (s slots) fill(text string, random *rand.Rand) string {
	text = replaceEach(text, "[", "]", func(choices string) string {
		list := strings.Split(choices, "|")
		return list[random.IntN(len(list))]
	})
	return replaceEach(text, "{", "}", func(name string) string {
		if fillers := s[name]; len(fillers) > 0 {
			return fillers[random.IntN(len(fillers))]
		}
		return "{" + name + "}"
	})
}

// replaceEach replaces what stands between open and closing by what replacement makes of it.
func replaceEach(text, open, closing string, replacement func(string) string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, open)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		inside, after, _ := strings.Cut(rest, closing)
		b.WriteString(replacement(inside))
		text = after
	}
}

// versions is how many versions a phrase comes in: more where it leaves more to choose, and twice as many of what is out of
// scope, because sixteen topics stand against it.
func (p *phrase) versions() int {
	versions := min(phraseVersions+6*strings.Count(p.text, "|"), 3*phraseVersions)
	if p.topic == topics.Count-1 {
		versions *= 2
	}
	return versions
}
