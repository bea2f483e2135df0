package sentiment

import (
	"bufio"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/text"
)

//go:embed lexicon.txt
var ownLexicon string

//go:embed identity.txt
var identityWords string

// longestPhrase is the most words of a phrase.
const longestPhrase = 7

// phrases are entries by the normal forms of their words, joined by spaces.
type phrases map[string]lexicon.Entry

// normal returns the normal forms of a phrase's tokens.
func normal(phrase string) []string {
	var d text.Document
	d.Reset(phrase)
	words := make([]string, len(d.Tokens))
	for i := range d.Tokens {
		words[i] = string(d.Norm(i))
	}
	return words
}

// buildLexicon returns the table of the lexicon, from the published word and emoji valences, our own entries, and the
// misspellings of their words that counts, of the texts that words stand in, tell from other words.
func buildLexicon(dataDir string, counts map[string]int) ([]byte, error) {
	entries := phrases{}
	words := map[string]float64{}
	err := eachLine(filepath.Join(dataDir, "sentiment", "vader_lexicon.txt.gz"), func(line string) error {
		return entries.addPublished(line, words)
	})
	if err != nil {
		return nil, err
	}
	err = eachLine(filepath.Join(dataDir, "sentiment", "emoji_utf8_lexicon.txt"), func(line string) error {
		entries.addEmoji(line, words)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for word := range identity() {
		delete(entries, word)
	}
	for number, line := range strings.Split(ownLexicon, "\n") {
		if err := entries.addOwn(line); err != nil {
			return nil, fmt.Errorf("lexicon.txt line %d: %w", number+1, err)
		}
	}
	for wrong, word := range misspellings(slices.Sorted(maps.Keys(entries)), commonStill, counts) {
		if e := entries[word]; e.Role == lexicon.Valence && math.Abs(float64(e.Value)) >= strong {
			entries[wrong] = e
		}
	}
	return lexicon.Build(entries.hashed())
}

// strong is the least valence whose misspellings matter.
const strong = 1

// identity returns the words that must weigh nothing.
func identity() map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(identityWords) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			words[word] = true
			words[word+"'s"] = true
		}
	}
	return words
}

// addPublished reads a line of the word list: word, mean, deviation, ratings, separated by tabs.
func (p phrases) addPublished(line string, words map[string]float64) error {
	fields := strings.Split(line, "\t")
	if len(fields) < 2 {
		return nil
	}
	mean, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		return errors.New("valence is not a number")
	}
	words[fields[0]] = mean
	form := normal(fields[0])
	if slices.Contains(form, "0") {
		return nil // pager codes and faces with digits: every number would be one
	}
	p.set(form, lexicon.Entry{Role: lexicon.Valence, Value: float32(mean)})
	return nil
}

// addEmoji reads a line of the emoji list: emoji, tab, description. Its valence is that of the description's words.
func (p phrases) addEmoji(line string, words map[string]float64) {
	emoji, description, _ := strings.Cut(line, "\t")
	sum := 0.0
	for _, word := range strings.Fields(description) {
		sum += words[strings.Trim(word, ".,:;")]
	}
	form := normal(emoji)
	if sum != 0 && len(form) == 1 {
		p.set(form, lexicon.Entry{Role: lexicon.Valence, Value: float32(min(max(sum, -3), 3))})
	}
}

var roles = map[string]lexicon.Role{
	"NEGATOR": lexicon.Negator, "BOOSTER": lexicon.Booster, "CONTRAST": lexicon.Contrast, "CONCEDE": lexicon.Concede,
	"SETTLES": lexicon.Valence,
}

// addOwn reads a line of our own list: a valence or a role and a phrase.
func (p phrases) addOwn(line string) error {
	if line == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	entry := lexicon.Entry{Role: lexicon.Valence}
	first, rest, _ := strings.Cut(line, " ")
	if value, err := strconv.ParseFloat(first, 32); err == nil {
		entry.Value = float32(value)
		first, rest = cutRole(rest)
	}
	if role, ok := roles[first]; ok {
		entry.Role, entry.Settles = role, first == "SETTLES"
	} else if first != "" {
		return errors.New("neither a valence nor a role")
	}
	words := normal(rest)
	if len(words) == 0 || len(words) > longestPhrase {
		return fmt.Errorf("a phrase has 1 to %d words", longestPhrase)
	}
	p.set(words, entry)
	if bare := strings.ReplaceAll(rest, "n't", "nt"); bare != rest {
		p.set(normal(bare), entry)
	}
	return nil
}

func cutRole(s string) (role, rest string) {
	if first, rest, ok := strings.Cut(s, " "); ok && roles[first] != lexicon.Nothing {
		return first, rest
	}
	return "", s
}

func (p phrases) set(words []string, entry lexicon.Entry) {
	if len(words) > 0 && len(words) <= longestPhrase {
		p[strings.Join(words, " ")] = entry
	}
}

// hashed returns the entries by hash, and the hashes of all that phrases begin with.
func (p phrases) hashed() (table map[uint64]lexicon.Entry, beginnings []uint64) {
	table = make(map[uint64]lexicon.Entry, len(p))
	for phrase, entry := range p {
		words := strings.Split(phrase, " ")
		hash := text.Hash(words[0])
		for _, word := range words[1:] {
			beginnings = append(beginnings, hash)
			hash = lexicon.Join(hash, text.Hash(word))
		}
		table[hash] = entry
	}
	return table, beginnings
}

// eachLine calls f with each line of a text file, unzipped when its name ends in .gz.
func eachLine(path string, f func(line string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	err = eachLineOf(file, strings.HasSuffix(path, ".gz"), f)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return nil
}

func eachLineOf(r io.Reader, zipped bool, f func(line string) error) error {
	if zipped {
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return err
		}
		r = unzipped
	}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if err := f(lines.Text()); err != nil {
			return err
		}
	}
	return lines.Err()
}
