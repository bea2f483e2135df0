package analysis

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/text"
)

func TestEachGivesTheRowsOfAnalyze(t *testing.T) {
	long := strings.Repeat("Ann Lee was very helpful, but the fee is outrageous. ", 100)
	texts := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"", "Great phone, awful delivery", "Call Ann Lee on 212-555-0143!", "Čau, das Paket ist nicht angekommen 😡", long,
	}))
	rapid.Check(t, func(t *rapid.T) {
		var messages []Message
		for _, s := range rapid.SliceOfN(texts, 0, 2*Stride+1).Draw(t, "texts") {
			messages = append(messages, Message{ID: s[:min(len(s), 5)], Text: s})
		}
		var together, alone Analyzer
		rows := 0
		for i, row := range together.Each(messages, text.CodePoints) {
			got, want := string(row.AppendJSON(nil)), string(alone.Analyze(messages[i], i+1, text.CodePoints).AppendJSON(nil))
			if i != rows || got != want {
				t.Fatalf("row %d is of message %d: got\n%s\nwant\n%s", rows, i, got, want)
			}
			rows++
		}
		if rows != len(messages) {
			t.Fatalf("%d rows of %d messages", rows, len(messages))
		}
	})
}

func TestALongMessageIsAStrideOfItsOwn(t *testing.T) {
	short, long := Message{Text: "short"}, Message{Text: strings.Repeat("l", strideBytes)}
	for name, test := range map[string]struct {
		messages []Message
		want     int
	}{
		"none":           {nil, 0},
		"a few":          {[]Message{short, short}, 2},
		"many":           {make([]Message, Stride+1), Stride},
		"a long one":     {[]Message{long, short}, 1},
		"short and long": {[]Message{short, short, long, short}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			if got := stride(test.messages); got != test.want {
				t.Errorf("a stride of %d messages, want %d", got, test.want)
			}
		})
	}
}
