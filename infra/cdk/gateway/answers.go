package gateway

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/shared/manifest"
)

// answer is what API Gateway says by itself, in the terms of the stack.
type answer struct{ manifest.Answer }

// body is problem details (RFC 9457) in the form that the functions give them, and nothing of the request.
func (a answer) body() string {
	return fmt.Sprintf(`{"type":"about:blank","title":%q,"status":%d,"detail":%q,"code":%q,"requestId":"$context.requestId"}`,
		http.StatusText(a.Status), a.Status, a.Detail, a.Code)
}

// headers are those of httpapi, in the gateway's notation.
func (a answer) headers(origins []string) map[string]*string {
	headers := map[string]string{
		"Content-Type":                 "'application/problem+json'",
		"Cache-Control":                "'no-store'",
		"Content-Security-Policy":      "'default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none''",
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
	if a.RetryAfter > 0 {
		headers["Retry-After"] = fmt.Sprintf("'%d'", a.RetryAfter)
	}
	result := map[string]*string{}
	for name, value := range headers {
		result[name] = jsii.String(value)
	}
	return result
}

func (g *gateway) addAnswers() {
	origins, _ := g.Origins() // Err refuses bad ones
	for _, said := range manifest.Answers {
		a := answer{said}
		headers := a.headers(origins)
		g.rest.AddGatewayResponse(jsii.String(deployment.LogicalID(strings.ToLower(strings.ReplaceAll(a.Occasion, "_", "-")))), &awsapigateway.GatewayResponseOptions{
			Type: awsapigateway.ResponseType_Of(jsii.String(a.Occasion)), StatusCode: jsii.String(strconv.Itoa(a.Status)), ResponseHeaders: &headers,
			Templates: &map[string]*string{"application/json": jsii.String(a.body())},
		})
	}
}
