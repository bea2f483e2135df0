package monitoring

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

// addDashboard shows on one page what the alarms watch: the API, every function, every queue, the table.
func (w Watched) addDashboard(stack awscdk.Stack) {
	rows := [][]awscloudwatch.IWidget{
		{
			graph("Requests", w.apiMetric("Count", "Sum")),
			graph("Answers 4XX and 5XX", w.apiMetric("4XXError", "Sum"), w.apiMetric("5XXError", "Sum")),
			graph("Latency, median and p99 (ms)", w.apiMetric("Latency", "p50"), w.apiMetric("Latency", "p99")),
		},
		{
			graph("Invocations", w.perFunction("Invocations", "Sum")...),
			graph("Errors and throttles", append(w.perFunction("Errors", "Sum"), w.perFunction("Throttles", "Sum")...)...),
			graph("Duration, p99 (ms)", w.perFunction("Duration", "p99")...),
		},
		{
			graph("Messages waiting", w.perQueue("ApproximateNumberOfMessagesVisible")...),
			graph("Age of the oldest message (s)", w.perQueue("ApproximateAgeOfOldestMessage")...),
			graph("Table: throttled requests", metric("AWS/DynamoDB", "ThrottledRequests", "Sum", alarmPeriod, map[string]*string{"TableName": w.Table.TableName()})),
		},
	}
	widgets := make([]*[]awscloudwatch.IWidget, len(rows))
	for i := range rows {
		widgets[i] = &rows[i]
	}
	awscloudwatch.NewDashboard(stack, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{DashboardName: jsii.String(w.Name()), Widgets: &widgets})
}

func graph(title string, metrics ...awscloudwatch.IMetric) awscloudwatch.IWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{Title: jsii.String(title), Width: jsii.Number(8), Height: jsii.Number(6), Left: &metrics})
}

func (w Watched) perFunction(name, statistic string) (metrics []awscloudwatch.IMetric) {
	for _, f := range w.Functions {
		metrics = append(metrics, f.metric(name, statistic, alarmPeriod))
	}
	return metrics
}

func (w Watched) perQueue(name string) (metrics []awscloudwatch.IMetric) {
	for _, f := range w.Functions {
		for _, queue := range []awssqs.Queue{f.Messages, f.DeadLetters} {
			if queue != nil {
				metrics = append(metrics, metric("AWS/SQS", name, "Maximum", alarmPeriod, map[string]*string{"QueueName": queue.QueueName()}))
			}
		}
	}
	return metrics
}

// DashboardURL is where the dashboard is once the stack is deployed.
func DashboardURL(stack awscdk.Stack, name string) *string {
	return jsii.String(fmt.Sprintf("https://%s.console.aws.amazon.com/cloudwatch/home?region=%s#dashboards/dashboard/%s", *stack.Region(), *stack.Region(), name))
}
