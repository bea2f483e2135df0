package gateway

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/shared/manifest"
)

// addPlan holds every client to a rate and a daily quota. The key that is counted is the client's id, which the authorizer
// takes from the verified token: a key that a request brings along is not looked at, so that it is no secret. People and clients that are added later are
// counted by keys that they share.
func (g *gateway) addPlan() {
	plan := g.rest.AddUsagePlan(jsii.String("ClientPlan"), &awsapigateway.UsagePlanProps{
		Name: g.named("clients"), Description: jsii.String("What one client may ask for"),
		ApiStages: &[]*awsapigateway.UsagePlanPerApiStage{{Api: g.rest, Stage: g.rest.DeploymentStage()}},
		Throttle:  &awsapigateway.ThrottleSettings{RateLimit: jsii.Number(g.ClientRateLimit), BurstLimit: jsii.Number(clientBurst * g.ClientRateLimit)},
		Quota:     &awsapigateway.QuotaSettings{Limit: jsii.Number(g.ClientQuota), Period: awsapigateway.Period_DAY},
	})
	add := func(id, value string) {
		plan.AddApiKey(awsapigateway.NewApiKey(g.stack, jsii.String(id), &awsapigateway.ApiKeyProps{
			ApiKeyName: g.named(value), Value: jsii.String(value), Enabled: jsii.Bool(true),
		}), nil)
	}
	for i, client := range g.Clients {
		add(fmt.Sprintf("Client%d", i+1), client)
	}
	for i, key := range manifest.UsageKeys(g.Stage.String()) {
		add(fmt.Sprintf("Principals%d", i+1), key)
	}
}

// clientBurst is how many seconds' worth of requests a client may send at once.
const clientBurst = 2
