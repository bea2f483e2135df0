package manifest_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/manifest"
)

func TestTheTableKeepsItsRules(t *testing.T) {
	for _, violation := range violations(manifest.Functions) {
		t.Error(violation)
	}
}

// A rule that nothing can break is not a rule: each of these tables has one fault, and the fault must be named.
func TestEveryRuleCanBeBroken(t *testing.T) {
	for name, test := range map[string]struct {
		breaks func(functions []manifest.Function) []manifest.Function
		want   string
	}{
		"no trigger":               {edit("token", func(f *manifest.Function) { f.Routes = nil }), "0 triggers"},
		"two triggers":             {edit("token", func(f *manifest.Function) { f.Schedule = "rate(1 hour)" }), "2 triggers"},
		"a name in capitals":       {edit("token", func(f *manifest.Function) { f.Name = "Token" }), "lower-case words"},
		"a name twice":             {edit("token", func(f *manifest.Function) { f.Name = "health" }), "the name is taken"},
		"no summary":               {edit("token", func(f *manifest.Function) { f.Summary = "" }), "summary"},
		"too little memory":        {edit("token", func(f *manifest.Function) { f.MemoryMB = 64 }), "memory 64 MB"},
		"longer than the gateway":  {edit("token", func(f *manifest.Function) { f.Timeout = 29e9 }), "timeout 29s"},
		"a schedule in words":      {edit("split-batch", func(f *manifest.Function) { f.Schedule = "hourly" }), "neither rate"},
		"a setting twice":          {edit("token", func(f *manifest.Function) { f.Env = append(f.Env, "LOG_LEVEL") }), "LOG_LEVEL is misspelt or repeated"},
		"a second authorizer":      {edit("token", func(f *manifest.Function) { f.Routes, f.Authorizer = nil, true }), "2 authorizers"},
		"a grant without a reason": {edit("token", func(f *manifest.Function) { f.Grants[0].Reason = "needed" }), "no reason"},
		"a senseless grant":        {edit("token", func(f *manifest.Function) { f.Grants[0].Access = manifest.Send }), "send on secrets"},
		"a grant twice":            {edit("token", func(f *manifest.Function) { f.Grants = append(f.Grants, f.Grants[0]) }), "granted twice"},
		"a grant without setting":  {edit("health", func(f *manifest.Function) { f.Env = f.Env[:3] }), "TABLE_NAME is not among"},
		"a setting without grant":  {edit("health", func(f *manifest.Function) { f.Grants = f.Grants[:1] }), "no grant on table"},
		"a queue read twice":       {edit("split-batch", func(f *manifest.Function) { f.Queue.Name = "chunks" }), "two functions read queue"},
		"a queue in capitals":      {edit("split-batch", func(f *manifest.Function) { f.Queue.Name = "Up" }), "not named in lower-case"},
		"a huge queue batch":       {edit("split-batch", func(f *manifest.Function) { f.Queue.BatchSize = 11 }), "batch size 11"},
		"no concurrency":           {edit("split-batch", func(f *manifest.Function) { f.Queue.MaxConcurrency = 1 }), "concurrency 1"},
		"one delivery":             {edit("split-batch", func(f *manifest.Function) { f.Queue.MaxReceiveCount = 1 }), "1 deliveries"},
		"an unknown method":        {route("createBatch", func(r *manifest.Route) { r.Method = "post" }), `method "post"`},
		"an operation id twice":    {route("createBatch", func(r *manifest.Route) { r.OperationID = "getBatch" }), "getBatch is taken"},
		"an operation id in caps":  {route("createBatch", func(r *manifest.Route) { r.OperationID = "CreateBatch" }), "not lowerCamel"},
		"a route without a tag":    {route("createBatch", func(r *manifest.Route) { r.Tag = "" }), "tag is missing"},
		"success is a redirect":    {route("createBatch", func(r *manifest.Route) { r.Success = 302 }), "success is 302"},
		"a GET with a body":        {route("getBatch", func(r *manifest.Route) { r.MaxBodyBytes = 1 }), "a GET takes neither"},
		"a body over the limit":    {route("createBatch", func(r *manifest.Route) { r.MaxBodyBytes = 6 << 20 }), "body limit"},
		"a type without a body":    {route("getBatch", func(r *manifest.Route) { r.ContentType = "text/csv" }), "without a body"},
		"half a throttle":          {route("getBatch", func(r *manifest.Route) { r.Throttle.Burst = 5 }), "both rate and burst"},
		"a public route":           {route("getBatch", func(r *manifest.Route) { r.Scope = "" }), "public"},
		"a route without a record": {route("createBatch", func(r *manifest.Route) { r.Audited = false }), "why not"},
		"a record and none":        {route("createBatch", func(r *manifest.Route) { r.Unaudited = "it is audited and not audited" }), "or both"},
		"a record of nobody":       {route("createBatch", func(r *manifest.Route) { r.Scope = "" }), "not known"},
		"a path in capitals":       {route("getBatch", func(r *manifest.Route) { r.Path = "/v1/Batches" }), "path /v1/Batches"},
		"a trailing slash":         {route("getBatch", func(r *manifest.Route) { r.Path = "/v1/batches/" }), "path /v1/batches/"},
		"a greedy parameter":       {route("getBatch", func(r *manifest.Route) { r.Path = "/v1/{all+}" }), "path /v1/{all+}"},
		"two names for a variable": {route("getBatch", func(r *manifest.Route) { r.Path = "/v1/batches/{id}" }), "beside"},
		"the same route twice":     {route("getBatch", func(r *manifest.Route) { r.Path = "/v1/batches" }), "conflicts with pattern"},
	} {
		t.Run(name, func(t *testing.T) {
			got := violations(test.breaks(clone(manifest.Functions)))
			if !slices.ContainsFunc(got, func(v string) bool { return strings.Contains(v, test.want) }) {
				t.Errorf("violations = %q, want one that says %q", got, test.want)
			}
		})
	}
}

