package analysis_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
)

func analyze(message string) *analysis.Row {
	var a analysis.Analyzer
	return a.Analyze(analysis.Message{ID: "m1", Text: message}, 7, text.CodePoints)
}

func TestARowSaysWhatTheMessageSays(t *testing.T) {
	row := analyze("The late fee is outrageous, write to ann.lee@example.com 😡")
	if row.ID != "m1" || row.Line != 7 || row.Language != "en" {
		t.Errorf("id, line, language = %q, %d, %q, want m1, 7, en", row.ID, row.Line, row.Language)
	}
	if row.Sentiment.Label != sentiment.Negative {
		t.Errorf("label = %s, want NEGATIVE", row.Sentiment.Label)
	}
	if len(row.Topics) == 0 || row.Topics[0].Name != "fees" {
		t.Errorf("topics = %v, want fees first", row.Topics)
	}
	want := analysis.Entity{Type: "EMAIL_ADDRESS", Begin: 37, End: 56, Score: 1}
	if len(row.PII) != 1 || row.PII[0].Type != want.Type || row.PII[0].Begin != want.Begin || row.PII[0].End != want.End {
		t.Errorf("pii = %+v, want %+v", row.PII, want)
	}
	if strings.Contains(row.Text, "ann.lee") || !strings.Contains(row.Text, "[EMAIL_ADDRESS]") {
		t.Error("the text of the row is not anonymised")
	}
}

func TestTheGivenLanguageIsKept(t *testing.T) {
	var a analysis.Analyzer
	row := a.Analyze(analysis.Message{ID: "1", Text: "ok", Language: "nl"}, 1, text.CodePoints)
	if row.Language != "nl" {
		t.Errorf("language = %q, want nl", row.Language)
	}
}

func TestOffsetsSliceTheInputInEveryUnit(t *testing.T) {
	message := "Čau 👩‍👩‍👧, mail jan@example.org now"
	var a analysis.Analyzer
	for unit, slice := range map[text.Unit]func(begin, end int) string{
		text.Bytes:      func(begin, end int) string { return message[begin:end] },
		text.CodePoints: func(begin, end int) string { return string([]rune(message)[begin:end]) },
	} {
		row := a.Analyze(analysis.Message{ID: "1", Text: message}, 1, unit)
		if len(row.PII) != 1 {
			t.Fatalf("unit %s: pii = %v, want one entity", unit, row.PII)
		}
		if got := slice(row.PII[0].Begin, row.PII[0].End); got != "jan@example.org" {
			t.Errorf("unit %s slices %q, want jan@example.org", unit, got)
		}
	}
}

func TestALineIsWhatEncodingJSONWouldWrite(t *testing.T) {
	// plain has Row's fields without its method, so that encoding/json writes it by reflection.
	type plain analysis.Row
	rapid.Check(t, func(t *rapid.T) {
		row := analyze(rapid.String().Draw(t, "message"))
		row.ID = rapid.String().Draw(t, "id")
		row.Categories = rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "categories")
		var got, want any
		if err := json.Unmarshal(row.AppendJSON(nil), &got); err != nil {
			t.Fatalf("AppendJSON is not JSON: %v", err)
		}
		reflected, err := json.Marshal((*plain)(row))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(reflected, &want); err != nil {
			t.Fatal(err)
		}
		if g, w := mustJSON(t, got), mustJSON(t, want); g != w {
			t.Fatalf("AppendJSON = %s, want %s", g, w)
		}
	})
}

