// Package events_test holds the sample events to what AWS sends and to what the manifest promises: a file for every
// operation and every trigger, named <function>-<case>.json.
package events_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/manifest"
)

// samples returns the files of each function by their names.
func samples(t *testing.T) map[string]map[string][]byte {
	t.Helper()
	names, err := fs.Glob(os.DirFS("."), "*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no sample events (%v)", err)
	}
	found := map[string]map[string][]byte{}
	for _, name := range names {
		owner := ""
		for _, f := range manifest.Functions { // the longest name wins: split-batch before a function named split
			if strings.HasPrefix(name, f.Name+"-") && len(f.Name) > len(owner) {
				owner = f.Name
			}
		}
		if owner == "" {
			t.Errorf("%s belongs to no function of the manifest", name)
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatalf("read %s: %v", name, err)
		}
		if found[owner] == nil {
			found[owner] = map[string][]byte{}
		}
		found[owner][name] = content
	}
	return found
}

// surplus are members that AWS sends and the Go types leave out.
var surplus = map[string][]string{
	"proxy": {"deploymentId", "principalOrgId"},
	"authorizer": {
		"deploymentId", "principalOrgId", "extendedRequestId", "requestTime", "requestTimeEpoch", "protocol", "domainName", "domainPrefix",
		"userAgent", "user", "userArn", "caller", "accessKey",
	},
}

// decode reads an event as its type and refuses names that neither the type nor AWS knows: a misspelt one would be empty,
// silently.
func decode(t *testing.T, name string, content []byte, event any, surplus ...string) bool {
	t.Helper()
	var tree any
	if err := json.Unmarshal(content, &tree); err != nil {
		t.Errorf("%s is not JSON: %v", name, err)
		return false
	}
	if context, ok := tree.(map[string]any)["requestContext"].(map[string]any); ok {
		without(context, surplus)
		if identity, ok := context["identity"].(map[string]any); ok {
			without(identity, surplus)
		}
	}
	trimmed, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(trimmed))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(event); err != nil {
		t.Errorf("%s is not a %T: %v", name, event, err)
		return false
	}
	return true
}

func without(object map[string]any, names []string) {
	for _, name := range names {
		delete(object, name)
	}
}

func TestEveryOperationHasASampleThatAPIGatewayWouldSend(t *testing.T) {
	all := samples(t)
	for _, f := range manifest.Functions {
		covered := map[string]bool{}
		if len(f.Routes) == 0 {
			continue
		}
		for name, content := range all[f.Name] {
			var event events.APIGatewayProxyRequest
			if !decode(t, name, content, &event, surplus["proxy"]...) {
				continue
			}
			at := slices.IndexFunc(f.Routes, func(r manifest.Route) bool { return r.Method == event.HTTPMethod && r.Path == event.Resource })
			if at < 0 {
				t.Errorf("%s: %s %s is not a route of %s", name, event.HTTPMethod, event.Resource, f.Name)
				continue
			}
			covered[f.Routes[at].OperationID] = true
			if !fits(f.Routes[at].Path, event.Path, event.PathParameters) {
				t.Errorf("%s: path %s with %v does not fit %s", name, event.Path, event.PathParameters, event.Resource)
			}
			if event.RequestContext.HTTPMethod != event.HTTPMethod || event.RequestContext.ResourcePath != event.Resource || event.RequestContext.RequestID == "" {
				t.Errorf("%s: the request context does not belong to the request", name)
			}
		}
		for _, r := range f.Routes {
			if !covered[r.OperationID] {
				t.Errorf("operation %s has no sample event %s-<case>.json", r.OperationID, f.Name)
			}
		}
	}
}

// fits reports whether the path is the template with these parameters.
func fits(template, path string, parameters map[string]string) bool {
	for name, value := range parameters {
		template = strings.Replace(template, "{"+name+"}", value, 1)
	}
	return template == path
}

func TestEveryAuthorizerHasASample(t *testing.T) {
	each(t, func(f manifest.Function) bool { return f.Authorizer }, func(t *testing.T, name string, content []byte) {
		var event events.APIGatewayCustomAuthorizerRequestTypeRequest
		if decode(t, name, content, &event, surplus["authorizer"]...) && (event.Type != "REQUEST" || event.MethodArn == "") {
			t.Errorf("%s is not a REQUEST authorizer's event", name)
		}
	})
}

func TestEveryQueueHasASample(t *testing.T) {
	each(t, func(f manifest.Function) bool { return f.Queue != nil }, func(t *testing.T, name string, content []byte) {
		var event events.SQSEvent
		if !decode(t, name, content, &event) {
			return
		}
		if len(event.Records) == 0 {
			t.Errorf("%s has no records", name)
		}
		for i, record := range event.Records {
			if record.MessageId == "" || record.EventSource != "aws:sqs" || record.Body == "" {
				t.Errorf("%s: record %d lacks its id, source or body", name, i)
			}
		}
	})
}

func TestTheUploadsQueueCarriesNotificationsOfS3(t *testing.T) {
	each(t, func(f manifest.Function) bool { return f.Queue != nil && f.Queue.Uploads }, func(t *testing.T, name string, content []byte) {
		var event events.SQSEvent
		if !decode(t, name, content, &event) {
			return
		}
		for i, record := range event.Records {
			if _, err := lambdaevent.S3Objects(record.Body); err != nil {
				t.Errorf("%s: record %d: %v", name, i, err)
			}
		}
	})
}

func TestEveryScheduleHasASample(t *testing.T) {
	each(t, func(f manifest.Function) bool { return f.Schedule != "" }, func(t *testing.T, name string, content []byte) {
		var event events.CloudWatchEvent
		if decode(t, name, content, &event) && event.Time.IsZero() {
			t.Errorf("%s has no time", name)
		}
	})
}

func TestEveryRotationHasASampleOfEachStep(t *testing.T) {
	steps := map[string]int{}
	each(t, func(f manifest.Function) bool { return f.Rotation }, func(t *testing.T, name string, content []byte) {
		var event events.SecretsManagerSecretRotationEvent
		if decode(t, name, content, &event) && (event.SecretID == "" || event.ClientRequestToken == "") {
			t.Errorf("%s names no secret or no version", name)
		}
		steps[event.Step]++
	})
	for _, step := range []string{"createSecret", "setSecret", "testSecret", "finishSecret"} {
		if steps[step] != 1 {
			t.Errorf("%d samples of %s, want 1", steps[step], step)
		}
	}
}

// each checks every sample of the functions that are meant, and that each has one.
func each(t *testing.T, meant func(manifest.Function) bool, check func(*testing.T, string, []byte)) {
	t.Helper()
	all := samples(t)
	for _, f := range manifest.Functions {
		if !meant(f) {
			continue
		}
		if len(all[f.Name]) == 0 {
			t.Errorf("function %s has no sample event %s-<case>.json", f.Name, f.Name)
		}
		for name, content := range all[f.Name] {
			check(t, name, content)
		}
	}
}
