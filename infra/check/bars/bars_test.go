package bars_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/customerai/customerai/infra/check/bars"
)

var (
	function = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	amount   = regexp.MustCompile(`flag\.Int\("(\w+)", ([0-9_]+),`)
)

func TestEveryFlagForHowMuchIsOnTheListWithMore(t *testing.T) {
	tests, flags := map[string]bool{}, map[string]int{} // by package and name; flags with their defaults
	tree := os.DirFS("../../..")
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name != "." && strings.HasPrefix(entry.Name(), ".") && entry.IsDir() {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		for _, found := range function.FindAllSubmatch(source, -1) {
			tests[path.Dir(name)+" "+string(found[1])] = true
		}
		for _, found := range amount.FindAllSubmatch(source, -1) {
			flags[path.Dir(name)+" "+string(found[1])], err = strconv.Atoi(strings.ReplaceAll(string(found[2]), "_", ""))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, bar := range bars.Bars {
		if !tests[bar.Package+" "+bar.Test] {
			t.Errorf("%q: %s has no %s", bar.Property, bar.Package, bar.Test)
		}
		if usual, ok := flags[bar.Package+" "+bar.Flag]; !ok || bar.Figure <= usual {
			t.Errorf("%q asks for %d, and %s of %s is %d without it: %t", bar.Property, bar.Figure, bar.Flag, bar.Package, usual, ok)
		}
	}
	for name := range flags {
		if !slices.ContainsFunc(bars.Bars, func(b bars.Bar) bool { return b.Package+" "+b.Flag == name }) {
			t.Errorf("nobody runs %s at its full figure: add it to the list", name)
		}
	}
}

const (
	passes = `{"Action":"pass","Package":"p","Test":"TestA"}` + "\n" + `{"Action":"pass","Package":"p"}`
	fails  = `{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: seed 7\n"}` + "\n" + `{"Action":"fail","Package":"p","Test":"TestA"}`
	skips  = `{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: no emulator\n"}` + "\n" + `{"Action":"skip","Package":"p","Test":"TestA"}`
	empty  = `{"Action":"pass","Package":"p"}`
)

func TestABarIsMetOnlyByATestThatRanAtItsFigure(t *testing.T) {
	for name, test := range map[string]struct {
		events string
		err    error
		want   string // of the error, "" for none
	}{
		"a pass":                        {events: passes},
		"a failure":                     {events: fails, want: "a_test.go:3: seed 7"},
		"a test that skips itself":      {events: skips, want: "no emulator"},
		"no such test":                  {events: empty, want: "TestA of p did not run"},
		"a program that does not start": {err: errors.New("no such program"), want: "no such program"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			var mu sync.Mutex
			var ran []string
			command := func(_ context.Context, _ string, read func(io.Reader) error, name string, args ...string) error {
				mu.Lock()
				defer mu.Unlock()
				ran = append(ran, name+" "+strings.Join(args, " "))
				if test.err != nil {
					return test.err
				}
				return read(strings.NewReader(test.events))
			}
			err := bars.Run(t.Context(), []bars.Bar{{Property: "of letters", Package: "p", Test: "TestA", Flag: "letters", Figure: 26}}, bars.Config{Out: &out, Command: command})
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("Run = %v, want %q", err, test.want)
			}
			if want := "go test -json -count=1 -timeout=30m -run=^TestA$ ./p -letters=26"; len(ran) != 1 || ran[0] != want {
				t.Errorf("ran %q, want %q", ran, want)
			}
			if mark := map[bool]string{true: "ok", false: "FAILED"}[test.want == ""]; !strings.HasPrefix(out.String(), mark) || !strings.Contains(out.String(), " 26 ") {
				t.Errorf("printed %q, want %s and the figure", out.String(), mark)
			}
		})
	}
}

func TestABarThatNeedsWhatTheMachineLacksIsNotRunAndSaysSo(t *testing.T) {
	var out bytes.Buffer
	command := func(context.Context, string, func(io.Reader) error, string, ...string) error {
		return errors.New("it ran")
	}
	all := []bars.Bar{{Property: "of letters", Package: "p", Test: "TestA", Flag: "letters", Figure: 26, Needs: "data"}}
	if err := bars.Run(t.Context(), all, bars.Config{Without: []string{"data"}, Out: &out, Command: command}); err != nil || !strings.Contains(out.String(), "NOT RUN, without data: of letters") {
		t.Errorf("Run = %v and printed %q, want it to say that it was not run", err, out.String())
	}
	if err := bars.Run(t.Context(), all, bars.Config{Without: []string{""}, Out: &out, Command: command}); err == nil {
		t.Error("on a machine that lacks nothing it was not run")
	}
}
