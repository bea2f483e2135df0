package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/nag"
	"github.com/customerai/customerai/shared/manifest"
)

// authorizerSeconds is how long the authorizer's answer is used again for the same Authorization header.
const authorizerSeconds = 300

// integrationSeconds is API Gateway's limit; the functions behind it stop earlier, so that the answer is theirs.
const integrationSeconds = 29

// addRoutes adds a method for every route, and one for the preflights of every path when there are origins. A preflight
// carries no token, so that nobody authorizes it; the function answers, because it knows its origins and methods.
func (g *gateway) addRoutes() {
	authorizer := g.authorizer()
	validator := g.rest.AddRequestValidator(jsii.String("Validator"), &awsapigateway.RequestValidatorOptions{
		ValidateRequestBody: jsii.Bool(true), ValidateRequestParameters: jsii.Bool(true),
	})
	object := g.rest.AddModel(jsii.String("Object"), &awsapigateway.ModelOptions{
		ModelName: jsii.String("Object"), ContentType: jsii.String("application/json"),
		Description: jsii.String("Anything but an object starts no function. Which members it has is the function's to judge, which names them all"),
		Schema:      &awsapigateway.JsonSchema{Type: awsapigateway.JsonSchemaType_OBJECT, Schema: awsapigateway.JsonSchemaVersion_DRAFT4},
	})
	origins, _ := g.Origins() // Err refuses bad ones
	preflights := map[string]bool{}
	for _, f := range g.Functions {
		integration := awsapigateway.NewLambdaIntegration(g.Lambdas[f.Name], &awsapigateway.LambdaIntegrationOptions{
			Proxy: jsii.Bool(true), AllowTestInvoke: jsii.Bool(false),
			Timeout: awscdk.Duration_Seconds(jsii.Number(integrationSeconds)),
		})
		for _, route := range f.Routes {
			options := &awsapigateway.MethodOptions{OperationName: jsii.String(route.OperationID), RequestValidator: validator}
			if route.Scope != "" {
				options.AuthorizationType, options.Authorizer = awsapigateway.AuthorizationType_CUSTOM, authorizer
				options.ApiKeyRequired = jsii.Bool(true) // the authorizer gives it: this is what the usage plan counts
			} else {
				options.AuthorizationType = awsapigateway.AuthorizationType_NONE
			}
			if hasJSONBody(route) {
				options.RequestModels = &map[string]awsapigateway.IModel{"application/json": object}
			}
			resource := g.rest.Root().ResourceForPath(jsii.String(route.Path))
			method := resource.AddMethod(jsii.String(route.Method), integration, options)
			if route.Scope == "" {
				nag.Suppress(method, "AwsSolutions-APIG4", "The route is public: its callers have no token yet, or need none")
			}
			if len(origins) > 0 && !preflights[route.Path] {
				preflights[route.Path] = true
				method := resource.AddMethod(jsii.String("OPTIONS"), integration, &awsapigateway.MethodOptions{
					OperationName: jsii.String("preflight"), AuthorizationType: awsapigateway.AuthorizationType_NONE, RequestValidator: validator,
				})
				nag.Suppress(method, "AwsSolutions-APIG4", "A browser sends a preflight without a token; it changes nothing")
			}
		}
	}
}

func hasJSONBody(route manifest.Route) bool { return route.MaxBodyBytes > 0 && route.ContentType == "" }

// authorizer asks the manifest's authorizer function. The Authorization header is its one identity source: a request
// without one is refused before the function is asked, and its answer is kept by that header alone.
func (g *gateway) authorizer() awsapigateway.RequestAuthorizer {
	for _, f := range g.Functions {
		if f.Authorizer {
			return awsapigateway.NewRequestAuthorizer(g.stack, jsii.String("Bearer"), &awsapigateway.RequestAuthorizerProps{
				AuthorizerName: jsii.String("Bearer"), Handler: g.Lambdas[f.Name],
				IdentitySources: &[]*string{awsapigateway.IdentitySource_Header(jsii.String("Authorization"))},
				ResultsCacheTtl: awscdk.Duration_Seconds(jsii.Number(authorizerSeconds)),
			})
		}
	}
	panic("no authorizer") // the stack has refused a manifest without one
}
