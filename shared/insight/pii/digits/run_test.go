package digits_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/pii/digits"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/text"
)

// written returns the groups of the run at the first digit, plus sign or bracket of s, each behind its separator.
func written(s string) (groups string, run digits.Run) {
	var d text.Document
	d.Reset(s)
	digits.Read(&evidence.Sheet{Doc: &d, Text: s}, strings.IndexAny(s, "+(0123456789"), &run)
	var b strings.Builder
	for i, g := range run.Groups[:run.N] {
		if i > 0 {
			b.WriteByte(g.Sep)
		}
		b.WriteString(s[g.Begin:g.End])
	}
	return b.String(), run
}

func TestRead(t *testing.T) {
	for s, want := range map[string]string{
		"call 555-0132 now":       "555-0132",
		"(415) 555-0132":          "415(555-0132",
		"+44 20 7946 0958":        "44 20 7946 0958",
		"12\u00A034\u201356":      "12 34-56",
		"1.2.3.4":                 "1.2.3.4",
		"12 - 34":                 "12-34",
		"12, 34":                  "12",
		"4111 1111abc":            "4111",
		"2024-02-29T14:05":        "2024-02-29",
		"555-0132x12":             "555-0132",
		"12/34-":                  "12/34",
		"7abc":                    "",
		strings.Repeat("1 ", 100): strings.TrimSpace(strings.Repeat("1 ", 24)),
	} {
		if got, _ := written(s); got != want {
			t.Errorf("Read(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestWhatIsPartOfSomethingLongerIsAttached(t *testing.T) {
	for s, want := range map[string]bool{
		"12 34": false, "ABC-1234": true, "$1234": true, "#1234": true, "€1234": true, "£1234": true, "1234%": true, "1234-5B": true, "1234-": false, "x_1234": true,
		"a:1234": false,
	} {
		if _, run := written(s); run.Attached != want {
			t.Errorf("the run of %q is attached: %v, want %v", s, run.Attached, want)
		}
	}
}

func TestShapesOfARun(t *testing.T) {
	s := "+1 415-555-0132"
	_, run := written(s)
	if !run.Plus || !run.Sizes(0, 1, 3, 3, 4) || run.Sizes(0, 1, 3, 3, 5) || run.Sizes(2, 3, 4, 1) || !run.Uniform(1, 4, '-') || run.Uniform(0, 4, '-') || run.Sep(1) != ' ' {
		t.Errorf("run = %+v, want a plus sign, groups of 1, 3, 3 and 4, and hyphens behind the first", run)
	}
	var d text.Document
	d.Reset(s)
	sheet := evidence.Sheet{Doc: &d, Text: s}
	var buf [20]byte
	if got := digits.Collect(&sheet, &run, 1, 4, &buf); string(got) != "4155550132" {
		t.Errorf("Collect = %q, want 4155550132", got)
	}
	s = strings.Repeat("1234567 ", 3)
	_, run = written(s)
	if got := digits.Collect(&evidence.Sheet{Text: s}, &run, 0, 3, &buf); got != nil {
		t.Errorf("Collect of 21 digits = %q, want nothing: they do not fit", got)
	}
}
