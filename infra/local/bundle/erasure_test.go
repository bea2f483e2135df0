package bundle_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/sqlitetable"
)

// wrappedKeys returns every wrapped key that the folder's table of keys has.
func wrappedKeys(t *testing.T, folder string) (keys []string) {
	t.Helper()
	tb, err := sqlitetable.Open(t.Context(), filepath.Join(folder, "keys.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tb.Close() }()
	for _, shard := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" {
		items, err := table.All(t.Context(), tb, table.Query{Partition: "main#keys#" + string(shard)})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			var key struct{ Wrapped string }
			if err := json.Unmarshal(item.Value, &key); err != nil || len(key.Wrapped) < 60 {
				t.Fatalf("an item of the keys is %q (%v), want a wrapped key", item.Value, err)
			}
			keys = append(keys, key.Wrapped)
		}
	}
	return keys
}

// holds reports whether a text stands anywhere in the files of a folder, free pages included.
func holds(t *testing.T, folder, text string) (found bool) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		found = found || bytes.Contains(content, []byte(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestADestroyedKeyIsNowhereInTheFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	with := func(do func(client)) {
		b := open(t, folder)
		do(newClient(t, b, folder))
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	with(func(c client) {
		c.call(http.MethodPost, "/v1/privacy/anonymise", `{"documents":[{"id":"1","text":"I am Maria Lopez."}],"subjectId":"customer-17",`+
			`"conversationId":"talk","operators":[{"type":"DEFAULT","operator":"pseudonymise"}]}`, nil)
	})
	keys := wrappedKeys(t, folder)
	if len(keys) != 1 || !holds(t, folder, keys[0]) {
		t.Fatalf("%d keys before the erasure, want one that stands in a file", len(keys))
	}
	with(func(c client) { c.call(http.MethodDelete, "/v1/subjects/customer-17", "", nil) })
	if len(wrappedKeys(t, folder)) != 0 || holds(t, folder, keys[0]) {
		t.Error("a destroyed key stands in a file of the folder")
	}
}
