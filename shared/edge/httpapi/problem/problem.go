// Package problem is every answer that is not a success: problem details as of RFC 9457.
//
// Normal use, where a request ends in an error with a code of errs:
//
//	problem.Write(w, r, err)
//	return problem.RetryAfter(err, 30*time.Second) // and the answer to it says so
//
// What a client is told is the error's public part; the code and the cause go into the exchange, for the log.
//
// It refuses to show a cause, or a message that is not UTF-8: those are an internal error, which has one constant message.
package problem

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/strictjson"
)

// Problem is the body of every answer that is not a success: problem details as of RFC 9457, with three members of our own.
type Problem struct { //nolint:errname // its name is the schema's, in the words of RFC 9457
	Type      string       `json:"type" enum:"about:blank" doc:"Always about:blank: code tells the kinds apart"`
	Title     string       `json:"title" doc:"The status in words"`
	Status    int          `json:"status" doc:"The HTTP status"`
	Detail    string       `json:"detail" doc:"What happened"`
	Code      errs.Code    `json:"code" enum:"invalid,unauthorized,forbidden,not_found,conflict,too_large,rate_limited,unavailable,internal" doc:"What a client can do about it"`
	Errors    []errs.Field `json:"errors,omitempty" doc:"Every problem with the input, by field"`
	RequestID string       `json:"requestId" doc:"Quote it when asking for help"`

	header http.Header // further headers of the response
}

// Error, GetStatus, GetHeaders and ContentType make a Problem an error that huma writes as it is.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the status of the response.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders returns headers of the response.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType is application/problem+json, whatever was negotiated.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statuses is the status of each code.
var statuses = map[errs.Code]int{
	errs.Invalid:      http.StatusBadRequest,
	errs.Unauthorized: http.StatusUnauthorized,
	errs.Forbidden:    http.StatusForbidden,
	errs.NotFound:     http.StatusNotFound,
	errs.Conflict:     http.StatusConflict,
	errs.TooLarge:     http.StatusRequestEntityTooLarge,
	errs.RateLimited:  http.StatusTooManyRequests,
	errs.Unavailable:  http.StatusServiceUnavailable,
	errs.Internal:     http.StatusInternalServerError,
}

// CodeOf is the code that an answer in a form of its own amounts to: the code that has its status, or else whose fault it is.
func CodeOf(status int) errs.Code {
	for code, its := range statuses {
		if its == status {
			return code
		}
	}
	if status < http.StatusInternalServerError {
		return errs.Invalid
	}
	return errs.Internal
}

// detailed is an error whose response differs from its code's: another status, or further headers.
type detailed struct {
	error
	status int // 0: the code's
	header http.Header
}

func (d *detailed) Unwrap() error { return d.error }

// WithHeader makes the answer to err carry a header.
func WithHeader(err error, name, value string) error {
	return &detailed{error: err, header: http.Header{http.CanonicalHeaderKey(name): {value}}}
}

// RetryAfter makes the answer to err say how long to wait: in whole seconds, rounded up.
func RetryAfter(err error, wait time.Duration) error {
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	return WithHeader(err, "Retry-After", strconv.Itoa(seconds))
}

// WithStatus gives err a status that no code has: 405, 406, 415.
func WithStatus(err error, status int) error { return &detailed{error: err, status: status} }

// Of makes the answer to err and notes code and cause for the log.
func Of(x *exchange.Exchange, err error) *Problem {
	if made, ok := errors.AsType[*Problem](err); ok {
		return made
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		err = errs.Wrap(errs.Unavailable, "there was not enough time to answer", err)
	}
	public := errs.Public(err)
	x.Code, x.Cause = public.Code, err
	p := &Problem{
		Type: "about:blank", Status: statuses[public.Code], Detail: public.Message, Code: public.Code, Errors: public.Fields,
		RequestID: x.ID, header: http.Header{},
	}
	for at := err; at != nil; {
		extra, ok := errors.AsType[*detailed](at)
		if !ok {
			break
		}
		if extra.status != 0 {
			p.Status = extra.status
		}
		for name, values := range extra.header {
			p.header[name] = values
		}
		at = extra.error
	}
	switch p.Status {
	case http.StatusUnauthorized:
		p.header.Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		if p.header.Get("Retry-After") == "" {
			p.header.Set("Retry-After", "1")
		}
	}
	p.Title = http.StatusText(p.Status)
	return p
}

// Write answers a request with err, as every operation does.
func Write(w http.ResponseWriter, r *http.Request, err error) {
	answer := Of(exchange.From(r.Context()), err)
	body, err := strictjson.Marshal(answer)
	if err != nil { // a message that is not UTF-8
		Write(w, r, errs.Wrap(errs.Internal, "encode the problem", err))
		return
	}
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", answer.ContentType(""))
	w.WriteHeader(answer.Status)
	_, _ = w.Write(body) // when it fails the client is gone
}
