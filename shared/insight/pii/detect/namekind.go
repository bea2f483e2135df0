package detect

import (
	"bytes"
	"strings"

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
