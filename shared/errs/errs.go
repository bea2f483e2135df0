// Package errs gives every failure a code that callers act on and a message that is safe to show.
//
// Normal use: make the error where the fact is known, wrap it with the step and its subject on the way up, and let the
// edge turn the code into a status and write the cause to the log, once.
//
//	return errs.New(errs.NotFound, "no such batch")
//	return errs.Wrap(errs.Unavailable, "the table did not answer", err)
//	return fmt.Errorf("claim review %s: %w", id, err)
//
// It refuses to leak: only Message and Fields ever reach a client. The cause, and whatever text it carries, is for the
// log. An error without a code is Internal, and Internal has one constant message.
package errs

import (
	"errors"
	"strings"
)

// Code says what a caller can do about a failure. The zero value is not a code.
type Code string

// The whole vocabulary. A status or a retry policy is chosen by these and by nothing else.
const (
	Invalid      Code = "invalid"      // the request is wrong; repeating it will not help
	Unauthorized Code = "unauthorized" // nobody, or not who they say
	Forbidden    Code = "forbidden"    // known, but not allowed
	NotFound     Code = "not_found"    // no such thing, or not yours
	Conflict     Code = "conflict"     // a condition or version did not hold
	TooLarge     Code = "too_large"    // over a documented limit
	RateLimited  Code = "rate_limited" // too fast; try again later
	Unavailable  Code = "unavailable"  // a dependency did not answer; try again
	Internal     Code = "internal"     // our fault
)

// Field is one problem with one part of the input. It never holds the offending value.
type Field struct {
	Path    string `json:"path"`    // dotted, with indexes: documents[3].text
	Message string `json:"message"` // what is expected there
}

// Error carries a code, a message that is safe to show, and a cause that is not.
type Error struct {
	Code    Code
	Message string
	Fields  []Field
	cause   error
}

// New returns an error with a code and a safe message.
func New(code Code, message string) *Error {
	return &Error{Code: code, Message: message}
}

// Wrap returns an error with a code and a safe message that keeps its cause for the log.
func Wrap(code Code, message string, cause error) *Error {
	return &Error{Code: code, Message: message, cause: cause}
}

// InvalidFields returns an Invalid error that reports every field problem at once.
func InvalidFields(fields ...Field) *Error {
	return &Error{Code: Invalid, Message: "the request is not valid", Fields: fields}
}

// Error is the text for the log: message, fields and cause.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(e.Message)
	for i, f := range e.Fields {
		text.WriteString([]string{": ", "; "}[min(i, 1)] + f.Path + ": " + f.Message)
	}
	if e.cause != nil {
		text.WriteString(": " + e.cause.Error())
	}
	return text.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// CodeOf returns the code of the outermost *Error in the chain, Internal for an error without one, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// Is reports whether err carries the code.
func Is(err error, code Code) bool { return CodeOf(err) == code }

// Public returns what a client may see of err. An Internal error, coded or not, always gives the same text.
func Public(err error) *Error {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Code == Internal {
		return New(Internal, "something went wrong on our side")
	}
	return &Error{Code: e.Code, Message: e.Message, Fields: e.Fields}
}
