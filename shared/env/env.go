// Package env reads typed configuration and reports every problem at once.
//
// Normal use: one Reader per process, one call per setting, one check at the end.
//
//	r := env.NewReader(os.LookupEnv)
//	config := Config{
//		Stage:   r.Stage("ENVIRONMENT"),
//		Table:   r.String("TABLE_NAME"),
//		Origins: r.Optional("CORS_ORIGINS", ""),
//	}
//	if err := r.Err(); err != nil { … }
//
// It refuses to name a value: a problem names the setting and what is expected of it. It is the only package that the
// rest of the code asks for configuration; nothing else reads the process environment.
package env

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
)

// Stage is where the process runs. The zero value is Production, so that forgetting to say is safe.
type Stage int

// The three stages, strictest first.
const (
	Production Stage = iota
	Staging
	Development
)

// ParseStage maps a name to a stage. Anything but the exact words development and staging counts as production.
func ParseStage(name string) Stage {
	switch name {
	case "development":
		return Development
	case "staging":
		return Staging
	}
	return Production
}

// String returns the stage's name.
func (s Stage) String() string {
	return [...]string{Production: "production", Staging: "staging", Development: "development"}[s]
}

// Lookup has the shape of os.LookupEnv.
type Lookup func(name string) (value string, ok bool)

// Reader collects settings and the problems with them.
type Reader struct {
	lookup   Lookup
	problems []string
}

// NewReader returns a Reader over lookup.
func NewReader(lookup Lookup) *Reader { return &Reader{lookup: lookup} }

// Stage reads the stage; see ParseStage.
func (r *Reader) Stage(name string) Stage {
	value, _ := r.lookup(name)
	return ParseStage(value)
}

// String reads a setting that must be there and not be blank.
func (r *Reader) String(name string) string {
	value, ok := r.lookup(name)
	if !ok || strings.TrimSpace(value) == "" {
		r.Problem(name, "is required")
	}
	return value
}

// Optional reads a setting that may be absent or blank, in which case it is fallback.
func (r *Reader) Optional(name, fallback string) string {
	if value, ok := r.lookup(name); ok && strings.TrimSpace(value) != "" {
		return value
	}
	return fallback
}

// Int reads a whole number between low and high, or fallback when the setting is absent.
func (r *Reader) Int(name string, fallback, low, high int) int {
	value := r.Optional(name, "")
	if value == "" {
		return fallback
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high {
		r.Problem(name, fmt.Sprintf("must be a whole number from %d to %d", low, high))
		return fallback
	}
	return n
}

// LogLevel reads debug, info, warn or error; absent means info.
func (r *Reader) LogLevel(name string) slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(r.Optional(name, "info"))); err != nil {
		r.Problem(name, "must be debug, info, warn or error")
	}
	return level
}

// Problem records that a setting is wrong. The text says what is expected, never what was found.
func (r *Reader) Problem(name, expected string) {
	r.problems = append(r.problems, name+" "+expected)
}

// Err returns one error that names every problem, or nil.
func (r *Reader) Err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return errors.New("configuration: " + strings.Join(r.problems, "; "))
}
