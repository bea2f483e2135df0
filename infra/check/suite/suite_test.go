package suite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/check/suite"
)

// machine is a stand-in for the programs: what each prints and whether it fails. The keys are the first words of a command.
type machine struct {
	events string // what go test prints
	again  string // what it prints for single tests
	fail   map[string]error
	cgo    string
	ran    []string
}

func (m *machine) command(_ context.Context, folder string, read func(io.Reader) error, name string, args ...string) error {
	line := name + " " + strings.Join(args, " ")
	m.ran = append(m.ran, line)
	output := ""
	switch {
	case strings.HasPrefix(line, "go env"):
		output = m.cgo + "\ncc\n"
	case strings.Contains(line, " -run "):
		output = m.again
	case strings.HasPrefix(line, "go test"):
		output = m.events
		profile := "mode: atomic\ngithub.com/customerai/customerai/shared/a/a.go:1.1,2.2 10 1\n"
		if err := os.WriteFile(filepath.Join(folder, ".build", "coverage.out"), []byte(profile), 0o600); err != nil {
			return fmt.Errorf("write the profile: %w", err)
		}
	}
	unread := read(strings.NewReader(output))
	for prefix, err := range m.fail {
		if strings.HasPrefix(line, prefix) {
			return err
		}
	}
	return unread
}

