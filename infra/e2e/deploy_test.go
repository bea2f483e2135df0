package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/e2e"
	"github.com/customerai/customerai/shared/testkit/emulators"
)

func TestAnAssemblyThatIsNotOneIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no template":         {nil, "holds 0 templates"},
		"two templates":       {map[string]string{"a.template.json": "{}", "b.template.json": "{}"}, "holds 2 templates"},
		"a broken template":   {map[string]string{"a.template.json": "{"}, "read a.template.json"},
		"no list of assets":   {map[string]string{"a.template.json": "{}"}, "a.assets.json"},
		"a broken asset list": {map[string]string{"a.template.json": "{}", "a.assets.json": "["}, "read a.assets.json"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for file, content := range test.files {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := e2e.Open(folder); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Open = %v, want an error with %q", err, test.want)
			}
		})
	}
}

// cloud answers S3 and SSM with success, and CloudFormation as it is told.
type cloud map[string]string

func (c cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for action, answer := range c {
		if strings.Contains(string(body)+r.Header.Get("X-Amz-Target")+r.Method+r.URL.Path, action) {
			if answer == "" {
				w.WriteHeader(http.StatusForbidden)
			}
			_, _ = io.WriteString(w, answer)
			return
		}
	}
}

func TestADeploymentThatFailsSaysAtWhatAndWhy(t *testing.T) {
	const rolledBack = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackStatus>ROLLBACK_COMPLETE</StackStatus></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
	const events = `<R><DescribeStackEventsResult><StackEvents><member><LogicalResourceId>Table</LogicalResourceId><ResourceStatus>CREATE_FAILED</ResourceStatus>` +
		`<ResourceStatusReason>too many</ResourceStatusReason></member><member><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member></StackEvents></DescribeStackEventsResult></R>`
	present := filepath.Join(t.TempDir(), "asset.zip")
	if err := os.WriteFile(present, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		cloud cloud
		asset string
		want  string
	}{
		"no bootstrap":      {cloud{"PutParameter": ""}, present, "bootstrap: ssm answers 403"},
		"no bucket":         {cloud{"PUT/assets": ""}, present, "make bucket assets"},
		"no asset":          {nil, "missing.zip", "open asset"},
		"no assets at all":  {nil, "", "no assets"},
		"the asset refused": {cloud{"PUT/assets/key": ""}, present, "put asset"},
		"the template":      {cloud{"stack.template.json": ""}, present, "template"},
		"no stack":          {cloud{"CreateStack": ""}, present, "create stack stack: cloudformation answers 403"},
		"no description":    {cloud{"DescribeStacks": ""}, present, "describe stack"},
		"rolled back":       {cloud{"DescribeStacks": rolledBack, "DescribeStackEvents": events}, present, "stack stack is ROLLBACK_COMPLETE: Table: too many"},
		"for no reason":     {cloud{"DescribeStacks": rolledBack, "DescribeStackEvents": ""}, present, "cloudformation answers 403"},
		"not in XML":        {cloud{"DescribeStacks": "{"}, present, "describe stack"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(test.cloud)
			defer server.Close()
			config := emulators.Nowhere(t)
			config.BaseEndpoint = &server.URL
			assembly := &e2e.Assembly{Stack: "stack"}
			if test.asset != "" {
				assembly.Assets = []e2e.Asset{{Path: test.asset, Bucket: "assets", Key: "key"}}
			}
			if _, err := e2e.Deploy(t.Context(), config, assembly); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Deploy = %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestTheEmulatorsAddressIsMadeOfTheOutput(t *testing.T) {
	for output, want := range map[string]string{
		"https://abc.execute-api.us-east-1.amazonaws.com/production": "http://here/_aws/execute-api/abc/production",
		"https://example.com/production":                             "",
		"://":                                                        "",
		"":                                                           "",
	} {
		got, err := e2e.Stack{Outputs: map[string]string{"ApiUrl": output}}.Address("http://here")
		if got != want || (err == nil) != (want != "") {
			t.Errorf("Address of %s = %q, %s, want %q", output, got, fmt.Sprint(err), want)
		}
	}
}
