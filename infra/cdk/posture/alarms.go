package posture

import (
	"slices"
	"strings"
	"time"

	"github.com/customerai/customerai/infra/cdk/template"
	"github.com/customerai/customerai/shared/manifest"
)

// AlarmClasses are the failure classes; each has a section in docs/runbook.md.
var AlarmClasses = []string{
	"errors", "throttles", "slow", "waiting-messages", "dead-letters", "missed-schedule", "server-errors", "auth-failures", "key-errors", "secret-age",
}

// alarms: every failure class of everything has an alarm that fires within two periods, tells somebody, and says which
// section of the runbook to open.
func (c *checker) alarms() {
	want := map[string]shape{}
	add := func(subject, class string, threshold float64, details shape) {
		s := shape{
			"AlarmName": c.Stack + "-" + subject + "-" + class, "AlarmActions": strs("${AlarmTopic}"), "Threshold": threshold,
			"ComparisonOperator": "GreaterThanOrEqualToThreshold", "EvaluationPeriods": 1.0, "DatapointsToAlarm": 1.0, "TreatMissingData": "notBreaching",
			"AlarmDescription": func(v any) bool { return strings.HasSuffix(template.Text(v), ". What to do: docs/runbook.md#"+class) },
		}
		for key, value := range details {
			s[key] = value
		}
		want[c.Stack+"-"+subject+"-"+class] = s
	}
	for _, f := range c.Functions {
		function := dimension("FunctionName", "${"+logical(f.Name)+"Function}")
		add(f.Name, "errors", 1, sample("AWS/Lambda", "Errors", "Sum", 300, function))
		add(f.Name, "throttles", 1, sample("AWS/Lambda", "Throttles", "Sum", 300, function))
		slow := sample("AWS/Lambda", "Duration", "p99", 300, function)
		slow["ExtendedStatistic"], slow["EvaluationPeriods"], slow["DatapointsToAlarm"] = slow["Statistic"], 2.0, 2.0
		delete(slow, "Statistic")
		add(f.Name, "slow", 0.8*float64(f.Timeout.Milliseconds()), slow)
		if f.Queue != nil {
			add(f.Queue.Name, "waiting-messages", 6*number(f.Timeout),
				sample("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", 300, dimension("QueueName", "${"+logical(f.Queue.Name)+"Queue.QueueName}")))
		}
		if name := ownQueue(f); name != "" {
			add(name, "dead-letters", 1,
				sample("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 60, dimension("QueueName", "${"+logical(name)+"DeadLetterQueue.QueueName}")))
		}
		if f.Schedule != "" {
			add(f.Name, "missed-schedule", 1, successes(periodOf(f.Schedule), function))
		}
	}
	add("api", "server-errors", 1, sample("AWS/ApiGateway", "5XXError", "Sum", 300, dimension("ApiName", c.Stack), dimension("Stage", c.Stage)))
	add("api", "auth-failures", 50, sample(c.Stack, "AuthFailures", "Sum", 300))
	add("subjects", "key-errors", 1, sample(c.Stack, "KeyErrors", "Sum", 300))
	add("secrets", "secret-age", 90, sample(c.Stack, "SecretAgeDays", "Maximum", 300))
	c.Exactly("AWS::CloudWatch::Alarm", template.By("AlarmName"), want)
	c.measures()
}

// sample is one metric of an alarm.
func sample(namespace, metric, statistic string, period float64, dimensions ...any) shape {
	s := shape{"Namespace": namespace, "MetricName": metric, "Statistic": statistic, "Period": period}
	if len(dimensions) > 0 {
		s["Dimensions"] = dimensions
	}
	return s
}

func dimension(name, value string) shape { return shape{"Name": name, "Value": value} }

// successes is less than one for two periods in a row: nothing has happened, or nothing but errors.
func successes(period time.Duration, function shape) shape {
	part := func(id, metric string) shape {
		return shape{"Id": id, "ReturnData": false, "MetricStat": shape{
			"Metric": shape{"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": list{function}},
			"Period": number(period), "Stat": "Sum",
		}}
	}
	return shape{
		"ComparisonOperator": "LessThanThreshold", "EvaluationPeriods": 2.0, "DatapointsToAlarm": 2.0, "TreatMissingData": "breaching",
		"Metrics": list{
			shape{"Id": "expr_1", "Expression": "FILL(invocations, 0) - FILL(errors, 0)", "ReturnData": true},
			part("errors", "Errors"), part("invocations", "Invocations"),
		},
	}
}

// measures: where the alarms' own metrics come from, and whom the alarms tell.
func (c *checker) measures() {
	authorizer := ""
	for _, f := range c.Functions {
		if f.Authorizer {
			authorizer = logical(f.Name) + "LogGroup"
		}
	}
	filter := func(group, pattern string, transformation shape) shape {
		transformation["MetricNamespace"] = c.Stack
		return shape{"LogGroupName": "${" + group + "}", "FilterPattern": pattern, "MetricTransformations": list{transformation}}
	}
	filters := map[string]shape{
		"ApiLogGroupAuthFailures": filter("ApiLogGroup", `{ ($.status = "401") || ($.status = "403") }`,
			shape{"MetricName": "AuthFailures", "MetricValue": "1", "DefaultValue": 0.0}),
		"TokenLogGroupAuthFailures":  filter("TokenLogGroup", "{ $.authFailures = * }", shape{"MetricName": "AuthFailures", "MetricValue": "$.authFailures"}),
		authorizer + "SecretAgeDays": filter(authorizer, "{ $.secretAgeDays = * }", shape{"MetricName": "SecretAgeDays", "MetricValue": "$.secretAgeDays"}),
	}
	for _, f := range c.Functions {
		if slices.ContainsFunc(f.Grants, func(g manifest.Grant) bool { return g.Resource == manifest.SubjectsKey }) {
			group := logical(f.Name) + "LogGroup"
			filters[group+"KeyErrors"] = filter(group, "{ $.keyServiceErrors = * }", shape{"MetricName": "KeyErrors", "MetricValue": "$.keyServiceErrors"})
		}
	}
	c.Exactly("AWS::Logs::MetricFilter", template.ByName, filters)
	c.Exactly("AWS::SNS::Topic", template.ByName, map[string]shape{"AlarmTopic": {"KmsMasterKeyId": "${OperationsKey.Arn}"}})
	publish := func(effect string, principal any, condition shape) shape {
		return shape{"Effect": effect, "Principal": principal, "Action": strs("sns:Publish"), "Resource": strs("${AlarmTopic}"), "Condition": condition}
	}
	c.Exactly("AWS::SNS::TopicPolicy", template.ByName, map[string]shape{"AlarmTopicPolicy": {
		"Topics": strs("${AlarmTopic}"),
		"PolicyDocument": policy(
			publish("Deny", "*", shape{"Bool": shape{"aws:SecureTransport": "false"}}),
			publish("Allow", shape{"Service": "cloudwatch.amazonaws.com"}, shape{"StringEquals": shape{"aws:SourceAccount": "${AWS::AccountId}"}}),
		),
	}})
	c.Exactly("AWS::CloudWatch::Dashboard", template.ByName, map[string]shape{"Dashboard": {}})
}
