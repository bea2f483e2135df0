package handler_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/functions/rotate-keys/handler"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func sample(t *testing.T, path string) (event events.SecretsManagerSecretRotationEvent) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &event); err != nil {
		t.Fatal(err)
	}
	return event
}

func newHandler(t *testing.T) (*handler.Handler, *secretstore.Store, *bytes.Buffer) {
	t.Helper()
	document, _, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	store, log, config := secretstore.New(clock, string(text)), new(bytes.Buffer), emulators.Nowhere(t)
	config.HTTPClient = store
	return handler.New(handler.Deps{
		Versions: managersecrets.OpenVersions(config, "bundle"), Logger: slog.New(slog.NewTextHandler(log, nil)), Now: clock,
	}), store, log
}

func TestTheSampleEventsInTheirOrderAreARotation(t *testing.T) {
	h, store, log := newHandler(t)
	before, _ := store.Document("AWSCURRENT")
	for i, name := range []string{"create", "set", "test", "finish"} {
		event := sample(t, "../../../events/rotate-keys-"+name+".json")
		if i == 0 {
			store.Begin(event.ClientRequestToken)
		}
		if _, err := h.Handle(t.Context(), event); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !strings.Contains(log.String(), "step="+event.Step) {
			t.Errorf("log = %s, want the step", log)
		}
	}
	after, id := store.Document("AWSCURRENT")
	if after == before || id != sample(t, "../../../events/rotate-keys-create.json").ClientRequestToken {
		t.Errorf("version %s is in force, want the one that the events are about", id)
	}
	document, err := secrets.ParseDocument([]byte(after))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{secrets.JWTSecretKey, secrets.EncryptionKey, secrets.PseudonymKey} {
		if strings.Contains(log.String(), string(document[name])) || strings.Contains(log.String(), "keyData") {
			t.Errorf("the log holds %s", name)
		}
	}
}

func TestAnEventThatNoRotationIsAboutChangesNothingAndIsNotQuoted(t *testing.T) {
	samples, err := filepath.Glob("../../../events/rotate-keys-*.json")
	if err != nil || len(samples) != 4 {
		t.Fatalf("samples = %v, %v, want four", samples, err)
	}
	for name, event := range map[string]events.SecretsManagerSecretRotationEvent{
		"nothing":                {},
		"a step that is none":    {Step: "hunter2", ClientRequestToken: "token"},
		"a version that is none": {Step: "createSecret", ClientRequestToken: "hunter2"},
		"a sample as it is":      sample(t, samples[0]),
	} {
		h, store, log := newHandler(t)
		before, _ := store.Document("AWSCURRENT")
		if _, err := h.Handle(t.Context(), event); err == nil || err.Error() != "the step was not taken" {
			t.Errorf("%s: got %v, want one constant error", name, err)
		}
		if after, _ := store.Document("AWSCURRENT"); after != before || store.Calls("PutSecretValue") > 0 {
			t.Errorf("%s: the secret has changed", name)
		}
		if got := log.String(); !strings.Contains(got, "level=ERROR") || strings.Contains(got, "hunter2") {
			t.Errorf("%s: log = %s, want the cause and nothing of the event", name, got)
		}
	}
}
