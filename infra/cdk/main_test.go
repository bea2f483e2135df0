package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/cdk/posture"
	"github.com/customerai/customerai/infra/cdk/stack/stacktest"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
)

func TestMain(m *testing.M) { stacktest.Main(m) }

func from(settings map[string]string) env.Lookup {
	return func(name string) (string, bool) { value, ok := settings[name]; return value, ok }
}

func TestTheStageIsNamedExactly(t *testing.T) {
	for _, stage := range []string{"", "prod", "Production", "production "} {
		if _, _, err := parse([]string{"-stage", stage}, from(nil)); err == nil || !strings.Contains(err.Error(), "-stage must be") {
			t.Errorf("stage %q: err = %v, want it refused", stage, err)
		}
	}
	for _, stage := range []string{"development", "staging", "production"} {
		settings, outdir, err := parse([]string{"-stage", stage}, from(nil))
		if err != nil || settings.Name() != "customerai-"+stage || outdir != "cdk.out" {
			t.Errorf("stage %q: %s, %s, %v", stage, settings.Name(), outdir, err)
		}
	}
}

func TestSettingsComeFromTheEnvironmentAndBadOnesAreAllNamed(t *testing.T) {
	settings, outdir, err := parse([]string{"-stage", "staging", "-clients", "a,b", "-quota", "7"}, from(map[string]string{
		"API_RATE_LIMIT": "50", "API_BURST_LIMIT": "60", "CLIENT_RATE_LIMIT": "5", "LOG_LEVEL": "warn", "CORS_ORIGINS": "https://a.example.com", "CDK_OUTDIR": "elsewhere",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if settings.RateLimit != 50 || settings.BurstLimit != 60 || settings.ClientRateLimit != 5 || settings.LogLevel != "warn" ||
		settings.CORSOrigins != "https://a.example.com" || len(settings.Clients) != 2 || settings.ClientQuota != 7 || outdir != "elsewhere" {
		t.Errorf("settings = %+v, %s", settings, outdir)
	}
	_, _, err = parse([]string{"-stage", "staging"}, from(map[string]string{"API_RATE_LIMIT": "hunter2", "API_BURST_LIMIT": "0"}))
	if err == nil || !strings.Contains(err.Error(), "API_RATE_LIMIT") || !strings.Contains(err.Error(), "API_BURST_LIMIT") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("err = %v, want both named and no value", err)
	}
}

func TestATemplateThatBreaksThePostureIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.json")
	for content, want := range map[string]string{`{"Resources":{}}`: "AWS::KMS::Key DataKey is missing", `{`: "read the template"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := check(path, posture.Expected{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("check(%s) = %v, want %q", content, err, want)
		}
	}
	if err := check(path+".absent", posture.Expected{}); err == nil {
		t.Error("a template that is not there is accepted")
	}
}

func TestNothingIsWrittenWithoutZips(t *testing.T) {
	var out bytes.Buffer
	outdir := filepath.Join(t.TempDir(), "out")
	err := run([]string{"-stage", "development", "-code", t.TempDir()}, from(map[string]string{"CDK_OUTDIR": outdir}), &out)
	if err == nil || !strings.Contains(err.Error(), "make pack") || out.Len() > 0 {
		t.Errorf("err = %v, out = %q, want it to ask for the zips", err, &out)
	}
	if _, err := os.Stat(filepath.Join(outdir, "customerai-development.template.json")); err == nil {
		t.Error("a template was written")
	}
}

func TestTheTemplateIsWrittenAndItsPathPrinted(t *testing.T) {
	code, outdir := t.TempDir(), filepath.Join(t.TempDir(), "out")
	for _, f := range manifest.Functions {
		if err := os.WriteFile(filepath.Join(code, f.Name+".zip"), []byte("PK"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := run([]string{"-stage", "development", "-code", code}, from(map[string]string{"CDK_OUTDIR": outdir}), &out); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(outdir, "customerai-development.template.json")
	if got := strings.TrimSpace(out.String()); got != path {
		t.Errorf("printed %q, want %s", got, path)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
