// Package hooks_test commits to a throw-away repository through the project's pre-commit hook.
package hooks_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/testkit/depends"
)

func TestTheHookLetsOnlyCleanCommitsPass(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if found, err := filepath.Glob(filepath.Join(root, ".tools", "gitleaks-*")); err != nil || len(found) == 0 {
		t.Skip("the secret scanner is not in .tools")
	}
	depends.On(t, ".githooks", ".gitleaks.toml")
	secret := "AKIA" + "Q3EGRIPM" + "6ZX7WLDK" // in pieces, so that it is not one here
	for name, test := range map[string]struct {
		staged, unstaged string // contents of a Go file; unstaged replaces it in the working tree alone
		want             string // "" when the commit passes
	}{
		"a clean file":                        {staged: "package p\n\nvar X = 1\n"},
		"an unformatted file":                 {staged: "package p\nvar  X = 1\n", want: "not formatted"},
		"a format mended but not added":       {staged: "package p\nvar  X = 1\n", unstaged: "package p\n\nvar X = 1\n", want: "not formatted"},
		"what vet finds":                      {staged: "package p\n\nimport \"fmt\"\n\nfunc f() { fmt.Printf(\"%d\", \"a\") }\n", want: "wrong type"},
		"a secret":                            {staged: "package p\n\nvar X = \"" + secret + "\"\n", want: "leaks found"},
		"a secret that is gone from the disk": {staged: "package p\n\nvar X = \"" + secret + "\"\n", unstaged: "package p\n\nvar X = 1\n", want: "leaks found"},
	} {
		t.Run(name, func(t *testing.T) {
			repository := repository(t, root)
			write(t, repository, "p.go", test.staged)
			run(t, repository, "git", "add", "p.go")
			if test.unstaged != "" {
				write(t, repository, "p.go", test.unstaged)
			}
			output, err := command(repository, "git", "commit", "-q", "-m", "Change").CombinedOutput()
			if (err == nil) != (test.want == "") || !strings.Contains(string(output), test.want) {
				t.Errorf("commit: %v, want it to say %q; it said:\n%s", err, test.want, output)
			}
		})
	}
}

// repository returns a module of its own whose hooks, rules and tools are the project's.
func repository(t *testing.T, root string) string {
	t.Helper()
	folder := t.TempDir()
	run(t, folder, "git", "init", "-q")
	for _, name := range []string{".githooks", ".tools", ".gitleaks.toml"} {
		if err := os.Symlink(filepath.Join(root, name), filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	run(t, folder, "git", "config", "core.hooksPath", ".githooks")
	write(t, folder, "go.mod", "module example.org/p\n\ngo 1.26\n")
	return folder
}

func write(t *testing.T, folder, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, folder, name string, args ...string) {
	t.Helper()
	if output, err := command(folder, name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, output)
	}
}

func command(folder, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = folder
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	return c
}
