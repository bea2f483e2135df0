package coverage_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/customerai/customerai/infra/check/coverage"
)

func read(t *testing.T, profile string) coverage.Report {
	t.Helper()
	report, err := coverage.Read(strings.NewReader("mode: atomic\n"+profile), "example.org/m", func(file string) bool {
		return strings.HasSuffix(file, "_generated.go")
	})
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return report
}

func TestSharesAreOfStatements(t *testing.T) {
	got := read(t, "example.org/m/shared/a/a.go:1.1,2.2 9 1\nexample.org/m/shared/a/a.go:3.1,4.2 1 0\nexample.org/m/shared/b/b.go:1.1,2.2 10 5\n")
	if len(got.Packages) != 2 || got.Packages[0].Percent() != 90 || got.Packages[1].Percent() != 100 || got.Total.Percent() != 95 {
		t.Errorf("got %+v, want 90, 100 and 95 %% in total", got)
	}
	if problems := got.Problems(); len(problems) > 0 {
		t.Errorf("Problems() = %q, want none", problems)
	}
}

func TestABlockCountsOnceAndIsCoveredWhenAnyoneRanIt(t *testing.T) {
	got := read(t, "example.org/m/a/a.go:1.1,2.2 4 0\nexample.org/m/a/a.go:1.1,2.2 4 7\nexample.org/m/a/a.go:1.1,2.2 4 0\n")
	if got.Total.Statements != 4 || got.Total.Covered != 4 {
		t.Errorf("got %+v, want 4 of 4", got.Total)
	}
}

func TestBothGatesAreNamed(t *testing.T) {
	problems := strings.Join(read(t, "example.org/m/shared/a/a.go:1.1,2.2 70 1\nexample.org/m/shared/a/a.go:3.1,4.2 30 0\n").Problems(), "\n")
	for _, want := range []string{"in total is 70.0 %", "of shared/a is 70.0 %"} {
		if !strings.Contains(problems, want) {
			t.Errorf("Problems() = %q, want %q", problems, want)
		}
	}
}

func TestMainsSuitesAndGeneratedFilesAreNotJudged(t *testing.T) {
	got := read(t, `example.org/m/functions/token/main.go:1.1,2.2 50 0
example.org/m/shared/storage/table/tabletest/suite.go:1.1,2.2 50 0
example.org/m/shared/a/page_generated.go:1.1,2.2 50 0
example.org/m/functions/token/handler/handler.go:1.1,2.2 5 1
`)
	if len(got.Packages) != 1 || got.Packages[0].Path != "functions/token/handler" || got.Total.Percent() != 100 {
		t.Errorf("got %+v, want the handler alone", got)
	}
}

func TestAProfileThatMeasuresNothingIsRefused(t *testing.T) {
	for name, profile := range map[string]string{
		"an empty profile":    "",
		"only its first line": "mode: atomic\n",
		"something else":      "hello world\n",
		"a count in words":    "example.org/m/a/a.go:1.1,2.2 1 many\n",
		"mains alone":         "example.org/m/functions/token/main.go:1.1,2.2 50 9\n",
	} {
		if _, err := coverage.Read(strings.NewReader(profile), "example.org/m", func(string) bool { return false }); err == nil {
			t.Errorf("%s: Read = nil, want an error", name)
		}
	}
	broken := errors.New("disk broke")
	if _, err := coverage.Read(iotest.ErrReader(broken), "example.org/m", func(string) bool { return false }); !errors.Is(err, broken) {
		t.Errorf("err = %v, want %v", err, broken)
	}
}

func TestAPackageWithoutStatementsIsWhole(t *testing.T) {
	if got := (coverage.Package{}).Percent(); got != 100 {
		t.Errorf("Percent() = %v, want 100", got)
	}
}
