package stack

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/shared/manifest"
)

const (
	authFailureSpike = 50               // refusals in five minutes: no client that has a token comes near it
	slowShare        = 0.8              // of a function's timeout
	secretDays       = 3 * rotationDays // two rotations may be missed
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

func (b *builder) addAlarms() {
	topic := awscloudwatchactions.NewSnsAction(b.alarmTopic)
	for _, a := range b.alarms() {
		comparison := awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD
		if a.below {
			comparison = awscloudwatch.ComparisonOperator_LESS_THAN_THRESHOLD
		}
		if a.silence == "" {
			a.silence = awscloudwatch.TreatMissingData_NOT_BREACHING
		}
		periods := jsii.Number(max(1, a.periods))
		awscloudwatch.NewAlarm(b.stack, jsii.String(logical(a.subject)+logical(a.class)+"Alarm"), &awscloudwatch.AlarmProps{
			AlarmName:        b.named(a.subject + "-" + a.class),
			AlarmDescription: jsii.String(fmt.Sprintf("%s. What to do: docs/runbook.md#%s", a.means, a.class)),
			Metric:           a.metric, Threshold: jsii.Number(a.threshold), ComparisonOperator: comparison,
			EvaluationPeriods: periods, DatapointsToAlarm: periods, TreatMissingData: a.silence,
		}).AddAlarmAction(topic)
	}
}

func (b *builder) alarms() (list []alarm) {
	for _, f := range b.Functions {
		list = append(list, b.functionAlarms(f)...)
		list = append(list, b.queueAlarms(f)...)
	}
	return append(list,
		alarm{
			class: "server-errors", subject: "api", means: "Clients get 5XX answers", threshold: 1,
			metric: b.apiMetric("5XXError", "Sum"),
		},
		alarm{
			class: "auth-failures", subject: "api", means: "Many requests are refused with 401 or 403", threshold: authFailureSpike,
			metric: b.authFailures(),
		},
		alarm{
			class: "key-errors", subject: "subjects", means: "KMS does not wrap or unwrap a person's key", threshold: 1,
			metric: b.keyErrors(),
		},
		alarm{
			class: "secret-age", subject: "secrets", means: fmt.Sprintf("The keysets are older than %d days", secretDays), threshold: secretDays,
			metric: b.secretAge(),
		},
	)
}

func (b *builder) functionAlarms(f manifest.Function) []alarm {
	list := []alarm{
		{
			class: "errors", subject: f.Name, means: f.Name + " ends in an error, a panic or at its timeout", threshold: 1,
			metric: b.functionMetric(f, "Errors", "Sum", alarmPeriod),
		},
		{
			class: "throttles", subject: f.Name, means: f.Name + " is not started for lack of concurrency", threshold: 1,
			metric: b.functionMetric(f, "Throttles", "Sum", alarmPeriod),
		},
		{
			class: "slow", subject: f.Name, means: fmt.Sprintf("%s needs more than %.0f %% of its timeout", f.Name, 100*slowShare), periods: 2,
			threshold: slowShare * float64(f.Timeout.Milliseconds()), metric: b.functionMetric(f, "Duration", "p99", alarmPeriod),
		},
	}
	if f.Schedule != "" {
		period, _ := periodOf(f.Schedule) // New has refused bad ones
		list = append(list, alarm{
			class: "missed-schedule", subject: f.Name, means: f.Name + " has not succeeded for two of its periods", threshold: 1, below: true, periods: 2,
			metric: b.successes(f, period), silence: awscloudwatch.TreatMissingData_BREACHING,
		})
	}
	return list
}

func (b *builder) queueAlarms(f manifest.Function) (list []alarm) {
	name := queueName(f)
	if f.Queue != nil {
		list = append(list, alarm{
			class: "waiting-messages", subject: name, means: "A message has waited longer than a failed delivery takes to come back",
			threshold: visibility(f).Seconds(),
			metric:    metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", alarmPeriod, map[string]*string{"QueueName": b.queues[name].main.QueueName()}),
		})
	}
	if pair, ok := b.queues[name]; ok {
		list = append(list, alarm{
			class: "dead-letters", subject: name, means: f.Name + " gave up on a message", threshold: 1,
			metric: metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", time.Minute, map[string]*string{"QueueName": pair.deadLetter.QueueName()}),
		})
	}
	return list
}

func metric(namespace, name, statistic string, period time.Duration, dimensions map[string]*string) awscloudwatch.IMetric {
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace: jsii.String(namespace), MetricName: jsii.String(name), Statistic: jsii.String(statistic),
		Period: seconds(period), DimensionsMap: &dimensions,
	})
}

