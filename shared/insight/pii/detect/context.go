package detect

import "github.com/customerai/customerai/shared/insight/text"

// cueAt returns what token i is a cue of. Some words are one only beside another.
func (s *scanner) cueAt(i int) cue {
	if s.doc.Tokens[i].Kind != text.Word {
		return 0
	}
	word := s.doc.Norm(i)
	switch string(word) {
	case "license", "licence", "licenses", "licences":
		if s.wordIs(i-1, "driver", "drivers", "driver's", "drivers'", "driving") {
			return cueLicence
		}
		return 0
	case "code":
		if s.wordIs(i-1, "security", "verification") {
			return cueCVV
		}
		if s.wordIs(i-1, "zip", "post", "postal", "sort", "pin") {
			return s.cueAt(i - 1)
		}
	case "id":
		if s.wordIs(i-1, "driver", "drivers", "driver's") {
			return cueLicence
		}
	case "document":
		if s.wordIs(i-1, "travel") {
			return cuePassport
		}
	case "post":
		if s.wordIs(i+1, "code") {
			return cuePostcode
		}
	case "driver":
		if s.wordIs(i+1, "license", "licence", "id") {
			return cueLicence
		}
	case "insurance":
		if s.wordIs(i-1, "national") {
			return cueNINO
		}
		if s.wordIs(i-1, "social") {
			return cueSIN
		}
		return 0
	case "social":
		if s.wordIs(i+1, "insurance") {
			return cueSIN
		}
	case "card":
		if s.wordIs(i-1, "medicare") {
			return cueMedicare
		}
	case "file":
		if s.wordIs(i-1, "tax") {
			return cueTFN
		}
	case "sociale":
		if s.wordIs(i-1, "sécurité") {
			return cueNIR
		}
	}
	return cueOf(word)
}

// wordIs reports whether token i is one of the words, which are in normal form.
func (s *scanner) wordIs(i int, words ...string) bool {
	if i < 0 || i >= len(s.doc.Tokens) {
		return false
	}
	norm := s.doc.Norm(i)
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

// nearest returns the cue, of those in among, of the word nearest to the span; zero when none of five words before and
// three behind is one. It leaves the word in contextWord. Behind, a sentence's end is not crossed.
func (s *scanner) nearest(begin, end int, among cue) cue {
	tokens := s.doc.Tokens
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
		if c := s.cueAt(i) & among; c != 0 {
			s.contextWord = i
			return c
		}
	}
	return 0
}

// wordAfter returns the next word of the sentence behind token i, or the number of tokens.
func (s *scanner) wordAfter(i int) int {
	tokens := s.doc.Tokens
	for limit := i + window; i+1 < len(tokens) && i < limit; {
		if i++; tokens[i].Break {
			break
		}
		switch tokens[i].Kind {
		case text.Word:
			return i
		case text.Punct:
			if c := s.text[tokens[i].Begin]; c == '.' || c == '!' || c == '?' || c == ';' {
				return len(tokens)
			}
		default: // a number or a picture between words
		}
	}
	return len(tokens)
}

// tokenAt returns the first token that ends behind offset.
func (s *scanner) tokenAt(offset int) int {
	lo, hi := 0, len(s.doc.Tokens)
	for lo < hi {
		mid := (lo + hi) / 2
		if int(s.doc.Tokens[mid].End) > offset {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
