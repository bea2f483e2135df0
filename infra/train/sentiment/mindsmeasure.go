package sentiment

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

// minds counts how MIXED agrees with people.
type minds struct {
	name                string
	rows, people, said  int // all, those that people call mixed, and those that the engine does
	right               int // of what both do
	bins                [10]struct{ chance, people float64 }
	squares             float64
	joinedTwo, foundTwo int // rows joined of praise and complaint, and of them those that are called MIXED
	joinedOne, foundOne int // and rows joined of one kind
}

// add counts a row with its probability of MIXED and whether that is the answer.
func (m *minds) add(chance float64, said, mixed bool) {
	m.rows++
	b := &m.bins[min(int(chance*10), 9)]
	b.chance += chance
	truth := 0.0
	if mixed {
		truth = 1
		m.people++
		b.people++
	}
	if said {
		m.said++
		if mixed {
			m.right++
		}
	}
	m.squares += (chance - truth) * (chance - truth)
}

func (m *minds) addJoined(said, mixed bool) {
	all, found := &m.joinedOne, &m.foundOne
	if mixed {
		all, found = &m.joinedTwo, &m.foundTwo
	}
	*all++
	if said {
		*found++
	}
}

func (m *minds) brier() float64 { return m.squares / float64(m.rows) }

func (m *minds) calibrationError() float64 {
	gap := 0.0
	for _, b := range m.bins {
		gap += math.Abs(b.chance - b.people)
	}
	return gap / float64(m.rows)
}

// answered reports whether MIXED is the likeliest label.
func answered(chance float64, classes [model.Classes]float64) bool {
	return chance > (1-chance)*classes[best(classes)]
}

// unseenMinds measures each source with weights that were fitted to the others.
func unseenMinds(bySource map[string][]minded) []*minds {
	var found []*minds
	for _, source := range mindsSources {
		m := &minds{name: source}
		weights := fitMinds(all(bySource, source))
		for i := range bySource[source] {
			row := &bySource[source][i]
			chance := row.chance(&weights)
			said := answered(chance, row.classes)
			if row.joined {
				m.addJoined(said, row.mixed)
				continue
			}
			m.add(chance, said, row.mixed)
		}
		found = append(found, m)
	}
	return found
}

func (m *minds) print(out io.Writer) {
	fmt.Fprintf(out, "MIXED of %-17s rows %6d  people's %4d  said %4d  right %4d  ECE %.3f  Brier %.3f", m.name, m.rows, m.people, m.said, m.right, m.calibrationError(), m.brier())
	if m.joinedOne > 0 {
		fmt.Fprintf(out, "  joined of two minds %d of %d, of one %d of %d", m.foundTwo, m.joinedTwo, m.foundOne, m.joinedOne)
	}
	fmt.Fprintln(out)
}

// mindsTables are the card's.
func mindsTables(found, left []*minds) string {
	var b strings.Builder
	b.WriteString("\n| MIXED, development source | rows | people say so | the engine says so | both | precision | recall | ECE | Brier |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, m := range found {
		m.row(&b)
		b.WriteByte('\n')
	}
	b.WriteString("\n| MIXED, left out of training and of the fit | rows | people say so | the engine says so | both | precision | recall | ECE | Brier |" +
		" found of joined rows of two minds | of one mind |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, m := range left {
		m.row(&b)
		fmt.Fprintf(&b, " %s | %s |\n", share(m.foundTwo, m.joinedTwo, 1), share(m.foundOne, m.joinedOne, 1))
	}
	return b.String()
}

// row writes the figures, a dash where there is nothing to measure.
func (m *minds) row(b *strings.Builder) {
	fmt.Fprintf(b, "| %s | %d | %d | %d | %d | %s | %s | %s | %s |", m.name, m.rows, m.people, m.said, m.right, share(m.right, m.said, m.people), share(m.right, m.people, m.people),
		short(m.calibrationError()), short(m.brier()))
}

// share writes part of whole, or a dash when there is no whole or nothing that needs to be found.
func share(part, whole, needed int) string {
	if whole == 0 || needed == 0 {
		return "-"
	}
	return short(float64(part) / float64(whole))
}
