package lambdahttp

import (
	"errors"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/trust/auth"
)

// ErrUnauthorized is what an authorizer returns for API Gateway to answer 401: the gateway compares the very text.
var ErrUnauthorized = errors.New("Unauthorized")

// The names of the authorizer's context.
const (
	tenantKey = "tenant"
	scopesKey = "scopes" // separated by spaces: the context holds no lists
	usageKey  = "usageKey"
)

// Allow is an authorizer's answer for a principal. It allows the whole stage, because the gateway keeps the answer for the
// token and uses it for other paths; the scope of each route is checked in the function.
func Allow(principal auth.Principal, methodARN string) (events.APIGatewayCustomAuthorizerResponse, error) {
	stage, err := stageARN(methodARN)
	if err != nil {
		return events.APIGatewayCustomAuthorizerResponse{}, err
	}
	return events.APIGatewayCustomAuthorizerResponse{
		PrincipalID: principal.Subject,
		PolicyDocument: events.APIGatewayCustomAuthorizerPolicy{
			Version:   "2012-10-17",
			Statement: []events.IAMPolicyStatement{{Action: []string{"execute-api:Invoke"}, Effect: "Allow", Resource: []string{stage + "/*/*"}}},
		},
		Context: map[string]any{
			tenantKey: principal.Tenant,
			scopesKey: strings.Join(principal.Scopes, " "),
			usageKey:  principal.UsageKey,
		},
		UsageIdentifierKey: principal.UsageKey,
	}, nil
}

// stageARN cuts a method's ARN, arn:aws:execute-api:region:account:api/stage/method/path, after the stage.
func stageARN(methodARN string) (string, error) {
	parts := strings.SplitN(methodARN, "/", 4)
	if len(parts) < 3 || !strings.HasPrefix(methodARN, "arn:") || parts[1] == "" {
		return "", errors.New("the authorizer's event has no method ARN of a REST API")
	}
	return parts[0] + "/" + parts[1], nil
}

// PrincipalFromContext reads what Allow said back from the gateway's request context. Without a subject and a tenant
// there is no principal.
func PrincipalFromContext(authorizer map[string]any) (auth.Principal, bool) {
	text := func(name string) string { value, _ := authorizer[name].(string); return value }
	principal := auth.Principal{
		Subject: text("principalId"), Tenant: text(tenantKey), Scopes: strings.Fields(text(scopesKey)), UsageKey: text(usageKey),
	}
	return principal, principal.Subject != "" && principal.Tenant != ""
}
