package testlog_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/customerai/customerai/infra/check/testlog"
)

func read(t *testing.T, lines ...string) (testlog.Summary, []testlog.Package) {
	t.Helper()
	var ended []testlog.Package
	summary, err := testlog.Read(strings.NewReader(strings.Join(lines, "\n")), func(p testlog.Package) { ended = append(ended, p) })
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return summary, ended
}

func TestResultsAreCountedByTheirLeaves(t *testing.T) {
	got, ended := read(t,
		`{"Action":"start","Package":"p"}`,
		`{"Action":"pass","Package":"p","Test":"TestA/x"}`,
		`{"Action":"pass","Package":"p","Test":"TestA/y/z"}`,
		`{"Action":"pass","Package":"p","Test":"TestA/y"}`,
		`{"Action":"pass","Package":"p","Test":"TestA"}`,
		`{"Action":"pass","Package":"p","Test":"TestAlone"}`,
		`{"Action":"pass","Package":"p","Elapsed":1.5}`,
	)
	if got.Passed != 3 || got.Failed != 0 || got.Skipped != 0 {
		t.Errorf("got %d passed, %d failed, %d skipped, want 3, 0, 0", got.Passed, got.Failed, got.Skipped)
	}
	if len(ended) != 1 || ended[0].Path != "p" || ended[0].Elapsed.Seconds() != 1.5 {
		t.Errorf("ended = %v, want p after 1.5s", ended)
	}
}

func TestAFailureKeepsWhatItPrinted(t *testing.T) {
	got, _ := read(t,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:7: got 1, want 2\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestA"}`,
		`{"Action":"fail","Package":"p"}`,
	)
	if got.Failed != 1 || len(got.Failures) != 1 || !strings.Contains(got.Failures[0].Output, "got 1, want 2") {
		t.Errorf("got %+v, want the one failure and its words", got)
	}
}

func TestAParentThatFailsByItselfIsShownButNotCountedTwice(t *testing.T) {
	got, _ := read(t,
		`{"Action":"fail","Package":"p","Test":"TestA/x"}`,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:9: after the cases\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestA"}`,
		`{"Action":"fail","Package":"p"}`,
	)
	if got.Failed != 1 || len(got.Failures) != 2 {
		t.Errorf("got %d failed and %d shown, want 1 and 2", got.Failed, len(got.Failures))
	}
}

func TestAPackageThatDoesNotBuildIsOneFailureWithTheCompilersWords(t *testing.T) {
	got, _ := read(t,
		`{"ImportPath":"p [p.test]","Action":"build-output","Output":"p/a.go:3:1: syntax error\n"}`,
		`{"ImportPath":"p [p.test]","Action":"build-fail"}`,
		`{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}`,
	)
	if got.Failed != 1 || !strings.Contains(got.Failures[0].Output, "syntax error") {
		t.Errorf("got %+v, want one failure with the compiler's words", got)
	}
}

func TestAPackageThatDiesWithoutNamingATestIsOneFailure(t *testing.T) {
	got, _ := read(t,
		`{"Action":"pass","Package":"p","Test":"TestA"}`,
		`{"Action":"output","Package":"p","Output":"panic: in TestMain\n"}`,
		`{"Action":"fail","Package":"p"}`,
	)
	if got.Passed != 1 || got.Failed != 1 || !strings.Contains(got.Failures[0].Output, "TestMain") {
		t.Errorf("got %+v, want one passed and one failed", got)
	}
}

func TestASkipTellsItsReason(t *testing.T) {
	got, _ := read(t,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}`,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:12: the vectors are not there\n"}`,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"--- SKIP: TestA (0.00s)\n"}`,
		`{"Action":"skip","Package":"p","Test":"TestA"}`,
		`{"Action":"skip","Package":"p","Test":"TestB"}`,
		`{"Action":"pass","Package":"p"}`,
		`{"Action":"skip","Package":"without/tests"}`,
	)
	if got.Skipped != 2 {
		t.Fatalf("%d skipped, want 2: a package without tests is not a skipped test", got.Skipped)
	}
	for i, want := range []string{"the vectors are not there", "no reason given"} {
		if reason := got.Skips[i].Reason(); reason != want {
			t.Errorf("Reason() = %q, want %q", reason, want)
		}
	}
}

func TestTheSlowestPackageComesFirst(t *testing.T) {
	got, _ := read(t, `{"Action":"pass","Package":"quick","Elapsed":0.1}`, `{"Action":"pass","Package":"slow","Elapsed":9}`)
	if got.Slowest[0].Path != "slow" {
		t.Errorf("slowest = %v, want slow first", got.Slowest)
	}
}

func TestAStreamWithoutEventsIsAnError(t *testing.T) {
	if _, err := testlog.Read(strings.NewReader("go: no such tool\n"), func(testlog.Package) {}); err == nil || !strings.Contains(err.Error(), "no such tool") {
		t.Errorf("err = %v, want the go command's words", err)
	}
	broken := errors.New("pipe broke")
	if _, err := testlog.Read(iotest.ErrReader(broken), func(testlog.Package) {}); !errors.Is(err, broken) {
		t.Errorf("err = %v, want %v", err, broken)
	}
}
