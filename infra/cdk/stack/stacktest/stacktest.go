// Package stacktest synthesises the whole stack for tests of its parts, which are only what they are in a whole one.
//
// Normal use:
//
//	func TestMain(m *testing.M) { stacktest.Main(m) }
//
//	for id, alarm := range stacktest.Resources(t, "AWS::CloudWatch::Alarm") { … }
//
// It refuses a kind of resource that the template has none of: a test of it would assert nothing.
package stacktest

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/infra/cdk/stack"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
)

// Main runs tests and then ends the process that the CDK has started.
func Main(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// Resources returns the properties of all resources of a kind, by their ids, in a production with two origins.
func Resources(t testing.TB, kind string) map[string]map[string]any {
	t.Helper()
	synthesised, err := production()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]any{}
	for id, resource := range synthesised.Resources {
		if resource.Type == kind {
			found[id] = resource.Properties
		}
	}
	if len(found) == 0 {
		t.Fatalf("the template has no %s", kind)
	}
	return found
}

type template struct {
	Resources map[string]struct {
		Type       string
		Properties map[string]any
	}
}

var production = sync.OnceValues(func() (synthesised *template, err error) {
	folder, err := os.MkdirTemp("", "stack")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	for _, f := range manifest.Functions {
		if err := os.WriteFile(filepath.Join(folder, f.Name+".zip"), []byte(f.Name), 0o600); err != nil {
			return nil, err
		}
	}
	settings := deployment.Settings{
		Stage: env.Production, Functions: manifest.Functions, Code: folder, LogLevel: "info",
		CORSOrigins: "https://app.example.com,https://other.example.com",
		RateLimit:   100, BurstLimit: 200, ClientRateLimit: 20, ClientQuota: 1_000_000, Clients: []string{"cli_ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
	}
	app := stack.NewApp(filepath.Join(folder, "out"))
	if _, err := stack.New(app, settings); err != nil {
		return nil, err
	}
	app.Synth(nil)
	text, err := os.ReadFile(filepath.Join(folder, "out", settings.Name()+".template.json"))
	if err != nil {
		return nil, err
	}
	return synthesised, json.Unmarshal(text, &synthesised)
})
