// Package customerai holds the description of the bundle's API, because only a file at the root can embed one.
//
// Normal use: the health function serves it.
//
// It refuses to hold anything else.
package customerai

import _ "embed"

// OpenAPI is the OpenAPI 3.1 document of every operation. infra/gen writes it.
//
//go:embed openapi.json
var OpenAPI []byte
