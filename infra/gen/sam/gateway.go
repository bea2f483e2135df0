package sam

import (
	"fmt"
	"net/http"

	"github.com/customerai/customerai/shared/errs"
)

// gatewayResponse is an answer that API Gateway makes itself. It reads as if a function had made it.
type gatewayResponse struct {
	Type   string // API Gateway's name for the occasion
	Status int
	code   errs.Code
	detail string
}

// gatewayResponses has a constant text for every occasion: the gateway's own texts quote the request.
var gatewayResponses = []gatewayResponse{
	{"DEFAULT_4XX", http.StatusBadRequest, errs.Invalid, "the request is not valid"},
	{"DEFAULT_5XX", http.StatusInternalServerError, errs.Internal, "something went wrong on our side"},
	{"UNAUTHORIZED", http.StatusUnauthorized, errs.Unauthorized, "an access token is required"},
	{"ACCESS_DENIED", http.StatusForbidden, errs.Forbidden, "this is not allowed"},
	{"WAF_FILTERED", http.StatusForbidden, errs.Forbidden, "this is not allowed"},
	{"MISSING_AUTHENTICATION_TOKEN", http.StatusNotFound, errs.NotFound, "there is nothing at this path"}, // its name misleads: no such route
	{"RESOURCE_NOT_FOUND", http.StatusNotFound, errs.NotFound, "there is nothing at this path"},
	{"REQUEST_TOO_LARGE", http.StatusRequestEntityTooLarge, errs.TooLarge, "the body is too large"},
	{"UNSUPPORTED_MEDIA_TYPE", http.StatusUnsupportedMediaType, errs.Invalid, "this media type is not accepted"},
	{"THROTTLED", http.StatusTooManyRequests, errs.RateLimited, "too many requests; try again later"},
	{"QUOTA_EXCEEDED", http.StatusTooManyRequests, errs.RateLimited, "too many requests; try again later"},
	{"INTEGRATION_TIMEOUT", http.StatusServiceUnavailable, errs.Unavailable, "this took too long; try again"},
	{"INTEGRATION_FAILURE", http.StatusServiceUnavailable, errs.Unavailable, "this did not answer; try again"},
}

// Body is problem details (RFC 9457) in the form that the functions give them, and nothing of the request.
func (g gatewayResponse) Body() string {
	return fmt.Sprintf(`{"type":"about:blank","title":%q,"status":%d,"detail":%q,"code":%q,"requestId":"$context.requestId"}`,
		http.StatusText(g.Status), g.Status, g.detail, g.code)
}

// Authenticate reports whether the client is told how to authenticate.
func (g gatewayResponse) Authenticate() bool { return g.Status == http.StatusUnauthorized }

// RetryAfter is how many seconds a client should wait, 0 for no such advice.
func (g gatewayResponse) RetryAfter() int {
	if g.Status == http.StatusTooManyRequests {
		return 1
	}
	return 0
}
