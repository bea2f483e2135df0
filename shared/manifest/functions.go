package manifest

import "slices"

// Functions is the table. The order is the one of the documentation.
var Functions = slices.Concat(api, background)

// Settings that every function reads.
var everywhere = []string{"ENVIRONMENT", "LOG_LEVEL", "SECRETS_ID"}

// Settings that every function behind the gateway reads as well.
var behindGateway = append(append([]string{}, everywhere...), "CORS_ORIGINS", "CLIENT_RATE_LIMIT")

func with(settings []string, more ...string) []string {
	return append(append([]string{}, settings...), more...)
}
