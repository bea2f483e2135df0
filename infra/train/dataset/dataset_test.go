package dataset_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/testkit/gzipped"
)

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.jsonl.gz")
	if err := os.WriteFile(path, []byte(gzipped.String(content)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	rows, err := dataset.Read(write(t, `{"text":"hi","label":"neutral","source":"a","valence":0.5}`+"\n"+`{"text":"x","intent":"lost_card"}`+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Label != "neutral" || rows[0].Valence == nil || *rows[0].Valence != 0.5 || rows[1].Intent != "lost_card" || rows[1].Valence != nil {
		t.Errorf("got %+v", rows)
	}
}

func TestReadNamesTheLineAndNotTheText(t *testing.T) {
	_, err := dataset.Read(write(t, `{"text":"hi"}`+"\nsecret words\n"))
	if err == nil || !strings.Contains(err.Error(), "rows.jsonl.gz") || !strings.Contains(err.Error(), "line 2") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

func TestReadRefusesWhatIsNotThere(t *testing.T) {
	if _, err := dataset.Read(filepath.Join(t.TempDir(), "absent.gz")); err == nil {
		t.Error("got no error for an absent file")
	}
	path := filepath.Join(t.TempDir(), "plain.gz")
	if err := os.WriteFile(path, []byte("plain"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := dataset.Read(path); err == nil {
		t.Error("got no error for a file that is not gzipped")
	}
}