func (b *builder) functionMetric(f manifest.Function, name, statistic string, period time.Duration) awscloudwatch.IMetric {
	return metric("AWS/Lambda", name, statistic, period, map[string]*string{"FunctionName": b.functions[f.Name].FunctionName()})
}

func (b *builder) apiMetric(name, statistic string) awscloudwatch.IMetric {
	return metric("AWS/ApiGateway", name, statistic, alarmPeriod, map[string]*string{
		"ApiName": b.api.rest.RestApiName(), "Stage": jsii.String(b.Stage.String()),
	})
}

// successes counts invocations that ended well; a function that always fails has missed its schedule, too.
func (b *builder) successes(f manifest.Function, period time.Duration) awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: jsii.String("FILL(invocations, 0) - FILL(errors, 0)"), Label: jsii.String("successes"), Period: seconds(period),
		UsingMetrics: &map[string]awscloudwatch.IMetric{
			"invocations": b.functionMetric(f, "Invocations", "Sum", period), "errors": b.functionMetric(f, "Errors", "Sum", period),
		},
	})
}

// authFailures counts refusals by what the access log says, for the gateway's own 4XXError also counts bad requests, and what
// the token function says: OAuth answers a wrong password 400.
func (b *builder) authFailures() awscloudwatch.IMetric {
	for _, f := range b.Functions {
		if f.Name == "token" {
			b.logMetric("AuthFailures", b.logGroup(f.Name), "Sum", &awslogs.MetricFilterOptions{
				FilterPattern: awslogs.FilterPattern_Literal(jsii.String(`{ $.authFailures = * }`)),
				MetricValue:   jsii.String("$.authFailures"),
			})
		}
	}
	return b.logMetric("AuthFailures", b.api.accessLog, "Sum", &awslogs.MetricFilterOptions{
		FilterPattern: awslogs.FilterPattern_Literal(jsii.String(`{ ($.status = "401") || ($.status = "403") }`)),
		MetricValue:   jsii.String("1"), DefaultValue: jsii.Number(0),
	})
}

// keyErrors counts what the functions that wrap say; KMS has no metric of what it refuses.
func (b *builder) keyErrors() (counted awscloudwatch.IMetric) {
	for _, f := range b.Functions {
		if slices.ContainsFunc(f.Grants, func(g manifest.Grant) bool { return g.Resource == manifest.SubjectsKey }) {
			counted = b.logMetric("KeyErrors", b.logGroup(f.Name), "Sum", &awslogs.MetricFilterOptions{
				FilterPattern: awslogs.FilterPattern_Literal(jsii.String(`{ $.keyServiceErrors = * }`)),
				MetricValue:   jsii.String("$.keyServiceErrors"),
			})
		}
	}
	return counted
}

// secretAge is what the authorizer says when it reads the secret; Secrets Manager has no metric of it.
func (b *builder) secretAge() awscloudwatch.IMetric {
	for _, f := range b.Functions {
		if f.Authorizer {
			return b.logMetric("SecretAgeDays", b.logGroup(f.Name), "Maximum", &awslogs.MetricFilterOptions{
				FilterPattern: awslogs.FilterPattern_Literal(jsii.String(`{ $.secretAgeDays = * }`)),
				MetricValue:   jsii.String("$.secretAgeDays"),
			})
		}
	}
	panic("no authorizer") // New has refused a manifest without one
}

func (b *builder) logMetric(name string, group awslogs.LogGroup, statistic string, options *awslogs.MetricFilterOptions) awscloudwatch.IMetric {
	options.MetricNamespace, options.MetricName = jsii.String(b.Name()), jsii.String(name)
	group.AddMetricFilter(jsii.String(name), options)
	return metric(b.Name(), name, statistic, alarmPeriod, nil)
}
