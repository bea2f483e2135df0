// Package secretscan_test plants secrets of every kind in every place of a throw-away repository and counts how many the scanner
// finds with the project's rules, in its history as CI and in its commits as the hook; then it expects to find none in the project.
//
// Every secret is made up at run time from a fixed seed: the files hold shapes, and nothing that is worth finding.
package secretscan_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/testkit/depends"
)

// neverMissed are kinds of which not one may be missed: keys of AWS, private keys, and what tokens are signed with.
var neverMissed = []string{
	"aws access key", "aws temporary access key", "aws secret key", "jwt secret setting", "tink keyset jwt", "rsa private key", "ec private key",
	"pkcs8 key, newlines as \\n", "openssh key", "pem in base64",
}

func TestThePlantsAreFoundWhereverTheyAreAndWereAndCIFails(t *testing.T) {
	depends.On(t, ".gitleaks.toml", ".ci")
	gitleaks := scanner(t)
	repository := newRepository(t)
	write(t, repository, "README.md", "Nothing here.\n")
	git(t, repository, "add", "-A")
	git(t, repository, "commit", "-q", "-m", "Begin")
	if output, err := inCI(t, repository); err != nil {
		t.Fatalf("before anything is planted CI fails: %v\n%s", err, output)
	}
	planted := plant(t, repository)
	found := map[string]bool{}
	for _, finding := range scan(t, gitleaks, repository, "git", ".") {
		found[finding.File] = true
	}
	missed := 0
	for file, secret := range planted {
		if found[file] {
			continue
		}
		missed++
		t.Logf("not found: %s in %s", secret.kind, secret.place)
		if slices.Contains(neverMissed, secret.kind) {
			t.Errorf("%s in %s was missed, of which none may be", secret.kind, secret.place)
		}
	}
	t.Logf("%d secrets of %d kinds in %d places: %d missed", len(planted), len(kinds), len(places), missed)
	if len(planted) < 200 || len(kinds) < 20 || len(places) < 12 {
		t.Errorf("%d plants of %d kinds in %d places, want at least 200 of 20 in 12", len(planted), len(kinds), len(places))
	}
	if 100*missed > 2*len(planted) {
		t.Errorf("%d of %d missed, want at most 2 %%", missed, len(planted))
	}
	if output, err := inCI(t, repository); err == nil || !strings.Contains(output, "leaks found") {
		t.Errorf("with %d secrets in the history CI passes: %s", len(planted), output)
	}
}

// secret is a plant.
type secret struct{ kind, place string }

// plant commits every kind of secret in every place, on two branches, and then removes what is to be removed. It returns what it
// has planted by file.
func plant(t *testing.T, repository string) map[string]secret {
	t.Helper()
	m := maker{rand.New(rand.NewChaCha8([32]byte{'s', 'e', 'e', 'd'}))}
	planted := map[string]secret{}
	for i, kind := range slices.Sorted(maps.Keys(kinds)) {
		for _, place := range places {
			file := fmt.Sprintf(place.file, i)
			planted[file] = secret{kind, place.name}
			write(t, repository, file, place.hide(kinds[kind](m)))
		}
	}
	git(t, repository, "checkout", "-q", "-b", "aside")
	git(t, repository, "add", "aside-*.txt")
	git(t, repository, "commit", "-q", "-m", "Try something")
	git(t, repository, "checkout", "-q", "-")
	git(t, repository, "add", "-A")
	git(t, repository, "commit", "-q", "-m", "Plant")
	git(t, repository, "rm", "-q", "gone-*.txt")
	git(t, repository, "commit", "-q", "-m", "Remove some")
	return planted
}

func TestTheHookStopsEveryKindInOnePlaceOrAnother(t *testing.T) {
	depends.On(t, ".gitleaks.toml", ".githooks")
	scanner(t)
	m := maker{rand.New(rand.NewChaCha8([32]byte{'h', 'o', 'o', 'k'}))}
	repository := newRepository(t)
	git(t, repository, "config", "core.hooksPath", ".githooks")
	for i, kind := range slices.Sorted(maps.Keys(kinds)) {
		place := places[i%len(places)]
		file := strings.Replace(fmt.Sprintf(place.file, i), ".go", ".txt", 1) // Go would have to be formatted, too
		write(t, repository, file, place.hide(kinds[kind](m)))
		git(t, repository, "add", file)
		if output, err := command(repository, "git", "commit", "-q", "-m", "Change").CombinedOutput(); err == nil || !strings.Contains(string(output), "leaks found") {
			t.Errorf("%s in %s: the commit ends with %v and says %s", kind, place.name, err, output)
		}
		git(t, repository, "rm", "-q", "--cached", file)
	}
	write(t, repository, "README.md", "Nothing here.\n")
	git(t, repository, "add", "README.md")
	git(t, repository, "commit", "-q", "-m", "Change") // or none of the refusals says anything
}

func TestTheProjectHoldsNoSecret(t *testing.T) {
	depends.On(t, ".", ".ci", ".githooks")
	for _, finding := range scan(t, scanner(t), root(t), "dir", ".") {
		t.Errorf("%s:%d looks like a secret (%s)", finding.File, finding.StartLine, finding.RuleID)
	}
}

// newRepository returns one whose hooks, rules and tools are the project's, and in which nothing is committed.
func newRepository(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	git(t, folder, "init", "-q")
	for _, name := range []string{".githooks", ".tools", ".gitleaks.toml"} {
		if err := os.Symlink(filepath.Join(root(t), name), filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, folder, ".git/info/exclude", ".githooks\n.tools\n.gitleaks.toml\n")
	return folder
}

var historyCheck = regexp.MustCompile(`(?m)^check 'secrets in the history' (.+)$`)

// inCI runs CI's check of the history, as CI's program has it.
func inCI(t *testing.T, repository string) (output string, err error) {
	t.Helper()
	program, err := os.ReadFile(filepath.Join(root(t), ".ci", "run"))
	if err != nil {
		t.Fatal(err)
	}
	line := historyCheck.FindSubmatch(program)
	if line == nil {
		t.Fatal("CI does not look for secrets in the history")
	}
	said, err := command(repository, "bash", "-c", string(line[1])).CombinedOutput()
	return string(said), err
}

type finding struct {
	RuleID, File string
	StartLine    int
}

// scanner returns the pinned scanner, or skips.
func scanner(t *testing.T) string {
	t.Helper()
	matches, err := filepath.Glob(filepath.Join(root(t), ".tools", "gitleaks-*"))
	if err != nil || len(matches) == 0 {
		t.Skip("the secret scanner is not in .tools")
	}
	return matches[len(matches)-1]
}

func root(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func scan(t *testing.T, gitleaks, folder string, args ...string) []finding {
	t.Helper()
	report := filepath.Join(t.TempDir(), "report.json")
	args = append(args, "--no-banner", "--redact", "--exit-code=0", "--report-format=json", "--report-path="+report,
		"--config="+filepath.Join(root(t), ".gitleaks.toml"))
	command := exec.Command(gitleaks, args...)
	command.Dir = folder
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("run the scanner: %v\n%s", err, output)
	}
	content, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("read the report: %v", err)
	}
	var findings []finding
	if err := json.Unmarshal(content, &findings); err != nil {
		t.Fatalf("read the report: %v", err)
	}
	return findings
}

func git(t *testing.T, folder string, args ...string) {
	t.Helper()
	if output, err := command(folder, "git", args...).CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", args[0], err, output)
	}
}

func command(folder, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = folder
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	return c
}

func write(t *testing.T, folder, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
