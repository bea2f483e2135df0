package suite

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Prerequisites are what tests need beyond the repository and Go, and how the reason of a skip is known to speak of them.
var Prerequisites = []struct {
	Name   string
	Reason *regexp.Regexp
	Remedy string
}{
	{"emulators", regexp.MustCompile(`emulator is missing`), "see shared/testkit/emulators"},
	{"data", regexp.MustCompile(`shared/data|data folder|JSONTestSuite`), "put the test data beside the repository, at ../shared/data"},
	{"browser", regexp.MustCompile(`browser is missing`), "install Chromium"},
	{"race", regexp.MustCompile(`race detector`), "install a C compiler"},
	{"stack", regexp.MustCompile(`stack cannot be synthesised`), "install Node.js, 20 or later"},
	{"podman", regexp.MustCompile(`podman is missing`), "apt-get install podman runc buildah iptables"},
	{"tools", regexp.MustCompile(`\.tools`), "run make tools"},
	// Part of a suite or of another test that has nothing to do here, on whatever machine.
	{"nothing", regexp.MustCompile(`as a process of another test|the engine gives up too early`), "nothing is missing"},
	{"user", regexp.MustCompile(`superuser`), "run as an ordinary user"},
}

// lack records something that could not run, and whether the machine had said so.
func (r *run) lack(what string) {
	for _, p := range Prerequisites {
		if p.Reason.MatchString(what) {
			what += " (" + p.Remedy + ")"
			if p.Name == "nothing" || slices.Contains(r.Without, p.Name) {
				r.excused = append(r.excused, what)
				return
			}
		}
	}
	r.missing = append(r.missing, what)
}

// conclude prints what is wrong, what did not run and the closing line.
func (r *run) conclude(counts Counts) error {
	for _, problem := range r.problems {
		r.say("\n%s %s\n", r.red("FAILED"), problem)
	}
	if lacking := append(slices.Clone(r.missing), r.excused...); len(lacking) > 0 {
		r.say("\n%s\n", r.red(fmt.Sprintf("NOT RUN on this machine: %d", len(lacking))))
		for _, what := range lacking {
			r.say("%s\n", r.red("  "+what))
		}
		if !r.CI {
			r.say("Go remembers results: once something has been installed, run go clean -testcache.\n")
		}
	}
	var err error
	switch {
	case len(r.problems) > 0:
		err = fmt.Errorf("%d things failed", len(r.problems))
	case r.CI && len(r.missing) > 0:
		err = fmt.Errorf("%d things could not run, which CI does not accept", len(r.missing))
	}
	r.say("\n%s\n", counts)
	return err
}

func (r *run) say(format string, args ...any) { _, _ = fmt.Fprintf(r.Out, format, args...) }

func (r *run) mark(ok bool) string {
	if ok {
		return "ok    "
	}
	return r.red("FAILED")
}

func (r *run) red(text string) string {
	if !r.Colour {
		return text
	}
	return "\x1b[31m" + text + "\x1b[0m"
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}
