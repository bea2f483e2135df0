package stack

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
	"github.com/customerai/customerai/infra/cdk/permissions"
	"github.com/customerai/customerai/shared/manifest"
)

// retries is how often an asynchronous invocation is tried again, by the scheduler and by Lambda's own queue.
const retries = 2

// scheduled is the event that the function gets: EventBridge's shape, with the time that was scheduled and not the time at
// which it happens to run, so that a late or repeated invocation does the work of its own window.
const scheduled = `{"id":"<aws.scheduler.execution-id>","source":"aws.scheduler","detail-type":"Scheduled Event","time":"<aws.scheduler.scheduled-time>"}`

// addSchedules starts functions by the clock. What cannot be delivered, and what fails after its retries, goes to the
// function's dead-letter queue; what is older than a period is not tried again, because the next one is due.
func (b *builder) addSchedules() {
	for _, f := range b.Functions {
		if !unattended(f) {
			continue
		}
		age := time.Hour
		dead := b.queues[f.Name].deadLetter
		if f.Schedule != "" {
			period, _ := periodOf(f.Schedule) // New has refused bad ones
			age = min(period, 6*time.Hour)    // the longest that Lambda's own queue holds an event
			b.addSchedule(f, age)
		}
		awslambda.NewCfnEventInvokeConfig(b.stack, jsii.String(deployment.LogicalID(f.Name)+"Invocations"), &awslambda.CfnEventInvokeConfigProps{
			FunctionName: b.functions[f.Name].FunctionName(), Qualifier: jsii.String("$LATEST"),
			MaximumEventAgeInSeconds: jsii.Number(age.Seconds()), MaximumRetryAttempts: jsii.Number(retries),
			DestinationConfig: &awslambda.CfnEventInvokeConfig_DestinationConfigProperty{
				OnFailure: &awslambda.CfnEventInvokeConfig_OnFailureProperty{Destination: dead.QueueArn()},
			},
		})
	}
}

func (b *builder) addSchedule(f manifest.Function, age time.Duration) {
	function, dead := b.functions[f.Name], b.queues[f.Name].deadLetter
	role := awsiam.NewRole(b.stack, jsii.String(deployment.LogicalID(f.Name)+"ScheduleRole"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": b.stack.Account()}},
		}),
		InlinePolicies: &map[string]awsiam.PolicyDocument{"schedule": document(
			allow("Invoke", []string{"lambda:InvokeFunction"}, function.FunctionArn()),
			allow("DeadLetters", []string{"sqs:SendMessage"}, dead.QueueArn()),
			b.useDataKey(permissions.KeyUse{"sqs": {"kms:Decrypt", "kms:GenerateDataKey"}}),
		)},
	})
	awsscheduler.NewCfnSchedule(b.stack, jsii.String(deployment.LogicalID(f.Name)+"Schedule"), &awsscheduler.CfnScheduleProps{
		Name: b.named(f.Name), Description: jsii.String(f.Summary), State: jsii.String("ENABLED"),
		ScheduleExpression: jsii.String(f.Schedule), ScheduleExpressionTimezone: jsii.String("UTC"),
		FlexibleTimeWindow: &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("OFF")},
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn: function.FunctionArn(), RoleArn: role.RoleArn(), Input: jsii.String(scheduled),
			DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: dead.QueueArn()},
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumRetryAttempts: jsii.Number(retries), MaximumEventAgeInSeconds: jsii.Number(age.Seconds()),
			},
		},
	})
}

// periodOf returns the longest time between two starts of a schedule, up to a day: an alarm on a missed start looks at two
// periods, and CloudWatch looks back no further than that.
func periodOf(schedule string) (time.Duration, error) {
	kind, rest, _ := strings.Cut(strings.TrimSuffix(schedule, ")"), "(")
	fields := strings.Fields(rest)
	switch {
	case kind == "rate" && len(fields) == 2:
		n, err := strconv.Atoi(fields[0])
		unit := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[strings.TrimSuffix(fields[1], "s")]
		if period := time.Duration(n) * unit; err == nil && period > 0 && period <= 24*time.Hour {
			return period, nil
		}
	case kind == "cron" && len(fields) == 6: // minutes hours day-of-month month day-of-week year
		everyDay := fields[2]+fields[4] == "*?" || fields[2]+fields[4] == "?*"
		if everyDay && fields[3] == "*" && fields[5] == "*" {
			if fields[1] == "*" {
				return time.Hour, nil
			}
			return 24 * time.Hour, nil
		}
	}
	return 0, fmt.Errorf("schedule %s: want a rate up to a day, or a cron that runs every day", schedule)
}
