package sentiment

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

// drawn returns rows whose chance of two minds is that of the weights.
func drawn(n int, weights model.Minds) []minded {
	random := rand.New(rand.NewPCG(1, 2))
	rows := make([]minded, n)
	for i := range rows {
		row := &rows[i]
		row.weight = 1
		row.evidence[model.Always], row.evidence[model.Weaker], row.evidence[model.Contrast] = 1, random.Float64(), float64(random.IntN(2))
		row.mixed = random.Float64() < row.chance(&weights)
	}
	return rows
}

func TestTheFitFindsTheWeightsThatRowsWereDrawnWith(t *testing.T) {
	want := model.Minds{model.Always: -2, model.Weaker: 3, model.Contrast: 1}
	got := fitMinds(drawn(20_000, want))
	for k := range got {
		if math.Abs(got[k]-want[k]) > 0.2 {
			t.Errorf("weight %d: got %.2f, want about %.2f", k, got[k], want[k])
		}
	}
}

func TestEvidenceThatWouldFallIsLeftOut(t *testing.T) {
	got := fitMinds(drawn(5_000, model.Minds{model.Always: -1, model.Weaker: 2, model.Contrast: -2}))
	if got[model.Contrast] != 0 || got[model.Weaker] < 1 {
		t.Errorf("got %.2f, want no weight for what makes two minds less likely, and that of the weaker side", got)
	}
}

func TestARowCountsAsMuchAsItsWeight(t *testing.T) {
	rows := drawn(2_000, model.Minds{})
	for i := range rows {
		rows[i].weight = 0
		if rows[i].mixed {
			rows[i].weight = 1
		}
	}
	if got := fitMinds(rows); rows[0].chance(&got) < 0.9 {
		t.Errorf("got %.2f, want near certainty: no row of one mind has a weight", rows[0].chance(&got))
	}
}

func TestJoinedRowsAreOfTwoMindsWhereTheirHalvesDiffer(t *testing.T) {
	rows := join(map[string][]string{"positive": {"Lovely food."}, "negative": {"I hated it"}, "neutral": {"It is blue"}})
	counts := map[string]int{}
	for _, row := range rows {
		counts[row.Label]++
		good, bad := strings.Contains(strings.ToLower(row.Text), "lovely"), strings.Contains(row.Text, "hated")
		if two := good && bad; two != (row.Label == "mixed") {
			t.Fatalf("%q is called %s", row.Text, row.Label)
		}
		if strings.Contains(row.Text, "food.,") || strings.Contains(row.Text, "i hated") {
			t.Fatalf("%q: want the first half without its mark, and I in capitals", row.Text)
		}
	}
	if counts["mixed"] != 2*joinedTo || counts["one"] != 4*joinedTo {
		t.Errorf("got %v, want two pairs of two minds and four of one", counts)
	}
	if rows := join(map[string][]string{"positive": {"Lovely"}}); len(rows) != joinedTo {
		t.Errorf("a source of praise alone: got %d rows, want one pair", len(rows))
	}
}

func TestJoinedRowsShareTheirWeight(t *testing.T) {
	rows := map[string][]minded{
		"a": {{weight: 30}, {weight: 30}, {joined: true, mixed: true}, {joined: true, mixed: true}, {joined: true}},
		"b": {{weight: 40}, {joined: true, mixed: true}, {joined: true}},
	}
	shareOut(rows)
	half := 100 * joinedShare / 2
	for name, pair := range map[string][2]float64{
		"one of two":       {rows["a"][2].weight, half / 2},
		"one alone":        {rows["b"][1].weight, half},
		"of one mind":      {rows["a"][4].weight, half},
		"a row as it came": {rows["a"][0].weight, 30},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-9 {
			t.Errorf("%s: got %v, want %v", name, pair[0], pair[1])
		}
	}
}

func TestFiguresOfMixedByHand(t *testing.T) {
	m := &minds{name: "a source"}
	m.add(0.9, true, true)
	m.add(0.9, true, false)
	m.add(0.1, false, true)
	m.add(0, false, false)
	m.addJoined(true, true)
	m.addJoined(false, true)
	m.addJoined(false, false)
	if got, want := m.brier(), (0.01+0.81+0.81)/4; math.Abs(got-want) > 1e-9 {
		t.Errorf("Brier score: got %v, want %v", got, want)
	}
	if got, want := m.calibrationError(), (0.8+0.9)/4; math.Abs(got-want) > 1e-9 {
		t.Errorf("calibration error: got %v, want %v", got, want)
	}
	none := &minds{name: "none", rows: 1}
	table := mindsTables([]*minds{none}, []*minds{m, none})
	for _, want := range []string{
		"|\n| none | 1 | 0 | 0 | 0 | - | - | .000 | .000 |\n",
		"|\n| a source | 4 | 2 | 2 | 1 | .500 | .500 | .425 | .408 | .500 | .000 |\n| none | 1 | 0 | 0 | 0 | - | - | .000 | .000 | - | - |\n",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("got %s, want the row %s", table, want)
		}
	}
}

func TestMixedIsAnsweredWhereItIsTheLikeliest(t *testing.T) {
	classes := [model.Classes]float64{0.6, 0.3, 0.1}
	for chance, want := range map[float64]bool{0.3: false, 0.37: false, 0.38: true, 0.9: true} {
		if got := answered(chance, classes); got != want {
			t.Errorf("%v beside .6: got %v, want %v", chance, got, want)
		}
	}
}
