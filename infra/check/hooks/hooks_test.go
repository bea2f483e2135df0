// Package hooks_test commits to a throw-away repository through the project's pre-commit hook.
package hooks_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/testkit/depends"
	"github.com/customerai/customerai/shared/testkit/repository"
)

func TestTheHookLetsOnlyCleanCommitsPass(t *testing.T) {
	repository.Scanner(t)
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
			repo := repository.New(t)
			repo.Git("config", "core.hooksPath", ".githooks")
			repo.Write("go.mod", "module example.org/p\n\ngo 1.26\n")
			repo.Write("p.go", test.staged)
			repo.Git("add", "p.go")
			if test.unstaged != "" {
				repo.Write("p.go", test.unstaged)
			}
			output, err := repo.Command("git", "commit", "-q", "-m", "Change").CombinedOutput()
			if (err == nil) != (test.want == "") || !strings.Contains(string(output), test.want) {
				t.Errorf("commit: %v, want it to say %q; it said:\n%s", err, test.want, output)
			}
		})
	}
}
