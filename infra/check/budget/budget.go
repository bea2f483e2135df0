// Package budget measures mains, functions, files and packages against the sizes that read well.
//
// Normal use: `make sizes` prints the findings. They are advice, except for the size of a main, which its test holds.
//
// It refuses to count what is not written by hand to be read in one piece: tests, testdata, generated files.
package budget

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// The budgets, in lines.
const (
	MaxMain     = 30
	MaxFunction = 70
	MaxFile     = 300
	MaxPackage  = 600 // look again: the aim is 80 to 300
)

// Finding is something over its budget.
type Finding struct {
	Kind   string // main, function, file or package
	Name   string // the path, and for a function its name
	Lines  int
	Budget int
}

// String is a line of the report.
func (f Finding) String() string {
	return fmt.Sprintf("%-8s %5d lines, budget %3d  %s", f.Kind, f.Lines, f.Budget, f.Name)
}

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// Measure returns what is over its budget, by kind and then largest first.
func Measure(tree fs.FS) ([]Finding, error) {
	var findings []Finding
	over := func(kind, name string, lines, budget int) {
		if lines > budget {
			findings = append(findings, Finding{kind, name, lines, budget})
		}
	}
	packages := map[string]int{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if base := path.Base(name); name != "." && (strings.HasPrefix(base, ".") || base == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil || generated.Match(source) {
			return err
		}
		lines := strings.Count(string(source), "\n")
		packages[path.Dir(name)] += lines
		over("file", name, lines, MaxFile)
		if isMain(name) {
			over("main", name, lines, MaxMain)
		}
		return functions(name, source, over)
	})
	for name, lines := range packages {
		over("package", name, lines, MaxPackage)
	}
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Name, b.Name))
	})
	return findings, err
}

// isMain reports whether the file is the main of a Lambda function.
func isMain(name string) bool {
	ok, _ := path.Match("functions/*/main.go", name)
	return ok
}

func functions(name string, source []byte, over func(kind, name string, lines, budget int)) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("parse %s: %w", name, err)
	}
	for _, declaration := range file.Decls {
		if f, ok := declaration.(*ast.FuncDecl); ok {
			lines := files.Position(f.End()).Line - files.Position(f.Pos()).Line + 1
			over("function", name+": "+f.Name.Name, lines, MaxFunction)
		}
	}
	return nil
}
