package imports_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/check/imports"
	"github.com/customerai/customerai/shared/testkit/depends"
)

func TestTheTreeKeepsItsPlan(t *testing.T) {
	depends.On(t, depends.Sources...)
	packages, err := imports.Load(t.Context(), "../../..")
	if err != nil {
		t.Fatalf("load the module: %v", err)
	}
	if len(packages) < 10 {
		t.Fatalf("%d packages loaded, want the whole module", len(packages))
	}
	for _, violation := range imports.Violations(packages) {
		t.Error(violation)
	}
}

// Each of these is one unlawful edge, call or name in an otherwise lawful package.
func TestEveryRuleCanBeBroken(t *testing.T) {
	type p = imports.Package
	for name, test := range map[string]struct {
		broken imports.Package
		want   string
	}{
		"a leaf imports a leaf":                {p{Path: "shared/errs", Imports: []string{"shared/env"}}, "shared/errs -> shared/env: leaves"},
		"a leaf imports a library":             {p{Path: "shared/env", Imports: []string{"pgregory.net/rapid"}}, "leaves import the standard library only"},
		"an engine imports another":            {p{Path: "shared/insight/topics", Imports: []string{"shared/insight/pii"}}, "text alone"},
		"an engine speaks HTTP":                {p{Path: "shared/insight/topics", Imports: []string{"net/http"}}, "shared/insight/topics -> net/http"},
		"an engine throws dice":                {p{Path: "shared/insight/pii", Imports: []string{"math/rand/v2"}}, "pure"},
		"insight imports storage":              {p{Path: "shared/insight/analysis", Imports: []string{"shared/storage/table"}}, "insight imports leaves"},
		"a port imports its engine":            {p{Path: "shared/storage/table", Imports: []string{"shared/storage/table/memtable"}}, "port imports leaves only"},
		"a suite imports an engine":            {p{Path: "shared/storage/table/tabletest", Imports: []string{"shared/storage/table/memtable"}}, "never an engine"},
		"an engine imports a second client":    {p{Path: "shared/storage/table/sqlitetable", Imports: []string{"github.com/aws/aws-sdk-go-v2/service/s3"}}, "one client"},
		"memory reaches for AWS":               {p{Path: "shared/storage/blob/dirblob", Imports: []string{"github.com/aws/aws-sdk-go-v2/service/s3"}}, "one client"},
		"trust imports an adapter":             {p{Path: "shared/trust/vault", Imports: []string{"shared/storage/table/memtable"}}, "trust imports leaves"},
		"trust throws dice":                    {p{Path: "shared/trust/auth", Imports: []string{"math/rand"}}, "shared/trust/auth -> math/rand"},
		"a verifier of tokens reaches out":     {p{Path: "shared/trust/auth", Imports: []string{"net/http"}}, "can reach nothing"},
		"workflow imports an adapter":          {p{Path: "shared/workflow/batch", Imports: []string{"shared/storage/blob/dirblob"}}, "workflow imports leaves"},
		"a cutter of files knows a store":      {p{Path: "shared/workflow/batch/chunks", Imports: []string{"shared/storage/blob"}}, "without knowing where"},
		"workflow imports the edge":            {p{Path: "shared/workflow/batch", Imports: []string{"shared/edge/httpapi"}}, "workflow imports leaves"},
		"httpapi imports the proxy":            {p{Path: "shared/edge/httpapi", Imports: []string{"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"}}, "httpapi imports"},
		"lambdahttp imports huma":              {p{Path: "shared/edge/lambdahttp", Imports: []string{"github.com/danielgtaylor/huma/v2"}}, "only lambdahttp knows"},
		"coldstart opens a store":              {p{Path: "shared/edge/coldstart", Imports: []string{"shared/storage/table/dynamotable"}}, "no other adapter"},
		"coldstart carries an HTTP stack":      {p{Path: "shared/edge/coldstart", Imports: []string{"shared/edge/httpapi"}}, "no HTTP stack"},
		"awsconfig knows a service's port":     {p{Path: "shared/edge/awsconfig", Imports: []string{"shared/storage/table"}}, "knows no service"},
		"httpstart opens a store":              {p{Path: "shared/edge/coldstart/httpstart", Imports: []string{"shared/storage/table/dynamotable"}}, "the table port"},
		"shared imports a function":            {p{Path: "shared/edge/httpapi", Imports: []string{"functions/token/handler"}}, "httpapi imports"},
		"a handler imports a handler":          {p{Path: "functions/token/handler", Imports: []string{"functions/health/handler"}}, "or other functions"},
		"a handler imports an adapter":         {p{Path: "functions/token/handler", Imports: []string{"shared/storage/table/sqlitetable"}}, "never adapters"},
		"a handler imports an SDK":             {p{Path: "functions/token/handler", Imports: []string{"github.com/aws/aws-sdk-go-v2/service/s3"}}, "SDK clients"},
		"a main imports another's handler":     {p{Path: "functions/token", Imports: []string{"functions/health/handler"}}, "no other function"},
		"local imports a main":                 {p{Path: "infra/local", Imports: []string{"functions/token"}}, "infra/local -> functions/token"},
		"a check imports what it judges":       {p{Path: "infra/check/imports", Imports: []string{"shared/workflow/batch"}}, "from outside"},
		"a test of shared imports a function":  {p{Path: "shared/manifest", Tests: []string{"functions/token/handler"}}, "shared/manifest (test)"},
		"a test imports another function":      {p{Path: "functions/token/handler", Tests: []string{"functions/health/handler"}}, "functions never import functions"},
		"a handler reads the environment":      {p{Path: "functions/token/handler", Calls: []imports.Call{{"os.Getenv", "x.go:1"}}}, "x.go:1 calls os.Getenv"},
		"a domain package reads the clock":     {p{Path: "shared/workflow/batch", Calls: []imports.Call{{"time.Now", "x.go:1"}}}, "takes the time"},
		"a library ends the process":           {p{Path: "shared/edge/httpapi", Calls: []imports.Call{{"os.Exit", "x.go:1"}}}, "only a main"},
		"a folder that nobody planned":         {p{Path: "shared/extras"}, "no rule is about this package"},
		"a name that says nothing":             {p{Path: "shared/workflow/util", Name: "util"}, `"util" says nothing`},
		"no package comment":                   {p{Path: "shared/workflow/batch", Name: "batch", Comment: ""}, "no package comment"},
		"a comment that begins with something": {p{Path: "shared/workflow/batch", Name: "batch", Comment: "This package."}, "does not begin"},
	} {
		t.Run(name, func(t *testing.T) {
			got := imports.Violations([]imports.Package{test.broken})
			if !slices.ContainsFunc(got, func(v string) bool { return strings.Contains(v, test.want) }) {
				t.Errorf("Violations = %q, want one that says %q", got, test.want)
			}
		})
	}
}

