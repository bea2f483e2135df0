// Package deployment is what whoever deploys the bundle chooses, and what the stage decides for them.
//
// Normal use:
//
//	settings := deployment.Settings{Stage: env.Production, Functions: manifest.Functions, …}
//	if err := settings.Err(); err != nil { … } // names everything that is wrong, and no value
//	protection := deployment.ProtectionOf(settings.Stage)
//
// It refuses settings that the functions would refuse at their start, and has no switch that makes a stage weaker: what differs
// between stages is in stage.go, and production is the strictest. It knows nothing of the CDK.
package deployment

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/edge/httpapi/cors"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
)

// Settings is what a deployment chooses. Everything else follows from the manifest and the stage.
type Settings struct {
	Stage     env.Stage
	Functions []manifest.Function
	Code      string // the folder that holds <function>.zip

	LogLevel    string // debug, info, warn or error
	CORSOrigins string // as in CORS_ORIGINS; blank for none

	RateLimit       int // requests per second over all clients
	BurstLimit      int // and how many may come at once
	ClientRateLimit int // requests per second of one client
	ClientQuota     int // requests per day of one client

	Clients []string // ids of the clients that may call; a client that is not listed is refused with 403
}

// clientID is what infra/local and `make secrets` give to a client. API Gateway asks for at least 20 characters.
var clientID = regexp.MustCompile(`^[A-Za-z0-9_-]{20,128}$`)

// Name is the stack's name.
func (s Settings) Name() string { return "customerai-" + s.Stage.String() }

// Named gives what people look for by name the stack's name first.
func (s Settings) Named(name string) string { return s.Name() + "-" + name }

// LogicalID turns split-batch into SplitBatch: CloudFormation's names have letters and digits only.
func LogicalID(name string) string {
	var id strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		id.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return id.String()
}

// Err returns one error that names every setting that is wrong, or nil. It names no value.
func (s Settings) Err() error {
	var problems []error
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if _, err := s.Origins(); err != nil {
		report("CORS_ORIGINS: %w", err)
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, s.LogLevel) {
		report("LOG_LEVEL must be debug, info, warn or error")
	}
	if s.RateLimit < 1 || s.RateLimit > 10_000 {
		report("API_RATE_LIMIT must be 1 to 10000")
	}
	if s.BurstLimit < 1 || s.BurstLimit > 5_000 {
		report("API_BURST_LIMIT must be 1 to 5000")
	}
	if s.ClientRateLimit < 1 || s.ClientRateLimit > s.RateLimit {
		report("CLIENT_RATE_LIMIT must be 1 to API_RATE_LIMIT")
	}
	if s.ClientQuota < 1 {
		report("the quota of a client must be at least 1")
	}
	for i, client := range s.Clients {
		if !clientID.MatchString(client) || slices.Contains(s.Clients[:i], client) {
			report("client %d is not an id of 20 to 128 letters and digits, or is listed twice", i+1)
		}
	}
	return errors.Join(problems...)
}

// Origins is CORSOrigins as the functions read it, so that what they refuse at start is refused before it is deployed.
func (s Settings) Origins() ([]string, error) { return cors.ParseOrigins(s.Stage, s.CORSOrigins) }
