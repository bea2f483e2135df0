package posture

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/customerai/customerai/infra/cdk/template"
)

// answers: what API Gateway says by itself is problem details with a constant text, and carries the security and CORS
// headers of every other answer.
func (c *checker) answers() {
	want := map[string]shape{}
	// A second, where another attempt may succeed then. The quota is a day's.
	wait := map[string]string{"THROTTLED": "'1'", "QUOTA_EXCEEDED": "'3600'", "INTEGRATION_TIMEOUT": "'1'", "INTEGRATION_FAILURE": "'1'"}
	for kind, status := range map[string]int{
		"DEFAULT_4XX": 400, "DEFAULT_5XX": 500, "UNAUTHORIZED": 401, "ACCESS_DENIED": 403, "INVALID_API_KEY": 403, "WAF_FILTERED": 403,
		"MISSING_AUTHENTICATION_TOKEN": 404, "RESOURCE_NOT_FOUND": 404, "REQUEST_TOO_LARGE": 413, "UNSUPPORTED_MEDIA_TYPE": 415,
		"THROTTLED": 429, "QUOTA_EXCEEDED": 429, "INTEGRATION_TIMEOUT": 503, "INTEGRATION_FAILURE": 503,
	} {
		want[kind] = shape{
			"RestApiId": "${Api}", "ResponseType": kind, "StatusCode": strconv.Itoa(status),
			"ResponseParameters": c.headers(status, wait[kind]),
			"ResponseTemplates":  shape{"application/json": problem(status)},
		}
	}
	c.Exactly("AWS::ApiGateway::GatewayResponse", template.By("ResponseType"), want)
}

func (c *checker) headers(status int, wait string) shape {
	headers := map[string]string{
		"Content-Type": "'application/problem+json'", "Cache-Control": "'no-store'", "Content-Security-Policy": "'default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none''",
		"Referrer-Policy": "'no-referrer'", "Strict-Transport-Security": "'max-age=31536000; includeSubDomains'", "X-Content-Type-Options": "'nosniff'",
		"Cross-Origin-Opener-Policy": "'same-origin'", "Cross-Origin-Embedder-Policy": "'require-corp'", "Cross-Origin-Resource-Policy": "'same-origin'",
		"Vary": "'Origin'", "X-Request-Id": "context.requestId",
	}
	if len(c.Origins) > 0 {
		headers["Access-Control-Allow-Origin"] = "'" + c.Origins[0] + "'"
		headers["Access-Control-Expose-Headers"] = "'Retry-After, X-Request-Id'"
		headers["Cross-Origin-Resource-Policy"] = "'cross-origin'"
	}
	if status == http.StatusUnauthorized {
		headers["WWW-Authenticate"] = "'Bearer'"
	}
	if wait != "" {
		headers["Retry-After"] = wait
	}
	parameters := shape{}
	for name, value := range headers {
		parameters["gatewayresponse.header."+name] = value
	}
	return parameters
}

// problem asks for problem details of that status whose only variable is the request's id.
func problem(status int) func(any) bool {
	return func(v any) bool {
		var body map[string]any
		if err := json.Unmarshal([]byte(template.Text(v)), &body); err != nil || len(body) != 6 {
			return false
		}
		return body["type"] == "about:blank" && body["title"] == http.StatusText(status) && body["status"] == float64(status) &&
			template.Text(body["detail"]) != "" && template.Text(body["code"]) != "" && body["requestId"] == "$context.requestId"
	}
}
