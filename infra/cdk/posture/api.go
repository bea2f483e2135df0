package posture

import (
	"slices"
	"strconv"
	"strings"

	"github.com/customerai/customerai/infra/cdk/template"
	"github.com/customerai/customerai/shared/manifest"
)

// stage is the name of the one stage in the template.
func (c *checker) stage() string { return "ApiDeploymentStage" + c.Stage }

// api: regional, TLS 1.2 at least, throttled as a whole and by method, traced, with an access log in JSON; clients are held
// to a rate and a daily quota by the key that the authorizer returns.
func (c *checker) api() {
	c.Exactly("AWS::ApiGateway::RestApi", template.ByName, map[string]shape{"Api": {
		"Name":                  c.Stack, // a dimension of the alarms
		"EndpointConfiguration": shape{"Types": strs("REGIONAL")}, "ApiKeySourceType": "AUTHORIZER",
		"SecurityPolicy": "SecurityPolicy_TLS13_1_2_2021_06", "EndpointAccessMode": "STRICT",
	}})
	c.Exactly("AWS::ApiGateway::Deployment", template.ByName, map[string]shape{"ApiDeployment": {"RestApiId": "${Api}"}})
	c.Exactly("AWS::ApiGateway::Account", template.ByName, map[string]shape{"ApiAccount": {"CloudWatchRoleArn": "${ApiCloudWatchRole.Arn}"}})
	c.Exactly("AWS::ApiGateway::Stage", template.ByName, map[string]shape{c.stage(): {
		"RestApiId": "${Api}", "DeploymentId": "${ApiDeployment}", "StageName": c.Stage, "TracingEnabled": true,
		"MethodSettings":   c.methodSettings(),
		"AccessLogSetting": shape{"DestinationArn": "${ApiLogGroup.Arn}", "Format": isAccessLog},
	}})
	c.After(c.stage(), "ApiAccount", "ApiExecutionLogGroup")
	c.Exactly("AWS::ApiGateway::UsagePlan", template.ByName, map[string]shape{"ApiClientPlan": {
		"ApiStages": list{shape{"ApiId": "${Api}", "Stage": "${" + c.stage() + "}", "Throttle": shape{}}},
		"Throttle":  shape{"RateLimit": float64(c.ClientRateLimit), "BurstLimit": float64(2 * c.ClientRateLimit)},
		"Quota":     shape{"Limit": float64(c.ClientQuota), "Period": "DAY"},
	}})
	keys, members := map[string]shape{}, map[string]shape{}
	add := func(id, value string) {
		keys[value] = shape{"Enabled": true, "Value": value}
		members["${"+id+"}"] = shape{"KeyId": "${" + id + "}", "KeyType": "API_KEY", "UsagePlanId": "${ApiClientPlan}"}
	}
	for i, client := range c.Clients {
		add("Client"+strconv.Itoa(i+1), client)
	}
	for i := range 8 { // those that are added while the stage runs share them
		add("Principals"+strconv.Itoa(i+1), c.Stack+"-principals-"+strconv.Itoa(i+1))
	}
	c.Exactly("AWS::ApiGateway::ApiKey", template.By("Value"), keys)
	c.Exactly("AWS::ApiGateway::UsagePlanKey", template.By("KeyId"), members)
}

func (c *checker) methodSettings() list {
	setting := func(path, method string, rate float64, burst int) shape {
		return shape{
			"ResourcePath": path, "HttpMethod": method, "ThrottlingRateLimit": rate, "ThrottlingBurstLimit": float64(burst),
			"LoggingLevel": "ERROR", "DataTraceEnabled": false, "MetricsEnabled": true,
		}
	}
	settings := list{setting("/*", "*", float64(c.RateLimit), c.BurstLimit)}
	routes := slices.SortedFunc(slices.Values(c.routes()), func(a, b manifest.Route) int {
		return strings.Compare(a.Path+a.Method, b.Path+b.Method) // the CDK's order
	})
	for _, r := range routes {
		if r.Throttle.Burst > 0 {
			settings = append(settings, setting("/"+strings.ReplaceAll(r.Path, "/", "~1"), r.Method, r.Throttle.RatePerSecond, r.Throttle.Burst))
		}
	}
	return settings
}

// isAccessLog asks for one JSON object that says who, what and how it ended, and nothing of headers, queries and bodies.
func isAccessLog(v any) bool {
	format := template.Text(v)
	for _, word := range []string{
		"requestId", "extendedRequestId", "xrayTraceId", "requestTimeEpoch", "identity.sourceIp", "httpMethod", "resourcePath", "status",
		"responseLatency", "authorizer.principalId", "error.responseType", "wafResponseCode",
	} {
		if !strings.Contains(format, `"$context.`+word+`"`) {
			return false
		}
	}
	return strings.HasPrefix(format, "{") && strings.HasSuffix(format, "}") &&
		!strings.Contains(format, "header") && !strings.Contains(format, "query") && !strings.Contains(format, "$input")
}

func (c *checker) routes() (routes []manifest.Route) {
	for _, f := range c.Functions {
		routes = append(routes, f.Routes...)
	}
	return routes
}

