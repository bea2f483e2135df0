package stack_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/infra/cdk/posture"
	"github.com/customerai/customerai/shared/env"
)

func TestEveryStageIsWhatThePostureAsksFor(t *testing.T) {
	for name, test := range map[string]struct {
		settings  deployment.Settings
		synthesis func() synthesis
	}{
		"production":  {settings(env.Production), production},
		"staging":     {settings(env.Staging), staging},
		"development": {settings(env.Development), development},
		"production with origins, schedule, rotation": {full(), complete},
	} {
		t.Run(name, func(t *testing.T) {
			for _, broken := range posture.Check(test.synthesis().template(t), test.settings.Expected()) {
				t.Error(broken)
			}
		})
	}
}

func TestEverySynthesisOfTheSameSettingsIsTheSameToTheByte(t *testing.T) {
	if again := synthesise(settings(env.Production)); !bytes.Equal(again.text, production().text) {
		t.Error("a second synthesis differs from the first")
	}
}

// A mutant is a template in which one thing is gone, weaker or wider.
type mutant struct {
	name  string
	apply func() (undo func())
}

// TestEveryMutantOfTheTemplateIsCaught is the proof that the posture looks at everything that protects: each property of
// each resource is removed, flipped, zeroed, blown up, renamed and opened to everybody, one at a time.
func TestEveryMutantOfTheTemplateIsCaught(t *testing.T) {
	total := len(mutantsOf(complete().template(t)))
	if total < 5000 {
		t.Fatalf("%d mutants, want the whole template mutated", total)
	}
	var survivors atomic.Int64
	t.Cleanup(func() { t.Logf("%d mutants, %d survivors", total, survivors.Load()) })
	const shards = 4
	for shard := range shards {
		t.Run(fmt.Sprintf("part %d of %d", shard+1, shards), func(t *testing.T) {
			t.Parallel()
			template, want := complete().template(t), full().Expected()
			for i, m := range mutantsOf(template) {
				if i%shards != shard {
					continue
				}
				undo := m.apply()
				if len(posture.Check(template, want)) == 0 {
					survivors.Add(1)
					t.Errorf("nobody notices %s", m.name)
				}
				undo()
			}
			if broken := posture.Check(template, want); len(broken) > 0 {
				t.Errorf("the mutants have not been undone: %v", broken)
			}
		})
	}
}

// harmless are properties whose change protects or exposes nobody, in resources of a kind: names that nothing refers to,
// and words. Everything else has to be noticed.
var harmless = map[string][]string{
	"Description": nil, "Sid": nil, "PolicyName": nil, "QueueName": nil, "TopicName": nil, "AliasName": nil, "UsagePlanName": nil,
	"DashboardName": nil, "DashboardBody": nil,
	"Code":         {"AWS::Lambda::Function"}, // where the zip lies; its digest is in its name
	"Id":           {"AWS::S3::Bucket"},
	"Label":        {"AWS::CloudWatch::Alarm"},
	"LogGroupName": {"AWS::Logs::LogGroup"},
}

func isHarmless(kind, path, key string) bool {
	if key == "Name" { // of the thing itself; deeper down it names something else
		return strings.Count(path, " ") == 1 && slices.Contains([]string{
			"AWS::ApiGateway::ApiKey", "AWS::ApiGateway::Authorizer", "AWS::ApiGateway::Model", "AWS::Scheduler::Schedule", "AWS::WAFv2::WebACL",
		}, kind)
	}
	kinds, ok := harmless[key]
	return ok && (kinds == nil || slices.Contains(kinds, kind))
}

func mutantsOf(template map[string]any) (mutants []mutant) {
	resources := template["Resources"].(map[string]any)
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		mutants = append(mutants, removed(id, resources, id))
		resource := resources[id].(map[string]any)
		kind := resource["Type"].(string)
		for _, attribute := range []string{"DeletionPolicy", "UpdateReplacePolicy"} {
			if resource[attribute] != nil && !strings.HasPrefix(id, "ApiAccount") && !strings.HasPrefix(id, "ApiCloudWatchRole") { // the account's, not ours
				mutants = append(mutants, removed(id+" "+attribute, resource, attribute), replaced(id+" "+attribute, resource, attribute, "Delete"))
			}
		}
		mutants = append(mutants, walk(kind, id, resource, "Properties")...)
		// What the CDK itself says about the order is left to it.
		if slices.Contains([]string{"AWS::S3::Bucket", "AWS::ApiGateway::Stage", "AWS::SecretsManager::RotationSchedule"}, kind) {
			mutants = append(mutants, walk(kind, id, resource, "DependsOn")...)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(template["Outputs"].(map[string]any))) {
		outputs := template["Outputs"].(map[string]any)
		mutants = append(mutants, removed("output "+id, outputs, id), replaced("output "+id, outputs[id].(map[string]any), "Value", "mutant"))
	}
	return append(mutants, intrusions(resources)...)
}

