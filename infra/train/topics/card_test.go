package topics

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestTheCardHasWhatWasPrinted(t *testing.T) {
	var printed bytes.Buffer
	first := tally{rows: 4, right: 3, accepted: 4, outside: 2, taken: 1}
	first.truth[0], first.said[0], first.hit[0] = 2, 2, 2
	first.truth[16] = 2
	second := tally{rows: 1, right: 1, accepted: 1}
	second.truth[3], second.said[3], second.hit[3] = 1, 1, 1
	for name, c := range map[string]*tally{"one set": &first} {
		if err := c.print(&printed, name); err != nil {
			t.Fatal(err)
		}
	}
	if err := second.print(&printed, "another, trained without it"); err != nil {
		t.Fatal(err)
	}
	card := "# Card\n" + begin + "old\n" + end + "more\n"
	got, err := fillCard(card, "noise\n"+printed.String())
	if err != nil {
		t.Fatal(err)
	}
	want := "# Card\n" + begin +
		"| set | rows | top-1 | macro-F1 | in scope refused | out of scope taken for a topic |\n|---|--:|--:|--:|--:|--:|\n" +
		"| one set | 4 | .750 (1.000) | .500 | .000 of 2 | .500 of 2 |\n" +
		"| another, trained without it | 1 | 1.000 (1.000) | 1.000 | .000 of 1 |  |\n" + end + "more\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestACardWithoutAPlaceOrFiguresIsRefused(t *testing.T) {
	if _, err := fillCard("no place", "x"); err == nil || !strings.Contains(err.Error(), "no place") {
		t.Errorf("got %v, want that there is no place", err)
	}
	if _, err := fillCard(begin+end, "no figures"); err == nil || !strings.Contains(err.Error(), "no figures") {
		t.Errorf("got %v, want that there are no figures", err)
	}
	if err := WriteCard(t.Context(), "nowhere", &bytes.Buffer{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want a missing file", err)
	}
	file := t.TempDir() + "/figures.txt"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteCard(t.Context(), file, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "repository's root") {
		t.Errorf("got %v, want a hint to run from the repository's root", err)
	}
}

func TestTheCardInTheRepositoryHasAPlaceForFigures(t *testing.T) {
	card, err := os.ReadFile("../../../" + cardFile)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(card), begin) != 1 || strings.Count(string(card), end) != 1 {
		t.Error("got a card without its place for figures")
	}
}
