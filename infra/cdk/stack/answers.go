package stack

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/shared/errs"
)

// answer is what API Gateway says by itself. It reads as if a function had said it.
type answer struct {
	Type   string // API Gateway's name for the occasion
	Status int
	code   errs.Code
	detail string
}

// answers has a constant text for every occasion: the gateway's own texts quote the request. They are those of
// infra/gen/sam, which a test holds them to.
var answers = []answer{
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
	{"INVALID_API_KEY", http.StatusForbidden, errs.Forbidden, "this is not allowed"}, // a client that no usage plan lists
}

// body is problem details (RFC 9457) in the form that the functions give them, and nothing of the request.
func (a answer) body() string {
	return fmt.Sprintf(`{"type":"about:blank","title":%q,"status":%d,"detail":%q,"code":%q,"requestId":"$context.requestId"}`,
		http.StatusText(a.Status), a.Status, a.detail, a.code)
}

// headers are those of httpapi, in the gateway's notation.
func (a answer) headers(origins []string) map[string]*string {
	headers := map[string]string{
		"Content-Type":                 "'application/problem+json'",
		"Cache-Control":                "'no-store'",
		"Content-Security-Policy":      "'default-src 'none'; frame-ancestors 'none''",
		"Referrer-Policy":              "'no-referrer'",
		"Strict-Transport-Security":    "'max-age=31536000; includeSubDomains'",
		"X-Content-Type-Options":       "'nosniff'",
		"Cross-Origin-Opener-Policy":   "'same-origin'",
		"Cross-Origin-Embedder-Policy": "'require-corp'",
		"Cross-Origin-Resource-Policy": "'same-origin'",
		"Vary":                         "'Origin'",
		"X-Request-Id":                 "context.requestId",
	}
	if len(origins) > 0 {
		// One origin: the gateway cannot choose, and to echo whatever is sent would be to allow everybody.
		headers["Access-Control-Allow-Origin"] = "'" + origins[0] + "'"
		headers["Access-Control-Expose-Headers"] = "'Retry-After, X-Request-Id'"
		headers["Cross-Origin-Resource-Policy"] = "'cross-origin'"
	}
	if a.Status == http.StatusUnauthorized {
		headers["WWW-Authenticate"] = "'Bearer'"
	}
	if a.Status == http.StatusTooManyRequests {
		headers["Retry-After"] = "'1'"
	}
	result := map[string]*string{}
	for name, value := range headers {
		result[name] = jsii.String(value)
	}
	return result
}

func (b *builder) addAnswers() {
	origins, _ := b.origins() // New has refused bad ones
	for _, a := range answers {
		headers := a.headers(origins)
		b.api.rest.AddGatewayResponse(jsii.String(logical(strings.ToLower(strings.ReplaceAll(a.Type, "_", "-")))), &awsapigateway.GatewayResponseOptions{
			Type: awsapigateway.ResponseType_Of(jsii.String(a.Type)), StatusCode: jsii.String(strconv.Itoa(a.Status)), ResponseHeaders: &headers,
			Templates: &map[string]*string{"application/json": jsii.String(a.body())},
		})
	}
}
