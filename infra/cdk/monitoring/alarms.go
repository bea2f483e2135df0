package monitoring

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/infra/cdk/deployment"
)

const (
	authFailureSpike = 50  // refusals in five minutes: no client that has a token comes near it
	slowShare        = 0.8 // of a function's timeout
	alarmPeriod      = 5 * time.Minute
)

// alarm is one failure class on one thing. Everything in a class has the same section in docs/runbook.md.
type alarm struct {
	class     string // the section
	subject   string // what it is about: a function, a queue, the API
	means     string
	metric    awscloudwatch.IMetric
	threshold float64 // at or above which it is bad
	below     bool    // below which it is bad, instead
	periods   int     // how many in a row; 0 means 1
	silence   awscloudwatch.TreatMissingData
}

func (w Watched) addAlarms(stack awscdk.Stack) {
	topic := awscloudwatchactions.NewSnsAction(w.Topic)
	for _, a := range w.alarms() {
		comparison := awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD
		if a.below {
			comparison = awscloudwatch.ComparisonOperator_LESS_THAN_THRESHOLD
		}
		if a.silence == "" {
			a.silence = awscloudwatch.TreatMissingData_NOT_BREACHING
		}
		periods := jsii.Number(max(1, a.periods))
		awscloudwatch.NewAlarm(stack, jsii.String(deployment.LogicalID(a.subject)+deployment.LogicalID(a.class)+"Alarm"), &awscloudwatch.AlarmProps{
			AlarmName:        jsii.String(w.Named(a.subject + "-" + a.class)),
			AlarmDescription: jsii.String(fmt.Sprintf("%s. What to do: docs/runbook.md#%s", a.means, a.class)),
			Metric:           a.metric, Threshold: jsii.Number(a.threshold), ComparisonOperator: comparison,
			EvaluationPeriods: periods, DatapointsToAlarm: periods, TreatMissingData: a.silence,
		}).AddAlarmAction(topic)
	}
}

func (w Watched) alarms() (list []alarm) {
	for _, f := range w.Functions {
		list = append(list, functionAlarms(f)...)
		list = append(list, queueAlarms(f)...)
	}
	secretDays := 3 * w.RotationDays // two rotations may be missed
	return append(list,
		alarm{
			class: "server-errors", subject: "api", means: "Clients get 5XX answers", threshold: 1,
			metric: w.apiMetric("5XXError", "Sum"),
		},
		alarm{
			class: "auth-failures", subject: "api", means: "Many requests are refused with 401 or 403", threshold: authFailureSpike,
			metric: w.authFailures(),
		},
		alarm{
			class: "key-errors", subject: "subjects", means: "KMS does not wrap or unwrap a person's key", threshold: 1,
			metric: w.keyErrors(),
		},
		alarm{
			class: "secret-age", subject: "secrets", means: fmt.Sprintf("The keysets are older than %d days", secretDays), threshold: float64(secretDays),
			metric: w.secretAge(),
		},
	)
}

func functionAlarms(f Function) []alarm {
	list := []alarm{
		{
			class: "errors", subject: f.Name, means: f.Name + " ends in an error, a panic or at its timeout", threshold: 1,
			metric: f.metric("Errors", "Sum", alarmPeriod),
		},
		{
			class: "throttles", subject: f.Name, means: f.Name + " is not started for lack of concurrency", threshold: 1,
			metric: f.metric("Throttles", "Sum", alarmPeriod),
		},
		{
			class: "slow", subject: f.Name, means: fmt.Sprintf("%s needs more than %.0f %% of its timeout", f.Name, 100*slowShare), periods: 2,
			threshold: slowShare * float64(f.Timeout.Milliseconds()), metric: f.metric("Duration", "p99", alarmPeriod),
		},
	}
	if f.Schedule != "" {
		list = append(list, alarm{
			class: "missed-schedule", subject: f.Name, means: f.Name + " has not succeeded for two of its periods", threshold: 1, below: true, periods: 2,
			metric: f.successes(), silence: awscloudwatch.TreatMissingData_BREACHING,
		})
	}
	return list
}

func queueAlarms(f Function) (list []alarm) {
	if f.Messages != nil {
		list = append(list, alarm{
			class: "waiting-messages", subject: f.QueueName, means: "A message has waited longer than a failed delivery takes to come back",
			threshold: f.Visibility.Seconds(),
			metric:    metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", alarmPeriod, map[string]*string{"QueueName": f.Messages.QueueName()}),
		})
	}
	if f.DeadLetters != nil {
		list = append(list, alarm{
			class: "dead-letters", subject: f.QueueName, means: f.Name + " gave up on a message", threshold: 1,
			metric: metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", time.Minute, map[string]*string{"QueueName": f.DeadLetters.QueueName()}),
		})
	}
	return list
}
