// Package suite runs every test that can run on this machine and says what could not.
//
// Normal use: `make test`, which is `go run ./infra/check`.
//
//	counts, err := suite.Run(ctx, suite.Config{Root: ".", CI: ci, Out: os.Stdout, Command: suite.Exec})
//
// It vets, tests with the race detector, gates coverage and regenerates the generated files, and leaves the profile and the
// closing line in .build/coverage.out and .build/counts. A test that skips itself, or a step that this machine cannot take,
// is listed in red at the end. Under CI such a thing fails, unless the machine has declared beforehand, in Config.Without,
// that it lacks the prerequisite.
//
// On a desk, what has passed and has not changed since is not run again: Go's cache of results remembers it. CI remembers
// nothing, and runs every test, in random order.
//
// It refuses silence: nothing is skipped without being named, and no failure hides a later step.
package suite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/customerai/customerai/infra/check/coverage"
	"github.com/customerai/customerai/infra/check/testlog"
)

// Config says where and how to run.
type Config struct {
	Root     string   // the module's folder
	Packages []string // what to test; default everything, which is also what the coverage gate asks for
	Tags     string   // the build tag of tests that have a door of their own: no gates, and their counts are not the suite's
	CI       bool     // everything runs, and what cannot run fails
	Without  []string // names of Prerequisites that this machine is known to lack
	Colour   bool
	Out      io.Writer
	Command  Command
}

// Command runs a program in the module's folder and hands its standard output to read while it runs. The error says that
// the program did not start or did not succeed, and carries what it wrote to standard error.
type Command func(ctx context.Context, folder string, read func(io.Reader) error, name string, args ...string) error

// Counts are results of tests, as `go test` saw them.
type Counts struct{ Passed, Failed, Skipped int }

// String is the plain closing line.
func (c Counts) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", c.Passed, c.Failed, c.Skipped)
}

// run is one run of the suite.
type run struct {
	Config
	problems []string // what failed
	missing  []string // what could not run
	excused  []string // what could not run on a machine that said so
}

// Run takes every step and reports. The error is one line that says how many things are wrong; they have been printed.
func Run(ctx context.Context, config Config) (Counts, error) {
	r := &run{Config: config}
	if len(r.Packages) == 0 {
		r.Packages = []string{"./..."}
	}
	whole := slices.Equal(r.Packages, []string{"./..."})
	build, err := filepath.Abs(filepath.Join(r.Root, ".build"))
	if err == nil {
		err = os.MkdirAll(build, 0o750)
	}
	if err != nil {
		return Counts{}, fmt.Errorf("make the folder .build: %w", err)
	}
	if r.Tags != "" {
		return r.door(ctx)
	}
	r.step("vet", func() error { return r.plain(ctx, "go", append([]string{"vet"}, r.Packages...)...) })
	profile := filepath.Join(build, "coverage.out")
	counts := r.test(ctx, profile)
	if whole {
		r.step("coverage", func() error { return r.gate(profile) })
		r.step("generated files", func() error { return r.plain(ctx, "go", "run", "./infra/gen", "-check") })
	} else {
		r.lack("the gates of coverage and generated files: only some packages were asked for")
	}
	if err := os.WriteFile(filepath.Join(build, "counts"), []byte(counts.String()+"\n"), 0o600); err != nil {
		r.problems = append(r.problems, "keep the counts: "+err.Error())
	}
	return counts, r.conclude(counts)
}

// door runs tests that are not part of the suite, because of what they need or how long they take.
func (r *run) door(ctx context.Context) (Counts, error) {
	tags := "-tags=" + r.Tags
	r.step("vet", func() error { return r.plain(ctx, "go", append([]string{"vet", tags}, r.Packages...)...) })
	summary := r.goTest(ctx, append([]string{"-count=1", "-timeout=15m", tags}, r.Packages...))
	for _, s := range summary.Skips {
		r.lack(fmt.Sprintf("%s %s: %s", s.Package, s.Test, s.Reason()))
	}
	counts := Counts{Passed: summary.Passed, Failed: summary.Failed, Skipped: summary.Skipped}
	return counts, r.conclude(counts)
}

// step runs one step and keeps its failure for the end.
func (r *run) step(name string, do func() error) {
	begun := time.Now()
	err := do()
	if err != nil {
		r.problems = append(r.problems, name+": "+err.Error())
	}
	r.say("%s %s (%.1fs)\n", r.mark(err == nil), name, time.Since(begun).Seconds())
}

func (r *run) plain(ctx context.Context, name string, args ...string) error {
	return r.Command(ctx, r.Root, func(output io.Reader) error { _, err := io.Copy(r.Out, output); return err }, name, args...)
}

