package e2e_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/e2e"
)

// A prune is an exception that somebody has looked at. Whoever adds one changes this number, and says why in the list.
func TestThePruneListIsTheOneThatWasReviewed(t *testing.T) {
	if got, want := len(e2e.Prunes), 4; got != want {
		t.Errorf("%d kinds of resources are pruned, want the %d that were reviewed", got, want)
	}
	for _, prune := range e2e.Prunes {
		if len(strings.Fields(prune.Reason)) < 6 {
			t.Errorf("%s is pruned without a reason: %q", prune.Kind, prune.Reason)
		}
	}
	assembly := open(t)
	before := len(assembly.Template["Resources"].(map[string]any))
	if err := assembly.Template.Prune(e2e.Prunes); err != nil {
		t.Fatal(err)
	}
	if got, want := before-len(assembly.Template["Resources"].(map[string]any)), 5; got != want {
		t.Errorf("%d resources are pruned, want the %d that were reviewed", got, want)
	}
}

func TestAPruneMayBeOfWhatHasAProperty(t *testing.T) {
	template := parse(t, `{"Resources":{"Gone":{"Type":"A","Properties":{"B":1}},"Kept":{"Type":"A","Properties":{"C":1}}}}`)
	if err := template.Prune([]e2e.Prune{{Kind: "A", With: "B", Reason: "for the test"}}); err != nil {
		t.Fatal(err)
	}
	if left := template.Resources("A"); len(left) != 1 || left["Kept"] == nil {
		t.Errorf("left are %v, want Kept alone", left)
	}
}

func TestAPruneThatDoesHarmOrNothingIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ template, want string }{
		"nothing to prune": {`{"Resources":{"Other":{"Type":"Kept"}}}`, "the template has none"},
		"still needed":     {`{"Resources":{"Gone":{"Type":"Pruned"},"Other":{"Type":"Kept","DependsOn":["Gone"]}}}`, "something refers to Gone"},
		"not needed":       {`{"Resources":{"Gone":{"Type":"Pruned"},"Other":{"Type":"Kept"}}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			template := parse(t, test.template)
			err := template.Prune([]e2e.Prune{{Kind: "Pruned", Reason: "for the test"}})
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("Prune = %v, want %q", err, test.want)
			}
			if len(template.Resources("Pruned")) != 0 || len(template.Resources("Kept")) != 1 {
				t.Errorf("the template is %v, want Other alone", template)
			}
		})
	}
}

func TestFunctionsGetTheArchitectureOfTheMachine(t *testing.T) {
	template := parse(t, `{"Resources":{"F":{"Type":"AWS::Lambda::Function","Properties":{"Architectures":["arm64"]}}}}`)
	if err := template.RunOn("amd64"); err != nil {
		t.Fatal(err)
	}
	if got := template.Resources("AWS::Lambda::Function")["F"]["Architectures"].([]any); !slices.Equal(got, []any{"x86_64"}) {
		t.Errorf("Architectures = %v, want x86_64", got)
	}
	if err := template.RunOn("riscv64"); err == nil {
		t.Error("an architecture that Lambda has not is accepted")
	}
}

func TestEachFunctionIsRedirectedToAnAddressOfItsOwn(t *testing.T) {
	assembly := e2e.Assembly{Stack: "bundle-production", Template: parse(t, `{"Resources":{
		"A":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"bundle-production-audit","Environment":{"Variables":{"TABLE_NAME":"t"}}}},
		"B":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"bundle-production-token","Environment":{"Variables":{}}}}}}`)}
	if err := assembly.Redirect(func(function string) (string, error) { return "http://" + function, nil }); err != nil {
		t.Fatal(err)
	}
	for id, function := range map[string]string{"A": "audit", "B": "token"} {
		variables := assembly.Template.Resources("AWS::Lambda::Function")[id]["Environment"].(map[string]any)["Variables"].(map[string]any)
		for _, service := range []string{"DYNAMODB", "KMS", "S3", "SQS", "SECRETS_MANAGER"} {
			if got, want := variables["AWS_ENDPOINT_URL_"+service], "http://"+function; got != want {
				t.Errorf("%s calls %s at %v, want %s", function, service, got, want)
			}
		}
	}
	broken := errors.New("no address")
	if err := assembly.Redirect(func(string) (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Errorf("Redirect = %v, want %v", err, broken)
	}
	for name, function := range map[string]string{
		"another stack's": `{"FunctionName":"other-audit","Environment":{"Variables":{}}}`, "without an environment": `{"FunctionName":"bundle-production-audit"}`,
	} {
		assembly.Template = parse(t, `{"Resources":{"A":{"Type":"AWS::Lambda::Function","Properties":`+function+`}}}`)
		if err := assembly.Redirect(func(string) (string, error) { return "http://any", nil }); err == nil || !strings.Contains(err.Error(), "redirect A") {
			t.Errorf("%s: Redirect = %v, want an error that names it", name, err)
		}
	}
}

func TestOnlyDenialsOfPlainHTTPAreStripped(t *testing.T) {
	template := parse(t, `{"Resources":{
		"A":{"Type":"AWS::SQS::QueuePolicy","Properties":{"PolicyDocument":{"Statement":[
			{"Effect":"Deny","Condition":{"Bool":{"aws:SecureTransport":"false"}}},
			{"Effect":"Deny","Condition":{"StringEquals":{"aws:SourceAccount":"1"}}},
			{"Effect":"Allow","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}}},
		"B":{"Type":"AWS::S3::BucketPolicy","Properties":{"PolicyDocument":{"Statement":[
			{"Effect":"Deny","Condition":{"NumericLessThan":{"s3:TlsVersion":1.2}}}]}}}}}`)
	if got, want := template.AllowPlainHTTP(), 2; got != want {
		t.Errorf("%d statements are stripped, want %d", got, want)
	}
	if left := template.Resources("AWS::SQS::QueuePolicy")["A"]["PolicyDocument"].(map[string]any)["Statement"].([]any); len(left) != 2 {
		t.Errorf("left are %v, want the two that say something else", left)
	}
	if len(template.Resources("AWS::S3::BucketPolicy")) != 0 {
		t.Error("a policy without statements is left")
	}
}

func TestBatchesAreNamedWhereSendingIsAllowedAndNowhereElse(t *testing.T) {
	template := parse(t, `{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{"Policies":[{"PolicyDocument":{"Statement":[
		{"Effect":"Allow","Action":"sqs:SendMessage"},{"Effect":"Allow","Action":"sqs:DeleteMessage"},{"Effect":"Deny","Action":"sqs:SendMessage"}]}}]}}}}`)
	if got, want := template.NameBatches(), 1; got != want {
		t.Errorf("%d statements are changed, want %d", got, want)
	}
	text, err := json.Marshal(template)
	if err != nil || strings.Count(string(text), "sqs:SendMessageBatch") != 1 {
		t.Errorf("the template is %s, %v", text, err)
	}
}

func TestConditionsOnContextsAreStrippedAndNoOther(t *testing.T) {
	template := parse(t, `{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{"Policies":[{"PolicyDocument":{"Statement":[
		{"Action":"kms:Encrypt","Condition":{"StringLike":{"kms:EncryptionContext:subject":"sub_*"}}},{"Action":"kms:Decrypt","Condition":{"StringEquals":{"kms:ViaService":"s3"}}}]}}]}}}}`)
	if got, want := template.AllowAnyContext(), 1; got != want {
		t.Errorf("%d conditions are stripped, want %d", got, want)
	}
	if text, err := json.Marshal(template); err != nil || strings.Contains(string(text), "sub_*") || !strings.Contains(string(text), "kms:ViaService") {
		t.Errorf("the template is %s, %v", text, err)
	}
}

func parse(t *testing.T, text string) (template e2e.Template) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &template); err != nil {
		t.Fatal(err)
	}
	return template
}

func TestSchedulesAreMadeToFireMoreOften(t *testing.T) {
	template := parse(t, `{"Resources":{
		"A":{"Type":"AWS::Scheduler::Schedule","Properties":{"Name":"b","ScheduleExpression":"rate(1 hour)","Target":{"Input":"{\"time\":\"<aws.scheduler.scheduled-time>\"}"}}},
		"B":{"Type":"AWS::Scheduler::Schedule","Properties":{"Name":"a","ScheduleExpression":"rate(1 day)"}}}}`)
	if got := strings.Join(template.RunEvery("rate(1 minute)", "2026-03-01T12:00:00Z"), " "); got != "a b" {
		t.Errorf("got the schedules %s, want a b", got)
	}
	if got, want := template.Resources("AWS::Scheduler::Schedule")["A"]["Target"].(map[string]any)["Input"], `{"time":"2026-03-01T12:00:00Z"}`; got != want {
		t.Errorf("got the input %v, want %s", got, want)
	}
	for id, schedule := range template.Resources("AWS::Scheduler::Schedule") {
		if got, want := schedule["ScheduleExpression"], "rate(1 minute)"; got != want {
			t.Errorf("%s fires at %v, want %s", id, got, want)
		}
	}
}
