package tagger

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/customerai/customerai/infra/train/pii"
	"github.com/customerai/customerai/shared/insight/pii/tagger"
)

// piece is a stretch of a text. All of a name is one piece.
type piece struct {
	text string
	kind tagger.Label // Outside, or the label that a name of the kind begins with
}

// composer makes messages out of phrases and names.
type composer struct {
	*rand.Rand
	phrases map[string][]string // by section
	plain   []string            // messages without names
	given   [2][]string         // the frequent ones of the census, and all others
	family  [2][]string
	cities  []string
	regions []string
	words   []string
}

func newComposer(seed uint64, phrases map[string][]string, plain []string, lists pii.Lists) *composer {
	c := &composer{Rand: rand.New(rand.NewPCG(seed, 5)), phrases: phrases, plain: plain, cities: lists.Cities, regions: lists.Regions} //nolint:gosec // reproducible on purpose
	c.given, c.family = split(lists.Given, 1200), split(lists.Surnames, 3000)
	for _, word := range lists.Words {
		if len(word) > 3 && len(word) < 9 {
			c.words = append(c.words, capitalise(word))
		}
	}
	return c
}

// split writes census names, which are all capitals, as people do, and takes the first n, the frequent ones, from the
// rest. A short list is both.
func split(names []string, n int) [2][]string {
	written := make([]string, len(names))
	for i, name := range names {
		if written[i] = name; name == strings.ToUpper(name) {
			written[i] = capitalise(strings.ToLower(name))
		}
	}
	if len(written) <= n {
		return [2][]string{written, written}
	}
	return [2][]string{written[:n], written[n:]}
}

func capitalise(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func pick[T any](c *composer, from []T) T { return from[c.IntN(len(from))] }

// message returns a message in one of the forms in which messages come, written well or badly.
func (c *composer) message() []piece {
	var out []piece
	line := func(section string) { out = append(out, c.fill(pick(c, c.phrases[section]))...) }
	gap := func() { out = append(out, piece{text: pick(c, []string{" ", " ", " ", "\n", "\n\n", ". "})}) }
	switch c.IntN(12) {
	case 0, 1, 2, 3:
		line("body")
	case 4:
		line("body")
		gap()
		line("body")
	case 5, 6:
		line("greet")
		gap()
		if c.IntN(2) == 0 {
			line("body")
		} else {
			out = append(out, piece{text: pick(c, c.plain)})
		}
		gap()
		line("close")
	case 7:
		line("greet")
		gap()
		out = append(out, piece{text: pick(c, c.plain)})
	case 8:
		out = append(out, piece{text: pick(c, c.plain)})
		gap()
		line(pick(c, []string{"close", "body"}))
	case 9:
		line("form")
	default:
		line("none")
		if c.IntN(2) == 0 {
			gap()
			out = append(out, piece{text: pick(c, c.plain)})
		}
	}
	c.write(out)
	return out
}

// write spoils the spelling of a message as people do: without capitals, with nothing else, without marks.
func (c *composer) write(out []piece) {
	change := func(s string) string { return s }
	switch c.IntN(16) {
	case 0, 1, 2, 3:
		change = strings.ToLower
	case 4:
		change = strings.ToUpper
	case 5:
		change = func(s string) string {
			return strings.ToLower(strings.NewReplacer(",", "", ".", "", "!", "", "'", "").Replace(s))
		}
	case 6:
		change = func(s string) string { return strings.NewReplacer(",", "", ".", "", "!", "").Replace(s) }
	case 7: // names keep their capitals, the rest has none
		for i := range out {
			if out[i].kind == tagger.Outside {
				out[i].text = strings.ToLower(out[i].text)
			}
		}
	case 8: // every word has one
		change = title
	}
	slips := c.IntN(6) == 0
	for i := range out {
		if slips && out[i].kind == tagger.Outside {
			out[i].text = c.slip(out[i].text)
		}
		out[i].text = change(out[i].text)
	}
}

// slip puts typing errors into every third word or so.
func (c *composer) slip(s string) string {
	words := strings.Split(s, " ")
	for i, word := range words {
		if len(word) < 4 || c.IntN(3) > 0 {
			continue
		}
		at := 1 + c.IntN(len(word)-2)
		if word[at] >= utf8.RuneSelf || word[at+1] >= utf8.RuneSelf || word[at-1] >= utf8.RuneSelf {
			continue
		}
		switch c.IntN(4) {
		case 0:
			words[i] = word[:at] + word[at+1:]
		case 1:
			words[i] = word[:at] + word[at+1:at+2] + word[at:at+1] + word[at+2:]
		case 2:
			words[i] = word[:at] + word[at:at+1] + word[at:]
		case 3:
			if i+1 < len(words) && i > 0 {
				words[i] = word + words[i+1]
				words[i+1] = ""
			}
		}
	}
	return strings.Join(words, " ")
}

func title(s string) string {
	before := ' '
	return strings.Map(func(r rune) rune {
		last := before
		before = r
		if last == ' ' || last == '\n' {
			return unicode.ToUpper(r)
		}
		return r
	}, s)
}

// fill puts names into the slots of a phrase.
func (c *composer) fill(phrase string) (out []piece) {
	phrase = strings.ReplaceAll(phrase, `\n`, "\n")
	for {
		before, rest, found := strings.Cut(phrase, "{")
		out = append(out, piece{text: before})
		if !found {
			return out
		}
		slot, after, _ := strings.Cut(rest, "}")
		out = append(out, c.slot(slot)...)
		phrase = after
	}
}
