package sentiment

import (
	_ "embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/customerai/customerai/infra/train/dataset"
)

// customerTexts are patterns of what customers write, each with its label. Published rows hold few complaints that are bare
// facts, and few requests.
//
//go:embed customer.txt
var customerTexts string

// signTexts are patterns of ratings and signs, which hardly any published row has.
//
//go:embed signs.txt
var signTexts string

// writtenTexts are messages as customers write them, each a sentence of its own, for what three words in a row do not show: praise
// through negation, complaints without a word of feeling, requests about unpleasant things.
//
//go:embed written.txt
var writtenTexts string

// heldBackTexts are messages in the manner of writtenTexts, written apart from them: nothing is trained on them.
//
//go:embed heldback.txt
var heldBackTexts string

// versionsOfPattern is how many texts a pattern gives at most.
const versionsOfPattern = 24

var signs = map[string]string{"+": "positive", "-": "negative", "=": "neutral", "~": "mixed"}

// customerRows returns the texts of the patterns, each once.
func customerRows(patterns, source string) ([]dataset.Row, error) {
	random := rand.New(rand.NewPCG(5, 6)) //nolint:gosec // variety, not a secret
	var rows []dataset.Row
	number := 0
	for line := range strings.Lines(patterns) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		sign, pattern, _ := strings.Cut(line, " ")
		label, ok := signs[sign]
		if !ok {
			return nil, fmt.Errorf("%s, line %d: begins with none of + - = ~", source, number)
		}
		var seen []string
		for range 2 * versionsOfPattern {
			text, err := oneOf(pattern, random)
			if err != nil {
				return nil, fmt.Errorf("%s, line %d: %w", source, number, err)
			}
			if len(seen) < versionsOfPattern && !slices.Contains(seen, text) {
				seen = append(seen, text)
				rows = append(rows, dataset.Row{Text: text, Label: label, Source: source})
			}
		}
	}
	return rows, nil
}

// oneOf returns a text of the pattern: every innermost {a|b} becomes one of its parts until none is left.
func oneOf(pattern string, random *rand.Rand) (string, error) {
	for {
		end := strings.IndexByte(pattern, '}')
		begin := strings.LastIndexByte(pattern[:max(end, 0)], '{')
		if end < 0 && !strings.Contains(pattern, "{") {
			return strings.Join(strings.Fields(pattern), " "), nil
		}
		if end < 0 || begin < 0 {
			return "", errors.New("a brace has no partner")
		}
		parts := strings.Split(pattern[begin+1:end], "|")
		pattern = pattern[:begin] + parts[random.IntN(len(parts))] + pattern[end+1:]
	}
}
