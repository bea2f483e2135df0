// Package depends tells Go's cache of test results what a result depends on besides the packages that the test imports and
// the files that it opens: a program that a test builds or starts is made of files that the cache knows nothing of, and
// without a word about them the test would count as passed, "(cached)", after they have changed.
//
// Normal use, where a test builds or starts something:
//
//	depends.On(t, depends.Sources...)
//
// Names are files and folders, from the module's root; folders count with all that is in them. The cache compares sizes and
// times: whatever is added, removed or written below them makes the test run again.
//
// It refuses what is not there. It cannot look beyond the module: what lies outside, the cache never checks.
package depends

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Sources are what the module's programs are made of.
var Sources = []string{"go.mod", "go.sum", "openapi.go", "openapi.json", "functions", "shared", "infra"}

// On makes the result of the running test depend on the files and folders.
func On(t testing.TB, names ...string) {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := look(filepath.Join(root, name)); err != nil {
			t.Fatalf("depend on %s: %v", name, err)
		}
	}
}

// look looks at everything as package os does, which is how the cache learns of it: it compares a folder entry by entry.
func look(path string) error {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return err
	}
	entries, err := os.ReadDir(path)
	for _, entry := range entries {
		if entry.IsDir() && !made(entry.Name()) {
			err = errors.Join(err, look(filepath.Join(path, entry.Name())))
		}
	}
	return err
}

// made reports whether a folder holds what tools have made.
func made(folder string) bool {
	return strings.HasPrefix(folder, ".") || folder == "cdk.out" || folder == "node_modules" || folder == "__pycache__"
}

// Root returns the module's folder, from wherever below it a test runs.
func Root() (string, error) {
	folder, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(folder, "go.mod")); missing == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			err = errors.New("no go.mod above the working folder")
		}
		folder = filepath.Dir(folder)
	}
	return "", fmt.Errorf("find the module's folder: %w", err)
}
