// Package repository gives tests a throw-away git repository whose hooks, rules and tools are the project's.
//
// Normal use:
//
//	scanner := repository.Scanner(t) // skips where there is none: the hook needs it
//	repo := repository.New(t)
//	repo.Git("config", "core.hooksPath", ".githooks")
//	repo.Write("p.go", "package p\n")
//	repo.Git("add", "p.go")
//	output, err := repo.Command("git", "commit", "-m", "Change").CombinedOutput()
//
// It refuses the settings of whoever runs the test: git reads the repository's own and no other.
package repository

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/testkit/depends"
)

// Repository goes with its test. Make it with New.
type Repository struct {
	Folder string
	t      testing.TB
}

// shared is what a repository has of the project, and does not count as its own.
var shared = []string{".githooks", ".tools", ".gitleaks.toml"}

// New returns a repository in which nothing is committed, and whose hooks are not in force.
func New(t testing.TB) *Repository {
	t.Helper()
	r := &Repository{t.TempDir(), t}
	r.Git("init", "-q")
	root := root(t)
	for _, name := range shared {
		if err := os.Symlink(filepath.Join(root, name), filepath.Join(r.Folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	r.Write(".git/info/exclude", strings.Join(shared, "\n")+"\n")
	return r
}

// Write writes a file.
func (r *Repository) Write(name, content string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.Folder, name), []byte(content), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// Git runs git, which has to succeed.
func (r *Repository) Git(args ...string) {
	r.t.Helper()
	if output, err := r.Command("git", args...).CombinedOutput(); err != nil {
		r.t.Fatalf("git %s: %v\n%s", args[0], err, output)
	}
}

// Command returns a command to be run in the repository, as an author who has no settings.
func (r *Repository) Command(name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(r.t.Context(), name, args...)
	c.Dir = r.Folder
	c.Env = append(c.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	return c
}

// Scanner returns the project's scanner for secrets, or skips the test.
func Scanner(t testing.TB) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root(t), ".tools", "gitleaks-*"))
	if err != nil || len(found) == 0 {
		t.Skip("the secret scanner is not in .tools")
	}
	return found[len(found)-1]
}

func root(t testing.TB) string {
	t.Helper()
	folder, err := depends.Root()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}
