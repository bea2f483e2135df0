package pii

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// kind is what a word counts for as part of a name.
type kind uint8

const (
	noName   kind = iota // an ordinary word
	unknown              // in no list: a rare name or a brand
	place                // a place and nothing else
	surname              // a family name
	given                // a given name
	bothWord             // a given name that is also a word or a place: Grace, Victoria
	wordName             // a frequent family name that is also a word: Baker
	initial              // one capital and a full stop
	particle             // "van", "de"
)

func kindOf(f gazetteer.Flags) kind {
	doubtful := f.Any(gazetteer.Ordinary | gazetteer.BigCity | gazetteer.Region)
	switch {
	case f.Has(gazetteer.Given) && doubtful:
		return bothWord
	case f.Has(gazetteer.Given):
		return given
	case f.Has(gazetteer.Surname) && doubtful:
		return wordName
	case f.Has(gazetteer.Surname):
		return surname
	case f.Any(gazetteer.City | gazetteer.BigCity | gazetteer.Region):
		return place
	case f.Has(gazetteer.Ordinary):
		return noName
	}
	return unknown
}

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
	s.add(Person, int(s.doc.Tokens[n.first].Begin), n.end, score)
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

// nameKind returns what token i counts for and where it ends without a possessive.
func (s *scanner) nameKind(i int) (kind, int) {
	t := s.doc.Tokens[i]
	if t.Kind != text.Word {
		return noName, int(t.End)
	}
	raw := s.doc.Raw(i)
	if len(raw) == 1 {
		switch {
		case !isUpper(raw[0]) || i+1 >= len(s.doc.Tokens):
		case s.doc.Tokens[i+1].Begin == t.End && s.wordIs(i+1, "."):
			return initial, int(t.End) + 1
		case raw != "I" && raw != "A" && i > 0 && s.capital(i-1) && s.adjoins(i-1, i) && s.capital(i+1) && s.adjoins(i, i+1):
			return initial, int(t.End)
		}
		return noName, int(t.End)
	}
	switch raw {
	case "de", "van", "von", "der", "den", "di", "da", "la", "del", "bin", "al", "el", "ter", "ten", "zu", "dos", "du", "le":
		return particle, int(t.End)
	}
	end := int(t.End)
	for _, possessive := range [...]string{"'s", "’s"} {
		if len(raw) > len(possessive)+1 && raw[len(raw)-len(possessive):] == possessive {
			raw, end = raw[:len(raw)-len(possessive)], end-len(possessive)
		}
	}
	if contraction(s.doc.Norm(i)) {
		return noName, end
	}
	flags := gazetteer.Lookup(raw)
	if flags == 0 {
		for at := range len(raw) {
			if raw[at] == '-' && at > 1 {
				flags = gazetteer.Lookup(raw[:at]) // Jean-Luc, Smith-Jones
				break
			}
			if isDigit(raw[at]) || raw[at] == '_' || at == 1 && isUpper(raw[1]) && raw != strings.ToUpper(raw) {
				return noName, end // a code, or an abbreviation in the plural
			}
		}
	}
	if flags == 0 && familyEnding(s.doc.Norm(i)) {
		return surname, end
	}
	if k := kindOf(flags); k != given || len(raw) > 2 {
		return k, end
	}
	return bothWord, end
}

// contraction reports words such as "I'm" and "don't".
func contraction(word []byte) bool {
	at := bytes.IndexByte(word, '\'')
	if at < 0 {
		return false
	}
	switch string(word[at+1:]) {
	case "m", "re", "ve", "ll", "d", "t", "am", "all", "clock":
		return true
	}
	return string(word) == "it's" || string(word) == "that's" || string(word) == "there's" || string(word) == "what's" || string(word) == "let's"
}

