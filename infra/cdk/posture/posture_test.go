package posture

import (
	"slices"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/cdk/template"
	"github.com/customerai/customerai/shared/manifest"
)

func TestAKindOfResourceWithoutARuleIsReported(t *testing.T) {
	parsed, err := template.Parse([]byte(`{"Resources":{"Door":{"Type":"AWS::Lambda::Url"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := Check(parsed, Expected{}); !slices.Contains(got, "AWS::Lambda::Url Door: no rule is known for this kind of resource") {
		t.Errorf("Check = %q, want the door noticed", got)
	}
}

func TestWhatTheManifestHasIsMissedInATemplateWithoutIt(t *testing.T) {
	missed := Check(map[string]any{}, Expected{
		Stack: "customerai-production", Stage: "production", Functions: manifest.Functions, Origins: []string{"https://app.example.com"},
		Clients: []string{"cli_ABCDEFGHIJKLMNOPQRSTUVWXYZ"}, LogLevel: "info", RateLimit: 100, BurstLimit: 200, ClientRateLimit: 20, ClientQuota: 1000,
		Keep: true, LogDays: 365, RecoveryDays: 35, AuditDays: 2557, ReserveCapacity: true,
	})
	want := []string{
		"AWS::KMS::Key DataKey", "AWS::DynamoDB::Table KeysTable", "AWS::S3::Bucket CheckpointsBucket", "AWS::ApiGateway::Authorizer Bearer",
		"AWS::ApiGateway::ApiKey cli_ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AWS::WAFv2::WebACL Firewall", "AWS::SNS::Topic AlarmTopic",
		"AWS::CloudWatch::Alarm customerai-production-secrets-secret-age",
	}
	for _, f := range manifest.Functions {
		want = append(want,
			"AWS::Lambda::Function customerai-production-"+f.Name, "AWS::IAM::Role "+logical(f.Name)+"Role",
			"AWS::Logs::LogGroup "+logical(f.Name)+"LogGroup", "AWS::CloudWatch::Alarm customerai-production-"+f.Name+"-errors")
		if name := ownQueue(f); name != "" {
			want = append(want, "AWS::SQS::Queue "+logical(name)+"DeadLetterQueue", "AWS::CloudWatch::Alarm customerai-production-"+name+"-dead-letters")
		}
		for _, route := range f.Routes {
			want = append(want, "AWS::ApiGateway::Method "+route.Method+" "+route.Path, "AWS::ApiGateway::Method OPTIONS "+route.Path)
		}
	}
	for _, thing := range want {
		if !slices.Contains(missed, thing+" is missing") {
			t.Errorf("%s is not missed", thing)
		}
	}
}

func TestPeriodsOfSchedules(t *testing.T) {
	for schedule, want := range map[string]time.Duration{
		"rate(5 minutes)": 5 * time.Minute, "rate(1 hour)": time.Hour, "rate(1 day)": 24 * time.Hour,
		"cron(15 * * * ? *)": time.Hour, "cron(0 3 * * ? *)": 24 * time.Hour,
	} {
		if got := periodOf(schedule); got != want {
			t.Errorf("periodOf(%s) = %s, want %s", schedule, got, want)
		}
	}
}
