package monitoring_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/infra/cdk/stack"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// production is the template of the whole stack in production: what is watched is only there in a whole one.
var production = sync.OnceValues(func() (template map[string]any, err error) {
	folder, err := os.MkdirTemp("", "monitoring")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	for _, f := range manifest.Functions {
		if err := os.WriteFile(filepath.Join(folder, f.Name+".zip"), []byte(f.Name), 0o600); err != nil {
			return nil, err
		}
	}
	settings := deployment.Settings{
		Stage: env.Production, Functions: manifest.Functions, Code: folder, LogLevel: "info",
		RateLimit: 100, BurstLimit: 200, ClientRateLimit: 20, ClientQuota: 1_000_000,
	}
	app := stack.NewApp(filepath.Join(folder, "out"))
	if _, err := stack.New(app, settings); err != nil {
		return nil, err
	}
	app.Synth(nil)
	text, err := os.ReadFile(filepath.Join(folder, "out", settings.Name()+".template.json"))
	if err != nil {
		return nil, err
	}
	return template, json.Unmarshal(text, &template)
})

func resourcesOf(t *testing.T, kind string) (found []map[string]any) {
	t.Helper()
	template, err := production()
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range template["Resources"].(map[string]any) {
		if resource := value.(map[string]any); resource["Type"] == kind {
			found = append(found, resource["Properties"].(map[string]any))
		}
	}
	if len(found) == 0 {
		t.Fatalf("the template has no %s", kind)
	}
	return found
}

func TestEverythingThatCanFailHasAnAlarmOfEachOfItsClasses(t *testing.T) {
	var names []string
	for _, alarm := range resourcesOf(t, "AWS::CloudWatch::Alarm") {
		names = append(names, strings.TrimPrefix(alarm["AlarmName"].(string), "customerai-production-"))
	}
	want := []string{"api-server-errors", "api-auth-failures", "subjects-key-errors", "secrets-secret-age"}
	for _, f := range manifest.Functions {
		want = append(want, f.Name+"-errors", f.Name+"-throttles", f.Name+"-slow")
		switch {
		case f.Queue != nil:
			want = append(want, f.Queue.Name+"-waiting-messages", f.Queue.Name+"-dead-letters")
		case f.Schedule != "":
			want = append(want, f.Name+"-missed-schedule", f.Name+"-dead-letters")
		case f.Rotation:
			want = append(want, f.Name+"-dead-letters")
		}
	}
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("alarms are\n%q\nwant\n%q", names, want)
	}
}

func TestTheDashboardShowsEveryFunctionAndQueue(t *testing.T) {
	text, err := json.Marshal(resourcesOf(t, "AWS::CloudWatch::Dashboard"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range manifest.Functions {
		things := []string{deployment.LogicalID(f.Name) + "Function"}
		if f.Queue != nil {
			things = append(things, deployment.LogicalID(f.Queue.Name)+"Queue", deployment.LogicalID(f.Queue.Name)+"DeadLetterQueue")
		}
		for _, thing := range things {
			if !strings.Contains(string(text), `"`+thing) {
				t.Errorf("%s is not on the dashboard", thing)
			}
		}
	}
}
