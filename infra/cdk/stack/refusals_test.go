package stack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/customerai/customerai/infra/cdk/stack"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
)

func TestSettingsThatTheFunctionsWouldRefuseAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*stack.Settings)
		want   string
	}{
		"any origin, in production":     {func(s *stack.Settings) { s.CORSOrigins = "*" }, "CORS_ORIGINS: entry 1"},
		"an origin without TLS":         {func(s *stack.Settings) { s.CORSOrigins = "https://a.example.com,http://b.example.com" }, "CORS_ORIGINS: entry 2"},
		"an unknown log level":          {func(s *stack.Settings) { s.LogLevel = "hunter2" }, "LOG_LEVEL"},
		"no rate":                       {func(s *stack.Settings) { s.RateLimit = 0 }, "API_RATE_LIMIT"},
		"a rate beyond the account's":   {func(s *stack.Settings) { s.RateLimit = 10_001 }, "API_RATE_LIMIT"},
		"no burst":                      {func(s *stack.Settings) { s.BurstLimit = 0 }, "API_BURST_LIMIT"},
		"one client faster than all":    {func(s *stack.Settings) { s.ClientRateLimit = 101 }, "CLIENT_RATE_LIMIT"},
		"no quota":                      {func(s *stack.Settings) { s.ClientQuota = 0 }, "quota"},
		"a client's id that is a guess": {func(s *stack.Settings) { s.Clients = []string{"hunter2"} }, "client 1"},
		"a client twice":                {func(s *stack.Settings) { s.Clients = append(s.Clients, s.Clients[0]) }, "client 2"},
		"no zip":                        {func(s *stack.Settings) { s.Code = "/nowhere" }, "make pack"},
	} {
		t.Run(name, func(t *testing.T) {
			s := settings(env.Production)
			test.change(&s)
			refused(t, s, test.want)
		})
	}
}

func TestAnyOriginIsAcceptedInDevelopmentOnly(t *testing.T) {
	for stage, accepted := range map[env.Stage]bool{env.Development: true, env.Staging: true, env.Production: false} {
		s := settings(stage)
		s.CORSOrigins = "*"
		if got := s.Err() == nil; got != accepted {
			t.Errorf("in %s: accepted = %t, want %t", stage, got, accepted)
		}
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

func refused(t *testing.T, s stack.Settings, want string) {
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

func TestProductionIsNeverWeaker(t *testing.T) {
	order := []env.Stage{env.Production, env.Staging, env.Development}
	for i, stricter := range order {
		for _, looser := range order[i+1:] {
			if in := stack.ProtectionOf(stricter).Weaker(stack.ProtectionOf(looser)); in != nil {
				t.Errorf("%s is weaker than %s: %q", stricter, looser, in)
			}
			if in := stack.ProtectionOf(looser).Weaker(stack.ProtectionOf(stricter)); in == nil {
				t.Errorf("%s is as strict as %s: why two stages?", looser, stricter)
			}
		}
	}
}

func TestEveryWayOfBeingWeakerIsNamed(t *testing.T) {
	strict := stack.Protection{Keep: true, LogDays: 2, RecoveryDays: 2, ReserveCapacity: true}
	for name, change := range map[string]func(*stack.Protection){
		"data does not outlive the stack":      func(p *stack.Protection) { p.Keep = false },
		"logs are kept for fewer days":         func(p *stack.Protection) { p.LogDays = 1 },
		"data can be recovered for fewer days": func(p *stack.Protection) { p.RecoveryDays = 1 },
		"no capacity is reserved":              func(p *stack.Protection) { p.ReserveCapacity = false },
	} {
		weak := strict
		change(&weak)
		if got := weak.Weaker(strict); len(got) != 1 || got[0] != name {
			t.Errorf("Weaker = %q, want %q", got, name)
		}
		if got := strict.Weaker(weak); got != nil {
			t.Errorf("the stricter one is weaker in %q", got)
		}
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