func mustJSON(t *rapid.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestALineHoldsNoLineBreakOfAnyKind(t *testing.T) {
	got := string(analysis.AppendString(nil, "a\nb\rc\u2028d\u2029e\x00\xff\"\\"))
	want := `"a\nb\rc\u2028d\u2029e\u0000\ufffd\"\\"`
	if got != want {
		t.Errorf("AppendString = %s, want %s", got, want)
	}
}

func TestVerbatimEndsBeforeWhatIsEscapedOrOutsideASCII(t *testing.T) {
	const size = 19
	for c := range 256 {
		want := size
		if c < ' ' || c == '"' || c == '\\' || c >= 0x80 {
			want = 0
		}
		for i := range size {
			s := []byte(strings.Repeat("~", size))
			s[i] = byte(c)
			if got := analysis.Verbatim(string(s)); got != max(want, i) {
				t.Errorf("Verbatim of byte %#x at %d is %d, want %d", c, i, got, max(want, i))
			}
		}
	}
}

func TestReportedScoresSumToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := analyze(rapid.String().Draw(t, "message")).Sentiment.Scores
		if sum := s.Positive + s.Negative + s.Neutral + s.Mixed; math.Abs(sum-1) > 1e-9 {
			t.Fatalf("scores sum to %v, want 1", sum)
		}
	})
}

func TestAnalyzeAllKeepsEveryRow(t *testing.T) {
	var a analysis.Analyzer
	rows := a.AnalyzeAll([]analysis.Message{{ID: "a", Text: "Great, thank you!"}, {ID: "b", Text: "Terrible, I want a refund"}}, text.CodePoints)
	if rows[0].ID != "a" || rows[0].Sentiment.Label != sentiment.Positive || rows[0].Line != 1 {
		t.Errorf("first row = %+v, want a, POSITIVE, line 1", rows[0])
	}
	if rows[1].ID != "b" || rows[1].Sentiment.Label != sentiment.Negative || rows[1].Line != 2 {
		t.Errorf("second row = %+v, want b, NEGATIVE, line 2", rows[1])
	}
}

func TestAConversationIsScoredByParticipant(t *testing.T) {
	var a analysis.Analyzer
	got := a.Converse([]analysis.Message{
		{ID: "1", Participant: analysis.Customer, Text: "This is terrible, my card was declined again."},
		{ID: "2", Participant: analysis.Customer, Text: "I am really angry."},
		{ID: "3", Participant: analysis.Agent, Text: "Let me look at the account."},
		{ID: "4", Participant: analysis.Customer, Text: "That works, thank you so much, excellent service!"},
	}, text.CodePoints)
	if len(got.Turns) != 4 || len(got.Groups) != 3 {
		t.Fatalf("%d turns in %d groups, want 4 in 3", len(got.Turns), len(got.Groups))
	}
	if g := got.Groups[0]; g.FirstTurn != 1 || g.LastTurn != 2 || g.Label != sentiment.Negative || g.ProgressiveScore != -1.6667 {
		t.Errorf("first group = %+v, want turns 1-2, NEGATIVE, -1.6667", g)
	}
	customer := got.Participants[0]
	if customer.Participant != analysis.Customer || customer.BeginScore != -5 || customer.EndScore != 5 || customer.Shift != 10 {
		t.Errorf("customer = %+v, want begin -5, end 5, shift 10", customer)
	}
	if len(got.Participants) != 2 || got.Participants[1].OverallScore != 0 {
		t.Errorf("participants = %+v, want the agent with overall 0", got.Participants)
	}
}

func BenchmarkAnalyze(b *testing.B) {
	for _, test := range []struct{ name, message string }{ // of 120 bytes
		{"ordinary", "Hello, the parcel with my new shoes was due on Monday and has not arrived yet. Can you tell me where it is now, please??"},
		{"personal", "I am Sarah Whitfield and have waited two weeks for my refund. Call 212-555-0143 or write to me: s.whitfield@example.com"},
	} {
		b.Run(test.name, func(b *testing.B) {
			message := analysis.Message{ID: "1", Text: test.message}
			var a analysis.Analyzer
			line := make([]byte, 0, 4096)
			b.SetBytes(int64(len(message.Text)))
			b.ReportAllocs()
			for b.Loop() {
				line = a.Analyze(message, 1, text.CodePoints).AppendJSON(line[:0])
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}
