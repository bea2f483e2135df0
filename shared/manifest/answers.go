package manifest

import "net/http"

// Answer is what the gateway says by itself, before or instead of a function. It becomes problem details (RFC 9457) that
// read as if a function had said it.
type Answer struct {
	Occasion   string // API Gateway's name for it
	Status     int
	Code       string // of package errs
	Detail     string
	RetryAfter int // seconds that a client should wait; 0 for no such advice
}

// Answers has a constant text for every occasion, because the gateway's own texts quote the request.
var Answers = []Answer{
	{"DEFAULT_4XX", http.StatusBadRequest, "invalid", "the request is not valid", 0},
	{"DEFAULT_5XX", http.StatusInternalServerError, "internal", "something went wrong on our side", 0},
	{"UNAUTHORIZED", http.StatusUnauthorized, "unauthorized", "an access token is required", 0},
	{"ACCESS_DENIED", http.StatusForbidden, "forbidden", "this is not allowed", 0},
	{"INVALID_API_KEY", http.StatusForbidden, "forbidden", "this is not allowed", 0}, // a client that no usage plan lists
	{"WAF_FILTERED", http.StatusForbidden, "forbidden", "this is not allowed", 0},
	{"MISSING_AUTHENTICATION_TOKEN", http.StatusNotFound, "not_found", "there is nothing at this path", 0}, // its name misleads: no such route
	{"RESOURCE_NOT_FOUND", http.StatusNotFound, "not_found", "there is nothing at this path", 0},
	{"REQUEST_TOO_LARGE", http.StatusRequestEntityTooLarge, "too_large", "the body is too large", 0},
	{"UNSUPPORTED_MEDIA_TYPE", http.StatusUnsupportedMediaType, "invalid", "this media type is not accepted", 0},
	{"THROTTLED", http.StatusTooManyRequests, "rate_limited", "too many requests; try again later", 1},
	{"QUOTA_EXCEEDED", http.StatusTooManyRequests, "rate_limited", "too many requests today; try again later", 3600}, // the day may end within the hour
	{"INTEGRATION_TIMEOUT", http.StatusServiceUnavailable, "unavailable", "this took too long; try again", 1},
	{"INTEGRATION_FAILURE", http.StatusServiceUnavailable, "unavailable", "this did not answer; try again", 1},
}
