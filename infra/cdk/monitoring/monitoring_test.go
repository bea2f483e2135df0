package monitoring_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/infra/cdk/stack/stacktest"
	"github.com/customerai/customerai/shared/manifest"
)

func TestMain(m *testing.M) { stacktest.Main(m) }

func TestEverythingThatCanFailHasAnAlarmOfEachOfItsClasses(t *testing.T) {
	var names []string
	for _, alarm := range stacktest.Resources(t, "AWS::CloudWatch::Alarm") {
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
	text, err := json.Marshal(stacktest.Resources(t, "AWS::CloudWatch::Dashboard"))
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