// familyEnding reports whether a word in no list ends as family names do in some language.
func familyEnding(word []byte) bool {
	if len(word) < 6 {
		return false
	}
	for _, ending := range [...]string{
		"ov", "ova", "ev", "eva", "ski", "sky", "ska", "icz", "vich", "sson", "ssen", "nsen", "ić", "enko", "adze", "shvili", "oglu", "oğlu",
		"opoulos", "idis", "akis", "dóttir", "dottir", "escu", "czyk", "nen", "yan", "ová", "ák", "ček", "qvist", "ström", "berg", "stein",
	} {
		if bytes.HasSuffix(word, []byte(ending)) {
			return true
		}
	}
	return false
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

// nameScore weighs the parts of a name and what introduces it.
func (s *scanner) nameScore(n *name, intro intro, capital bool) float64 {
	c := &n.count
	named := c[given] + c[bothWord] + c[surname] + c[wordName]
	next := n.last + 1
	switch intro {
	case titled:
		if capital {
			return 0.85
		}
	case named1:
		if named > 0 || c[unknown] > 0 && (capital || n.parts == 1) {
			return 0.85
		}
	case presented:
		if c[given]+c[bothWord] > 0 || n.parts > 1 && named > 0 {
			return 0.7
		}
	case greeted:
		if c[given]+c[bothWord] > 0 || capital && (named > 0 || c[unknown] > 0 && !s.shouting) && s.endsClause(next) {
			return 0.7
		}
	case signature:
		if (named > 0 || c[unknown] > 0) && capital && s.endsClause(next) {
			return 0.7
		}
	}
	score := s.plainScore(n, capital)
	if score < accepted && score > 0 {
		switch {
		case intro == related, c[given]+c[bothWord]+c[surname] > 0 && s.speaks(next):
			score = boosted(score)
		}
	}
	return score
}

// plainScore is the score of a name that nothing introduces.
func (s *scanner) plainScore(n *name, capital bool) float64 {
	c := &n.count
	switch {
	case !capital:
		if n.parts == 2 && c[given] >= 1 && c[given]+c[surname] == 2 {
			return 0.5
		}
		return 0.3 * float64(min(1, c[given]))
	case n.parts == 1:
		switch {
		case c[given] > 0 && s.shouting:
			return 0.3
		case c[given] > 0:
			return 0.5
		case c[surname] > 0, c[bothWord] > 0:
			return 0.3
		case c[unknown] > 0:
			return 0.05
		}
		return 0
	case c[given] > 0:
		return 0.85
	case c[initial] > 0 && n.parts > 2 && c[initial] < n.parts-1 && !s.shouting:
		return 0.6 // two words around an initial
	case c[bothWord] > 0 && c[surname] > 0:
		return 0.7
	case c[surname] > 0 && c[surname]+c[initial]+c[wordName]+c[unknown] >= 2 && !s.shouting:
		return 0.6
	case c[bothWord] > 0 && c[wordName]+c[unknown] > 0 && !s.shouting:
		return 0.5
	}
	return 0
}

// organisation reports whether the words around make the name one of a firm or a street.
func (s *scanner) organisation(n *name) bool {
	next := n.last + 1
	if s.wordIs(n.first-1, "the") && n.parts == 1 {
		return true
	}
	if p := n.first - 1; p >= 0 && s.doc.Tokens[p].Kind == text.Number && s.adjoins(p, n.first) && !s.doc.Tokens[n.first].Break {
		return true // rather a street
	}
	if next >= len(s.doc.Tokens) || s.doc.Tokens[next].Break {
		return false
	}
	if s.wordIs(next, "inc", "ltd", "llc", "corp", "gmbh", "plc", "bank", "group", "company", "co", "hotel", "airlines", "airport", "store", "services",
		"university", "hospital", "street", "avenue", "road", "lane", "card", "app", "station", "orchestra", "foundation", "&") {
		return true
	}
	// "Victoria Station": one name before another capitalised word.
	if k, _ := s.nameKind(next); n.parts == 1 && k == noName && s.doc.Tokens[next].Kind == text.Word && s.capital(next) && s.adjoins(n.last, next) && !s.shouting {
		return true
	}
	return false
}

// speaks reports whether token i is what people do and things do not.
func (s *scanner) speaks(i int) bool {
	return s.wordIs(i, "said", "told", "helped", "promised", "answered", "replied", "wrote", "called", "assured", "explained", "informed", "transferred",
		"advised", "lives", "works", "says", "apologised", "apologized", "offered", "resolved", "went", "confirmed")
}
