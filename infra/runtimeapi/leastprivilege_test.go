package runtimeapi_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/manifest"
)

var update = flag.Bool("update", false, "write testdata/uses.txt")

// What the functions use is written down, and the stack's tests hold the roles to it: see infra/cdk/stack.
const usesFile = "testdata/uses.txt"

func TestFunctionsUseWhatIsWrittenDownAndNothingElse(t *testing.T) {
	h := newHouse(t)
	for _, f := range manifest.Functions {
		samples, err := filepath.Glob(filepath.Join(root, "events", f.Name+"-*.json"))
		if err != nil || len(samples) == 0 {
			t.Fatalf("%s has no samples (%v)", f.Name, err)
		}
		p := serving(t, f.Name, h.given(f.Name))
		for range 2 { // a repeat takes other ways than a first time
			for _, sample := range samples {
				invoke(t, p, event(t, filepath.Base(sample), nil))
			}
		}
	}
	batches := serving(t, "batches", h.given("batches"))
	const rows = "id,text\n1,I love this phone\n2\n"
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(rows)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"messages.csv": rows, "messages.csv.gz": packed.String()} {
		id := h.analyse(t, batches, name, file)
		for _, sample := range []string{"batches-get.json", "batches-results.json", "batches-errors.json"} {
			show(t, batches, sample, id)
		}
	}
	got := strings.Join(h.recorder.Uses(), "\n") + "\n"
	if *update {
		if err := os.WriteFile(usesFile, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(usesFile)
	if err != nil || got != string(want) {
		t.Errorf("got the uses\n%swant\n%s(%v); if that is meant, run go test ./infra/runtimeapi -run WrittenDown -update", got, want, err)
	}
}
