package report_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/local/report"
)

func TestABarShowsItsShareAndNote(t *testing.T) {
	var screen strings.Builder
	bar := report.Bar{W: &screen}
	bar.Draw(0.5, "10 rows")
	if got := screen.String(); strings.Count(got, "█") != 15 || strings.Count(got, "░") != 15 || !strings.HasSuffix(got, " 50 %  10 rows") {
		t.Errorf("half a bar = %q, want 15 full and 15 empty cells, 50 %% and the note", got)
	}
	before := screen.Len()
	bar.Draw(0.5, "10 rows")
	if screen.Len() != before {
		t.Error("an unchanged bar was drawn again")
	}
	bar.Draw(7, "all")
	if got := screen.String(); !strings.HasSuffix(got, "100 %  all") {
		t.Errorf("a share over 1 = %q, want 100 %%", got)
	}
	bar.Clear()
	if got := screen.String(); !strings.HasSuffix(got, "\r\x1b[K") {
		t.Errorf("after Clear the screen ends %q, want the line removed", got)
	}
}

func TestAnUnknownShareShowsTheNoteAlone(t *testing.T) {
	var screen strings.Builder
	bar := report.Bar{W: &screen}
	bar.Draw(-1, "10 rows")
	if got := screen.String(); got != "\r\x1b[K10 rows" {
		t.Errorf("screen = %q, want the note alone", got)
	}
}

func TestABarWithoutAScreenDrawsNothing(*testing.T) {
	var bar report.Bar
	bar.Draw(0.5, "10 rows")
	bar.Clear()
}

func TestCountSeparatesThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := report.Count(n); got != want {
			t.Errorf("Count(%d) = %s, want %s", n, got, want)
		}
	}
}
