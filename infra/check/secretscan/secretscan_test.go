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
	"github.com/customerai/customerai/shared/testkit/repository"
)

// neverMissed are kinds of which not one may be missed: keys of AWS, private keys, and what tokens are signed with.
var neverMissed = []string{
	"aws access key", "aws temporary access key", "aws secret key", "jwt secret setting", "tink keyset jwt", "rsa private key", "ec private key",
	"pkcs8 key, newlines as \\n", "openssh key", "pem in base64",
}

func TestThePlantsAreFoundWhereverTheyAreAndWereAndCIFails(t *testing.T) {
	depends.On(t, ".gitleaks.toml", ".ci")
	gitleaks := repository.Scanner(t)
	repo := repository.New(t)
	repo.Write("README.md", "Nothing here.\n")
	repo.Git("add", "-A")
	repo.Git("commit", "-q", "-m", "Begin")
	if output, err := inCI(t, repo); err != nil {
		t.Fatalf("before anything is planted CI fails: %v\n%s", err, output)
	}
	planted := plant(t, repo)
	found := map[string]bool{}
	for _, finding := range scan(t, gitleaks, repo.Folder, "git", ".") {
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
	if output, err := inCI(t, repo); err == nil || !strings.Contains(output, "leaks found") {
		t.Errorf("with %d secrets in the history CI passes: %s", len(planted), output)
	}
}

// secret is a plant.
type secret struct{ kind, place string }

// plant commits every kind of secret in every place, on two branches, and then removes what is to be removed. It returns what it
// has planted by file.
func plant(t *testing.T, repo *repository.Repository) map[string]secret {
	t.Helper()
	m := maker{rand.New(rand.NewChaCha8([32]byte{'s', 'e', 'e', 'd'}))}
	planted := map[string]secret{}
	for i, kind := range slices.Sorted(maps.Keys(kinds)) {
		for _, place := range places {
			file := fmt.Sprintf(place.file, i)
			planted[file] = secret{kind, place.name}
			repo.Write(file, place.hide(kinds[kind](m)))
		}
	}
	repo.Git("checkout", "-q", "-b", "aside")
	repo.Git("add", "aside-*.txt")
	repo.Git("commit", "-q", "-m", "Try something")
	repo.Git("checkout", "-q", "-")
	repo.Git("add", "-A")
	repo.Git("commit", "-q", "-m", "Plant")
	repo.Git("rm", "-q", "gone-*.txt")
	repo.Git("commit", "-q", "-m", "Remove some")
	return planted
}

func TestTheHookStopsEveryKindInOnePlaceOrAnother(t *testing.T) {
	depends.On(t, ".gitleaks.toml", ".githooks")
	repository.Scanner(t)
	m := maker{rand.New(rand.NewChaCha8([32]byte{'h', 'o', 'o', 'k'}))}
	repo := repository.New(t)
	repo.Git("config", "core.hooksPath", ".githooks")
	for i, kind := range slices.Sorted(maps.Keys(kinds)) {
		place := places[i%len(places)]
		file := strings.Replace(fmt.Sprintf(place.file, i), ".go", ".txt", 1) // Go would have to be formatted, too
		repo.Write(file, place.hide(kinds[kind](m)))
		repo.Git("add", file)
		if output, err := repo.Command("git", "commit", "-q", "-m", "Change").CombinedOutput(); err == nil || !strings.Contains(string(output), "leaks found") {
			t.Errorf("%s in %s: the commit ends with %v and says %s", kind, place.name, err, output)
		}
		repo.Git("rm", "-q", "--cached", file)
	}
	repo.Write("README.md", "Nothing here.\n")
	repo.Git("add", "README.md")
	repo.Git("commit", "-q", "-m", "Change") // or none of the refusals says anything
}

func TestTheProjectHoldsNoSecret(t *testing.T) {
	depends.On(t, ".", ".ci", ".githooks")
	for _, finding := range scan(t, repository.Scanner(t), root(t), "dir", ".") {
		t.Errorf("%s:%d looks like a secret (%s)", finding.File, finding.StartLine, finding.RuleID)
	}
}

var historyCheck = regexp.MustCompile(`(?m)^check 'secrets in the history' (.+)$`)

// inCI runs CI's check of the history, as CI's program has it.
func inCI(t *testing.T, repo *repository.Repository) (output string, err error) {
	t.Helper()
	program, err := os.ReadFile(filepath.Join(root(t), ".ci", "run"))
	if err != nil {
		t.Fatal(err)
	}
	line := historyCheck.FindSubmatch(program)
	if line == nil {
		t.Fatal("CI does not look for secrets in the history")
	}
	said, err := repo.Command("bash", "-c", string(line[1])).CombinedOutput()
	return string(said), err
}

type finding struct {
	RuleID, File string
	StartLine    int
}

func root(t *testing.T) string {
	t.Helper()
	folder, err := depends.Root()
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
