package stack_test

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/infra/cdk/stack"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
)

// folder holds what the tests synthesise, and the tiny zips that stand for functions.
var folder string

func TestMain(m *testing.M) {
	var err error
	folder, err = os.MkdirTemp("", "stack")
	must(err)
	for _, f := range manifest.Functions {
		must(writeZip(filepath.Join(folder, f.Name+".zip")))
	}
	code := m.Run()
	jsii.Close()
	must(os.RemoveAll(folder))
	os.Exit(code)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func writeZip(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(file)
	w, err := archive.Create("bootstrap")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w, filepath.Base(path)); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return file.Close()
}

func settings(stage env.Stage) deployment.Settings {
	return deployment.Settings{
		Stage: stage, Functions: manifest.Functions, Code: folder, LogLevel: "info",
		RateLimit: 100, BurstLimit: 200, ClientRateLimit: 20, ClientQuota: 1_000_000,
		Clients: []string{"cli_ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
	}
}

// full has everything in it: the manifest, which has each kind of trigger, and origins.
func full() deployment.Settings {
	s := settings(env.Production)
	s.CORSOrigins = "https://app.example.com,https://other.example.com"
	return s
}

// synthesis is a stage's template and where its reports lie.
type synthesis struct {
	folder string
	text   []byte
}

func (s synthesis) template(t testing.TB) map[string]any {
	t.Helper()
	var template map[string]any
	if err := json.Unmarshal(s.text, &template); err != nil {
		t.Fatal(err)
	}
	return template
}

func synthesise(settings deployment.Settings, packs ...awscdk.IAspect) synthesis {
	outdir, err := os.MkdirTemp(folder, "out")
	must(err)
	app := stack.NewApp(outdir)
	_, err = stack.New(app, settings)
	must(err)
	for _, pack := range packs {
		awscdk.Aspects_Of(app).Add(pack, nil)
	}
	app.Synth(nil)
	text, err := os.ReadFile(filepath.Join(outdir, settings.Name()+".template.json"))
	must(err)
	return synthesis{outdir, text}
}

// Each is synthesised once, however many tests look at it.
var (
	production  = sync.OnceValue(func() synthesis { return synthesise(settings(env.Production)) })
	staging     = sync.OnceValue(func() synthesis { return synthesise(settings(env.Staging)) })
	development = sync.OnceValue(func() synthesis { return synthesise(settings(env.Development)) })
	complete    = sync.OnceValue(func() synthesis {
		props := &cdknag.NagPackProps{Verbose: jsii.Bool(true), Reports: jsii.Bool(true)}
		return synthesise(full(), cdknag.NewAwsSolutionsChecks(props), cdknag.NewServerlessChecks(props))
	})
)

func TestCDKNagHasNothingOpenAndNoSuppressionIsIdle(t *testing.T) {
	reports, err := filepath.Glob(filepath.Join(complete().folder, "*NagReport.csv"))
	if err != nil || len(reports) != 2 {
		t.Fatalf("reports = %v, %v, want one of each pack", reports, err)
	}
	counts, suppressed := map[string]int{}, map[string]int{}
	for _, report := range reports {
		file, err := os.Open(report)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(file).ReadAll()
		_ = file.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] { // Rule ID, Resource ID, Compliance, Exception Reason, Rule Level, Rule Info
			counts[row[2]]++
			switch row[2] {
			case "Compliant", "N/A":
			case "Suppressed":
				suppressed[row[0]]++
				if len(strings.Fields(row[3])) < 5 {
					t.Errorf("%s on %s is suppressed without a reason: %q", row[0], row[1], row[3])
				}
			default:
				t.Errorf("%s %s: %s (%s)", row[2], row[0], row[1], row[5])
			}
		}
	}
	for rule, count := range suppressions(complete().template(t)) {
		if suppressed[rule] == 0 {
			t.Errorf("%s is suppressed %d times and finds nothing", rule, count)
		}
	}
	if len(suppressed) > 10 {
		t.Errorf("%d rules are suppressed, want few: %v", len(suppressed), suppressed)
	}
	t.Logf("findings: %v, suppressed: %v", counts, suppressed)
}

// suppressions counts what the template says to suppress, by rule.
func suppressions(value any) map[string]int {
	counts := map[string]int{}
	members, _ := value.(map[string]any)
	for name, member := range members {
		if name == "rules_to_suppress" {
			for _, rule := range member.([]any) {
				counts[rule.(map[string]any)["id"].(string)]++
			}
		}
		for rule, count := range suppressions(member) {
			counts[rule] += count
		}
	}
	return counts
}
