package stack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/infra/cdk/stack"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
)

func TestWhatTheFunctionsWouldRefuseIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*deployment.Settings)
		want   string
	}{
		"settings that are wrong": {func(s *deployment.Settings) { s.LogLevel = "hunter2" }, "LOG_LEVEL"},
		"no zip":                  {func(s *deployment.Settings) { s.Code = "/nowhere" }, "make pack"},
	} {
		t.Run(name, func(t *testing.T) {
			s := settings(env.Production)
			test.change(&s)
			refused(t, s, test.want)
		})
	}
}

func TestWhatHasNoTranslationIsAnErrorAndNotAFunctionWithoutRights(t *testing.T) {
	base := manifest.Function{Name: "token", Summary: "Does", MemoryMB: 256, Timeout: time.Second}
	for name, test := range map[string]struct {
		change func(*manifest.Function)
		want   string
	}{
		"an unknown setting":  {func(f *manifest.Function) { f.Env = []string{"CAT_NAME"} }, "setting CAT_NAME"},
		"an unknown resource": {func(f *manifest.Function) { f.Grants = []manifest.Grant{{Resource: "cellar", Access: manifest.Read}} }, "read on cellar"},
		"a senseless access": {func(f *manifest.Function) {
			f.Grants = []manifest.Grant{{Resource: manifest.Secrets, Access: manifest.Write}}
		}, "write on secrets"},
		"a queue that nobody reads": {func(f *manifest.Function) {
			f.Grants = []manifest.Grant{{Resource: manifest.ChunksQueue, Access: manifest.Send}}
		}, "send on chunks-queue"},
		"a second authorizer":          {func(f *manifest.Function) { f.Authorizer = true }, "2 authorizers"},
		"a weekly schedule":            {func(f *manifest.Function) { f.Schedule = "rate(7 days)" }, "schedule rate(7 days)"},
		"a rate of nothing":            {func(f *manifest.Function) { f.Schedule = "rate(0 hours)" }, "schedule rate(0 hours)"},
		"a rate of an unknown unit":    {func(f *manifest.Function) { f.Schedule = "rate(1 fortnight)" }, "schedule rate"},
		"a cron that runs on Mondays":  {func(f *manifest.Function) { f.Schedule = "cron(0 3 ? * MON *)" }, "schedule cron"},
		"a cron that runs in May":      {func(f *manifest.Function) { f.Schedule = "cron(0 3 * 5 ? *)" }, "schedule cron"},
		"a cron with too few fields":   {func(f *manifest.Function) { f.Schedule = "cron(0 3 * *)" }, "schedule cron"},
		"a schedule of another system": {func(f *manifest.Function) { f.Schedule = "@daily" }, "schedule @daily"},
	} {
		t.Run(name, func(t *testing.T) {
			f := base
			test.change(&f)
			s := settings(env.Production)
			s.Functions = []manifest.Function{{Name: "authorizer", Summary: "Decides", MemoryMB: 256, Timeout: time.Second, Authorizer: true}, f}
			refused(t, s, test.want)
		})
	}
}

func refused(t *testing.T, s deployment.Settings, want string) {
	t.Helper()
	// A stack that is refused does not touch its scope.
	var nowhere awscdk.App
	_, err := stack.New(nowhere, s)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Fatalf("err = %v, want one that says %q", err, want)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("err = %q echoes a value", err)
	}
}

func TestOnlyADevelopmentStackCanBeDeletedJustLikeThat(t *testing.T) {
	for name, test := range map[string]struct {
		synthesis func() synthesis
		protected bool
	}{"production": {production, true}, "staging": {staging, true}, "development": {development, false}} {
		text, err := os.ReadFile(filepath.Join(test.synthesis().folder, "manifest.json"))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(text), `"terminationProtection": true`); got != test.protected {
			t.Errorf("%s: protected = %t, want %t", name, got, test.protected)
		}
	}
}
