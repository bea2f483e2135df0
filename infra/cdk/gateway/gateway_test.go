package gateway_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/cdk/stack/stacktest"
	"github.com/customerai/customerai/shared/manifest"
)

func TestMain(m *testing.M) { stacktest.Main(m) }

func TestEveryRouteIsThereAndAsksForATokenUnlessItIsPublic(t *testing.T) {
	methods := map[string]map[string]any{}
	preflights := 0
	for _, method := range stacktest.Resources(t, "AWS::ApiGateway::Method") {
		if name := method["OperationName"].(string); name != "preflight" {
			methods[name] = method
		} else if preflights++; method["AuthorizationType"] != "NONE" || method["HttpMethod"] != "OPTIONS" {
			t.Errorf("a preflight is %v with %v", method["HttpMethod"], method["AuthorizationType"])
		}
	}
	routes, paths := 0, map[string]bool{}
	for _, f := range manifest.Functions {
		for _, route := range f.Routes {
			routes++
			paths[route.Path] = true
			method, want := methods[route.OperationID], "CUSTOM"
			if route.Scope == "" {
				want = "NONE"
			}
			if method == nil || method["AuthorizationType"] != want || method["HttpMethod"] != route.Method || (method["ApiKeyRequired"] == true) != (want == "CUSTOM") {
				t.Errorf("%s is %v, want %s with %s", route.OperationID, method, route.Method, want)
			}
		}
	}
	if len(methods) != routes || preflights != len(paths) {
		t.Errorf("%d methods and %d preflights, want %d and %d", len(methods), preflights, routes, len(paths))
	}
}

func TestAnswersOfTheGatewayAreProblemsThatTheFirstOriginMayRead(t *testing.T) {
	answers := stacktest.Resources(t, "AWS::ApiGateway::GatewayResponse")
	if len(answers) != len(manifest.Answers) {
		t.Errorf("%d answers, want %d", len(answers), len(manifest.Answers))
	}
	for _, answer := range answers {
		headers := answer["ResponseParameters"].(map[string]any)
		if got := headers["gatewayresponse.header.Access-Control-Allow-Origin"]; got != "'https://app.example.com'" {
			t.Errorf("%s may be read by %v, want the first origin", answer["ResponseType"], got)
		}
		if got := headers["gatewayresponse.header.Content-Type"]; got != "'application/problem+json'" {
			t.Errorf("%s has the type %v, want a problem's", answer["ResponseType"], got)
		}
		if body := answer["ResponseTemplates"].(map[string]any)["application/json"].(string); !strings.Contains(body, `"requestId":"$context.requestId"`) {
			t.Errorf("%s is %s, want it to name the request", answer["ResponseType"], body)
		}
	}
}

func TestTheFirewallStandsBeforeTheAPIAndItsRulesForBodiesOnlyCount(t *testing.T) {
	if got := len(stacktest.Resources(t, "AWS::WAFv2::WebACLAssociation")); got != 1 {
		t.Errorf("%d associations, want one", got)
	}
	counted := 0
	for _, firewall := range stacktest.Resources(t, "AWS::WAFv2::WebACL") {
		for _, rule := range firewall["Rules"].([]any) {
			group, ok := rule.(map[string]any)["Statement"].(map[string]any)["ManagedRuleGroupStatement"].(map[string]any)
			if !ok {
				continue
			}
			overrides, _ := group["RuleActionOverrides"].([]any)
			for _, o := range overrides {
				override := o.(map[string]any)
				counted++
				if _, counts := override["ActionToUse"].(map[string]any)["Count"]; !counts || !strings.HasSuffix(override["Name"].(string), "_BODY") {
					t.Errorf("rule %v is overridden with %v", override["Name"], override["ActionToUse"])
				}
			}
		}
	}
	if counted != 7 {
		t.Errorf("%d rules only count, want the seven that look into bodies", counted)
	}
}