// methods: every route is there once, validated, behind the authorizer and a usage key unless it is public; preflights are
// there when there are origins; only the gateway may invoke a function, for that method alone.
func (c *checker) methods() {
	methods, permissions := map[string]shape{}, map[string]shape{}
	resources := map[string]bool{"/": true}
	permit := func(function, principal, source string) {
		permissions[function+" "+source] = shape{"Action": "lambda:InvokeFunction", "FunctionName": function, "Principal": principal, "SourceArn": source}
	}
	const invoke = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/"
	for _, f := range c.Functions {
		function := "${" + logical(f.Name) + "Function.Arn}"
		for _, r := range f.Routes {
			methods[r.Method+" "+r.Path] = c.method(f, r)
			permit(function, "apigateway.amazonaws.com", invoke+"${"+c.stage()+"}/"+r.Method+anyParameter(r.Path))
			if len(c.Origins) > 0 {
				methods["OPTIONS "+r.Path] = c.method(f, manifest.Route{OperationID: "preflight", Method: "OPTIONS"})
				permit(function, "apigateway.amazonaws.com", invoke+"${"+c.stage()+"}/OPTIONS"+anyParameter(r.Path))
			}
			for i := range r.Path {
				if i > 0 && r.Path[i] == '/' {
					resources[r.Path[:i]] = true
				}
			}
			resources[r.Path] = true
		}
		if f.Authorizer {
			permit(function, "apigateway.amazonaws.com", invoke+"authorizers/${Bearer}")
			c.Exactly("AWS::ApiGateway::Authorizer", template.ByName, map[string]shape{"Bearer": {
				"RestApiId": "${Api}", "Type": "REQUEST", "IdentitySource": "method.request.header.Authorization", "AuthorizerResultTtlInSeconds": 300.0,
				"AuthorizerUri": "arn:" + function + ".split(:)[1]:apigateway:" + function + ".split(:)[3]:lambda:path/2015-03-31/functions/" + function + "/invocations",
			}})
		}
		if f.Rotation {
			permissions[function+" "] = shape{
				"Action": "lambda:InvokeFunction", "FunctionName": function, "Principal": "secretsmanager.amazonaws.com", "SourceAccount": "${AWS::AccountId}",
			}
		}
	}
	c.Exactly("AWS::ApiGateway::Method", c.address, methods)
	c.Exactly("AWS::Lambda::Permission", func(r resource) string {
		return template.Text(r.Properties["FunctionName"]) + " " + template.Text(r.Properties["SourceArn"])
	}, permissions)
	c.Exactly("AWS::ApiGateway::RequestValidator", template.ByName, map[string]shape{
		"ApiValidator": {"RestApiId": "${Api}", "ValidateRequestBody": true, "ValidateRequestParameters": true},
	})
	c.Exactly("AWS::ApiGateway::Model", template.ByName, map[string]shape{"ApiObject": {
		"RestApiId": "${Api}", "ContentType": "application/json", "Schema": shape{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object"},
	}})
	c.paths(resources)
}

func (c *checker) method(f manifest.Function, r manifest.Route) shape {
	m := shape{
		"RestApiId": "${Api}", "HttpMethod": r.Method, "OperationName": r.OperationID, "RequestValidatorId": "${ApiValidator}", "AuthorizationType": "NONE",
		"ResourceId": func(any) bool { return true }, // it is in the key
		"Integration": shape{
			"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "TimeoutInMillis": 29_000.0,
			"Uri": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${" + logical(f.Name) + "Function.Arn}/invocations",
		},
	}
	if r.Scope != "" {
		m["AuthorizationType"], m["AuthorizerId"], m["ApiKeyRequired"] = "CUSTOM", "${Bearer}", true
	}
	if r.MaxBodyBytes > 0 && r.ContentType == "" {
		m["RequestModels"] = shape{"application/json": "${ApiObject}"}
	}
	return m
}

// address of a method is what a client sends: GET /v1/batches.
func (c *checker) address(r resource) string {
	return template.Text(r.Properties["HttpMethod"]) + " " + c.path(template.Text(r.Properties["ResourceId"]))
}

// path follows a resource's parents.
func (c *checker) path(reference string) string {
	name := strings.Trim(reference, "${}")
	r, ok := c.Resource(name)
	if !ok || r.Kind != "AWS::ApiGateway::Resource" {
		return ""
	}
	return c.path(template.Text(r.Properties["ParentId"])) + "/" + template.Text(r.Properties["PathPart"])
}

func (c *checker) paths(want map[string]bool) {
	delete(want, "/")
	shapes := map[string]shape{}
	for path := range want {
		parent, part := path[:strings.LastIndex(path, "/")], path[strings.LastIndex(path, "/")+1:]
		shapes[path] = shape{"RestApiId": "${Api}", "PathPart": part, "ParentId": func(v any) bool {
			return parent == "" && v == "${Api.RootResourceId}" || parent != "" && c.path(template.Text(v)) == parent
		}}
	}
	c.Exactly("AWS::ApiGateway::Resource", func(r resource) string { return c.path("${" + r.Name + "}") }, shapes)
}

// anyParameter is how a permission writes a path: a star for every parameter.
func anyParameter(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.HasPrefix(s, "{") {
			segments[i] = "*"
		}
	}
	return strings.Join(segments, "/")
}
