package coldstart

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// store serves a secret as Secrets Manager does, and returns its address.
func store(t *testing.T, text string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		body, err := json.Marshal(map[string]string{"SecretString": text})
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func goodDocument(t *testing.T) string {
	t.Helper()
	document, _, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// production returns settings with which every function starts.
func production(t *testing.T, document string) map[string]string {
	t.Helper()
	return map[string]string{
		"ENVIRONMENT": "production", "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "hunter2",
		"AWS_ENDPOINT_URL_SECRETS_MANAGER": store(t, document), "SECRETS_ID": "bundle", "TABLE_NAME": "table", "KEYS_TABLE_NAME": "keys",
		"UPLOADS_BUCKET": "uploads", "RESULTS_BUCKET": "results", "CHECKPOINTS_BUCKET": "checkpoints", "CHUNKS_QUEUE_URL": "https://sqs/chunks",
	}
}

func without(settings map[string]string, names ...string) map[string]string {
	settings = maps.Clone(settings)
	for _, name := range names {
		delete(settings, name)
	}
	return settings
}

// began starts a function and returns what was logged, one line each.
func began(function string, settings map[string]string) (*Start, *bytes.Buffer) {
	var log bytes.Buffer
	lookup := func(name string) (string, bool) { value, ok := settings[name]; return value, ok }
	return begin(function, lookup, slog.New(slog.NewTextHandler(&log, nil))), &log
}

func TestEveryFunctionStartsWithTheSettingsOfTheManifest(t *testing.T) {
	settings := production(t, goodDocument(t))
	for _, function := range manifest.Functions {
		s, log := began(function.Name, settings)
		for _, name := range function.Env {
			if _, given := settings[name]; given && name != "ENVIRONMENT" {
				if got, want := s.Setting(name), settings[name]; got != want {
					t.Errorf("%s: got %q for %s, want %q", function.Name, got, name, want)
				}
			}
		}
		if err := s.Ready(nil); err != nil || log.Len() > 0 {
			t.Errorf("%s: got %v and the log %q, want a silent start", function.Name, err, log)
		}
		if err := s.CheckSecrets(t.Context()); err != nil {
			t.Errorf("%s: %v", function.Name, err)
		}
	}
}

func TestOneLineNamesEverythingThatIsWrongAndNoValue(t *testing.T) {
	good := production(t, goodDocument(t))
	bad := production(t, `{"JWT_SECRET_KEY":"changeme","ENCRYPTION_KEY":"hunter2"}`)
	for name, c := range map[string]struct {
		settings map[string]string
		want     []string
		never    []string
	}{
		"nothing is set": {
			map[string]string{},
			[]string{"AWS_REGION is required", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "SECRETS_ID is required", "TABLE_NAME is required"},
			nil,
		},
		"settings are missing, and secrets are bad": {
			without(bad, "TABLE_NAME"),
			[]string{"TABLE_NAME is required", "JWT_SECRET_KEY is a placeholder", "ENCRYPTION_KEY is malformed", "PSEUDONYM_KEY is missing", "CLIENTS is missing"},
			nil,
		},
		"the level is none":            {overlay(good, "LOG_LEVEL", "hunter2"), []string{"LOG_LEVEL must be"}, []string{"secrets:"}},
		"the secret is not named":      {without(good, "SECRETS_ID"), []string{"SECRETS_ID is required"}, nil},
		"the stage is misspelt":        {overlay(without(good, "SECRETS_ID"), "ENVIRONMENT", "Development"), []string{"SECRETS_ID is required"}, nil},
		"the store is not there":       {overlay(good, "AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:1"), []string{"SECRETS_ID names cannot be read"}, nil},
		"development names bad secret": {overlay(bad, "ENVIRONMENT", "development"), []string{"JWT_SECRET_KEY is a placeholder"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, log := began("health", c.settings)
			s.Setting("TABLE_NAME")
			err := s.Ready(errors.New("a consequence"))
			if err == nil {
				t.Fatal("got no error")
			}
			lines := strings.Split(strings.TrimSpace(log.String()), "\n")
			if len(lines) != 1 || !strings.Contains(lines[0], "level=ERROR") || !strings.Contains(lines[0], "start health: ") {
				t.Errorf("got the log %q, want one line", log)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) || !strings.Contains(log.String(), want) {
					t.Errorf("got %q, want it to say %q", err, want)
				}
			}
			for _, never := range append(c.never, "hunter2", "changeme", "a consequence") {
				if strings.Contains(log.String()+err.Error(), never) {
					t.Errorf("got %q, want it not to say %q", err, never)
				}
			}
		})
	}
}

func overlay(settings map[string]string, name, value string) map[string]string {
	settings = maps.Clone(settings)
	settings[name] = value
	return settings
}

func TestDevelopmentWarnsOnceForWhatIsMissingAndStarts(t *testing.T) {
	s, log := began("split-batch", map[string]string{"ENVIRONMENT": "development"})
	var got []string
	for _, name := range []string{"TABLE_NAME", "UPLOADS_BUCKET", "RESULTS_BUCKET", "CHUNKS_QUEUE_URL"} {
		got = append(got, s.Setting(name))
	}
	if slices.Contains(got, "") {
		t.Errorf("got %q, want something to stand in for each", got)
	}
	if err := s.Ready(nil); err != nil {
		t.Errorf("got %v, want a start", err)
	}
	if err := s.CheckSecrets(t.Context()); err != nil {
		t.Errorf("secrets: %v", err)
	}
	missing := append(secrets.Names(), "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "TABLE_NAME", "UPLOADS_BUCKET", "RESULTS_BUCKET", "CHUNKS_QUEUE_URL")
	for _, name := range missing {
		if n := strings.Count(log.String(), "setting="+name+"\n") + strings.Count(log.String(), "setting="+name+" "); n != 1 {
			t.Errorf("got %d warnings about %s, want one", n, name)
		}
	}
	if got, want := strings.Count(log.String(), "level=WARN"), len(missing); got != want {
		t.Errorf("got %d warnings, want %d", got, want)
	}
}

func TestAMainThatIsWrongDoesNotStart(t *testing.T) {
	settings := production(t, goodDocument(t))
	for name, c := range map[string]struct {
		function string
		use      func(*Start) error
		want     string
	}{
		"a setting of another function": {"authorizer", func(s *Start) error { s.Setting("RESULTS_BUCKET"); return s.Ready(nil) }, "does not give RESULTS_BUCKET to authorizer"},
		"a function that is none":       {"authoriser", func(s *Start) error { return s.Ready(nil) }, "no function authoriser"},
		"a handler that is not made":    {"token", func(s *Start) error { return s.Ready(errors.New("operation x is not bound")) }, "operation x is not bound"},
		"a queue": {"analyze-chunk", func(s *Start) error {
			s.Setting("NONE")
			return s.Queue(func(context.Context, string) error { return nil })
		}, "NONE"},
		"a schedule": {"analyze-chunk", func(s *Start) error {
			s.Setting("NONE")
			return s.Schedule(func(context.Context, time.Time) error { return nil })
		}, "NONE"},
		"an invocation": {"authorizer", func(s *Start) error {
			s.Setting("NONE")
			return Invoke(s, func(context.Context, string) (string, error) { return "", nil })
		}, "NONE"},
	} {
		s, _ := began(c.function, settings)
		if err := c.use(s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want it to say %q", name, err, c.want)
		}
	}
}

func TestNewMakesItsLoggerTheProcesss(t *testing.T) {
	before := slog.Default()
	defer slog.SetDefault(before)
	s := New("authorizer", env.Lookup(func(name string) (string, bool) {
		value, ok := map[string]string{"ENVIRONMENT": "development", "LOG_LEVEL": "error"}[name]
		return value, ok
	}))
	if slog.Default() != s.Logger || s.Logger.Enabled(t.Context(), slog.LevelWarn) || !s.Logger.Enabled(t.Context(), slog.LevelError) {
		t.Error("got another logger, or another level, than LOG_LEVEL's")
	}
}
