package strictjson_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/strictjson"
)

const suite = "../../../shared/data/security/jsontestsuite-340-files.tar.gz"

// refusedDuplicates are the suite's y_ files that this package refuses on purpose.
var refusedDuplicates = map[string]bool{
	"y_object_duplicated_key.json":           true,
	"y_object_duplicated_key_and_value.json": true,
}

// Every file of JSONTestSuite: y_ must be accepted, n_ refused, and the free ones (i_) do what the table says.
func TestJSONTestSuite(t *testing.T) {
	counts := map[byte]int{}
	free := map[string]bool{}
	for name, data := range suiteFiles(t) {
		counts[name[0]]++
		var v any
		accepted := strictjson.Unmarshal(data, &v) == nil
		want := name[0] == 'y' && !refusedDuplicates[name]
		if name[0] == 'i' {
			pinned, ok := freeVerdicts[name]
			if !ok {
				t.Errorf("%s has no pinned verdict", name)
			}
			want, free[name] = pinned, true
		}
		if accepted != want {
			t.Errorf("%s accepted = %v, want %v", name, accepted, want)
		}
	}
	if counts['y'] != 95 || counts['n'] != 188 || counts['i'] != 35 || len(free) != len(freeVerdicts) {
		t.Errorf("files = %d y, %d n, %d i of %d pinned; want 95, 188 and 35 of 35", counts['y'], counts['n'], counts['i'], len(freeVerdicts))
	}
}

// suiteFiles reads the parsing tests of the suite. Those for transformations have no verdicts.
func suiteFiles(t *testing.T) map[string][]byte {
	t.Helper()
	archive, err := os.Open(suite)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("not run: the shared data folder with JSONTestSuite is not beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	unpacked, err := gzip.NewReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for reader := tar.NewReader(unpacked); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(header.Name)
		if !strings.Contains(header.Name, "test_parsing") || !strings.HasSuffix(name, ".json") {
			continue
		}
		if files[name], err = io.ReadAll(reader); err != nil {
			t.Fatal(err)
		}
	}
}
