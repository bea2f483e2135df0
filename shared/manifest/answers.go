package manifest

import "net/http"

// Answer is what the gateway says by itself, before or instead of a function. It becomes problem details (RFC 9457) that
// read as if a function had said it.
type Answer struct {
	Occasion string // API Gateway's name for it
	Status   int
	Code     string // of package errs
	Detail   string
}

// Answers has a constant text for every occasion, because the gateway's own texts quote the request.
var Answers = []Answer{
	{"DEFAULT_4XX", http.StatusBadRequest, "invalid", "the request is not valid"},
	{"DEFAULT_5XX", http.StatusInternalServerError, "internal", "something went wrong on our side"},
	{"UNAUTHORIZED", http.StatusUnauthorized, "unauthorized", "an access token is required"},
	{"ACCESS_DENIED", http.StatusForbidden, "forbidden", "this is not allowed"},
	{"INVALID_API_KEY", http.StatusForbidden, "forbidden", "this is not allowed"}, // a client that no usage plan lists
	{"WAF_FILTERED", http.StatusForbidden, "forbidden", "this is not allowed"},
	{"MISSING_AUTHENTICATION_TOKEN", http.StatusNotFound, "not_found", "there is nothing at this path"}, // its name misleads: no such route
	{"RESOURCE_NOT_FOUND", http.StatusNotFound, "not_found", "there is nothing at this path"},
	{"REQUEST_TOO_LARGE", http.StatusRequestEntityTooLarge, "too_large", "the body is too large"},
	{"UNSUPPORTED_MEDIA_TYPE", http.StatusUnsupportedMediaType, "invalid", "this media type is not accepted"},
	{"THROTTLED", http.StatusTooManyRequests, "rate_limited", "too many requests; try again later"},
	{"QUOTA_EXCEEDED", http.StatusTooManyRequests, "rate_limited", "too many requests; try again later"},
	{"INTEGRATION_TIMEOUT", http.StatusServiceUnavailable, "unavailable", "this took too long; try again"},
	{"INTEGRATION_FAILURE", http.StatusServiceUnavailable, "unavailable", "this did not answer; try again"},
}
