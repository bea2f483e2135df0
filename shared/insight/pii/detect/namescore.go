package detect

import "github.com/customerai/customerai/shared/insight/text"

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
	case introduced:
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
	case noIntro, related:
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
