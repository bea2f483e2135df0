package stack

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
)

// addPlan holds every client to a rate and a daily quota. The key that is counted is the client's id, which the authorizer
// takes from the verified token: a key that a request brings along is not looked at, so that it is no secret.
func (b *builder) addPlan() {
	plan := b.api.rest.AddUsagePlan(jsii.String("ClientPlan"), &awsapigateway.UsagePlanProps{
		Name: b.named("clients"), Description: jsii.String("What one client may ask for"),
		ApiStages: &[]*awsapigateway.UsagePlanPerApiStage{{Api: b.api.rest, Stage: b.api.rest.DeploymentStage()}},
		Throttle:  &awsapigateway.ThrottleSettings{RateLimit: jsii.Number(b.ClientRateLimit), BurstLimit: jsii.Number(clientBurst * b.ClientRateLimit)},
		Quota:     &awsapigateway.QuotaSettings{Limit: jsii.Number(b.ClientQuota), Period: awsapigateway.Period_DAY},
	})
	for i, client := range b.Clients {
		key := awsapigateway.NewApiKey(b.stack, jsii.String(fmt.Sprintf("Client%d", i+1)), &awsapigateway.ApiKeyProps{
			ApiKeyName: b.named(client), Value: jsii.String(client), Enabled: jsii.Bool(true),
		})
		plan.AddApiKey(key, nil)
	}
}

// clientBurst is how many seconds' worth of requests a client may send at once.
const clientBurst = 2
