package stack

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/customerai/customerai/infra/cdk/nag"
)

// suppressNag says where the stack departs from cdk-nag's rules, and why. A test fails on a suppression that suppresses
// nothing, so that a reason which no longer holds goes away. Public methods are suppressed where they are made.
func (b *builder) suppressNag() {
	stack := []*cdknag.NagPackSuppression{
		nag.Suppression("AwsSolutions-COG4", "The authorizer function verifies our own tokens; there is no Cognito user pool"),
		nag.Suppression("AwsSolutions-IAM5", "X-Ray's two actions know no resources", "Resource::*"),
		nag.Suppression("AwsSolutions-IAM5", "A grant on a bucket is on all of its objects: their keys begin with tenants and batches",
			&cdknag.RegexAppliesTo{Regex: jsii.String(`/^Resource::<(Uploads|Results|Checkpoints)Bucket[0-9A-F]{8}\.Arn>\/\*$/`)}),
		nag.Suppression("Serverless-LambdaStarPermissions", "Only the two of X-Ray, which know no resources, and objects in a granted bucket"),
		nag.Suppression("Serverless-LambdaDLQ", "Gateway and queues wait for the answer; asynchronous functions have a destination for failures, which also says why"),
		nag.Suppression("Serverless-LambdaEventSourceMappingDestination", "A queue keeps what failed and hands it to its dead-letter queue; such triggers take no destination"),
	}
	cdknag.NagSuppressions_AddStackSuppressions(b.stack, &stack, nil)

	nag.Suppress(b.api.Rest.Node().FindChild(jsii.String("CloudWatchRole")), "AwsSolutions-IAM4",
		"API Gateway accepts an account's logging role only with the rights of this policy")
	nag.Suppress(b.keys, "AwsSolutions-DDB3", "A key that a backup can bring back was not destroyed")
	for _, pair := range b.queues {
		nag.Suppress(pair.deadLetter, "Serverless-SQSRedrivePolicy", "It is the dead-letter queue; an alarm says when it is not empty")
		if pair.main == nil {
			nag.Suppress(pair.deadLetter, "AwsSolutions-SQS3", "It is the dead-letter queue of a function that no queue starts")
		}
	}
}
