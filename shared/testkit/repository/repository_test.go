package repository_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/testkit/repository"
)

func TestTheRepositoryHasWhatTheProjectHasAndCommitsNoneOfIt(t *testing.T) {
	repo := repository.New(t)
	for _, name := range []string{".githooks/pre-commit", ".gitleaks.toml"} {
		if _, err := os.Stat(filepath.Join(repo.Folder, name)); err != nil {
			t.Errorf("%s is not there: %v", name, err)
		}
	}
	repo.Write("README.md", "Nothing here.\n")
	repo.Git("add", "-A")
	repo.Git("commit", "-q", "-m", "Begin")
	committed, err := repo.Command("git", "ls-files").Output()
	if got, want := strings.TrimSpace(string(committed)), "README.md"; err != nil || got != want {
		t.Errorf("committed: %q, %v, want %q", got, err, want)
	}
}

func TestTheSettingsOfWhoeverRunsTheTestDoNotCount(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".gitconfig"), []byte("[user]\n\tname = somebody\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("GIT_AUTHOR_NAME", "somebody")
	repo := repository.New(t)
	if name, err := repo.Command("git", "config", "user.name").Output(); err == nil {
		t.Errorf("git knows the user's name, %s", name)
	}
	repo.Git("commit", "-q", "--allow-empty", "-m", "Begin")
	author, err := repo.Command("git", "log", "--format=%an").Output()
	if got, want := strings.TrimSpace(string(author)), "a"; err != nil || got != want {
		t.Errorf("the author is %q, %v, want %q", got, err, want)
	}
}

func TestTheScannerIsOneOfTheProjectsTools(t *testing.T) {
	scanner := repository.Scanner(t)
	if !strings.HasPrefix(filepath.Base(scanner), "gitleaks-") {
		t.Errorf("got %s, want the pinned scanner", scanner)
	}
}