func TestEveryFunctionHasItsFolderAndEveryFolderItsFunction(t *testing.T) {
	entries, err := fs.ReadDir(os.DirFS("../../functions"), ".")
	if err != nil {
		t.Fatalf("list functions: %v", err)
	}
	var folders, names []string
	for _, entry := range entries {
		if entry.IsDir() {
			folders = append(folders, entry.Name())
		}
	}
	for _, f := range manifest.Functions {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	if !slices.Equal(folders, names) {
		t.Errorf("folders under functions/ = %v, want the table's names %v", folders, names)
	}
}

func TestTheExampleEnvironmentNamesEverySettingAndNoOther(t *testing.T) {
	content, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatalf("read the example: %v", err)
	}
	var got []string
	for line := range strings.Lines(string(content)) {
		if name, _, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			got = append(got, name)
		}
	}
	want := []string{"API_RATE_LIMIT", "API_BURST_LIMIT"} // read by the gateway
	for _, f := range manifest.Functions {
		want = append(want, f.Env...)
	}
	slices.Sort(got)
	slices.Sort(want)
	if want = slices.Compact(want); !slices.Equal(got, want) {
		t.Errorf(".env.example names %v, want %v", got, want)
	}
}

func TestFindReturnsTheFunctionOfThatNameOnly(t *testing.T) {
	if got, ok := manifest.Find("batches"); !ok || got.Name != "batches" {
		t.Errorf("Find(batches) = %q, %t", got.Name, ok)
	}
	if _, ok := manifest.Find("Batches"); ok {
		t.Error("Find(Batches) found a function, want names to be exact")
	}
}

func TestScopesAreListedOnceAndWithoutTheEmptyOne(t *testing.T) {
	got := manifest.Scopes()
	for _, scope := range []string{"", manifest.ScopeAnalyze, manifest.ScopeBatches, manifest.ScopeBatchesRead, manifest.ScopePrincipals} {
		times := len(slices.DeleteFunc(slices.Clone(got), func(s string) bool { return s != scope }))
		if want := min(1, len(scope)); times != want {
			t.Errorf("Scopes() has %q %d times, want %d", scope, times, want)
		}
	}
}

func TestRoutesKeepTheOrderOfTheTable(t *testing.T) {
	routes := manifest.Routes()
	if got, want := routes[0].OperationID, "createToken"; got != want {
		t.Errorf("first route = %s, want %s", got, want)
	}
	if got, want := routes[len(routes)-1].OperationID, "getOpenAPI"; got != want {
		t.Errorf("last route = %s, want %s", got, want)
	}
}

// edit returns a change to the named function of a copy of the table.
func edit(name string, change func(*manifest.Function)) func([]manifest.Function) []manifest.Function {
	return func(functions []manifest.Function) []manifest.Function {
		at := slices.IndexFunc(functions, func(f manifest.Function) bool { return f.Name == name })
		change(&functions[at])
		return functions
	}
}

// route returns a change to the route of that operation in a copy of the table.
func route(operation string, change func(*manifest.Route)) func([]manifest.Function) []manifest.Function {
	return func(functions []manifest.Function) []manifest.Function {
		for i := range functions {
			for j := range functions[i].Routes {
				if functions[i].Routes[j].OperationID == operation {
					change(&functions[i].Routes[j])
					return functions
				}
			}
		}
		panic("no operation " + operation)
	}
}

// clone copies the table deeply enough for edit and route.
func clone(functions []manifest.Function) []manifest.Function {
	copied := slices.Clone(functions)
	for i, f := range copied {
		copied[i].Env, copied[i].Grants, copied[i].Routes = slices.Clone(f.Env), slices.Clone(f.Grants), slices.Clone(f.Routes)
		if f.Queue != nil {
			queue := *f.Queue
			copied[i].Queue = &queue
		}
	}
	return copied
}
