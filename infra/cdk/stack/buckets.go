package stack

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/shared/manifest"
)

const accessLogDays = 365

func (b *builder) addBuckets() {
	// S3 can deliver access logs only where S3 holds the key.
	logs := b.bucket("AccessLogs", accessLogDays, b.RecoveryDays, &awss3.BucketProps{Encryption: awss3.BucketEncryption_S3_MANAGED})
	// What customers wrote ends when it is said to: nobody recovers it, whoever sent it has it.
	b.uploads = b.bucket("Uploads", manifest.KeepOriginals.Days, 1, &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_KMS, EncryptionKey: b.dataKey, BucketKeyEnabled: jsii.Bool(true),
		ServerAccessLogsBucket: logs, ServerAccessLogsPrefix: jsii.String("uploads/"), Cors: b.uploadCORS(),
	})
	b.results = b.bucket("Results", manifest.KeepResults.Days, b.RecoveryDays, &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_KMS, EncryptionKey: b.dataKey, BucketKeyEnabled: jsii.Bool(true),
		ServerAccessLogsBucket: logs, ServerAccessLogsPrefix: jsii.String("results/"),
	})
	// Written once: nobody, not even the account's owner, deletes a version before its time, or puts another in front of it.
	b.checkpoints = b.bucket("Checkpoints", 0, b.RecoveryDays, &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_KMS, EncryptionKey: b.dataKey, BucketKeyEnabled: jsii.Bool(true),
		ServerAccessLogsBucket: logs, ServerAccessLogsPrefix: jsii.String("checkpoints/"), ObjectLockEnabled: jsii.Bool(true),
		ObjectLockDefaultRetention: awss3.ObjectLockRetention_Compliance(awscdk.Duration_Days(jsii.Number(b.AuditDays))),
	})
	b.writeOnce(b.checkpoints)
	b.notifyOfUploads()
}

// writeOnce refuses to put an object without asking that there be none of its name. The lock alone keeps what was overwritten, behind
// a newer version, which is the one that is read. Parts of an upload cannot ask; its end has to.
func (b *builder) writeOnce(bucket awss3.Bucket) {
	bucket.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Effect: awsiam.Effect_DENY, Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions: jsii.Strings("s3:PutObject"), Resources: &[]*string{bucket.ArnForObjects(jsii.String("*"))},
		Conditions: &map[string]any{
			"Null": map[string]any{"s3:if-none-match": "true"},
			"Bool": map[string]any{"s3:ObjectCreationOperation": "true"},
		},
	}))
}

// bucket makes a bucket whose objects are kept for some days, or for good when that is 0, and for some more when they were
// overwritten or deleted by hand.
func (b *builder) bucket(name string, days, more int, props *awss3.BucketProps) awss3.Bucket {
	props.BlockPublicAccess = awss3.BlockPublicAccess_BLOCK_ALL()
	props.ObjectOwnership = awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED
	props.EnforceSSL, props.MinimumTLSVersion = jsii.Bool(true), jsii.Number(1.2)
	props.Versioned = jsii.Bool(true)
	props.RemovalPolicy = b.removal()
	rules := []*awss3.LifecycleRule{
		{Id: jsii.String("abandoned-uploads"), AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1))},
	}
	if days > 0 {
		rules = append(rules, &awss3.LifecycleRule{Id: jsii.String("retention"), Expiration: awscdk.Duration_Days(jsii.Number(days))})
	}
	rules = append(rules, &awss3.LifecycleRule{
		Id: jsii.String("old-versions"), NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(more)),
	})
	props.LifecycleRules = &rules
	return awss3.NewBucket(b.stack, jsii.String(name+"Bucket"), props)
}

// uploadCORS lets pages of the origins send files to the addresses that createBatch hands out, and nothing else.
func (b *builder) uploadCORS() *[]*awss3.CorsRule {
	origins, _ := b.Origins() // New has refused bad ones
	if len(origins) == 0 {
		return nil
	}
	return &[]*awss3.CorsRule{{
		AllowedMethods: &[]awss3.HttpMethods{awss3.HttpMethods_PUT}, AllowedOrigins: jsii.Strings(origins...),
		AllowedHeaders: jsii.Strings("content-type", "if-none-match", "x-amz-*"), MaxAge: jsii.Number(600),
	}}
}

// notifyOfUploads tells the queue of every new object. The bucket's own property does it: the construct's method would
// bring a function of its own into the stack.
func (b *builder) notifyOfUploads() {
	for _, f := range b.Functions {
		if f.Queue == nil || !f.Queue.Uploads {
			continue
		}
		queue := b.queues[f.Queue.Name].main
		bucket := b.uploads.Node().DefaultChild().(awss3.CfnBucket) //nolint:forcetypeassert // what a Bucket is made of
		bucket.SetNotificationConfiguration(&awss3.CfnBucket_NotificationConfigurationProperty{
			QueueConfigurations: &[]any{&awss3.CfnBucket_QueueConfigurationProperty{
				Event: jsii.String("s3:ObjectCreated:*"), Queue: queue.QueueArn(),
			}},
		})
		// S3 tries the queue when it is told of it.
		bucket.Node().AddDependency(queue.Node().FindChild(jsii.String("Policy")))
	}
}
