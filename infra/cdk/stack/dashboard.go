package stack

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/jsii-runtime-go"

	"github.com/customerai/customerai/shared/manifest"
)

// addDashboard shows on one page what the alarms watch: the API, every function, every queue, the table.
func (b *builder) addDashboard() {
	rows := [][]awscloudwatch.IWidget{
		{
			graph("Requests", b.apiMetric("Count", "Sum")),
			graph("Answers 4XX and 5XX", b.apiMetric("4XXError", "Sum"), b.apiMetric("5XXError", "Sum")),
			graph("Latency, median and p99 (ms)", b.apiMetric("Latency", "p50"), b.apiMetric("Latency", "p99")),
		},
		{
			graph("Invocations", b.perFunction("Invocations", "Sum")...),
			graph("Errors and throttles", append(b.perFunction("Errors", "Sum"), b.perFunction("Throttles", "Sum")...)...),
			graph("Duration, p99 (ms)", b.perFunction("Duration", "p99")...),
		},
		{
			graph("Messages waiting", b.perQueue("ApproximateNumberOfMessagesVisible")...),
			graph("Age of the oldest message (s)", b.perQueue("ApproximateAgeOfOldestMessage")...),
			graph("Table: throttled requests", metric("AWS/DynamoDB", "ThrottledRequests", "Sum", alarmPeriod, map[string]*string{"TableName": b.table.TableName()})),
		},
	}
	widgets := make([]*[]awscloudwatch.IWidget, len(rows))
	for i := range rows {
		widgets[i] = &rows[i]
	}
	awscloudwatch.NewDashboard(b.stack, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{DashboardName: jsii.String(b.Name()), Widgets: &widgets})
}

func graph(title string, metrics ...awscloudwatch.IMetric) awscloudwatch.IWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{Title: jsii.String(title), Width: jsii.Number(8), Height: jsii.Number(6), Left: &metrics})
}

func (b *builder) perFunction(name, statistic string) (metrics []awscloudwatch.IMetric) {
	for _, f := range b.Functions {
		metrics = append(metrics, b.functionMetric(f, name, statistic, alarmPeriod))
	}
	return metrics
}

func (b *builder) perQueue(name string) (metrics []awscloudwatch.IMetric) {
	for _, f := range b.Functions {
		pair, ok := b.queues[queueName(f)]
		if !ok {
			continue
		}
		if pair.main != nil {
			metrics = append(metrics, metric("AWS/SQS", name, "Maximum", alarmPeriod, map[string]*string{"QueueName": pair.main.QueueName()}))
		}
		metrics = append(metrics, metric("AWS/SQS", name, "Maximum", alarmPeriod, map[string]*string{"QueueName": pair.deadLetter.QueueName()}))
	}
	return metrics
}

// queueName is the key under which the builder keeps a function's queues.
func queueName(f manifest.Function) string {
	if f.Queue != nil {
		return f.Queue.Name
	}
	return f.Name
}

func (b *builder) dashboardURL() *string {
	return jsii.String(fmt.Sprintf("https://%s.console.aws.amazon.com/cloudwatch/home?region=%s#dashboards/dashboard/%s", *b.stack.Region(), *b.stack.Region(), b.Name()))
}
