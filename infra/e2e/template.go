package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Template is a CloudFormation template.
type Template map[string]any

// Prune is a kind of resource that the emulator cannot make: all of it, or what has some property.
type Prune struct{ Kind, With, Reason string }

// Prunes is all that is left out of the template. What is pruned here is proved by package posture, on the template alone.
var Prunes = []Prune{
	{"AWS::SecretsManager::RotationSchedule", "", "the emulator has no such resource, and its RotateSecret calls nobody"},
	{"AWS::WAFv2::WebACLAssociation", "", "the emulator makes web ACLs and puts none before a stage"},
	{"AWS::WAFv2::LoggingConfiguration", "", "the emulator evaluates no web ACL, so that there is nothing to log"},
	{"AWS::CloudWatch::Alarm", "Metrics", "the emulator has no alarms on an expression of several metrics"},
}

// Prune leaves the resources on the list out. It refuses a list with an entry that finds nothing, and a template in which
// something else still refers to what was left out.
func (t Template) Prune(list []Prune) error {
	var problems []error
	for _, prune := range list {
		pruned := t.Resources(prune.Kind)
		maps.DeleteFunc(pruned, func(_ string, properties map[string]any) bool {
			return prune.With != "" && properties[prune.With] == nil
		})
		if len(pruned) == 0 {
			problems = append(problems, fmt.Errorf("prune %s: the template has none", prune.Kind))
		}
		for id := range pruned {
			delete(t.resources(), id)
			if text, err := json.Marshal(t.resources()); err != nil || strings.Contains(string(text), `"`+id+`"`) {
				problems = append(problems, errors.Join(fmt.Errorf("prune %s: something refers to %s", prune.Kind, id), err))
			}
		}
	}
	return errors.Join(problems...)
}

// Resources returns the properties of every resource of a kind, by logical id.
func (t Template) Resources(kind string) map[string]map[string]any {
	found := map[string]map[string]any{}
	for id, value := range t.resources() {
		if resource, _ := value.(map[string]any); resource["Type"] == kind {
			properties, _ := resource["Properties"].(map[string]any)
			found[id] = properties
		}
	}
	return found
}

func (t Template) resources() map[string]any {
	resources, _ := t["Resources"].(map[string]any)
	return resources
}

// RunOn gives the functions the architecture of the machine, because the emulator runs their zips as processes.
func (t Template) RunOn(goarch string) error {
	architecture, ok := map[string]string{"amd64": "x86_64", "arm64": "arm64"}[goarch]
	if !ok {
		return fmt.Errorf("no function runs on %s", goarch)
	}
	for _, function := range t.Resources("AWS::Lambda::Function") {
		function["Architectures"] = []any{architecture}
	}
	return nil
}

// RunEvery gives every schedule another expression, and a time in place of the word for the scheduled one, which the emulator
// passes on as it is. It returns the functions that they start, by the schedules' names.
func (t Template) RunEvery(expression, scheduled string) (names []string) {
	for _, schedule := range t.Resources("AWS::Scheduler::Schedule") {
		schedule["ScheduleExpression"] = expression
		if target, _ := schedule["Target"].(map[string]any); target != nil {
			input, _ := target["Input"].(string)
			target["Input"] = strings.Replace(input, "<aws.scheduler.scheduled-time>", scheduled, 1)
		}
		name, _ := schedule["Name"].(string)
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Redirect has each of the stack's functions call the services of AWS at an address of its own.
func (a *Assembly) Redirect(address func(function string) (string, error)) error {
	for id, function := range a.Template.Resources("AWS::Lambda::Function") {
		name, _ := function["FunctionName"].(string)
		name, ok := strings.CutPrefix(name, a.Stack+"-")
		environment, _ := function["Environment"].(map[string]any)
		variables, _ := environment["Variables"].(map[string]any)
		if !ok || variables == nil {
			return fmt.Errorf("redirect %s: it has no name of the stack's, or no environment", id)
		}
		to, err := address(name)
		if err != nil {
			return fmt.Errorf("redirect %s: %w", name, err)
		}
		for _, service := range []string{"DYNAMODB", "KMS", "S3", "SQS", "SECRETS_MANAGER"} {
			variables["AWS_ENDPOINT_URL_"+service] = to // the emulator sets the address of all others itself
		}
	}
	return nil
}

// AllowPlainHTTP strips the statements that deny what is not encrypted on its way, and returns how many there were: the
// emulator listens on loopback without TLS, and under AUTH it would hold everybody to them.
func (t Template) AllowPlainHTTP() (stripped int) {
	for _, kind := range []string{"AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"} {
		for id, policy := range t.Resources(kind) {
			document, _ := policy["PolicyDocument"].(map[string]any)
			statements, _ := document["Statement"].([]any)
			kept := slices.DeleteFunc(slices.Clone(statements), deniesPlainHTTP)
			stripped += len(statements) - len(kept)
			if document["Statement"] = kept; len(kept) == 0 {
				delete(t.resources(), id) // a policy without statements is none
			}
		}
	}
	return stripped
}

func deniesPlainHTTP(statement any) bool {
	members, _ := statement.(map[string]any)
	condition, err := json.Marshal(members["Condition"])
	return err == nil && members["Effect"] == "Deny" &&
		(strings.Contains(string(condition), "aws:SecureTransport") || strings.Contains(string(condition), "s3:TlsVersion"))
}

// AllowAnyContext strips the conditions on encryption contexts, and returns how many there were: the emulator knows no such
// condition, and under AUTH it would allow nobody what stands under one.
func (t Template) AllowAnyContext() (stripped int) {
	for _, s := range t.grants() {
		if condition, err := json.Marshal(s["Condition"]); err == nil && strings.Contains(string(condition), "kms:EncryptionContext:") {
			delete(s, "Condition")
			stripped++
		}
	}
	return stripped
}

// NameBatches adds, wherever sqs:SendMessage is allowed, the emulator's name for sending several at once, and returns how
// often. On AWS there is no such action: sqs:SendMessage covers the batch.
func (t Template) NameBatches() (named int) {
	for _, s := range t.grants() {
		if s["Effect"] == "Allow" && s["Action"] == "sqs:SendMessage" {
			s["Action"] = []any{"sqs:SendMessage", "sqs:SendMessageBatch"}
			named++
		}
	}
	return named
}

// grants lists the statements of all roles.
func (t Template) grants() (list []map[string]any) {
	for _, role := range t.Resources("AWS::IAM::Role") {
		policies, _ := role["Policies"].([]any)
		for _, policy := range policies {
			p, _ := policy.(map[string]any)
			document, _ := p["PolicyDocument"].(map[string]any)
			statements, _ := document["Statement"].([]any)
			for _, statement := range statements {
				if s, ok := statement.(map[string]any); ok {
					list = append(list, s)
				}
			}
		}
	}
	return list
}