func TestLawfulEdgesPass(t *testing.T) {
	for _, lawful := range []imports.Package{
		{Path: "shared/errs", Imports: []string{"errors", "strings"}},
		{Path: "shared/workflow/batch", Imports: []string{"shared/insight/analysis", "shared/storage/table", "shared/errs", "time"}},
		{Path: "functions/token/handler", Imports: []string{"shared/edge/httpapi", "shared/trust/auth", "github.com/danielgtaylor/huma/v2"}},
		{Path: "functions/token", Name: "main", Imports: []string{"functions/token/handler", "shared/storage/table/dynamotable"}, Calls: []imports.Call{{"os.LookupEnv", "main.go:9"}}},
		{Path: "infra/local", Imports: []string{"functions/token/handler", "shared/storage/table/sqlitetable"}},
		{Path: "shared/storage/table/memtable", Tests: []string{"shared/storage/table/tabletest", "pgregory.net/rapid"}},
		{Path: "functions/token/handler", Tests: []string{"functions/token/handler", "shared/storage/table/memtable"}},
	} {
		if lawful.Name == "" {
			lawful.Name = filepath.Base(lawful.Path)
		}
		lawful.Comment = "Package " + lawful.Name + " is lawful."
		if got := imports.Violations([]imports.Package{lawful}); len(got) > 0 {
			t.Errorf("Violations(%s) = %q, want none", lawful.Path, got)
		}
	}
}

func TestCallsAreSeenUnderAnyLocalName(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.org/m\n\ngo 1.26\n")
	write("m.go", "// Package m hides.\npackage m\n\nimport sys \"os\"\n\n// Home is the home.\nvar Home = sys.Getenv(\"HOME\")\n")
	packages, err := imports.Load(t.Context(), folder)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	if len(packages) != 1 || packages[0].Path != "." {
		t.Fatalf("packages = %+v, want the root alone", packages)
	}
	if got, want := packages[0].Calls, (imports.Call{Function: "os.Getenv", Position: "./m.go:7"}); !slices.Contains(got, want) {
		t.Errorf("calls = %v, want %v", got, want)
	}
}

func TestAFolderWithoutAModuleIsAnError(t *testing.T) {
	if _, err := imports.Load(t.Context(), t.TempDir()); err == nil {
		t.Error("Load of an empty folder = nil, want an error")
	}
}
