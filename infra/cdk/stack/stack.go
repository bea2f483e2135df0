// Package stack is the AWS stack of the bundle, translated from the manifest.
//
// Normal use:
//
//	app := stack.NewApp("cdk.out")
//	if _, err := stack.New(app, settings); err != nil { … }
//	app.Synth(nil)
//
// Each file is one idea: keys, data, buckets, queues, secrets, functions, grants, schedules, and what is watched. What
// grants mean is in package permissions, what stands before the functions in package gateway, and what watches in package
// monitoring. A function that is added to the manifest appears here without a change.
//
// It refuses settings that package deployment refuses, and a trigger, grant or setting of the manifest that has no translation.
package stack

import (
	"errors"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/infra/cdk/gateway"
	"github.com/customerai/customerai/shared/manifest"
)

// NewApp returns an app that writes to the folder. The flags are those that `cdk init` would put into cdk.json, which is
// not read here.
func NewApp(outdir string) awscdk.App {
	return awscdk.NewApp(&awscdk.AppProps{
		Outdir:             jsii.String(outdir),
		AnalyticsReporting: jsii.Bool(false),
		TreeMetadata:       jsii.Bool(false),
		StackTraces:        jsii.Bool(false),
		Context: &map[string]any{
			// Access logs by bucket policy: the older way is an ACL, which the buckets refuse.
			"@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": true,
			// What CloudFormation would refuse is an error here, not a warning.
			"@aws-cdk/core:validateAgainstDefaultRules": true,
		},
	})
}

// builder holds the stack while its parts are added, in the order of New.
type builder struct {
	stack awscdk.Stack
	deployment.Settings
	deployment.Protection

	dataKey, operationsKey awskms.Key
	subjectsKey            awskms.Key
	alarmTopic             awssns.Topic
	table, keys            awsdynamodb.Table
	uploads, results       awss3.Bucket
	checkpoints            awss3.Bucket
	queues                 map[string]queuePair // by the name of a QueueTrigger, or of a function that runs on its own
	secret                 awssecretsmanager.CfnSecret
	functions              map[string]awslambda.Function
	api                    gateway.API
}

type queuePair struct {
	main       awssqs.Queue // nil for a function that no queue starts
	deadLetter awssqs.Queue
}

// New adds the stack to the scope.
func New(scope constructs.Construct, settings deployment.Settings) (awscdk.Stack, error) {
	if err := errors.Join(settings.Err(), translatable(settings.Functions), packed(settings)); err != nil {
		return nil, fmt.Errorf("stack %s: %w", settings.Name(), err)
	}
	b := &builder{Settings: settings, Protection: deployment.ProtectionOf(settings.Stage)}
	b.stack = awscdk.NewStack(scope, jsii.String(settings.Name()), &awscdk.StackProps{
		Description:           jsii.String("CustomerAI turns customer-service messages into insight."),
		TerminationProtection: jsii.Bool(b.Keep),
	})
	for _, step := range []func(){
		b.addKeys, b.addTables, b.addQueues, b.addBuckets, b.addSecret,
		b.addFunctions, b.addQueueTriggers, b.addSchedules, b.addRotation,
		b.addGateway,
		b.addMonitoring, b.addOutputs, b.suppressNag,
	} {
		step()
	}
	return b.stack, nil
}

// addGateway has the functions reached over HTTPS.
func (b *builder) addGateway() {
	b.api = gateway.Front{Settings: b.Settings, Lambdas: b.functions, LogGroup: b.addLogGroup}.Add(b.stack)
}

// removal says what becomes of data when the stack is deleted. What a deployment that is rolled back has just made goes
// in any case: it is empty, and its name would be in the way of the next attempt.
func (b *builder) removal() awscdk.RemovalPolicy {
	if b.Keep {
		return awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE
	}
	return awscdk.RemovalPolicy_DESTROY
}

// named is Named for the CDK.
func (b *builder) named(name string) *string { return jsii.String(b.Named(name)) }

// unattended reports whether the function is invoked asynchronously, so that nobody waits for its error.
func unattended(f manifest.Function) bool { return f.Schedule != "" || f.Rotation }
