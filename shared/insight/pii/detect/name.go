package detect

import (
	"unicode"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii"
)

// name is a sequence of tokens that may be a person's name.
type name struct {
	first, last int // tokens
	end         int // byte offset, before a possessive
	parts       int // without particles
	count       [particle + 1]int
}

// findName looks for a name that begins at the word of token i.
func (s *scanner) findName(i int) {
	var n name
	if begin := int(s.doc.Tokens[i].Begin); begin > 0 && (s.text[begin-1] == '-' || s.text[begin-1] == '/' || s.text[begin-1] == '#') {
		return // the rest of a code
	}
	capital := s.capital(i)
	first, _ := s.nameKind(i)
	intro := noIntro
	if capital || first == given || first == surname || first == bothWord || first == unknown {
		intro = s.introduction(i)
	}
	if !capital && intro == noIntro {
		if first != given {
			return
		}
		if last, _ := s.placeName(i); last > i {
			return // "hong kong" is nobody
		}
	}
	if (first == noName || first == particle) && intro != titled {
		return
	}
	s.readName(i, capital, intro, &n)
	score := s.nameScore(&n, intro, capital)
	if score < accepted || s.organisation(&n) {
		return
	}
	s.personEnd = n.last + 1
	s.add(pii.Person, int(s.doc.Tokens[n.first].Begin), n.end, score)
}

// readName extends the name at token i over the words that continue it.
func (s *scanner) readName(i int, capital bool, intro intro, n *name) {
	*n = name{first: i, last: i}
	for j := i; j < len(s.doc.Tokens) && n.parts < 5; j++ {
		k, end := s.nameKind(j)
		if j > i {
			if !s.adjoins(j-1, j) || s.capital(j) != capital && k != particle {
				break
			}
			if k == noName || k == place && (n.parts != 1 || !capital) || k == unknown && s.shouting || k == unknown && !capital && intro == noIntro {
				break
			}
		}
		n.count[k]++
		if k == particle {
			if s.capital(j) == capital && j+1 >= len(s.doc.Tokens) {
				break
			}
			continue
		}
		n.parts++
		n.last, n.end = j, end
		if k == initial {
			if s.wordIs(j+1, ".") {
				j++
			}
		} else if end < int(s.doc.Tokens[j].End) {
			break // a possessive ends it
		}
	}
}

// capital reports whether token i begins with a capital letter.
func (s *scanner) capital(i int) bool {
	c := s.text[s.doc.Tokens[i].Begin]
	if c < utf8.RuneSelf {
		return isUpper(c)
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.doc.Tokens[i].Begin:])
	return unicode.IsUpper(r)
}

// adjoins reports whether only a space stands between tokens i and j.
func (s *scanner) adjoins(i, j int) bool {
	between := int(s.doc.Tokens[j].Begin) - int(s.doc.Tokens[i].End)
	return between == 1 && s.text[s.doc.Tokens[i].End] == ' ' || between == 2 && s.text[s.doc.Tokens[i].End] == '.'
}
