package manifest_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/manifest"
)

var (
	functionName = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	operationID  = regexp.MustCompile(`^[a-z]+([A-Z]+[a-z]*)*$`)
	settingName  = regexp.MustCompile(`^[A-Z]+(_[A-Z]+)*$`)
	scheduleForm = regexp.MustCompile(`^(rate|cron)\([^()]+\)$`)
	// What API Gateway takes as a resource and ServeMux as a pattern: neither dots alone, nor wildcards inside a segment.
	literal   = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`)
	parameter = regexp.MustCompile(`^\{[a-z]+([A-Z][a-z0-9]*)*\}$`)
)

// accesses lists what may be granted on what. Anything else is a typing error, or a power nobody has thought about.
var accesses = map[manifest.Resource][]manifest.Access{
	manifest.Table:        {manifest.Read, manifest.Write, manifest.ReadWrite},
	manifest.Keys:         {manifest.ReadWrite},
	manifest.SubjectsKey:  {manifest.Write, manifest.ReadWrite},
	manifest.Uploads:      {manifest.Read, manifest.Write, manifest.ReadWrite, manifest.Presign, manifest.Remove},
	manifest.Results:      {manifest.Read, manifest.Write, manifest.ReadWrite},
	manifest.Checkpoints:  {manifest.Read, manifest.Add},
	manifest.UploadsQueue: {manifest.Send},
	manifest.ChunksQueue:  {manifest.Send},
	manifest.Secrets:      {manifest.Read, manifest.Rotate},
}

// needs maps a resource to the setting that names it to the function.
var needs = map[manifest.Resource]string{
	manifest.Table: "TABLE_NAME", manifest.Keys: "KEYS_TABLE_NAME", manifest.SubjectsKey: "SUBJECTS_KEY_ID", manifest.Uploads: "UPLOADS_BUCKET", manifest.Results: "RESULTS_BUCKET",
	manifest.Checkpoints: "CHECKPOINTS_BUCKET", manifest.UploadsQueue: "UPLOADS_QUEUE_URL", manifest.ChunksQueue: "CHUNKS_QUEUE_URL", manifest.Secrets: "SECRETS_ID",
}

// violations returns every rule that the table breaks, each with the function or route that breaks it.
func violations(functions []manifest.Function) []string {
	var found []string
	names, operations, queues, authorizers := map[string]bool{}, map[string]bool{}, map[string]bool{}, 0
	var routes []manifest.Route
	for _, f := range functions {
		report := func(format string, args ...any) { found = append(found, f.Name+": "+fmt.Sprintf(format, args...)) }
		if names[f.Name] {
			report("the name is taken")
		}
		names[f.Name] = true
		functionRules(f, report)
		grantRules(f, report)
		if f.Authorizer {
			authorizers++
		}
		if f.Queue != nil {
			if queues[f.Queue.Name] {
				report("two functions read queue %s", f.Queue.Name)
			}
			queues[f.Queue.Name] = true
			queueRules(f, report)
		}
		for _, r := range f.Routes {
			if operations[r.OperationID] {
				report("operation id %s is taken", r.OperationID)
			}
			operations[r.OperationID] = true
			routeRules(r, report)
		}
		routes = append(routes, f.Routes...)
	}
	if authorizers != 1 {
		found = append(found, fmt.Sprintf("%d authorizers, want 1", authorizers))
	}
	return append(found, pathRules(routes)...)
}

func functionRules(f manifest.Function, report func(string, ...any)) {
	triggers := 0
	for _, present := range []bool{len(f.Routes) > 0, f.Authorizer, f.Queue != nil, f.Schedule != "", f.Rotation} {
		if present {
			triggers++
		}
	}
	if triggers != 1 {
		report("%d triggers, want exactly 1", triggers)
	}
	if !functionName.MatchString(f.Name) {
		report("the name is not lower-case words with hyphens")
	}
	if f.Summary == "" || strings.HasSuffix(f.Summary, ".") {
		report("the summary is empty or ends in a full stop")
	}
	if f.MemoryMB < 128 || f.MemoryMB > 10240 {
		report("memory %d MB is not 128 to 10240", f.MemoryMB)
	}
	if limit := timeLimit(f); f.Timeout < time.Second || f.Timeout > limit || f.Timeout%time.Second != 0 {
		report("timeout %s is not whole seconds up to %s", f.Timeout, limit)
	}
	if f.Schedule != "" && !scheduleForm.MatchString(f.Schedule) {
		report("schedule %q is neither rate(…) nor cron(…)", f.Schedule)
	}
	for i, name := range f.Env {
		if !settingName.MatchString(name) || slices.Contains(f.Env[:i], name) {
			report("setting %s is misspelt or repeated", name)
		}
	}
}

// timeLimit is the longest a function may run: API Gateway gives up after 29 s, the authorizer after 10 s, Lambda after
// 15 minutes. A function behind the gateway stops first, so that the answer is ours.
func timeLimit(f manifest.Function) time.Duration {
	switch {
	case f.Authorizer:
		return 9 * time.Second
	case len(f.Routes) > 0:
		return 28 * time.Second
	}
	return 15 * time.Minute
}

func grantRules(f manifest.Function, report func(string, ...any)) {
	seen := map[manifest.Resource]bool{}
	for _, g := range f.Grants {
		if seen[g.Resource] && g.Access != manifest.Presign && g.Access != manifest.Remove {
			report("%s is granted twice", g.Resource)
		}
		seen[g.Resource] = true
		if len(strings.Fields(g.Reason)) < 3 {
			report("the grant on %s gives no reason", g.Resource)
		}
		if !slices.Contains(accesses[g.Resource], g.Access) {
			report("%s on %s is not a grant", g.Access, g.Resource)
		}
		if !slices.Contains(f.Env, needs[g.Resource]) {
			report("%s is granted but %s is not among the settings", g.Resource, needs[g.Resource])
		}
	}
	for resource, setting := range needs {
		if slices.Contains(f.Env, setting) && !seen[resource] {
			report("reads %s but has no grant on %s", setting, resource)
		}
	}
}

func queueRules(f manifest.Function, report func(string, ...any)) {
	if !functionName.MatchString(f.Queue.Name) {
		report("queue %q is not named in lower-case words", f.Queue.Name)
	}
	if f.Queue.BatchSize < 1 || f.Queue.BatchSize > 10 {
		report("batch size %d is not 1 to 10", f.Queue.BatchSize)
	}
	if f.Queue.MaxConcurrency < 2 || f.Queue.MaxConcurrency > 1000 {
		report("concurrency %d is not 2 to 1000", f.Queue.MaxConcurrency)
	}
	if f.Queue.MaxReceiveCount < 3 {
		report("%d deliveries before the dead-letter queue, want at least 3", f.Queue.MaxReceiveCount)
	}
}

func routeRules(r manifest.Route, report func(string, ...any)) {
	reading := r.Method == http.MethodGet
	if !slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, r.Method) {
		report("%s: method %q", r.OperationID, r.Method)
	}
	if !operationID.MatchString(r.OperationID) {
		report("operation id %q is not lowerCamel", r.OperationID)
	}
	if r.Summary == "" || r.Tag == "" || strings.HasSuffix(r.Summary, ".") {
		report("%s: summary or tag is missing, or the summary ends in a full stop", r.OperationID)
	}
	if r.Success < 200 || r.Success > 299 {
		report("%s: success is %d", r.OperationID, r.Success)
	}
	if reading && (r.MaxBodyBytes != 0 || r.Idempotent) {
		report("%s: a GET takes neither a body nor an idempotency key", r.OperationID)
	}
	if r.MaxBodyBytes < 0 || r.MaxBodyBytes > 5<<20 { // Lambda's own limit is 6 MB, base64 and envelope included
		report("%s: body limit %d", r.OperationID, r.MaxBodyBytes)
	}
	if r.ContentType != "" && r.MaxBodyBytes == 0 {
		report("%s: a content type without a body", r.OperationID)
	}
	if (r.Throttle.RatePerSecond > 0) != (r.Throttle.Burst > 0) {
		report("%s: a throttle needs both rate and burst", r.OperationID)
	}
	if r.Audited != (r.Unaudited == "") || !r.Audited && len(strings.Fields(r.Unaudited)) < 5 {
		report("%s: is neither audited nor says in words why not, or both", r.OperationID)
	}
	if r.Audited && r.Scope == "" {
		report("%s: audited, but whoever asks is not known", r.OperationID)
	}
	if r.Scope == "" && !strings.HasPrefix(r.Path, "/health/") && r.Path != "/openapi.json" && !strings.HasPrefix(r.Path, "/v1/oauth/") {
		report("%s: public, but neither health, description nor token", r.OperationID)
	}
}

// pathRules holds paths to what API Gateway and ServeMux both accept, and registers them all on one ServeMux, as a laptop does.
func pathRules(routes []manifest.Route) (found []string) {
	variables := map[string]string{} // API Gateway allows one variable name below a resource
	mux := http.NewServeMux()
	for _, r := range routes {
		parent, good := "", strings.HasPrefix(r.Path, "/")
		for segment := range strings.SplitSeq(strings.TrimPrefix(r.Path, "/"), "/") {
			good = good && (literal.MatchString(segment) || parameter.MatchString(segment))
			if parameter.MatchString(segment) {
				if other, ok := variables[parent]; ok && other != segment {
					found = append(found, fmt.Sprintf("%s: %s/%s beside %s/%s", r.OperationID, parent, segment, parent, other))
				}
				variables[parent] = segment
			}
			parent += "/" + segment
		}
		if !good {
			found = append(found, fmt.Sprintf("%s: path %s", r.OperationID, r.Path))
		} else if problem := register(mux, r.Method+" "+r.Path); problem != "" {
			found = append(found, r.OperationID+": "+problem)
		}
	}
	return found
}

// register turns ServeMux's panic about a conflict into a sentence.
func register(mux *http.ServeMux, pattern string) (problem string) {
	defer func() {
		if recovered := recover(); recovered != nil {
			problem = fmt.Sprintf("pattern %s: %v", pattern, recovered)
		}
	}()
	mux.Handle(pattern, http.NotFoundHandler())
	return ""
}
