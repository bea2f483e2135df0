package pii

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/testkit/race"
)

func TestF2(t *testing.T) {
	for _, test := range []struct{ precision, recall, want float64 }{
		{1, 1, 1}, {0, 0, 0}, {1, 0.5, 5.0 / 9}, {0.5, 1, 5.0 / 6},
	} {
		if got := F2(test.precision, test.recall); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("F2(%v, %v) = %v, want %v", test.precision, test.recall, got, test.want)
		}
	}
}

func mustRows(t *testing.T, text string) []row {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.json")
	must(t, os.WriteFile(path, []byte(text), 0o600))
	rows, err := readRows(path)
	must(t, err)
	return rows
}

func TestMeasure(t *testing.T) {
	rows := mustRows(t, `[
		{"full_text":"é jane@example.com","spans":[{"entity_type":"EMAIL_ADDRESS","start_position":2,"end_position":18},{"entity_type":"TITLE","start_position":0,"end_position":1}]},
		{"full_text":"joe@example.com and no mail","spans":[{"entity_type":"EMAIL_ADDRESS","start_position":0,"end_position":14},{"entity_type":"EMAIL_ADDRESS","start_position":20,"end_position":27}]},
		{"full_text":"ann@example.com","spans":[]}
	]`)
	want := Tally{Labels: 3, Found: 2, FoundExactly: 1, Detections: 3, Right: 2, RightExactly: 1}
	if got := Measure(rows)[pii.EmailAddress]; got != want {
		t.Errorf("Measure = %+v, want %+v", got, want)
	}
	if got := Measure(rows)[pii.Person]; got != (Tally{}) {
		t.Errorf("Measure of another kind = %+v, want nothing", got)
	}
}

func TestEvalRefuses(t *testing.T) {
	if err := Eval(t.Context(), t.TempDir(), &bytes.Buffer{}); err == nil {
		t.Error("Eval of an empty folder = no error, want one")
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := Eval(stopped, t.TempDir(), &bytes.Buffer{}); err == nil {
		t.Error("Eval when stopped = no error, want one")
	}
	path := filepath.Join(t.TempDir(), "rows.json.gz")
	must(t, os.WriteFile(path, []byte("no gzip"), 0o600))
	if _, err := readRows(path); err == nil {
		t.Error("readRows of what is no gzip = no error, want one")
	}
}

// floors are what the model card promises on the first file, F2 by overlap.
var floors = map[pii.Type]float64{
	pii.Person: 0.90, pii.Location: 0.80, pii.PhoneNumber: 0.95, pii.CreditCard: 0.97, pii.EmailAddress: 0.97, pii.IBAN: 0.97, pii.IPAddress: 0.97,
	pii.URL: 0.97, pii.SSN: 0.97, pii.Age: 0.95, pii.DateTime: 0.75,
}

func TestTheCardsPromises(t *testing.T) {
	race.Skip(t, "slows the reading of thousands of rows, which is one goroutine, ten times")
	data := filepath.Join("..", "..", "..", "..", "shared", "data")
	rows, err := readRows(filepath.Join(data, "pii", labelled[0]))
	if os.IsNotExist(err) {
		t.Skip("the labelled rows are not there: put them at ../shared/data/pii beside the repository")
	}
	must(t, err)
	tallies := Measure(rows)
	for kind, floor := range floors {
		tally := tallies[kind]
		if got := F2(ratio(tally.Right, tally.Detections), ratio(tally.Found, tally.Labels)); got < floor {
			t.Errorf("F2 of %s = %.3f, want at least %.2f", kind, got, floor)
		}
	}
	card, err := os.ReadFile(filepath.Join("..", "..", "..", cardPath))
	must(t, err)
	written, err := withFigures(t.Context(), data, string(card))
	must(t, err)
	if written != string(card) {
		t.Error("the card has other figures than a run: go run ./infra/train pii-card")
	}
	for _, name := range labelled {
		if !strings.Contains(written, name) {
			t.Errorf("the card does not name %s", name)
		}
	}
}

func TestCardRefuses(t *testing.T) {
	if _, err := withFigures(t.Context(), t.TempDir(), "no marks"); err == nil {
		t.Error("figures for a card without marks = no error, want one")
	}
	if _, err := withFigures(t.Context(), t.TempDir(), figuresBegin+figuresEnd); err == nil {
		t.Error("figures without rows = no error, want one")
	}
	if err := Card(t.Context(), t.TempDir(), &bytes.Buffer{}); err == nil {
		t.Error("Card where there is none = no error, want one")
	}
}
