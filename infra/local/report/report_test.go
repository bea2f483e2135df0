package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/local/report"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

func write(t *testing.T, run report.Run) string {
	t.Helper()
	var out strings.Builder
	if err := report.Write(&out, run); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAReportShowsWhatAPersonAsks(t *testing.T) {
	summary := tally.Summary{
		Rows: 2000, Results: 1998, Rejected: 2,
		Sentiment:    tally.Labels{Positive: 999, Negative: 999},
		Satisfaction: tally.Satisfaction{Mean: 5.64},
		Topics:       []tally.TopicCount{{Name: "fees", Count: 1200, Sentiment: -0.4251}},
		PII:          []tally.TypeCount{{Type: "EMAIL_ADDRESS", Count: 31}},
		Rejections:   []tally.RejectionCount{{Field: "text", Message: "is empty", Count: 2}},
	}
	got := write(t, report.Run{Name: "m.csv", Summary: summary, Elapsed: 2 * time.Second, Cores: 2})
	for _, want := range []string{
		"m.csv: 2,000 rows, 1,998 analysed, 2 rejected",
		"1,000 messages/s on 2 cores, 2.00 s",
		"mean satisfaction 5.6 of 10",
		"positive      999   50 %  ███████████████\n",
		"fees  1,200  -0.43",
		"EMAIL_ADDRESS  31",
		"2  text  is empty",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("report lacks %q:\n%s", want, got)
		}
	}
}

func TestAReportWithoutResultsShowsRejectionsAlone(t *testing.T) {
	got := write(t, report.Run{Name: "m.csv", Summary: tally.Summary{
		Rows: 1, Rejected: 1, Rejections: []tally.RejectionCount{{Field: "text", Message: "is empty", Count: 1}},
	}})
	if strings.Contains(got, "Sentiment") || strings.Contains(got, "messages/s") || !strings.Contains(got, "Rejected rows") {
		t.Errorf("report = %q, want rejected rows and nothing else", got)
	}
}

func TestALongListIsCutAndSaysSo(t *testing.T) {
	summary := tally.Summary{Rows: 1, Results: 1}
	for range 10 {
		summary.PII = append(summary.PII, tally.TypeCount{Type: "URL", Count: 1})
	}
	if got := write(t, report.Run{Summary: summary}); !strings.Contains(got, "and 2 more types") || !strings.Contains(got, "  none\n") {
		t.Errorf("report = %q, want the cut said and no topics", got)
	}
}
