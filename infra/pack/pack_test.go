package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/testkit/depends"
)

func TestTheSameProgramGivesTheSameZip(t *testing.T) {
	program := []byte(strings.Repeat("a program ", 1000))
	first, err := archive(program)
	if err != nil {
		t.Fatal(err)
	}
	second, err := archive(program)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two zips of one program differ")
	}
}

func TestTheZipHoldsOneExecutableBootstrap(t *testing.T) {
	packed, err := archive([]byte("program"))
	if err != nil {
		t.Fatal(err)
	}
	reader, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	if len(reader.File) != 1 || reader.File[0].Name != "bootstrap" || reader.File[0].Mode() != 0o755 {
		t.Fatalf("zip holds %v, want bootstrap with mode 0755 alone", reader.File)
	}
	if got := reader.File[0].Modified.Year(); got != 1980 {
		t.Errorf("the entry is of %d, want the fixed time", got)
	}
	entry, err := reader.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(entry); err != nil || string(content) != "program" {
		t.Errorf("bootstrap = %q, %v, want the program", content, err)
	}
}

func TestFunctionsWithEnginesMayBeLarger(t *testing.T) {
	for _, function := range manifest.Functions {
		want := usualBudget
		if function.Name == "sentiment" || function.Name == "analyze-chunk" {
			want = enginesBudget
		}
		if got := budgetOf(function.Name); got != want {
			t.Errorf("budget of %s = %d, want %d", function.Name, got, want)
		}
	}
}

func TestAFunctionIsBuiltForItsArchitectureAndReported(t *testing.T) {
	authorizer, ok := manifest.Find("authorizer")
	if !ok {
		t.Fatal("the manifest has no authorizer")
	}
	depends.On(t, depends.Sources...)
	folder := t.TempDir()
	var report strings.Builder
	if err := run(t.Context(), []string{"-out", folder, "-arch", runtime.GOARCH}, []manifest.Function{authorizer}, &report); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(folder, "authorizer.zip")); err != nil || info.Size() < 1_000_000 {
		t.Errorf("zip = %v, %v, want some megabytes", info, err)
	}
	if !strings.Contains(report.String(), "authorizer") || !strings.Contains(report.String(), "MB") {
		t.Errorf("report = %q, want the function and its size", report.String())
	}
}

func TestWhatCannotBeBuiltIsNamed(t *testing.T) {
	for name, test := range map[string]struct {
		args     []string
		function string
		want     string
	}{
		"an unknown flag":         {[]string{"-speed"}, "authorizer", "flag"},
		"an unknown architecture": {[]string{"-arch", "abacus"}, "authorizer", "abacus"},
		"an unknown function":     {nil, "no-such-function", "no-such-function"},
		"a folder that is a file": {[]string{"-out", "pack_test.go"}, "authorizer", "folder"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"-out", t.TempDir()}, test.args...)
			err := run(t.Context(), args, []manifest.Function{{Name: test.function}}, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("run = %v, want an error with %q", err, test.want)
			}
		})
	}
}
