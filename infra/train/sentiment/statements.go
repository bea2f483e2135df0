package sentiment

import (
	"math/rand/v2"

	"github.com/customerai/customerai/infra/train/dataset"
)

// The parts of plain statements. Published rows hold hardly any sentence that states or denies a fact without feeling, so
// that "not" alone would read as a complaint.
var (
	subjects = []string{
		"the form", "this", "it", "my address", "the store", "my contract", "that invoice", "the parcel", "our office", "this account",
		"the meeting", "that number", "the offer", "the new model", "the table", "his ticket", "her seat", "the train", "the document", "the room",
	}
	copulas = []string{
		"is", "was", "isn't", "wasn't", "is not", "was not", "is not exactly", "isn't really", "has never been", "will be", "won't be", "is still", "is now",
	}
	complements = []string{
		"a private one", "in the second folder", "the same as last year", "a monthly one", "on the list", "for two people", "an international one",
		"in English", "near the station", "the original", "from Tuesday", "made of wood", "in my name", "a paper copy", "public", "blue", "commercial", "on paper",
		"for business use", "at the front desk", "a window seat", "part of the plan", "about the house", "digital", "between two and four",
	}
	people  = []string{"i", "we", "they", "you", "my colleague", "the driver", "our neighbours", "people", "someone"}
	actions = []string{
		"have a second account", "moved house in March", "see the blue one", "live at that address", "use the old number", "ask about the size", "found the form",
		"go by train", "bought two of these", "work on Mondays", "changed the date", "think about the table", "read the page", "own a printer", "opened the box",
		"talk to the driver", "went there on Friday", "want the smaller size", "know that address",
	}
	denials = []string{"", "", "do not ", "don't ", "did not ", "didn't ", "never ", "also ", "would "}
)

// plainStatements returns n neutral statements of fact, half of them about people.
func plainStatements(n int) []dataset.Row {
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // variety, not a secret
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	rows := make([]dataset.Row, n)
	for i := range rows {
		s := pick(subjects) + " " + pick(copulas) + " " + pick(complements)
		if i%2 == 0 {
			s = pick(people) + " " + pick(denials) + pick(actions)
		}
		rows[i] = dataset.Row{Text: s + ".", Label: "neutral", Source: "statements"}
	}
	return rows
}