// walk lists the mutants of holder[key] and of everything below it.
func walk(kind, name string, holder map[string]any, key string) (mutants []mutant) {
	name += " " + key
	switch value := holder[key].(type) {
	case map[string]any:
		for _, member := range slices.Sorted(maps.Keys(value)) {
			if isHarmless(kind, name, member) {
				continue
			}
			mutants = append(mutants, removed(name+" "+member, value, member))
			mutants = append(mutants, walk(kind, name, value, member)...)
		}
	case []any:
		for i := range value {
			cell := map[string]any{"": value[i]} // so that an element is changed like a member
			inner := walk(kind, fmt.Sprintf("%s[%d]", name, i), cell, "")
			for _, m := range inner {
				mutants = append(mutants, mutant{m.name, func() func() {
					undo := m.apply()
					value[i] = cell[""]
					return func() { undo(); value[i] = cell[""] }
				}})
			}
			mutants = append(mutants, replaced(fmt.Sprintf("%s without [%d]", name, i), holder, key, slices.Delete(slices.Clone(value), i, i+1)))
		}
	case bool:
		mutants = append(mutants, replaced(name+" flipped", holder, key, !value))
	case float64:
		mutants = append(mutants, replaced(name+" enlarged", holder, key, 10*value+1), replaced(name+" reduced", holder, key, (value-1)/10))
	case string:
		mutants = append(mutants, replaced(name+" renamed", holder, key, "mutant"))
		if value != "*" {
			mutants = append(mutants, replaced(name+" opened", holder, key, "*"))
		}
	}
	return mutants
}

func removed(name string, holder map[string]any, key string) mutant {
	return mutant{"the loss of " + name, func() func() {
		old := holder[key]
		delete(holder, key)
		return func() { holder[key] = old }
	}}
}

func replaced(name string, holder map[string]any, key string, value any) mutant {
	return mutant{fmt.Sprintf("%s = %v", name, value), func() func() {
		old, had := holder[key]
		holder[key] = value
		return func() {
			if holder[key] = old; !had {
				delete(holder, key)
			}
		}
	}}
}

// intrusions are what somebody might add.
func intrusions(resources map[string]any) (mutants []mutant) {
	everything := map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		properties := resources[id].(map[string]any)["Properties"].(map[string]any)
		for _, document := range documents(properties) {
			statements := document["Statement"].([]any)
			mutants = append(mutants, replaced("a statement too many in "+id, document, "Statement", append(slices.Clone(statements), everything)))
		}
		if resources[id].(map[string]any)["Type"] == "AWS::IAM::Role" {
			mutants = append(mutants, replaced("a managed policy in "+id, properties, "ManagedPolicyArns", []any{"arn:aws:iam::aws:policy/AdministratorAccess"}))
		}
	}
	for kind, properties := range map[string]map[string]any{
		"AWS::Lambda::Url":        {"AuthType": "NONE"},
		"AWS::Lambda::Permission": {"Action": "lambda:InvokeFunction", "Principal": "*"},
		"AWS::IAM::Policy":        {"PolicyDocument": map[string]any{"Statement": []any{everything}}},
		"AWS::S3::Bucket":         {},
		"AWS::ApiGateway::Method": {"AuthorizationType": "NONE", "HttpMethod": "ANY"},
	} {
		mutants = append(mutants, replaced("an added "+kind, resources, "Intruder", map[string]any{"Type": kind, "Properties": properties}))
	}
	return mutants
}

// documents are the policies below a value.
func documents(value any) (found []map[string]any) {
	switch v := value.(type) {
	case map[string]any:
		if _, ok := v["Statement"].([]any); ok {
			found = append(found, v)
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			found = append(found, documents(v[key])...)
		}
	case []any:
		for _, member := range v {
			found = append(found, documents(member)...)
		}
	}
	return found
}

func TestEveryAlarmHasItsSectionInTheRunbook(t *testing.T) {
	runbook, err := os.ReadFile("../../../docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(runbook)) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			got = append(got, strings.TrimSpace(title))
		}
	}
	for _, class := range posture.AlarmClasses {
		if !slices.Contains(got, class) {
			t.Errorf("docs/runbook.md has no section %q", class)
		}
	}
}
