package detect

import "github.com/customerai/customerai/shared/insight/pii"

// phone finds a telephone number that begins at group g, the longest that fits a plan, and returns how many groups it used.
// A number without separators needs a context word, but for British mobile numbers, and is left to plainNumber.
func (s *scanner) phone(r *run, g int) int {
	last, total := g, 0
	for h := g; h < r.n && total+r.groups[h].len() <= 16; h++ {
		if h > g && r.sep(h) == '/' && h > g+1 {
			break
		}
		total += r.groups[h].len()
		last = h + 1
	}
	for h := last; h > g; h-- {
		base := s.phonePlan(r, g, h)
		if base == 0 {
			continue
		}
		begin, end := r.groups[g].begin, r.groups[h-1].end
		if g == 0 {
			begin = r.begin
		} else if r.groups[g].sep == '(' && s.text[begin-1] == '(' {
			begin--
		}
		score := alone(base)
		switch near := s.nearest(begin, end, cueNumber); {
		case near == cuePhone:
			score = s.boosted(base)
		case near != 0 && near != cueCard && !r.plus:
			return 0 // it is called something else
		}
		if score.value() < accepted {
			continue
		}
		s.add("phone/plan", pii.PhoneNumber, begin, s.extension(end), score)
		return h - g
	}
	return 0
}

// phonePlan returns the base score of groups [g, h) as a telephone number, 0 when they are none.
func (s *scanner) phonePlan(r *run, g, h int) float64 {
	total := 0
	for _, group := range r.groups[g:h] {
		total += group.len()
	}
	first := s.text[r.groups[g].begin]
	switch {
	case !between(7, total, 15):
		return 0
	case r.plus && g == 0:
		if first == '0' || total < 8 {
			return 0
		}
		return 0.75
	case h == g+1:
		if total == 11 && first == '0' && s.text[r.groups[g].begin+1] == '7' {
			return accepted // a British mobile number
		}
		return 0
	}
	if s.northAmerican(r, g, h) {
		return 0.5
	}
	bracket := s.text[r.begin] == '(' && g == 0
	smallest := total
	for i := g; i < h; i++ {
		if i > g || !bracket {
			smallest = min(smallest, r.groups[i].len())
		}
		if i > g+1 && r.sep(i) != r.sep(g+1) && r.sep(i) != '-' && r.sep(i) != ' ' {
			return 0
		}
	}
	switch {
	case smallest < 2, total > 13:
		return 0
	case bracket:
		return 0.4
	case first == '0' && r.groups[g].len() >= 2 && between(9, total, 13) && (r.sep(g+1) != '.' || h-g == 5):
		return 0.45 // a trunk or exit prefix
	case total <= 12:
		return 0.1
	}
	return 0
}

// northAmerican reports the plan of the +1 countries: area and exchange begin with 2 to 9.
func (s *scanner) northAmerican(r *run, g, h int) bool {
	if h-g == 4 && r.groups[g].len() == 1 && s.text[r.groups[g].begin] == '1' {
		g++
	}
	if h-g == 2 && r.sizes(g, 3, 7) && r.sep(g+1) == '(' {
		return s.text[r.groups[g].begin] >= '2' && s.text[r.groups[g+1].begin] >= '2'
	}
	if h-g != 3 || !r.sizes(g, 3, 3, 4) {
		return false
	}
	return s.text[r.groups[g].begin] >= '2' && s.text[r.groups[g+1].begin] >= '2' && r.sep(g+1) != '/' && r.sep(g+2) != '/'
}

// extension returns the end of the extension behind a telephone number, "ext. 12" or "x12", or end.
func (s *scanner) extension(end int) int {
	i := end
	for i < len(s.text) && s.text[i] == ' ' && i < end+2 {
		i++
	}
	switch rest := s.text[i:]; {
	case len(rest) > 3 && (rest[:3] == "ext" || rest[:3] == "Ext"):
		i += 3
	case len(rest) > 1 && rest[0] == 'x':
		i++
	default:
		return end
	}
	for i < len(s.text) && (s.text[i] == '.' || s.text[i] == ' ') && i < end+7 {
		i++
	}
	begin := i
	for i < len(s.text) && isDigit(s.text[i]) && i < begin+6 {
		i++
	}
	if i == begin || wordAt(s.text, i) {
		return end
	}
	return i
}
