package monitoring

import (
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/shared/manifest"
)

func metric(namespace, name, statistic string, period time.Duration, dimensions map[string]*string) awscloudwatch.IMetric {
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace: jsii.String(namespace), MetricName: jsii.String(name), Statistic: jsii.String(statistic),
		Period: seconds(period), DimensionsMap: &dimensions,
	})
}

func (f Function) metric(name, statistic string, period time.Duration) awscloudwatch.IMetric {
	return metric("AWS/Lambda", name, statistic, period, map[string]*string{"FunctionName": f.Lambda.FunctionName()})
}

func (w Watched) apiMetric(name, statistic string) awscloudwatch.IMetric {
	return metric("AWS/ApiGateway", name, statistic, alarmPeriod, map[string]*string{
		"ApiName": w.API.RestApiName(), "Stage": jsii.String(w.Stage.String()),
	})
}

// successes counts invocations that ended well; a function that always fails has missed its schedule, too.
func (f Function) successes() awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: jsii.String("FILL(invocations, 0) - FILL(errors, 0)"), Label: jsii.String("successes"), Period: seconds(f.Period),
		UsingMetrics: &map[string]awscloudwatch.IMetric{
			"invocations": f.metric("Invocations", "Sum", f.Period), "errors": f.metric("Errors", "Sum", f.Period),
		},
	})
}

// authFailures counts refusals by what the access log says, for the gateway's own 4XXError also counts bad requests, and what
// the token function says: OAuth answers a wrong password 400.
func (w Watched) authFailures() awscloudwatch.IMetric {
	for _, f := range w.Functions {
		if f.Name == "token" {
			w.logMetric("AuthFailures", f.Log, "Sum", &awslogs.MetricFilterOptions{
				FilterPattern: awslogs.FilterPattern_Literal(jsii.String(`{ $.authFailures = * }`)),
				MetricValue:   jsii.String("$.authFailures"),
			})
		}
	}
	return w.logMetric("AuthFailures", w.AccessLog, "Sum", &awslogs.MetricFilterOptions{
		FilterPattern: awslogs.FilterPattern_Literal(jsii.String(`{ ($.status = "401") || ($.status = "403") }`)),
		MetricValue:   jsii.String("1"), DefaultValue: jsii.Number(0),
	})
}

// keyErrors counts what the functions that wrap say; KMS has no metric of what it refuses.
func (w Watched) keyErrors() (counted awscloudwatch.IMetric) {
	for _, f := range w.Functions {
		if slices.ContainsFunc(f.Grants, func(g manifest.Grant) bool { return g.Resource == manifest.SubjectsKey }) {
			counted = w.logMetric("KeyErrors", f.Log, "Sum", &awslogs.MetricFilterOptions{
				FilterPattern: awslogs.FilterPattern_Literal(jsii.String(`{ $.keyServiceErrors = * }`)),
				MetricValue:   jsii.String("$.keyServiceErrors"),
			})
		}
	}
	return counted
}

// secretAge is what the authorizer says when it reads the secret; Secrets Manager has no metric of it.
func (w Watched) secretAge() awscloudwatch.IMetric {
	for _, f := range w.Functions {
		if f.Authorizer {
			return w.logMetric("SecretAgeDays", f.Log, "Maximum", &awslogs.MetricFilterOptions{
				FilterPattern: awslogs.FilterPattern_Literal(jsii.String(`{ $.secretAgeDays = * }`)),
				MetricValue:   jsii.String("$.secretAgeDays"),
			})
		}
	}
	panic("no authorizer") // whoever adds the alarms has refused a manifest without one
}

func (w Watched) logMetric(name string, group awslogs.LogGroup, statistic string, options *awslogs.MetricFilterOptions) awscloudwatch.IMetric {
	options.MetricNamespace, options.MetricName = jsii.String(w.Name()), jsii.String(name)
	group.AddMetricFilter(jsii.String(name), options)
	return metric(w.Name(), name, statistic, alarmPeriod, nil)
}
