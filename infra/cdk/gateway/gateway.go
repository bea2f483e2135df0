// Package gateway adds to a stack how its functions are reached over HTTPS: the API and its routes, the usage plan, the answers that
// the gateway gives by itself, and the firewall before it.
//
// Normal use, once the functions are in the stack:
//
//	api := gateway.Front{Settings: settings, Lambdas: functions, LogGroup: addLogGroup}.Add(stack)
//
// It refuses to let anything but the manifest's routes in, and anybody without a token to a route that has a scope.
package gateway

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
)

// Front is what an API is made from.
type Front struct {
	deployment.Settings
	Lambdas  map[string]awslambda.Function                  // by the names of the settings' functions
	LogGroup func(id string, name *string) awslogs.LogGroup // makes one in the stack
}

// API is what the rest of the stack needs of the gateway.
type API struct {
	Rest      awsapigateway.RestApi
	AccessLog awslogs.LogGroup
}

// gateway holds the API while its parts are added.
type gateway struct {
	Front
	stack     awscdk.Stack
	rest      awsapigateway.RestApi
	accessLog awslogs.LogGroup
}

// Add adds the API and its firewall to the stack.
func (f Front) Add(stack awscdk.Stack) API {
	g := &gateway{Front: f, stack: stack}
	g.addAPI()
	g.addFirewall()
	return API{Rest: g.rest, AccessLog: g.accessLog}
}

// named is Named for the CDK.
func (g *gateway) named(name string) *string { return jsii.String(g.Named(name)) }
