package address

import (
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// FindAt looks for an address or a place that begins at the word of token i, whose sense is known.
func FindAt(s *evidence.Sheet, i int, sense evidence.Sense) {
	capital := s.Capital(i)
	switch {
	case sense&evidence.PostBox != 0:
		postBox(s, i)
	case sense&evidence.Flat != 0:
		if end := unit(s, i); end > i {
			addPlace(s, "address/flat", i, end, 0.45)
		}
	case sense&evidence.Street != 0 || capital && houseNumber(s, i+1) > i && compoundStreet(s.Doc.Norm(i)) && !flagsAt(s, i).Any(gazetteer.Ordinary):
		if end := streetNumberAfter(s, i); end > i {
			addPlace(s, "address/street before number", i, end, 0.5)
			return
		}
		fallthrough
	default:
		if capital {
			stateAndPostcode(s, i)
		}
	}
}

// flagsAt returns what the gazetteer says about token i.
func flagsAt(s *evidence.Sheet, i int) gazetteer.Flags {
	if s.Doc.Tokens[i].Plain {
		_, flags := s.Word(i)
		return flags
	}
	return gazetteer.Lookup(s.Doc.Raw(i))
}

func isRegion(s *evidence.Sheet, i int) bool {
	last, flags := placeName(s, i)
	return last >= i && flags.Any(gazetteer.Region)
}

// placeName returns the last token of the longest place name at token i and its flags, or a token before i.
func placeName(s *evidence.Sheet, i int) (int, gazetteer.Flags) {
	key, last, found := gazetteer.Start, i-1, gazetteer.Flags(0)
	for j := i; j < min(i+4, len(s.Doc.Tokens)); j++ {
		if s.Doc.Tokens[j].Kind != text.Word || j > i && !s.Adjoins(j-1, j) || j == i+1 && !key.Begins() {
			break
		}
		key = key.Word(s.Doc.Raw(j))
		if flags := key.Flags(); flags.Any(gazetteer.City | gazetteer.BigCity | gazetteer.Region) {
			last, found = j, flags
		}
	}
	return last, found
}

// personal reports whether the words before token i say that somebody lives or was born there.
func personal(s *evidence.Sheet, i int) bool {
	for j := i - 1; j >= max(0, i-5); j-- {
		if s.Doc.Tokens[j].Kind == text.Punct && s.WordIs(j, ".", "!", "?") {
			return false
		}
		if s.Doc.Tokens[j].Kind == text.Word && s.CueAt(j)&(evidence.CueHome|evidence.CueBirth) != 0 {
			return true
		}
	}
	return false
}
