package evidence

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/text"
)

// PrecededBy reports whether one of the words stands within six tokens before token i.
func (s *Sheet) PrecededBy(i int, words ...string) bool {
	for j := i - 1; j >= max(0, i-6); j-- {
		if s.WordIs(j, words...) {
			return true
		}
	}
	return false
}

// EndsClause reports whether token i begins something new: the end, a line, a mark, "and".
func (s *Sheet) EndsClause(i int) bool {
	if i >= len(s.Doc.Tokens) || s.Doc.Tokens[i].Break || s.WordIs(i, "and", "but", "so", "now") {
		return true
	}
	return s.Doc.Tokens[i].Kind == text.Punct && strings.IndexByte("%-/$", s.Doc.Raw(i)[0]) < 0
}

// CueAt returns what token i is a cue of. Some words are one only beside another.
func (s *Sheet) CueAt(i int) Cue {
	if s.Doc.Tokens[i].Kind != text.Word {
		return 0
	}
	sense := s.Sense(i)
	if sense&twofold != 0 {
		if cue := s.cueBeside(i); cue != 0 {
			return cue
		}
	}
	return sense.cue()
}

// cueBeside returns what token i is a cue of because of a word beside it.
func (s *Sheet) cueBeside(i int) Cue {
	before := func(words ...string) bool { return s.WordIs(i-1, words...) }
	after := func(words ...string) bool { return s.WordIs(i+1, words...) }
	switch word := string(s.Doc.Norm(i)); {
	case word == "code" && before("zip", "post", "postal", "sort", "pin"):
		return s.CueAt(i - 1)
	case word == "code" && before("security", "verification"):
		return CueCVV
	case word == "id" && before("tax", "taxpayer"):
		return CueITIN
	case word == "id" && before("driver", "drivers", "driver's"),
		word == "driver" && after("license", "licence", "id"),
		strings.HasPrefix(word, "licen") && before("driver", "drivers", "driver's", "drivers'", "driving"):
		return CueLicence
	case word == "document" && before("travel"):
		return CuePassport
	case word == "post" && after("code"):
		return CuePostcode
	case word == "insurance" && before("national"):
		return CueNINO
	case word == "insurance" && before("social"), word == "social" && after("insurance"):
		return CueSIN
	case word == "card" && before("medicare"):
		return CueMedicare
	case word == "file" && before("tax"):
		return CueTFN
	case word == "sociale" && before("sécurité"):
		return CueNIR
	case word == "c" && s.spelt(i, "a/c"):
		return CueAccount
	case word == "b" && s.spelt(i, "d.o.b"):
		return CueBirth
	}
	return 0
}

// spelt reports whether an abbreviation of letters and marks, a token each, ends with token i.
func (s *Sheet) spelt(i int, abbreviation string) bool {
	first := i + 1 - len(abbreviation)
	return first >= 0 && strings.EqualFold(s.Text[s.Doc.Tokens[first].Begin:s.Doc.Tokens[i].End], abbreviation)
}

// Norm returns token i in its normal form, nothing before the first and behind the last.
func (s *Sheet) Norm(i int) []byte {
	if uint(i) >= uint(len(s.Doc.Tokens)) {
		return nil
	}
	return s.Doc.Norm(i)
}

// WordIs reports whether token i is one of the words, which are in normal form.
func (s *Sheet) WordIs(i int, words ...string) bool {
	norm := s.Norm(i)
	for _, word := range words {
		if string(norm) == word {
			return true
		}
	}
	return false
}

// reach says which words are looked at for a cue, the nearest first: negative ones stand before.
var reach = [...]int{-1, -2, 1, -3, 2, -4, 3, -5}

// window is how many tokens are looked through for words, which keeps a text of bare numbers linear.
const window = 12

// Nearest returns the cue, of those in among, of the word nearest to the span; zero when none of five words before and
// three behind is one. It leaves the word in contextWord. Behind, a sentence's end is not crossed.
func (s *Sheet) Nearest(begin, end int, among Cue) Cue {
	tokens := s.Doc.Tokens
	first := s.tokenAt(begin)
	next := first
	for next < len(tokens) && int(tokens[next].Begin) < end {
		next++
	}
	before, after := first, next-1 // the words last looked at
	for _, distance := range reach {
		i := -1
		if distance < 0 {
			for before--; before >= first-window && before >= 0 && tokens[before].Kind != text.Word; before-- {
			}
			if before >= first-window {
				i = before
			}
		} else if after < len(tokens) {
			after = s.wordAfter(after)
			i = after
		}
		if i < 0 || i >= len(tokens) {
			continue
		}
		if c := s.CueAt(i) & among; c != 0 {
			s.contextWord = i
			return c
		}
	}
	return 0
}

// wordAfter returns the next word of the sentence behind token i, or the number of tokens.
func (s *Sheet) wordAfter(i int) int {
	tokens := s.Doc.Tokens
	for limit := i + window; i+1 < len(tokens) && i < limit; {
		if i++; tokens[i].Break {
			break
		}
		switch tokens[i].Kind {
		case text.Word:
			return i
		case text.Punct:
			if c := s.Text[tokens[i].Begin]; c == '.' || c == '!' || c == '?' || c == ';' {
				return len(tokens)
			}
		default: // a number or a picture between words
		}
	}
	return len(tokens)
}

// tokenAt returns the first token that ends behind offset.
func (s *Sheet) tokenAt(offset int) int {
	lo, hi := 0, len(s.Doc.Tokens)
	for lo < hi {
		mid := (lo + hi) / 2
		if int(s.Doc.Tokens[mid].End) > offset {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// Skip passes over token i when it is the mark c.
func (s *Sheet) Skip(i int, c byte) int {
	if i < len(s.Doc.Tokens) && s.Doc.Tokens[i].Kind == text.Punct && s.Doc.Raw(i)[0] == c {
		return i + 1
	}
	return i
}

// Capital reports whether token i begins with a capital letter.
func (s *Sheet) Capital(i int) bool {
	c := s.Text[s.Doc.Tokens[i].Begin]
	if c < utf8.RuneSelf {
		return IsUpper(c)
	}
	r, _ := utf8.DecodeRuneInString(s.Text[s.Doc.Tokens[i].Begin:])
	return unicode.IsUpper(r)
}

// Adjoins reports whether only a space stands between tokens i and j.
func (s *Sheet) Adjoins(i, j int) bool {
	between := int(s.Doc.Tokens[j].Begin) - int(s.Doc.Tokens[i].End)
	return between == 1 && s.Text[s.Doc.Tokens[i].End] == ' ' || between == 2 && s.Text[s.Doc.Tokens[i].End] == '.'
}
