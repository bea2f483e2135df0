package httpapi

import (
	"context"
	"errors"
	"net/http"

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

// detailed is an error whose response differs from its code's: another status, or further headers.
type detailed struct {
	error
	status int // 0: the code's
	header http.Header
}

func (d *detailed) Unwrap() error { return d.error }

// WithHeader makes the response of err carry a header, for example Retry-After.
func WithHeader(err error, name, value string) error {
	return &detailed{error: err, header: http.Header{http.CanonicalHeaderKey(name): {value}}}
}

// withStatus gives err a status that no code has: 405, 406, 415.
func withStatus(err error, status int) error { return &detailed{error: err, status: status} }

// newProblem makes the answer to err and notes code and cause for the log.
func newProblem(x *exchange, err error) *Problem {
	if problem, ok := errors.AsType[*Problem](err); ok {
		return problem
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		err = errs.Wrap(errs.Unavailable, "there was not enough time to answer", err)
	}
	public := errs.Public(err)
	x.code, x.cause = public.Code, err
	problem := &Problem{
		Type: "about:blank", Status: statuses[public.Code], Detail: public.Message, Code: public.Code, Errors: public.Fields,
		RequestID: x.id, header: http.Header{},
	}
	for at := err; at != nil; {
		extra, ok := errors.AsType[*detailed](at)
		if !ok {
			break
		}
		if extra.status != 0 {
			problem.Status = extra.status
		}
		for name, values := range extra.header {
			problem.header[name] = values
		}
		at = extra.error
	}
	switch problem.Status {
	case http.StatusUnauthorized:
		problem.header.Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		if problem.header.Get("Retry-After") == "" {
			problem.header.Set("Retry-After", "1")
		}
	}
	problem.Title = http.StatusText(problem.Status)
	return problem
}

// WriteProblem answers a request with err, as every operation does. It is for handlers that do not go through Bind and
// for a gateway's own answers.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	problem := newProblem(exchangeFrom(r.Context()), err)
	body, err := strictjson.Marshal(problem)
	if err != nil { // a message that is not UTF-8
		WriteProblem(w, r, errs.Wrap(errs.Internal, "encode the problem", err))
		return
	}
	for name, values := range problem.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", problem.ContentType(""))
	w.WriteHeader(problem.Status)
	_, _ = w.Write(body) //nolint:gosec // JSON, said to be JSON, with nosniff; and when it fails the client is gone
}
