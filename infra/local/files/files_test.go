package files_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/local/files"
)

func TestAnInputKnowsHowMuchOfItWasRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte("text\nhello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	input, err := files.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = input.Close() }()
	if got := input.Share(); got != 0 {
		t.Errorf("before the first byte the share is %v, want 0", got)
	}
	if content, err := io.ReadAll(input); err != nil || string(content) != "text\nhello\n" || input.Share() != 1 {
		t.Errorf("read %q, %v and a share of %v; want all of it", content, err, input.Share())
	}
}

func TestStandardInputHasNoEndThatIsKnown(t *testing.T) {
	input, err := files.Open(files.StandardInput, strings.NewReader("text\nhello\n"))
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(input); err != nil || string(content) != "text\nhello\n" || input.Share() != -1 {
		t.Errorf("read %q, %v and a share of %v; want all of it and -1", content, err, input.Share())
	}
	if err := input.Close(); err != nil {
		t.Error(err)
	}
	if got := files.NameOf(files.StandardInput) + ", " + files.NameOf("a.csv"); got != "standard input, a.csv" {
		t.Errorf("the names are %q, want standard input, a.csv", got)
	}
}

func TestWhatCannotBeReadIsSaidWithoutItsPath(t *testing.T) {
	folder := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(folder, "missing.csv"): "no such file or directory",
		folder:                               "is a folder; name the files in it",
	} {
		if _, err := files.Open(path, nil); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}

func TestAFileHasItsFolder(t *testing.T) {
	for _, test := range []struct {
		file, out string
		several   bool
		want      files.Folder
	}{
		{"in/march.csv", "", false, files.Folder{Path: "in/march", Numbered: true}},
		{"in/march.jsonl.gz", "", true, files.Folder{Path: "in/march", Numbered: true}},
		{"in/march", "", false, files.Folder{Path: "in/march-insight", Numbered: true}},
		{".csv", "", false, files.Folder{Path: ".csv-insight", Numbered: true}},
		{"-", "", false, files.Folder{Path: "stdin", Numbered: true}},
		{"in/march.csv", "out", false, files.Folder{Path: "out"}},
		{"in/march.csv", "out", true, files.Folder{Path: "out/march", Numbered: true}},
		{"-", "out", true, files.Folder{Path: "out/stdin", Numbered: true}},
	} {
		if got := files.FolderFor(test.file, test.out, test.several); got != test.want {
			t.Errorf("%s to %q, of several %v: %+v, want %+v", test.file, test.out, test.several, got, test.want)
		}
	}
}

// made makes an output in which there is a line of each kind.
func made(t *testing.T, to files.Folder) *files.Output {
	t.Helper()
	output, err := files.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := output.Results.WriteString("a result\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := output.Errors.WriteString("an error\n"); err != nil {
		t.Fatal(err)
	}
	return output
}

// tree lists the files below a folder.
func tree(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, strings.TrimPrefix(path, folder+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestAFolderIsThereWholeOrNotAtAll(t *testing.T) {
	parent := t.TempDir()
	output := made(t, files.Folder{Path: filepath.Join(parent, "below", "march")})
	if _, err := os.Stat(filepath.Join(parent, "below", "march")); err == nil {
		t.Error("the folder has its name before it is kept")
	}
	path, err := output.Keep(map[string]int{"rows": 2})
	if err != nil || path != filepath.Join(parent, "below", "march") {
		t.Fatalf("kept as %q, %v, want the path", path, err)
	}
	if err := output.Discard(); err != nil {
		t.Error(err)
	}
	if got, want := tree(t, path), []string{"errors.jsonl", "results.jsonl", "summary.json"}; !slices.Equal(got, want) {
		t.Errorf("it holds %q, want %q", got, want)
	}
	for name, want := range map[string]string{"errors.jsonl": "an error\n", "results.jsonl": "a result\n", "summary.json": "{\n  \"rows\": 2\n}\n"} {
		if got, err := os.ReadFile(filepath.Join(path, name)); err != nil || string(got) != want {
			t.Errorf("%s = %q, %v, want %q", name, got, err, want)
		}
	}
	if err := made(t, files.Folder{Path: filepath.Join(parent, "april")}).Discard(); err != nil {
		t.Error(err)
	}
	if got := tree(t, parent); len(got) != 3 {
		t.Errorf("after a discard there are %q, want march's alone", got)
	}
}

func TestNobodysResultsAreLost(t *testing.T) {
	parent := t.TempDir()
	chosen, numbered := files.Folder{Path: filepath.Join(parent, "march")}, files.Folder{Path: filepath.Join(parent, "march"), Numbered: true}
	late := made(t, chosen) // while the name was free
	for _, want := range []string{"march", "march-2", "march-3"} {
		if path, err := made(t, numbered).Keep(nil); err != nil || filepath.Base(path) != want {
			t.Errorf("kept as %q, %v, want %s", path, err, want)
		}
	}
	if _, err := files.Create(chosen); err == nil || !strings.Contains(err.Error(), "is not empty; name another folder with -out") {
		t.Errorf("a chosen name that is taken: %v, want it refused", err)
	}
	if _, err := late.Keep(nil); err == nil {
		t.Error("a chosen name that was taken meanwhile is written over")
	}
	if err := late.Discard(); err != nil {
		t.Error(err)
	}
	if got := tree(t, parent); len(got) != 9 {
		t.Errorf("there are %q, want three files in each of three folders", got)
	}
}

func TestAChosenFolderMayBeThereAndEmptyAndEndWithASlash(t *testing.T) {
	parent := t.TempDir()
	for _, name := range []string{"march", "march/", "april/"} {
		path := parent + "/" + name
		if strings.HasPrefix(name, "march") {
			if err := errors.Join(os.RemoveAll(path), os.Mkdir(path, 0o750)); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := made(t, files.Folder{Path: path}).Keep(nil)
		if err != nil || kept != filepath.Clean(path) || len(tree(t, kept)) != 3 {
			t.Errorf("%s: kept as %q, %v, want the folder with its three files", name, kept, err)
		}
	}
}

// Where nothing can be renamed to, that is said before hours of work and not after.
func TestTheFolderAtHandCannotBeChosen(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{".", "..", "./"} {
		if _, err := files.Create(files.Folder{Path: path}); err == nil {
			t.Errorf("%s is taken, want it refused", path)
		}
	}
}

func TestAPlaceThatHoldsNoFolderIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, to := range []files.Folder{{Path: file}, {Path: filepath.Join(file, "below")}, {Path: filepath.Join(file, "below"), Numbered: true}} {
		if _, err := files.Create(to); err == nil || !strings.HasSuffix(err.Error(), "not a directory") {
			t.Errorf("%+v: %v, want it refused as no directory", to, err)
		}
	}
}
