package depends_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/testkit/depends"
	"github.com/customerai/customerai/shared/testkit/witness"
)

// A module with a test that depends on its folder data, and with this package's source.
var module = map[string]string{
	"go.mod":          "module example.org/m\n\ngo 1.26\n",
	"data/deep/a.txt": "a\n",
	"README.md":       "# m\n",
	"p/p.go":          "package p\n",
	"p/p_test.go":     "package p\n\nimport (\n\t\"testing\"\n\n\t\"example.org/m/depends\"\n)\n\nfunc TestP(t *testing.T) { depends.On(t, \"data\") }\n",
}

func TestTheCacheForgetsAResultWhenWhatItDependsOnHasChanged(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	source, err := os.ReadFile("depends.go")
	if err != nil {
		t.Fatal(err)
	}
	write("depends/depends.go", string(source))
	for name, content := range module {
		write(name, content)
	}
	for _, step := range []struct {
		what   string
		change func()
		cached bool
	}{
		{"the first time", func() {}, false},
		{"nothing changed", func() {}, true},
		{"something else changed", func() { write("README.md", "# other\n") }, true},
		{"a file was written", func() { write("data/deep/a.txt", "another\n") }, false},
		{"nothing changed since", func() {}, true},
		{"a file was added", func() { write("data/b.txt", "") }, false},
		{"a file was removed", func() { _ = os.Remove(filepath.Join(folder, "data", "deep", "a.txt")) }, false},
		{"a tool made a folder", func() { write("data/.made/c.txt", "") }, false},
		{"and wrote into it again", func() { write("data/.made/c.txt", "much\n") }, true},
	} {
		step.change()
		command := exec.CommandContext(t.Context(), "go", "test", "./p")
		command.Dir, command.Env = folder, append(os.Environ(), "GOFLAGS=")
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		if got := strings.Contains(string(output), "(cached)"); got != step.cached {
			t.Errorf("%s: got cached %t, want %t", step.what, got, step.cached)
		}
	}
}

func TestFilesAndFoldersThatAreThereAreLookedAtToTheirDepth(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"deep/deeper/a.txt", ".made/b.txt", "go.mod"} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
	on := func(names ...string) []string {
		return witness.Of(t, func(t testing.TB) { depends.On(t, names...) }).Failures
	}
	if got := on("go.mod", "."); len(got) > 0 {
		t.Errorf("got the failures %q, want none", got)
	}
	if err := os.Symlink("nowhere", "deep/lost"); err != nil {
		t.Fatal(err)
	}
	if got := on("deep"); len(got) > 0 {
		t.Errorf("got the failures %q, want none: a folder's entries are compared, not followed", got)
	}
}

func TestWhatIsNotThereIsRefused(t *testing.T) {
	seen := witness.Of(t, func(t testing.TB) { depends.On(t, "no/such/folder") })
	if len(seen.Failures) != 1 || !strings.Contains(seen.Failures[0], "no/such/folder") {
		t.Errorf("got the failures %q, want one that names the folder", seen.Failures)
	}
	t.Chdir(t.TempDir())
	if _, err := depends.Root(); err == nil {
		t.Error("got no error where there is no module")
	}
}
