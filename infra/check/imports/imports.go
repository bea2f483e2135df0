// Package imports holds the tree to its plan: who may import whom, who may call what, how packages are named.
//
// Normal use: its test, which runs with all the others and shows every edge that breaks a rule.
//
//	packages, err := imports.Load(ctx, root)
//	for _, violation := range imports.Violations(packages) { … }
//
// To allow something new, change the table in rules.go, where the reason has to be written down.
//
// It refuses packages that no rule is about, so that a new folder cannot slip in unjudged. Only direct imports are
// judged: when every edge is lawful, so is every path.
package imports

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Package is what the rules need to know of a package. Paths inside the module are relative to it; the root is ".".
type Package struct {
	Path    string
	Name    string
	Comment string // the first sentence of the package comment
	Imports []string
	Tests   []string // imports of its test files
	Calls   []Call   // calls into the standard library, outside of tests
}

// Call is a use of a function of another package.
type Call struct {
	Function string // "os.Getenv": import path, dot, name
	Position string // file:line, for people
}

// Violations returns a sentence for every edge, call and name that breaks a rule, in the packages' order.
func Violations(packages []Package) []string {
	var found []string
	for _, p := range packages {
		found = append(found, edges(p)...)
		found = append(found, tests(p)...)
		found = append(found, calls(p)...)
		found = append(found, names(p)...)
	}
	return found
}

func edges(p Package) (found []string) {
	at := slices.IndexFunc(layers, func(l layer) bool { return match(l.of, p.Path) })
	if at < 0 {
		return []string{p.Path + ": no rule is about this package; give it one in infra/check/imports/rules.go"}
	}
	l := layers[at]
	for _, imported := range p.Imports {
		standard := standardLibrary(imported)
		if standard && !match(l.never, imported) || !standard && (match(l.may, imported) || own(p.Path, imported)) {
			continue
		}
		found = append(found, fmt.Sprintf("%s -> %s: %s", p.Path, imported, l.why))
	}
	return found
}

// own reports whether imported is the handler of the function whose main is p: the one import that a list cannot spell.
func own(p, imported string) bool {
	return path.Dir(p) == "functions" && imported == p+"/handler"
}

func tests(p Package) (found []string) {
	for _, imported := range p.Tests {
		for _, b := range testBans {
			if match(b.of, p.Path) && match(b.never, imported) && !strings.HasPrefix(imported, p.Path) && !sibling(p.Path, imported) {
				found = append(found, fmt.Sprintf("%s (test) -> %s: %s", p.Path, imported, b.why))
			}
		}
	}
	return found
}

// sibling reports whether both packages are parts of the same function.
func sibling(p, q string) bool {
	a, b := strings.SplitN(p, "/", 3), strings.SplitN(q, "/", 3)
	return len(a) > 1 && len(b) > 1 && a[0] == "functions" && b[0] == "functions" && a[1] == b[1]
}

func calls(p Package) (found []string) {
	for _, c := range p.Calls {
		for _, b := range callBans {
			if slices.Contains(b.functions, c.Function) && match(b.in, p.Path) && !match(b.except, p.Path) && (p.Name != "main" || !b.mains) {
				found = append(found, fmt.Sprintf("%s calls %s: %s", c.Position, c.Function, b.why))
			}
		}
	}
	return found
}

func names(p Package) (found []string) {
	if slices.Contains(bannedNames, p.Name) {
		found = append(found, fmt.Sprintf("%s: %q says nothing about what is in it", p.Path, p.Name))
	}
	if p.Comment == "" {
		found = append(found, p.Path+": no package comment")
	} else if p.Name != "main" && !strings.HasPrefix(p.Comment, "Package "+p.Name+" ") {
		found = append(found, fmt.Sprintf("%s: the package comment does not begin with %q", p.Path, "Package "+p.Name))
	}
	return found
}

// standardLibrary reports whether the path is one of Go's own packages: those of others have a dot in the first element,
// and those of this module are in one of its folders.
func standardLibrary(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".") && !slices.Contains(folders, first)
}

// match reports whether a pattern matches the path. A * stands for one element, a trailing /... for a package and all below it.
func match(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		prefix, subtree := strings.CutSuffix(pattern, "/...")
		if !subtree {
			ok, _ := path.Match(pattern, p)
			return ok
		}
		elements := strings.Split(p, "/")
		if n := strings.Count(prefix, "/") + 1; n < len(elements) {
			elements = elements[:n]
		}
		ok, _ := path.Match(prefix, strings.Join(elements, "/"))
		return ok
	})
}
