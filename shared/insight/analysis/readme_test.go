package analysis_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/text"
)

// The README shows a request and, further down, the row that answers it.
var (
	shownText = regexp.MustCompile(`\{"documents":\[\{"id":"1","text":"([^"]+)"\}\]\}`)
	shownRow  = regexp.MustCompile(`(?m)^    \{"id":"1",(?:.*\n)(?:    .*\n)+`)
)

func TestTheReadmeShowsWhatComesOut(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	request, row := shownText.FindSubmatch(readme), shownRow.Find(readme)
	if request == nil || row == nil {
		t.Fatal("the README shows no request, or no row")
	}
	var want strings.Builder
	for line := range strings.Lines(string(row)) {
		want.WriteString(strings.TrimSpace(line))
	}
	var a analysis.Analyzer
	got := a.Analyze(analysis.Message{ID: "1", Text: string(request[1])}, 1, text.CodePoints).AppendJSON(nil)
	if string(got) != want.String() {
		t.Errorf("the row is\n%s\nand the README shows\n%s", got, want.String())
	}
}
