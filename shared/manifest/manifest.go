// Package manifest is THE table of functions, routes, triggers and grants.
//
// Normal use: read it. Handlers bind operations by id, infra/local mounts every function, infra/gen and infra/cdk
// translate it, the authorizer and the handlers take scopes from it.
//
//	function, ok := manifest.Find("batches")
//	for _, route := range manifest.Routes() { … }
//
// It refuses behaviour: it holds values only, and its tests hold the values to the rules (exactly one trigger, paths that
// API Gateway and net/http both accept, unique ids, a reason for every grant).
package manifest

import (
	"slices"
	"time"
)

// Function is one Lambda function. Exactly one of Routes, Authorizer, Queue, Schedule and Rotation says what starts it.
type Function struct {
	Name     string // folder under functions/, and the name in AWS, logs, metrics and alarms
	Summary  string
	MemoryMB int
	Timeout  time.Duration
	Env      []string // settings it reads
	Grants   []Grant

	Routes     []Route
	Authorizer bool
	Queue      *QueueTrigger
	Schedule   string // an EventBridge schedule expression, in UTC
	Rotation   bool   // called by Secrets Manager
}

// Route is one HTTP operation.
type Route struct {
	OperationID  string
	Method       string
	Path         string // lower-case segments and {lowerCamel} parameters
	Summary      string
	Tag          string
	Scope        string // "" for a public route
	Throttle     Throttle
	MaxBodyBytes int64  // 0: no body is accepted
	Success      int    // the status of success
	Idempotent   bool   // accepts Idempotency-Key
	ContentType  string // of the request body; "" means application/json

	// Whatever changes something or shows what is known of people leaves a record of every request. A route that is not
	// audited says why it need not be.
	Audited   bool
	Unaudited string
}

// Throttle limits one method over all clients. The zero value leaves the stage's limits in force.
type Throttle struct {
	RatePerSecond float64
	Burst         int
}

// QueueTrigger is a queue whose messages start a function.
type QueueTrigger struct {
	Name            string
	BatchSize       int
	MaxConcurrency  int  // 2 to 1000
	MaxReceiveCount int  // deliveries before the dead-letter queue
	Uploads         bool // the queue also carries the S3 notifications of the uploads bucket
}

// Resource is something that a function may be allowed to use.
type Resource string

// The bundle's resources.
const (
	Table        Resource = "table"
	Keys         Resource = "keys"         // the table of data keys, which no backup holds
	SubjectsKey  Resource = "subjects-key" // the key of KMS that wraps data keys: writing is wrapping, reading is unwrapping
	Uploads      Resource = "uploads"      // the bucket that files land in
	Results      Resource = "results"      // the bucket for chunks, results and errors
	Checkpoints  Resource = "checkpoints"  // the bucket that fixes audit chains, written once
	UploadsQueue Resource = "uploads-queue"
	ChunksQueue  Resource = "chunks-queue"
	Secrets      Resource = "secrets"
)

// Access is what a function may do with a resource.
type Access string

// The kinds of access.
const (
	Read      Access = "read"
	Write     Access = "write"
	ReadWrite Access = "read-write"
	Add       Access = "add" // read, and write what is new; never delete
	Send      Access = "send"
	Remove    Access = "remove"  // an object's version that one knows; never read or write
	Presign   Access = "presign" // hand out upload addresses, which sign with the function's own rights
	Rotate    Access = "rotate"  // read every version, fill the pending one, put it in force
)

// Grant is one permission and why it is needed.
type Grant struct {
	Resource Resource
	Access   Access
	Reason   string
}

// Scopes that routes ask for.
const (
	ScopeAnalyze        = "analyze"
	ScopeBatchesRead    = "batches:read"
	ScopeBatches        = "batches:write"
	ScopeDetect         = "privacy:detect" // find and take out what the caller brings
	ScopeRestore        = "privacy:restore"
	ScopeExport         = "subjects:export"
	ScopeErase          = "subjects:erase"
	ScopeHold           = "subjects:hold"
	ScopePrincipalsRead = "principals:read"
	ScopePrincipals     = "principals:write"
	ScopeAuditRead      = "audit:read"
	ScopeCategoriesRead = "categories:read"
	ScopeCategories     = "categories:write"
	ScopeSettingsRead   = "settings:read"
	ScopeSettings       = "settings:write"
)

// Find returns the function of that name.
func Find(name string) (Function, bool) {
	for _, function := range Functions {
		if function.Name == name {
			return function, true
		}
	}
	return Function{}, false
}

// Routes returns every route of every function, in the table's order.
func Routes() []Route {
	var routes []Route
	for _, function := range Functions {
		routes = append(routes, function.Routes...)
	}
	return routes
}

// Scopes returns every scope that some route asks for, once, in the table's order.
func Scopes() []string {
	var scopes []string
	for i := range Functions { // without copies: every request of an administrator asks
		for j := range Functions[i].Routes {
			if scope := Functions[i].Routes[j].Scope; scope != "" && !slices.Contains(scopes, scope) {
				scopes = append(scopes, scope)
			}
		}
	}
	return scopes
}
