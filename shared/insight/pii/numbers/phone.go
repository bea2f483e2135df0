package numbers

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/digits"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
)

// phone finds a telephone number that begins at group g, the longest that fits a plan, and returns how many groups it used.
// A number without separators needs a context word, but for British mobile numbers, and is left to plainNumber.
func phone(s *evidence.Sheet, r *digits.Run, g int) int {
	last, total := g, 0
	for h := g; h < r.N && total+r.Groups[h].Len() <= 16; h++ {
		if h > g && r.Sep(h) == '/' && h > g+1 {
			break
		}
		total += r.Groups[h].Len()
		last = h + 1
	}
	for h := last; h > g; h-- {
		base := phonePlan(s, r, g, h)
		if base == 0 {
			continue
		}
		begin, end := r.Groups[g].Begin, r.Groups[h-1].End
		if g == 0 {
			begin = r.Begin
		} else if r.Groups[g].Sep == '(' && s.Text[begin-1] == '(' {
			begin--
		}
		score := evidence.Alone(base)
		switch near := s.Nearest(begin, end, evidence.CueNumber); {
		case near == evidence.CuePhone:
			score = s.Boosted(base)
		case near != 0 && near != evidence.CueCard && !r.Plus:
			return 0 // it is called something else
		}
		if score.Score() < evidence.Accepted {
			continue
		}
		s.Add("phone/plan", pii.PhoneNumber, begin, extension(s, end), score)
		return h - g
	}
	return 0
}

// phonePlan returns the base score of groups [g, h) as a telephone number, 0 when they are none.
func phonePlan(s *evidence.Sheet, r *digits.Run, g, h int) float64 {
	total := 0
	for _, group := range r.Groups[g:h] {
		total += group.Len()
	}
	first := s.Text[r.Groups[g].Begin]
	switch {
	case !evidence.Between(7, total, 15):
		return 0
	case r.Plus && g == 0:
		if first == '0' || total < 8 {
			return 0
		}
		return 0.75
	case h == g+1:
		if total == 11 && first == '0' && s.Text[r.Groups[g].Begin+1] == '7' {
			return evidence.Accepted // a British mobile number
		}
		return 0
	}
	if northAmerican(s, r, g, h) {
		return 0.5
	}
	bracket := s.Text[r.Begin] == '(' && g == 0
	smallest := total
	for i := g; i < h; i++ {
		if i > g || !bracket {
			smallest = min(smallest, r.Groups[i].Len())
		}
		if i > g+1 && r.Sep(i) != r.Sep(g+1) && r.Sep(i) != '-' && r.Sep(i) != ' ' {
			return 0
		}
	}
	switch {
	case smallest < 2, total > 13:
		return 0
	case bracket:
		return 0.4
	case first == '0' && r.Groups[g].Len() >= 2 && evidence.Between(9, total, 13) && (r.Sep(g+1) != '.' || h-g == 5):
		return 0.45 // a trunk or exit prefix
	case total <= 12:
		return 0.1
	}
	return 0
}

// northAmerican reports the plan of the +1 countries: area and exchange begin with 2 to 9.
func northAmerican(s *evidence.Sheet, r *digits.Run, g, h int) bool {
	if h-g == 4 && r.Groups[g].Len() == 1 && s.Text[r.Groups[g].Begin] == '1' {
		g++
	}
	if h-g == 2 && r.Sizes(g, 3, 7) && r.Sep(g+1) == '(' {
		return s.Text[r.Groups[g].Begin] >= '2' && s.Text[r.Groups[g+1].Begin] >= '2'
	}
	if h-g != 3 || !r.Sizes(g, 3, 3, 4) {
		return false
	}
	return s.Text[r.Groups[g].Begin] >= '2' && s.Text[r.Groups[g+1].Begin] >= '2' && r.Sep(g+1) != '/' && r.Sep(g+2) != '/'
}

// extension returns the end of the extension behind a telephone number, "ext. 12" or "x12", or end.
func extension(s *evidence.Sheet, end int) int {
	i := end
	for i < len(s.Text) && s.Text[i] == ' ' && i < end+2 {
		i++
	}
	switch rest := s.Text[i:]; {
	case len(rest) > 3 && (rest[:3] == "ext" || rest[:3] == "Ext"):
		i += 3
	case len(rest) > 1 && rest[0] == 'x':
		i++
	default:
		return end
	}
	for i < len(s.Text) && (s.Text[i] == '.' || s.Text[i] == ' ') && i < end+7 {
		i++
	}
	begin := i
	for i < len(s.Text) && evidence.IsDigit(s.Text[i]) && i < begin+6 {
		i++
	}
	if i == begin || evidence.WordAt(s.Text, i) {
		return end
	}
	return i
}
