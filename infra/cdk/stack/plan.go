package stack

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/shared/manifest"
)

// addPlan holds every client to a rate and a daily quota. The key that is counted is the client's id, which the authorizer
// takes from the verified token: a key that a request brings along is not looked at, so that it is no secret. People and clients that are added later are
// counted by keys that they share.
func (b *builder) addPlan() {
	plan := b.api.rest.AddUsagePlan(jsii.String("ClientPlan"), &awsapigateway.UsagePlanProps{
		Name: b.named("clients"), Description: jsii.String("What one client may ask for"),
		ApiStages: &[]*awsapigateway.UsagePlanPerApiStage{{Api: b.api.rest, Stage: b.api.rest.DeploymentStage()}},
		Throttle:  &awsapigateway.ThrottleSettings{RateLimit: jsii.Number(b.ClientRateLimit), BurstLimit: jsii.Number(clientBurst * b.ClientRateLimit)},
		Quota:     &awsapigateway.QuotaSettings{Limit: jsii.Number(b.ClientQuota), Period: awsapigateway.Period_DAY},
	})
	add := func(id, value string) {
		plan.AddApiKey(awsapigateway.NewApiKey(b.stack, jsii.String(id), &awsapigateway.ApiKeyProps{
			ApiKeyName: b.named(value), Value: jsii.String(value), Enabled: jsii.Bool(true),
		}), nil)
	}
	for i, client := range b.Clients {
		add(fmt.Sprintf("Client%d", i+1), client)
	}
	for i, key := range manifest.UsageKeys(b.Stage.String()) {
		add(fmt.Sprintf("Principals%d", i+1), key)
	}
}

// clientBurst is how many seconds' worth of requests a client may send at once.
const clientBurst = 2
