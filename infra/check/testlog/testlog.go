// Package testlog understands what `go test -json` prints.
//
// Normal use: feed it the stream; it tells of every package as it ends, and at the end what passed, failed and was skipped.
//
//	summary, err := testlog.Read(stream, func(p testlog.Package) { fmt.Println(p) })
//
// A test that has subtests is counted by them, so that no result is counted twice. It refuses to lose a failure: a package
// that does not build, or dies without naming a test, counts as one failed result.
package testlog

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Result is one test that failed or was skipped.
type Result struct {
	Package string
	Test    string // "" for a package that failed without naming a test
	Output  string // what it printed
}

// Package is a package whose tests have ended.
type Package struct {
	Path    string
	Status  string // pass, fail or skip; skip means that there are no tests
	Elapsed time.Duration
}

// Summary counts the results.
type Summary struct {
	Passed, Failed, Skipped int
	Failures, Skips         []Result
	Slowest                 []Package // slowest first
}

// event is a line of test2json.
type event struct {
	Action, Package, Test, Output, ImportPath, FailedBuild string
	Elapsed                                                float64 // seconds
}

type key struct{ pkg, test string }

type reader struct {
	summary Summary
	output  map[key]*strings.Builder
	status  map[key]string
	failed  map[string]int // failed tests by package
	ended   []key          // in order
}

// Read reads the stream to its end. Lines that are not events belong to nobody and are returned as part of the error when
// no event was found at all, which is how the go command reports that it could not begin.
func Read(stream io.Reader, ended func(Package)) (Summary, error) {
	r := reader{output: map[key]*strings.Builder{}, status: map[key]string{}, failed: map[string]int{}}
	var strays []string
	lines := bufio.NewReader(stream)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) == nil && e.Action != "" {
				r.take(e, ended)
			} else {
				strays = append(strays, strings.TrimSpace(string(line)))
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Summary{}, fmt.Errorf("read test events: %w", err)
		}
	}
	r.count()
	if len(r.status) == 0 {
		return Summary{}, fmt.Errorf("no test events: %s", strings.Join(strays, "; "))
	}
	return r.summary, nil
}

func (r *reader) take(e event, ended func(Package)) {
	k := key{e.Package, e.Test}
	switch e.Action {
	case "output":
		r.print(k, e.Output)
	case "build-output":
		r.print(key{pkg: e.ImportPath}, e.Output)
	case "pass", "fail", "skip":
		r.status[k] = e.Action
		r.ended = append(r.ended, k)
		if e.Test != "" {
			if e.Action == "fail" {
				r.failed[e.Package]++
			}
			return
		}
		if e.FailedBuild != "" {
			r.print(k, r.printed(key{pkg: e.FailedBuild}))
		}
		p := Package{Path: e.Package, Status: e.Action, Elapsed: time.Duration(e.Elapsed * float64(time.Second))}
		r.summary.Slowest = append(r.summary.Slowest, p)
		ended(p)
	}
}

func (r *reader) print(k key, text string) {
	if r.output[k] == nil {
		r.output[k] = new(strings.Builder)
	}
	r.output[k].WriteString(text)
}

func (r *reader) printed(k key) string {
	if r.output[k] == nil {
		return ""
	}
	return r.output[k].String()
}

// count turns what ended into the summary, once it is known which tests have subtests.
func (r *reader) count() {
	parents := map[key]bool{}
	for k := range r.status {
		for i := strings.LastIndexByte(k.test, '/'); i > 0; i = strings.LastIndexByte(k.test[:i], '/') {
			parents[key{k.pkg, k.test[:i]}] = true
		}
	}
	for _, k := range r.ended {
		result := Result{Package: k.pkg, Test: k.test, Output: r.printed(k)}
		status := r.status[k]
		if k.test == "" {
			if status == "fail" && r.failed[k.pkg] == 0 {
				r.summary.Failed++
				r.summary.Failures = append(r.summary.Failures, result)
			}
			continue
		}
		if parents[k] {
			// A parent that fails by itself has something to say; one that fails through its subtests does not.
			if status == "fail" && ownWords.MatchString(result.Output) {
				r.summary.Failures = append(r.summary.Failures, result)
			}
			continue
		}
		switch status {
		case "pass":
			r.summary.Passed++
		case "fail":
			r.summary.Failed++
			r.summary.Failures = append(r.summary.Failures, result)
		case "skip":
			r.summary.Skipped++
			r.summary.Skips = append(r.summary.Skips, result)
		}
	}
	slices.SortStableFunc(r.summary.Slowest, func(a, b Package) int { return int(b.Elapsed - a.Elapsed) })
}

// ownWords matches a line that a test printed with its Log or Error.
var ownWords = regexp.MustCompile(`(?m)^\s+\S+\.go:\d+: `)

// Reason returns why a test was skipped: the last thing that it logged.
func (r Result) Reason() string {
	reason := "no reason given"
	for line := range strings.Lines(r.Output) {
		if at := ownWords.FindString(line); at != "" {
			reason = strings.TrimSpace(strings.TrimPrefix(line, at))
		}
	}
	return reason
}
