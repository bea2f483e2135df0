package stack_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/gen/sam"
	"github.com/customerai/customerai/shared/manifest"
)

// The laptop's SAM template and this stack are made from one manifest by two programs. These tests hold them together where
// clients and functions could tell the difference.

func samTemplate(t *testing.T) string {
	t.Helper()
	text, err := sam.Template(manifest.Functions)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestBothTemplatesGiveTheSameAnswersAtTheGateway(t *testing.T) {
	text := samTemplate(t)
	for _, r := range resourcesOf(t, complete(), "AWS::ApiGateway::GatewayResponse") {
		body := r["ResponseTemplates"].(map[string]any)["application/json"].(string)
		if !strings.Contains(text, body) {
			t.Errorf("%s: the SAM template has no answer %s", r["ResponseType"], body)
		}
	}
}

func TestBothTemplatesGrantTheSameActions(t *testing.T) {
	text := samTemplate(t)
	actions := regexp.MustCompile(`Action: \[([^]]+)\]`)
	for _, f := range manifest.Functions {
		_, section, _ := strings.Cut(text, "\n  "+pascal(f.Name)+"Function:\n")
		section, _, _ = strings.Cut(section, "\n\n")
		var want []string
		for _, match := range actions.FindAllStringSubmatch(section, -1) {
			want = append(want, strings.Split(match[1], ", ")...)
		}
		got := granted(t, pascal(f.Name)+"Role")
		slices.Sort(want)
		if want = slices.Compact(want); !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s may %v, in the SAM template %v", f.Name, got, want)
		}
	}
}

// granted lists the actions of a role that the manifest's grants lead to; what Lambda does in its name is SAM's own affair.
func granted(t *testing.T, role string) (actions []string) {
	for id, r := range resourcesOf(t, production(), "AWS::IAM::Role") {
		if !strings.HasPrefix(id, role) {
			continue
		}
		for _, document := range documents(r["Policies"]) {
			for _, statement := range document["Statement"].([]any) {
				s := statement.(map[string]any)
				if slices.Contains([]string{"WriteOwnLog", "SendTraces", "ConsumeQueue", "DeadLetters", "UseDataKey"}, s["Sid"].(string)) {
					continue
				}
				actions = append(actions, textsOf(s["Action"])...)
			}
		}
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

func TestNoFunctionMayDoAnythingToEverythingButSendTraces(t *testing.T) {
	for id, r := range resourcesOf(t, complete(), "AWS::IAM::Role") {
		for _, document := range documents(r["Policies"]) {
			for _, statement := range document["Statement"].([]any) {
				s := statement.(map[string]any)
				for _, action := range textsOf(s["Action"]) {
					if strings.Contains(action, "*") || s["Resource"] == "*" && !strings.HasPrefix(action, "xray:Put") {
						t.Errorf("%s may %s on %v", id, action, s["Resource"])
					}
				}
			}
		}
		if r["ManagedPolicyArns"] != nil && !strings.HasPrefix(id, "ApiCloudWatchRole") {
			t.Errorf("%s has managed policies", id)
		}
	}
}

func resourcesOf(t *testing.T, s synthesis, kind string) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	for id, value := range s.template(t)["Resources"].(map[string]any) {
		if resource := value.(map[string]any); resource["Type"] == kind {
			found[id] = resource["Properties"].(map[string]any)
		}
	}
	if len(found) == 0 {
		t.Fatalf("the template has no %s", kind)
	}
	return found
}

func textsOf(value any) (texts []string) {
	if text, ok := value.(string); ok {
		return []string{text}
	}
	for _, member := range value.([]any) {
		texts = append(texts, member.(string))
	}
	return texts
}

func pascal(name string) string {
	var id strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		id.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return id.String()
}

// The SAM template is held to dynamotable's own names, so that what agrees with it agrees with the functions.
func TestBothTemplatesGiveTheTableTheSameKeys(t *testing.T) {
	text := samTemplate(t)
	for _, table := range resourcesOf(t, production(), "AWS::DynamoDB::Table") {
		keys := table["KeySchema"].([]any)
		for _, key := range keys {
			k := key.(map[string]any)
			if want := fmt.Sprintf("- AttributeName: %s\n          KeyType: %s\n", k["AttributeName"], k["KeyType"]); !strings.Contains(text, want) {
				t.Errorf("the SAM template has no key %v", k)
			}
		}
		if len(keys) != 2 || !strings.Contains(text, fmt.Sprintf("TimeToLiveSpecification:\n        AttributeName: %s\n", table["TimeToLiveSpecification"].(map[string]any)["AttributeName"])) {
			t.Errorf("keys %v, TTL %v: not what the SAM template has", keys, table["TimeToLiveSpecification"])
		}
	}
}
