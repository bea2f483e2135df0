package managersecrets_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
	"github.com/customerai/customerai/shared/trust/secrets/rotation"
)

func TestEveryReadTellsHowOldTheKeysAreWhateverTheLevel(t *testing.T) {
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		written, rotated time.Duration // ago
		want             string
	}{
		"a document that was never rotated":   {36 * time.Hour, 0, "secretAgeDays=1.5"},
		"one that was rotated since":          {day / 4, day / 4, "secretAgeDays=0.25"},
		"one that somebody has edited since":  {day, 100 * day, "secretAgeDays=100"},
		"a rotation that is not in force yet": {day / 8, -day / 12, "secretAgeDays=0.125"},
	} {
		synctest.Test(t, func(t *testing.T) {
			text, _ := document(t)
			if c.rotated != 0 {
				text = rotated(t, text, time.Now().Add(-c.rotated))
			}
			body, err := json.Marshal(map[string]any{"SecretString": text, "Name": "bundle", "CreatedDate": time.Now().Add(-c.written).Unix()})
			if err != nil {
				t.Fatal(err)
			}
			log := new(bytes.Buffer)
			config := config(t, &store{answer: wire.Answer(http.StatusOK, string(body))}, log)
			config.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelError}))
			if _, err := managersecrets.Open(t.Context(), config); err != nil {
				t.Fatal(err)
			}
			if got := log.String(); !strings.Contains(got, c.want+"\n") {
				t.Errorf("%s: log = %q, want %s", name, got, c.want)
			}
		})
	}
}

// rotated returns the document that follows, with keys that are in force from a time on.
func rotated(t *testing.T, text string, effective time.Time) string {
	t.Helper()
	current, err := secrets.ParseDocument([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	next, err := rotation.Next(current, effective, effective)
	if err != nil {
		t.Fatal(err)
	}
	content, err := next.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
