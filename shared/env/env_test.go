package env_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/env"
)

func from(settings map[string]string) env.Lookup {
	return func(name string) (string, bool) { value, ok := settings[name]; return value, ok }
}

func TestAnythingButTheExactWordsIsProduction(t *testing.T) {
	for name, want := range map[string]env.Stage{
		"development": env.Development, "staging": env.Staging, "production": env.Production,
		"": env.Production, "Development": env.Production, "dev": env.Production, "staging-eu": env.Production,
	} {
		if got := env.ParseStage(name); got != want {
			t.Errorf("ParseStage(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestEveryProblemIsReportedAtOnceAndNoValue(t *testing.T) {
	r := env.NewReader(from(map[string]string{"BLANK": "  ", "LIMIT": "hunter2", "LOG_LEVEL": "hunter2"}))
	r.String("ABSENT")
	r.String("BLANK")
	if got := r.Int("LIMIT", 7, 1, 10); got != 7 {
		t.Errorf("Int on a malformed value = %d, want the fallback 7", got)
	}
	r.LogLevel("LOG_LEVEL")
	err := r.Err()
	if err == nil {
		t.Fatal("Err() = nil, want four problems")
	}
	for _, name := range []string{"ABSENT", "BLANK", "LIMIT", "LOG_LEVEL"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("Err() = %q, want it to name %s", err, name)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Err() = %q echoes a value", err)
	}
}

func TestGoodSettingsAreTyped(t *testing.T) {
	r := env.NewReader(from(map[string]string{"ENVIRONMENT": "staging", "TABLE_NAME": "t", "LIMIT": "10", "LOG_LEVEL": "warn"}))
	if got := r.Stage("ENVIRONMENT"); got != env.Staging {
		t.Errorf("Stage = %v, want staging", got)
	}
	if got := r.String("TABLE_NAME"); got != "t" {
		t.Errorf("String = %q, want t", got)
	}
	if got := r.Int("LIMIT", 1, 1, 10); got != 10 {
		t.Errorf("Int = %d, want 10", got)
	}
	if got := r.LogLevel("LOG_LEVEL"); got != slog.LevelWarn {
		t.Errorf("LogLevel = %v, want warn", got)
	}
	if got := r.Optional("ABSENT", "x"); got != "x" {
		t.Errorf("Optional = %q, want the fallback", got)
	}
	if err := r.Err(); err != nil {
		t.Errorf("Err() = %v, want nil", err)
	}
}
