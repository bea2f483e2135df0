package stack

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/shared/manifest"
)

const sourceDays = 4 // a message older than that is a failure that nobody has looked at

// batchingWindow is how long Lambda gathers messages before it invokes: not at all, chunks are large.
const batchingWindow = time.Duration(0)

// visibility is how long a message that was handed out stays hidden: six times the function's timeout and the window, so
// that it is not handed out again while an earlier invocation, throttled or slow, may still come to it.
func visibility(f manifest.Function) time.Duration { return 6*f.Timeout + batchingWindow }

// addQueues makes a queue and its dead-letter queue for every function that a queue starts, and a dead-letter queue for
// every one that runs on its own.
func (b *builder) addQueues() {
	b.queues = map[string]queuePair{}
	for _, f := range b.Functions {
		switch {
		case f.Queue != nil:
			dead := b.deadLetterQueue(f.Queue.Name)
			queue := awssqs.NewQueue(b.stack, jsii.String(deployment.LogicalID(f.Queue.Name)+"Queue"), &awssqs.QueueProps{
				QueueName: b.named(f.Queue.Name), Encryption: awssqs.QueueEncryption_KMS, EncryptionMasterKey: b.dataKey,
				EnforceSSL: jsii.Bool(true), RetentionPeriod: awscdk.Duration_Days(jsii.Number(sourceDays)), RemovalPolicy: b.removal(),
				VisibilityTimeout: seconds(visibility(f)),
				DeadLetterQueue:   &awssqs.DeadLetterQueue{Queue: dead, MaxReceiveCount: jsii.Number(f.Queue.MaxReceiveCount)},
			})
			if f.Queue.Uploads {
				queue.AddToResourcePolicy(b.notification(queue))
			}
			b.queues[f.Queue.Name] = queuePair{queue, dead}
		case unattended(f):
			b.queues[f.Name] = queuePair{deadLetter: b.deadLetterQueue(f.Name)}
		}
	}
}

func (b *builder) deadLetterQueue(name string) awssqs.Queue {
	return awssqs.NewQueue(b.stack, jsii.String(deployment.LogicalID(name)+"DeadLetterQueue"), &awssqs.QueueProps{
		QueueName: b.named(name + "-dead-letter"), Encryption: awssqs.QueueEncryption_KMS, EncryptionMasterKey: b.dataKey,
		EnforceSSL: jsii.Bool(true), RetentionPeriod: awscdk.Duration_Days(jsii.Number(manifest.DeadLetterDays)), RemovalPolicy: b.removal(),
	})
}

// notification lets S3 put messages into the queue. It names the account and not the bucket, because the bucket needs this
// policy before it exists.
func (b *builder) notification(queue awssqs.Queue) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("Notifications"), Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("s3.amazonaws.com"), nil)},
		Actions: jsii.Strings("sqs:SendMessage"), Resources: &[]*string{queue.QueueArn()},
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": b.stack.Account()}},
	})
}

func (b *builder) addQueueTriggers() {
	for _, f := range b.Functions {
		if f.Queue == nil {
			continue
		}
		awslambda.NewEventSourceMapping(b.stack, jsii.String(deployment.LogicalID(f.Name)+"Trigger"), &awslambda.EventSourceMappingProps{
			Target: b.functions[f.Name], EventSourceArn: b.queues[f.Queue.Name].main.QueueArn(),
			BatchSize: jsii.Number(f.Queue.BatchSize), MaxConcurrency: jsii.Number(f.Queue.MaxConcurrency),
			ReportBatchItemFailures: jsii.Bool(true),
		})
	}
}

func seconds(d time.Duration) awscdk.Duration {
	return awscdk.Duration_Seconds(jsii.Number(d.Seconds()))
}
