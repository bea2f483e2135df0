package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/shared/manifest"
)

// accessLogFormat is one JSON object a request: who, what, how it ended, and the ids that lead to the function's own line.
// No header, query or body is in it.
const accessLogFormat = `{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","traceId":"$context.xrayTraceId",` +
	`"time":"$context.requestTimeEpoch","ip":"$context.identity.sourceIp","method":"$context.httpMethod","resource":"$context.resourcePath",` +
	`"status":"$context.status","latency":"$context.responseLatency","principal":"$context.authorizer.principalId",` +
	`"error":"$context.error.responseType","waf":"$context.wafResponseCode"}`

// minimumTLS refuses what is older than TLS 1.2; the default of a regional API does not.
const minimumTLS = "SecurityPolicy_TLS13_1_2_2021_06"

func (g *gateway) addAPI() {
	g.accessLog = g.LogGroup("ApiLogGroup", jsii.String("/aws/apigateway/"+g.Name()))
	g.rest = awsapigateway.NewRestApi(g.stack, jsii.String("Api"), &awsapigateway.RestApiProps{
		RestApiName:                 jsii.String(g.Name()),
		Description:                 jsii.String("CustomerAI"),
		EndpointConfiguration:       &awsapigateway.EndpointConfiguration{Types: &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL}},
		ApiKeySourceType:            awsapigateway.ApiKeySourceType_AUTHORIZER,
		CloudWatchRole:              jsii.Bool(true),             // an account's APIs write no log before it has such a role
		CloudWatchRoleRemovalPolicy: awscdk.RemovalPolicy_RETAIN, // it is the account's, other stacks' APIs use it
		DeployOptions: &awsapigateway.StageOptions{
			StageName:            jsii.String(g.Stage.String()),
			ThrottlingRateLimit:  jsii.Number(g.RateLimit),
			ThrottlingBurstLimit: jsii.Number(g.BurstLimit),
			MethodOptions:        g.methodThrottles(),
			AccessLogDestination: awsapigateway.NewLogGroupLogDestination(g.accessLog),
			AccessLogFormat:      awsapigateway.AccessLogFormat_Custom(jsii.String(accessLogFormat)),
			LoggingLevel:         awsapigateway.MethodLoggingLevel_ERROR, // INFO would log what DataTraceEnabled does
			DataTraceEnabled:     jsii.Bool(false),
			MetricsEnabled:       jsii.Bool(true),
			TracingEnabled:       jsii.Bool(true),
		},
	})
	api := g.rest.Node().DefaultChild().(awsapigateway.CfnRestApi) //nolint:forcetypeassert // what a RestApi is made of
	api.SetSecurityPolicy(jsii.String(minimumTLS))
	api.SetEndpointAccessMode(jsii.String("STRICT"))
	g.rest.Node().TryRemoveChild(jsii.String("Endpoint")) // the stack's outputs have it, without the slash at its end
	g.addExecutionLog()
	g.addRoutes()
	g.addAnswers()
	g.addPlan()
}

// addExecutionLog makes the log group that API Gateway would otherwise make by itself, unencrypted and without an end.
func (g *gateway) addExecutionLog() {
	name := "API-Gateway-Execution-Logs_" + *g.rest.RestApiId() + "/" + g.Stage.String()
	g.rest.DeploymentStage().Node().AddDependency(g.LogGroup("ApiExecutionLogGroup", jsii.String(name)))
}

// methodThrottles are the stage's exceptions: routes that are to be called less often than the others.
func (g *gateway) methodThrottles() *map[string]*awsapigateway.MethodDeploymentOptions {
	options := map[string]*awsapigateway.MethodDeploymentOptions{}
	for _, route := range g.routes() {
		if route.Throttle == (manifest.Throttle{}) {
			continue
		}
		options[route.Path+"/"+route.Method] = &awsapigateway.MethodDeploymentOptions{
			ThrottlingRateLimit: jsii.Number(route.Throttle.RatePerSecond), ThrottlingBurstLimit: jsii.Number(route.Throttle.Burst),
			LoggingLevel: awsapigateway.MethodLoggingLevel_ERROR, DataTraceEnabled: jsii.Bool(false), MetricsEnabled: jsii.Bool(true),
		}
	}
	return &options
}

func (g *gateway) routes() (routes []manifest.Route) {
	for _, f := range g.Functions {
		routes = append(routes, f.Routes...)
	}
	return routes
}
