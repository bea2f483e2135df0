// Package coverage gates how much of the code the tests run.
//
// Normal use:
//
//	report, err := coverage.Read(profile, module, func(file string) bool { return generated[file] })
//	for _, problem := range report.Problems() { … }
//
// The figures are statements, not lines, as in `go tool cover`. What is left out is in the table below, each with its
// reason. It refuses an empty profile: nothing measured is not a pass.
package coverage

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The gates, in per cent of statements.
const (
	MinTotal   = 85.0
	MinPackage = 75.0
)

// exclusions are not judged. A main holds wiring and no branches; everything that can go wrong in it is in a package.
var exclusions = []struct{ pattern, why string }{
	{"functions/*", "a main is wiring, run by the Runtime API harness"},
	{"infra/local", "a main is wiring, its commands are in infra/local/cli"},
	{"infra/check", "a main is wiring, its steps are in infra/check/suite"},
	{"infra/check/sizes", "a main is wiring, its measure is infra/check/budget"},
	{"infra/gen", "a main is wiring, its documents are made in the packages below it"},
	{"infra/train", "a main is wiring, its work is in the packages below it"},
	{"infra/train/*", "an offline tool, judged by the figures of what it makes"},
	{"shared/storage/*/*test", "a conformance suite, run by the tests of every engine"},
}

// Excluded returns why a package is not judged, or "".
func Excluded(pkg string) string {
	for _, e := range exclusions {
		if ok, _ := path.Match(e.pattern, pkg); ok {
			return e.why
		}
	}
	return ""
}

// Package is a package's share.
type Package struct {
	Path                string
	Covered, Statements int
}

// Percent is the covered share, 100 for a package without statements.
func (p Package) Percent() float64 {
	if p.Statements == 0 {
		return 100
	}
	return 100 * float64(p.Covered) / float64(p.Statements)
}

// Report is the judged packages, by path, and their sum.
type Report struct {
	Packages []Package
	Total    Package
}

// Read reads a profile as `go test -coverprofile` writes it. File names in it begin with the module's path, which is cut.
// Files for which generated reports true, and excluded packages, are left out.
func Read(profile io.Reader, module string, generated func(file string) bool) (Report, error) {
	blocks, err := read(profile, module)
	if err != nil {
		return Report{}, err
	}
	packages := map[string]Package{}
	var report Report
	for place, b := range blocks {
		file, _, _ := strings.Cut(place, ":")
		pkg := path.Dir(file)
		if Excluded(pkg) != "" || generated(file) {
			continue
		}
		p := packages[pkg]
		p.Path = pkg
		p.Statements += b.statements
		report.Total.Statements += b.statements
		if b.covered {
			p.Covered += b.statements
			report.Total.Covered += b.statements
		}
		packages[pkg] = p
	}
	if report.Total.Statements == 0 {
		return Report{}, errors.New("the coverage profile measures nothing")
	}
	for _, pkg := range slices.Sorted(maps.Keys(packages)) {
		report.Packages = append(report.Packages, packages[pkg])
	}
	return report, nil
}

// Problems returns a sentence for every gate that is not met.
func (r Report) Problems() (problems []string) {
	if got := r.Total.Percent(); got < MinTotal {
		problems = append(problems, fmt.Sprintf("coverage in total is %.1f %%, want at least %.0f %%", got, MinTotal))
	}
	for _, p := range r.Packages {
		if got := p.Percent(); got < MinPackage {
			problems = append(problems, fmt.Sprintf("coverage of %s is %.1f %%, want at least %.0f %%", p.Path, got, MinPackage))
		}
	}
	return problems
}

type block struct {
	statements int
	covered    bool
}

// read returns the blocks by their place. A block that several test binaries measured is covered when one of them ran it.
func read(profile io.Reader, module string) (map[string]block, error) {
	blocks := map[string]block{}
	lines := bufio.NewScanner(profile)
	for number := 1; lines.Scan(); number++ {
		if strings.HasPrefix(lines.Text(), "mode:") {
			continue
		}
		place, statements, count, err := parse(lines.Text())
		if err != nil {
			return nil, fmt.Errorf("coverage profile, line %d: %w", number, err)
		}
		place = strings.TrimPrefix(place, module+"/")
		b := blocks[place]
		blocks[place] = block{statements, b.covered || count > 0}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the coverage profile: %w", err)
	}
	return blocks, nil
}

// parse takes apart "module/dir/file.go:3.14,5.2 2 1".
func parse(line string) (place string, statements, count int, err error) {
	fields := strings.Fields(line)
	if len(fields) != 3 || !strings.Contains(fields[0], ".go:") {
		return "", 0, 0, errors.New("not a block")
	}
	statements, err = strconv.Atoi(fields[1])
	if err == nil {
		count, err = strconv.Atoi(fields[2])
	}
	return fields[0], statements, count, err
}
