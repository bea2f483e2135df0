package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
)

// addKeys makes three keys: one for what customers wrote, one for what wraps people's keys, and one for what the service says
// about itself. Whoever may read logs need not be able to read data, and whoever may read the table of keys opens none of them.
func (b *builder) addKeys() {
	b.subjectsKey = b.key("SubjectsKey", "subjects", "People's data keys")
	b.dataKey = b.key("DataKey", "data", "Tables, buckets, queues and secret")
	b.dataKey.AddToResourcePolicy(b.service("NotifyQueueOfUploads", "s3.amazonaws.com", "aws:SourceAccount", b.stack.Account(),
		"kms:Decrypt", "kms:GenerateDataKey"), nil)

	b.operationsKey = b.key("OperationsKey", "operations", "Logs and alarms")
	logs := "logs." + *b.stack.Region() + "." + *b.stack.UrlSuffix()
	b.operationsKey.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("EncryptLogs"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String(logs), nil)},
		Actions:    jsii.Strings("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
		Resources:  jsii.Strings("*"), // in a key's policy: this key
		Conditions: &map[string]any{"ArnLike": map[string]any{"kms:EncryptionContext:aws:logs:arn": b.stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("logs"), Resource: jsii.String("log-group"), ResourceName: jsii.String("*"), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
		})}},
	}), nil)
	b.operationsKey.AddToResourcePolicy(b.service("PublishAlarms", "cloudwatch.amazonaws.com", "aws:SourceAccount", b.stack.Account(),
		"kms:Decrypt", "kms:GenerateDataKey"), nil)

	b.alarmTopic = awssns.NewTopic(b.stack, jsii.String("AlarmTopic"), &awssns.TopicProps{
		TopicName: b.named("alarms"), MasterKey: b.operationsKey, EnforceSSL: jsii.Bool(true),
	})
	b.alarmTopic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("PublishAlarms"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sns:Publish"), Resources: &[]*string{b.alarmTopic.TopicArn()},
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": b.stack.Account()}},
	}))
}

func (b *builder) key(id, name, description string) awskms.Key {
	return awskms.NewKey(b.stack, jsii.String(id), &awskms.KeyProps{
		Alias: b.named(name), Description: jsii.String(description),
		EnableKeyRotation: jsii.Bool(true), PendingWindow: awscdk.Duration_Days(jsii.Number(30)), RemovalPolicy: b.removal(),
	})
}

// service lets an AWS service use the key, on behalf of this account only.
func (b *builder) service(sid, principal, condition string, value *string, actions ...string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String(sid), Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String(principal), nil)},
		Actions: jsii.Strings(actions...), Resources: jsii.Strings("*"), // in a key's policy: this key
		Conditions: &map[string]any{"StringEquals": map[string]any{condition: value}},
	})
}
