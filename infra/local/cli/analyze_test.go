package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/local/sample"
	"github.com/customerai/customerai/shared/testkit/gzipped"
)

const goodFile = "text\nThank you so much!\nThis is terrible.\n"

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func list(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
}

func TestAnalyzeWritesResultsErrorsAndSummary(t *testing.T) {
	folder := t.TempDir()
	content := new(bytes.Buffer)
	if _, err := sample.Messages().WriteTo(content); err != nil {
		t.Fatal(err)
	}
	file := write(t, filepath.Join(folder, "messages.csv"), content.String())
	status, out, problems := shell{}.run(t, "analyze", "-out", filepath.Join(folder, "out"), file)
	if status != 0 || problems != "" {
		t.Fatalf("status %d, problems %q, want 0 and none", status, problems)
	}
	if !strings.Contains(out, "581 rows, 574 analysed, 7 rejected") {
		t.Errorf("report = %q, want the counts", out)
	}
	results, rejected := lines(t, filepath.Join(folder, "out", "results.jsonl")), lines(t, filepath.Join(folder, "out", "errors.jsonl"))
	if len(results) != 574 || len(rejected) != 7 {
		t.Errorf("%d results and %d errors, want 574 and 7", len(results), len(rejected))
	}
	var summary struct{ Rows, Results, Rejected int }
	text, err := os.ReadFile(filepath.Join(folder, "out", "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &summary); err != nil || summary.Rows != 581 || summary.Results != 574 || summary.Rejected != 7 {
		t.Errorf("summary = %+v, %v, want 581, 574, 7", summary, err)
	}
}

func TestAnalyzeNamesItsFolderAfterTheFileAndOverwritesNothing(t *testing.T) {
	folder := t.TempDir()
	file := write(t, filepath.Join(folder, "march.csv"), goodFile)
	for range 3 {
		if status, _, problems := (shell{}).run(t, "analyze", file); status != 0 {
			t.Fatalf("status %d: %s", status, problems)
		}
	}
	if got, want := list(t, folder), []string{"march", "march-2", "march-3", "march.csv"}; !slices.Equal(got, want) {
		t.Errorf("folder holds %v, want %v", got, want)
	}
	status, _, problems := shell{}.run(t, "analyze", "-out", filepath.Join(folder, "march"), file)
	if status != 2 || !strings.Contains(problems, "not empty") {
		t.Errorf("-out with something in it = %d, %q, want 2 and why", status, problems)
	}
}

func TestAnalyzeTakesSeveralFilesAndStandardInput(t *testing.T) {
	folder := t.TempDir()
	one := write(t, filepath.Join(folder, "one.jsonl"), `{"text":"Thank you!"}`+"\n")
	two := write(t, filepath.Join(folder, "two.csv.gz"), gzipped.String(goodFile))
	s := shell{in: strings.NewReader(goodFile)}
	if status, _, problems := s.run(t, "analyze", "-out", filepath.Join(folder, "out"), one, two, "-"); status != 0 {
		t.Fatalf("status %d: %s", status, problems)
	}
	if got, want := list(t, filepath.Join(folder, "out")), []string{"one", "stdin", "two"}; !slices.Equal(got, want) {
		t.Errorf("out holds %v, want %v", got, want)
	}
	for name, want := range map[string]int{"one": 1, "two": 2, "stdin": 2} {
		if got := len(lines(t, filepath.Join(folder, "out", name, "results.jsonl"))); got != want {
			t.Errorf("%s has %d results, want %d", name, got, want)
		}
	}
}

func TestStrictTellsThatRowsWereRejected(t *testing.T) {
	folder := t.TempDir()
	file := write(t, filepath.Join(folder, "a.jsonl"), `{"text":"Thank you!"}`+"\n{}\n")
	for name, test := range map[string]struct {
		args []string
		want int
	}{
		"without -strict": {nil, 0},
		"with -strict":    {[]string{"-strict"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, _ := shell{}.run(t, slices.Concat([]string{"analyze"}, test.args, []string{file})...)
			if status != test.want {
				t.Errorf("status = %d, want %d", status, test.want)
			}
		})
	}
}

func TestAFileThatCannotBeAnalysedLeavesNothingBehind(t *testing.T) {
	for name, test := range map[string]struct{ file, content, want string }{
		"an empty file":         {"a.csv", "", "empty"},
		"no text column":        {"a.csv", "id,subject\n1,hello\n", "text"},
		"a duplicated column":   {"a.csv", "text,text\na,b\n", "twice"},
		"a file full of zeroes": {"a.csv", strings.Repeat("\x00", 4096), "binary"},
		"not gzip though .gz":   {"a.csv.gz", goodFile, "gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			file := write(t, filepath.Join(folder, test.file), test.content)
			status, out, problems := shell{}.run(t, "analyze", file)
			if status != 2 || out != "" || !strings.Contains(problems, test.want) || !strings.Contains(problems, file) {
				t.Errorf("status %d, out %q, problems %q, want 2, nothing, and the file with %q", status, out, problems, test.want)
			}
			if got := list(t, folder); !slices.Equal(got, []string{test.file}) {
				t.Errorf("folder holds %v, want the file alone", got)
			}
		})
	}
}

func TestOneBadFileDoesNotCostTheOthers(t *testing.T) {
	folder := t.TempDir()
	bad, good := write(t, filepath.Join(folder, "bad.csv"), ""), write(t, filepath.Join(folder, "good.csv"), goodFile)
	status, out, problems := shell{}.run(t, "analyze", bad, good)
	if status != 2 || !strings.Contains(problems, "bad.csv") || !strings.Contains(out, "2 analysed") {
		t.Errorf("status %d, out %q, problems %q, want 2, the good file's report and the bad one's name", status, out, problems)
	}
}
