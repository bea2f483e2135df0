package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/shared/manifest"
)

// gateway is the API and what hangs on it.
type gateway struct {
	rest      awsapigateway.RestApi
	accessLog awslogs.LogGroup
}

// accessLogFormat is one JSON object a request: who, what, how it ended, and the ids that lead to the function's own line.
// No header, query or body is in it.
const accessLogFormat = `{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","traceId":"$context.xrayTraceId",` +
	`"time":"$context.requestTimeEpoch","ip":"$context.identity.sourceIp","method":"$context.httpMethod","resource":"$context.resourcePath",` +
	`"status":"$context.status","latency":"$context.responseLatency","principal":"$context.authorizer.principalId",` +
	`"error":"$context.error.responseType","waf":"$context.wafResponseCode"}`

// minimumTLS refuses what is older than TLS 1.2; the default of a regional API does not.
const minimumTLS = "SecurityPolicy_TLS13_1_2_2021_06"

func (b *builder) addAPI() {
	b.api.accessLog = b.addLogGroup("ApiLogGroup", jsii.String("/aws/apigateway/"+b.Name()))
	b.api.rest = awsapigateway.NewRestApi(b.stack, jsii.String("Api"), &awsapigateway.RestApiProps{
		RestApiName:                 jsii.String(b.Name()),
		Description:                 jsii.String("CustomerAI"),
		EndpointConfiguration:       &awsapigateway.EndpointConfiguration{Types: &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL}},
		ApiKeySourceType:            awsapigateway.ApiKeySourceType_AUTHORIZER,
		CloudWatchRole:              jsii.Bool(true),             // an account's APIs write no log before it has such a role
		CloudWatchRoleRemovalPolicy: awscdk.RemovalPolicy_RETAIN, // it is the account's, other stacks' APIs use it
		DeployOptions: &awsapigateway.StageOptions{
			StageName:            jsii.String(b.Stage.String()),
			ThrottlingRateLimit:  jsii.Number(b.RateLimit),
			ThrottlingBurstLimit: jsii.Number(b.BurstLimit),
			MethodOptions:        b.methodThrottles(),
			AccessLogDestination: awsapigateway.NewLogGroupLogDestination(b.api.accessLog),
			AccessLogFormat:      awsapigateway.AccessLogFormat_Custom(jsii.String(accessLogFormat)),
			LoggingLevel:         awsapigateway.MethodLoggingLevel_ERROR, // INFO would log what DataTraceEnabled does
			DataTraceEnabled:     jsii.Bool(false),
			MetricsEnabled:       jsii.Bool(true),
			TracingEnabled:       jsii.Bool(true),
		},
	})
	api := b.api.rest.Node().DefaultChild().(awsapigateway.CfnRestApi) //nolint:forcetypeassert // what a RestApi is made of
	api.SetSecurityPolicy(jsii.String(minimumTLS))
	api.SetEndpointAccessMode(jsii.String("STRICT"))
	b.api.rest.Node().TryRemoveChild(jsii.String("Endpoint")) // outputs.go has it, without the slash at its end
	b.addExecutionLog()
	b.addRoutes()
	b.addAnswers()
	b.addPlan()
}

// addExecutionLog makes the log group that API Gateway would otherwise make by itself, unencrypted and without an end.
func (b *builder) addExecutionLog() {
	name := "API-Gateway-Execution-Logs_" + *b.api.rest.RestApiId() + "/" + b.Stage.String()
	b.api.rest.DeploymentStage().Node().AddDependency(b.addLogGroup("ApiExecutionLogGroup", jsii.String(name)))
}

// methodThrottles are the stage's exceptions: routes that are to be called less often than the others.
func (b *builder) methodThrottles() *map[string]*awsapigateway.MethodDeploymentOptions {
	options := map[string]*awsapigateway.MethodDeploymentOptions{}
	for _, route := range b.routes() {
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

func (b *builder) routes() (routes []manifest.Route) {
	for _, f := range b.Functions {
		routes = append(routes, f.Routes...)
	}
	return routes
}