const (
	passes = `{"Action":"pass","Package":"p","Test":"TestA"}` + "\n" + `{"Action":"pass","Package":"p"}` + "\n"
	fails  = `{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:3: got 1\n"}` + "\n" +
		`{"Action":"fail","Package":"p","Test":"TestB"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n"
	distorted = `{"Action":"output","Package":"p","Test":"TestD/x","Output":"    d_test.go:3: the race detector allocates\n"}` + "\n" +
		`{"Action":"skip","Package":"p","Test":"TestD/x"}` + "\n" + `{"Action":"pass","Package":"p"}` + "\n" +
		`{"Action":"output","Package":"o","Test":"TestE","Output":"    d_test.go:3: the race detector allocates\n"}` + "\n" +
		`{"Action":"skip","Package":"o","Test":"TestE"}` + "\n" + `{"Action":"pass","Package":"o"}` + "\n"
	skips = `{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:3: needs ../shared/data\n"}` + "\n" +
		`{"Action":"skip","Package":"p","Test":"TestC"}` + "\n" + `{"Action":"pass","Package":"p"}` + "\n"
)

func run(t *testing.T, m *machine, change func(*suite.Config)) (counts suite.Counts, output string, err error) {
	t.Helper()
	if m.cgo == "" {
		m.cgo = "1"
	}
	var out bytes.Buffer
	config := suite.Config{Root: t.TempDir(), Out: &out, Command: m.command}
	if change != nil {
		change(&config)
	}
	counts, err = suite.Run(t.Context(), config)
	return counts, out.String(), err
}

func TestAGoodTreePassesAndEndsWithTheCounts(t *testing.T) {
	m := &machine{events: passes}
	_, output, err := run(t, m, nil)
	if err != nil {
		t.Errorf("err = %v, want nil; output:\n%s", err, output)
	}
	if want := "1 passed, 0 failed, 0 skipped\n"; !strings.HasSuffix(output, "\n"+want) {
		t.Errorf("output ends %q, want %q", output[max(0, len(output)-60):], want)
	}
	ran := strings.Join(m.ran, "\n")
	for _, want := range []string{"go vet ./...", "-race", "go run ./infra/gen -check"} {
		if !strings.Contains(ran, want) {
			t.Errorf("ran %s\nwant %s", ran, want)
		}
	}
}

func TestADeskRemembersWhatHasPassedAndCIRunsAllOfItInRandomOrder(t *testing.T) {
	for ci, want := range map[bool]bool{true: true, false: false} {
		m := &machine{events: distorted, again: passes}
		if _, output, err := run(t, m, func(c *suite.Config) { c.CI = ci }); err != nil {
			t.Errorf("err = %v, want nil; output:\n%s", err, output)
		}
		for _, line := range m.ran {
			if strings.HasPrefix(line, "go test") && strings.Contains(line, "-count=1") != want {
				t.Errorf("CI %t: ran %s, want -count=1: %t", ci, line, want)
			}
			if strings.HasPrefix(line, "go test") && strings.Contains(line, "-race") && strings.Contains(line, "-shuffle=on") != want {
				t.Errorf("CI %t: ran %s, want -shuffle=on: %t", ci, line, want)
			}
		}
	}
}

func TestADoorOfItsOwnHasNoGatesAndAsksForWhatItNeeds(t *testing.T) {
	missing := strings.ReplaceAll(skips, "needs ../shared/data", "podman is missing: there is no runc on the PATH")
	for name, test := range map[string]struct {
		events  string
		ci      bool
		without []string
		want    string
		wantErr bool
	}{
		"what runs":                  {events: passes, ci: true, want: "1 passed, 0 failed, 0 skipped"},
		"what fails":                 {events: fails, want: "b_test.go:3: got 1", wantErr: true},
		"what cannot run, on a desk": {events: missing, want: "NOT RUN on this machine: 1"},
		"what cannot run, under CI":  {events: missing, ci: true, want: "apt-get install podman", wantErr: true},
		"what is known not to run":   {events: missing, ci: true, without: []string{"podman"}, want: "NOT RUN on this machine: 1"},
	} {
		t.Run(name, func(t *testing.T) {
			m := &machine{events: test.events}
			_, output, err := run(t, m, func(c *suite.Config) {
				c.Tags, c.Packages, c.CI, c.Without = "samlocal", []string{"./infra/samlocal"}, test.ci, test.without
			})
			if (err != nil) != test.wantErr || !strings.Contains(output, test.want) {
				t.Errorf("err = %v, output %s\nwant %q", err, output, test.want)
			}
			if got, want := strings.Join(m.ran, "\n"), "go vet -tags=samlocal ./infra/samlocal\ngo test -json -count=1 -timeout=15m -tags=samlocal ./infra/samlocal"; got != want {
				t.Errorf("ran %s\nwant %s", got, want)
			}
		})
	}
}

func TestEveryStepThatFailsIsNamedAndHidesNoOther(t *testing.T) {
	for name, test := range map[string]struct {
		machine machine
		want    string
	}{
		"vet":            {machine{events: passes, fail: map[string]error{"go vet": errors.New("vetted badly")}}, "vet: vetted badly"},
		"a test":         {machine{events: fails, fail: map[string]error{"go test": errors.New("exit status 1")}}, "b_test.go:3: got 1"},
		"no events":      {machine{events: "go: broken\n", fail: map[string]error{"go test": errors.New("exit status 1")}}, "go: broken"},
		"a silent crash": {machine{events: passes, fail: map[string]error{"go test": errors.New("exit status 2")}}, "exit status 2"},
		"drift":          {machine{events: passes, fail: map[string]error{"go run ./infra/gen": errors.New("template.yaml is stale")}}, "template.yaml is stale"},
	} {
		t.Run(name, func(t *testing.T) {
			_, output, err := run(t, &test.machine, nil)
			if err == nil || !strings.Contains(output, test.want) {
				t.Errorf("err = %v, want one, and %q in the output:\n%s", err, test.want, output)
			}
			if last := test.machine.ran[len(test.machine.ran)-1]; !strings.HasPrefix(last, "go run ./infra/gen") {
				t.Errorf("the last command is %q, want every step to run", last)
			}
		})
	}
}

func TestWhatCannotRunIsListedAndFailsUnderCIUnlessDeclared(t *testing.T) {
	for name, test := range map[string]struct {
		events, cgo string
		ci          bool
		without     []string
		wantErr     bool
		want        string
	}{
		"a skip on a desk":                 {events: skips, want: "needs ../shared/data"},
		"a skip that Go would remember":    {events: skips, want: "go clean -testcache"},
		"a skip under CI":                  {events: skips, ci: true, wantErr: true, want: "NOT RUN on this machine: 1"},
		"a declared skip under CI":         {events: skips, ci: true, without: []string{"data"}, want: "NOT RUN on this machine: 1"},
		"another declaration":              {events: skips, ci: true, without: []string{"race"}, wantErr: true, want: "needs ../shared/data"},
		"no compiler on a desk":            {events: passes, cgo: "0", want: "the race detector: cgo is off"},
		"no compiler under CI":             {events: passes, cgo: "0", ci: true, wantErr: true, want: "the race detector"},
		"no compiler, declared, under CI":  {events: passes, cgo: "0", ci: true, without: []string{"race"}, want: "the race detector"},
		"nothing missing, all run, and CI": {events: passes, ci: true, want: "1 passed"},
	} {
		t.Run(name, func(t *testing.T) {
			_, output, err := run(t, &machine{events: test.events, cgo: test.cgo}, func(c *suite.Config) { c.CI, c.Without = test.ci, test.without })
			if (err != nil) != test.wantErr || !strings.Contains(output, test.want) {
				t.Errorf("err = %v, want one: %t, and %q in the output:\n%s", err, test.wantErr, test.want, output)
			}
		})
	}
}

func TestWhatTheRaceDetectorDistortsRunsOnceMoreWithoutIt(t *testing.T) {
	for name, test := range map[string]struct {
		again string
		want  string
		fails bool
	}{
		"and passes": {`{"Action":"pass","Package":"p","Test":"TestD"}` + "\n" + `{"Action":"pass","Package":"p"}`, "1 passed, 0 failed, 0 skipped", false},
		"and fails":  {fails, "0 passed, 1 failed, 0 skipped", true},
		"and skips":  {skips, "0 passed, 0 failed, 1 skipped", true},
	} {
		t.Run(name, func(t *testing.T) {
			m := &machine{events: distorted, again: test.again}
			counts, output, err := run(t, m, func(c *suite.Config) { c.CI = true })
			if counts.String() != test.want || (err != nil) != test.fails {
				t.Errorf("got %s and %v, want %s; output:\n%s", counts, err, test.want, output)
			}
			if ran := strings.Join(m.ran, "\n"); strings.Count(ran, "-run ^(TestD|TestE)$") != 1 || !strings.Contains(ran, " o p\n") {
				t.Errorf("ran:\n%s\nwant TestD and TestE once more, without -race", ran)
			}
		})
	}
}

func TestACompilerThatDoesNotRunMeansNoRaceDetector(t *testing.T) {
	m := &machine{events: passes, fail: map[string]error{"cc --version": errors.New("not found")}}
	_, output, err := run(t, m, nil)
	if err != nil || !strings.Contains(output, "the C compiler cc does not run") || strings.Contains(strings.Join(m.ran, " "), "-race") {
		t.Errorf("err = %v, want tests without -race and a word about it; output:\n%s", err, output)
	}
}

func TestSomePackagesAloneDoNotPassTheGates(t *testing.T) {
	_, output, err := run(t, &machine{events: passes}, func(c *suite.Config) { c.Packages, c.CI = []string{"./shared/errs"}, true })
	if err == nil || !strings.Contains(output, "only some packages") {
		t.Errorf("err = %v, want CI to refuse a part; output:\n%s", err, output)
	}
}

func TestRedIsRedOnlyWhereColoursAre(t *testing.T) {
	for colour, want := range map[bool]bool{true: true, false: false} {
		_, output, _ := run(t, &machine{events: skips}, func(c *suite.Config) { c.Colour = colour })
		if got := strings.Contains(output, "\x1b[31m"); got != want {
			t.Errorf("with colours %t, red = %t", colour, got)
		}
	}
}

func TestExecHandsOverOutputAndKeepsStandardError(t *testing.T) {
	var got string
	read := func(r io.Reader) error { b, err := io.ReadAll(r); got = string(b); return err }
	if err := suite.Exec(t.Context(), ".", read, "go", "env", "GOOS"); err != nil || strings.TrimSpace(got) == "" {
		t.Errorf("Exec(go env GOOS) = %v with output %q", err, got)
	}
	if err := suite.Exec(t.Context(), ".", read, "go", "no-such-command"); err == nil || !strings.Contains(err.Error(), "unknown command") {
		t.Errorf("err = %v, want the go command's words", err)
	}
	if err := suite.Exec(t.Context(), ".", read, "no-such-program"); err == nil {
		t.Error("Exec of no program = nil, want an error")
	}
	broken := errors.New("reader broke")
	if err := suite.Exec(t.Context(), ".", func(io.Reader) error { return broken }, "go", "env"); !errors.Is(err, broken) {
		t.Errorf("err = %v, want %v", err, broken)
	}
}

func TestTheRaceDetectorDoesNotSleepUnlessSomebodyWants(t *testing.T) {
	var got string
	read := func(r io.Reader) error { b, err := io.ReadAll(r); got = string(b); return err }
	t.Setenv("GORACE", "halt_on_error=1")
	if err := suite.Exec(t.Context(), ".", read, "env"); err != nil || !strings.Contains(got, "GORACE=halt_on_error=1") || strings.Contains(got, "sleep") {
		t.Errorf("Exec(env) = %v with %s, want what was set", err, got)
	}
	if err := os.Unsetenv("GORACE"); err != nil {
		t.Fatal(err)
	}
	if err := suite.Exec(t.Context(), ".", read, "env"); err != nil || !strings.Contains(got, "GORACE=atexit_sleep_ms=10") {
		t.Errorf("Exec(env) = %v with %s, want a sleep of 10 ms", err, got)
	}
}
