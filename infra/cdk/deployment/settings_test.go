package deployment_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
)

func settings(stage env.Stage) deployment.Settings {
	return deployment.Settings{
		Stage: stage, Functions: manifest.Functions, LogLevel: "info",
		RateLimit: 100, BurstLimit: 200, ClientRateLimit: 20, ClientQuota: 1_000_000,
		Clients: []string{"cli_ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
	}
}

func TestSettingsThatTheFunctionsWouldRefuseAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*deployment.Settings)
		want   string
	}{
		"any origin, in production":     {func(s *deployment.Settings) { s.CORSOrigins = "*" }, "CORS_ORIGINS: entry 1"},
		"an origin without TLS":         {func(s *deployment.Settings) { s.CORSOrigins = "https://a.example.com,http://b.example.com" }, "CORS_ORIGINS: entry 2"},
		"an unknown log level":          {func(s *deployment.Settings) { s.LogLevel = "hunter2" }, "LOG_LEVEL"},
		"no rate":                       {func(s *deployment.Settings) { s.RateLimit = 0 }, "API_RATE_LIMIT"},
		"a rate beyond the account's":   {func(s *deployment.Settings) { s.RateLimit = 10_001 }, "API_RATE_LIMIT"},
		"no burst":                      {func(s *deployment.Settings) { s.BurstLimit = 0 }, "API_BURST_LIMIT"},
		"one client faster than all":    {func(s *deployment.Settings) { s.ClientRateLimit = 101 }, "CLIENT_RATE_LIMIT"},
		"no quota":                      {func(s *deployment.Settings) { s.ClientQuota = 0 }, "quota"},
		"a client's id that is a guess": {func(s *deployment.Settings) { s.Clients = []string{"hunter2"} }, "client 1"},
		"a client twice":                {func(s *deployment.Settings) { s.Clients = append(s.Clients, s.Clients[0]) }, "client 2"},
	} {
		t.Run(name, func(t *testing.T) {
			s := settings(env.Production)
			test.change(&s)
			err := s.Err()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("err = %v, want one that says %q", err, test.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("err = %q echoes a value", err)
			}
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

func TestThePostureIsHeldToWhatWasChosenAndWhatTheStageDecides(t *testing.T) {
	s := settings(env.Staging)
	s.CORSOrigins = "https://app.example.com"
	got, protection := s.Expected(), deployment.ProtectionOf(env.Staging)
	if got.Stack != "customerai-staging" || got.Stage != "staging" || len(got.Functions) != len(s.Functions) || len(got.Origins) != 1 || len(got.Clients) != 1 {
		t.Errorf("expected = %+v, want what the settings say", got)
	}
	if got.RateLimit != s.RateLimit || got.BurstLimit != s.BurstLimit || got.ClientRateLimit != s.ClientRateLimit || got.ClientQuota != s.ClientQuota {
		t.Errorf("expected = %+v, want the settings' limits", got)
	}
	if got.Keep != protection.Keep || got.LogDays != protection.LogDays || got.AuditDays != protection.AuditDays ||
		got.RecoveryDays != protection.RecoveryDays || got.ReserveCapacity != protection.ReserveCapacity {
		t.Errorf("expected = %+v, want what the stage decides: %+v", got, protection)
	}
}
