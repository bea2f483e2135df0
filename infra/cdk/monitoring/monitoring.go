// Package monitoring adds to a stack what watches it: alarms, the metrics that they need, and a dashboard of both.
//
// Normal use, once everything that is watched is in the stack:
//
//	monitoring.Watched{Settings: settings, Functions: functions, API: api, …}.Add(stack)
//
// Every failure class of everything has an alarm, which says what is wrong and which section of docs/runbook.md to open. It refuses to
// be told what to watch one by one: a function that is in the list has its alarms and its place on the dashboard.
package monitoring

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/shared/manifest"
)

// Watched is what alarms and dashboard look at, and whom alarms tell.
type Watched struct {
	deployment.Settings
	Functions    []Function // of the settings, in their order
	API          awsapigateway.RestApi
	AccessLog    awslogs.LogGroup
	Table        awsdynamodb.Table
	RotationDays int // how often keysets get a new key
	Topic        awssns.Topic
}

// Function is a function of the manifest and what the stack has made for it.
type Function struct {
	manifest.Function
	Lambda      awslambda.Function
	Log         awslogs.LogGroup
	QueueName   string        // what people call its queues
	Messages    awssqs.Queue  // that start it; nil for none
	DeadLetters awssqs.Queue  // that it gave up on; nil for a function that somebody waits for
	Visibility  time.Duration // how long a failed delivery takes to come back
	Period      time.Duration // the longest between two starts of its schedule
}

// Add adds alarms and dashboard to the stack.
func (w Watched) Add(stack awscdk.Stack) {
	w.addAlarms(stack)
	w.addDashboard(stack)
}

func seconds(d time.Duration) awscdk.Duration {
	return awscdk.Duration_Seconds(jsii.Number(d.Seconds()))
}
