package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/monitoring"
)

// addOutputs says what people need after a deployment.
func (b *builder) addOutputs() {
	for _, output := range []struct {
		name, description string
		value             *string
	}{
		{"ApiUrl", "Where clients reach the API", b.address()},
		{"SecretsId", "The secret to fill before the first request", b.secret.AttrId()},
		{"UploadsBucket", "Where files for analysis land", b.uploads.BucketName()},
		{"ResultsBucket", "Where results and rejected rows are kept", b.results.BucketName()},
		{"CheckpointsBucket", "Where checkpoints of the audit chains are kept", b.checkpoints.BucketName()},
		{"DashboardUrl", "Where the dashboard is", monitoring.DashboardURL(b.stack, b.Name())},
		{"AlarmTopic", "What to subscribe to for alarms", b.alarmTopic.TopicArn()},
	} {
		awscdk.NewCfnOutput(b.stack, jsii.String(output.name+"Output"), &awscdk.CfnOutputProps{
			Description: jsii.String(output.description), Value: output.value,
		}).OverrideLogicalId(jsii.String(output.name)) // the names of template.yaml, which a construct of the stack has, too
	}
}

// address is the stage's, without a slash at its end: paths begin with one.
func (b *builder) address() *string {
	return jsii.String("https://" + *b.api.Rest.RestApiId() + ".execute-api." + *b.stack.Region() + "." + *b.stack.UrlSuffix() + "/" + b.Stage.String())
}