// test runs the tests and returns their counts.
func (r *run) test(ctx context.Context, profile string) Counts {
	args := []string{"-timeout=15m", "-covermode=atomic", "-coverprofile=" + profile}
	if r.CI {
		args = append(args, "-count=1", "-shuffle=on")
	}
	if err := r.compiler(ctx); err == nil {
		args = append(args, "-race")
	} else {
		r.lack("the race detector: " + err.Error())
	}
	summary := r.goTest(ctx, append(args, r.Packages...))
	passes := []testlog.Summary{summary}
	var skips []testlog.Result
	if tests, packages := refused(summary.Skips); len(tests) > 0 {
		args := []string{"-timeout=15m", "-run", "^(" + strings.Join(tests, "|") + ")$"}
		if r.CI {
			args = append(args, "-count=1")
		}
		passes = append(passes, r.goTest(ctx, append(args, packages...)))
	}
	for i, pass := range passes {
		for _, s := range pass.Skips {
			if i > 0 || !refusesRace(s) {
				skips = append(skips, s)
			}
		}
	}
	var counts Counts
	for _, pass := range passes {
		counts.Passed += pass.Passed
		counts.Failed += pass.Failed
	}
	counts.Skipped = len(skips)
	for _, s := range skips {
		r.lack(fmt.Sprintf("%s %s: %s", s.Package, s.Test, s.Reason()))
	}
	return counts
}

// refused returns the tests that skipped themselves because the race detector distorts what they measure or makes them too
// slow, and their packages, each once and in order: Go's cache knows a run by its arguments. They run once more without it.
func refused(skips []testlog.Result) (tests, packages []string) {
	for _, s := range skips {
		if refusesRace(s) {
			top, _, _ := strings.Cut(s.Test, "/")
			tests, packages = append(tests, top), append(packages, s.Package)
		}
	}
	slices.Sort(tests)
	slices.Sort(packages)
	return slices.Compact(tests), slices.Compact(packages)
}

func refusesRace(s testlog.Result) bool { return strings.Contains(s.Reason(), "race detector") }

// goTest runs `go test` and keeps what failed.
func (r *run) goTest(ctx context.Context, args []string) testlog.Summary {
	var summary testlog.Summary
	var unread error
	err := r.Command(ctx, r.Root, func(output io.Reader) error {
		summary, unread = testlog.Read(output, r.ended)
		return unread
	}, "go", append([]string{"test", "-json"}, args...)...)
	// The exit status repeats what the summary says, unless there is none.
	if unread != nil || err != nil && summary.Failed == 0 {
		r.problems = append(r.problems, "test: "+errors.Join(unread, err).Error())
	}
	for _, f := range summary.Failures {
		r.problems = append(r.problems, strings.TrimSpace("test: "+f.Package+" "+f.Test)+"\n"+indent(f.Output))
	}
	return summary
}

func (r *run) ended(p testlog.Package) {
	if p.Status != "skip" {
		r.say("%s test %s (%.1fs)\n", r.mark(p.Status == "pass"), p.Path, p.Elapsed.Seconds())
	}
}

// compiler returns why the race detector cannot be built, or nil.
func (r *run) compiler(ctx context.Context) error {
	var settings []string
	err := r.Command(ctx, r.Root, func(output io.Reader) error {
		for lines := bufio.NewScanner(output); lines.Scan(); {
			settings = append(settings, lines.Text())
		}
		return nil
	}, "go", "env", "CGO_ENABLED", "CC")
	if err != nil {
		return err
	}
	if len(settings) != 2 || settings[0] != "1" {
		return errors.New("cgo is off, which it is without a C compiler")
	}
	discard := func(output io.Reader) error { _, err := io.Copy(io.Discard, output); return err }
	if err := r.Command(ctx, r.Root, discard, settings[1], "--version"); err != nil {
		return fmt.Errorf("the C compiler %s does not run", settings[1])
	}
	return nil
}

func (r *run) gate(profile string) error {
	file, err := os.Open(profile)
	if err != nil {
		return fmt.Errorf("open the profile: %w", err)
	}
	defer func() { _ = file.Close() }() // read only: nothing to lose
	report, err := coverage.Read(file, module, r.generated)
	if err != nil {
		return err
	}
	for _, p := range report.Packages {
		r.say("  %5.1f %%  %s\n", p.Percent(), p.Path)
	}
	r.say("  %5.1f %%  in total\n", report.Total.Percent())
	if problems := report.Problems(); len(problems) > 0 {
		return errors.New(strings.Join(problems, "\n"))
	}
	return nil
}

const module = "github.com/customerai/customerai"

// generatedMark is the line by which every Go tool knows a generated file.
var generatedMark = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

func (r *run) generated(file string) bool {
	content, err := os.ReadFile(filepath.Join(r.Root, file))
	return err == nil && generatedMark.Match(content)
}
