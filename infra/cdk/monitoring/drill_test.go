package monitoring_test

import (
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/cdk/stack/stacktest"
	"github.com/customerai/customerai/shared/manifest"
)

// An episode is what an alarm's metrics show in one period. A metric that is not in it shows nothing.
type episode map[string]float64

// drill says for one class of alarms what healthy periods and a failure look like, from what the manifest says about the
// function and not from the alarm's own threshold.
type drill struct {
	healthy  func(f manifest.Function) episode
	failures func(f manifest.Function) []episode
}

func always(e episode) func(manifest.Function) episode {
	return func(manifest.Function) episode { return e }
}

func each(e ...episode) func(manifest.Function) []episode {
	return func(manifest.Function) []episode { return e }
}

var drills = map[string]drill{
	"errors":    {always(episode{"Errors": 0}), each(episode{"Errors": 1}, episode{"Errors": 1000})},
	"throttles": {always(episode{"Throttles": 0}), each(episode{"Throttles": 1})},
	"slow": {
		func(f manifest.Function) episode { return episode{"Duration": 0.5 * milliseconds(f.Timeout)} },
		func(f manifest.Function) []episode { return []episode{{"Duration": 0.95 * milliseconds(f.Timeout)}} },
	},
	"waiting-messages": {
		// A full invocation, and one delivery that failed and came back.
		func(f manifest.Function) episode {
			return episode{"ApproximateAgeOfOldestMessage": 2 * f.Timeout.Seconds()}
		},
		func(f manifest.Function) []episode {
			return []episode{{"ApproximateAgeOfOldestMessage": 7 * f.Timeout.Seconds()}}
		},
	},
	"dead-letters":    {always(episode{"ApproximateNumberOfMessagesVisible": 0}), each(episode{"ApproximateNumberOfMessagesVisible": 1})},
	"missed-schedule": {always(episode{"Invocations": 1, "Errors": 0}), each(episode{}, episode{"Invocations": 3, "Errors": 3})},
	"server-errors":   {always(episode{"5XXError": 0}), each(episode{"5XXError": 1})},
	// Somebody mistypes a secret now and then.
	"auth-failures": {always(episode{"AuthFailures": 5}), each(episode{"AuthFailures": 60}, episode{"AuthFailures": 300_000})},
	"key-errors":    {always(episode{}), each(episode{"KeyErrors": 1}, episode{"KeyErrors": 1000})},
	"secret-age":    {always(episode{"SecretAgeDays": 31}), each(episode{"SecretAgeDays": 91})},
}

func milliseconds(d time.Duration) float64 { return float64(d.Milliseconds()) }

func TestEveryAlarmFiresWithinTwoPeriodsOfAFailureAndNeverInAHealthyMonth(t *testing.T) {
	for _, alarm := range stacktest.Resources(t, "AWS::CloudWatch::Alarm") {
		name := strings.TrimPrefix(alarm["AlarmName"].(string), "customerai-production-")
		t.Run(name, func(t *testing.T) {
			class, f := classOf(t, name)
			healthy := drills[class].healthy(f)
			history := make([]episode, 0, 31*24*60)
			for range 30 * 24 * time.Hour / period(alarm) {
				history = append(history, healthy)
				if inAlarm(alarm, history) {
					t.Fatalf("it fires in a healthy period, the %d.", len(history))
				}
			}
			for _, failure := range drills[class].failures(f) {
				if !inAlarm(alarm, append(history, failure, failure)) {
					t.Errorf("it does not fire after two periods of %v", failure)
				}
				if inAlarm(alarm, append(history, failure, failure, healthy)) {
					t.Errorf("it does not end when %v does", failure)
				}
			}
		})
	}
}

// classOf takes an alarm's name apart; the function is the one that the alarm is about, if it is about one.
func classOf(t *testing.T, name string) (string, manifest.Function) {
	t.Helper()
	class := ""
	for c := range drills {
		if strings.HasSuffix(name, "-"+c) && len(c) > len(class) { // server-errors ends in errors
			class = c
		}
	}
	if class == "" {
		t.Fatalf("no drill is known for %s", name)
	}
	subject := strings.TrimSuffix(name, "-"+class)
	for _, f := range manifest.Functions {
		if f.Name == subject || f.Queue != nil && f.Queue.Name == subject {
			return class, f
		}
	}
	return class, manifest.Function{}
}

func period(alarm map[string]any) time.Duration {
	if metrics, ok := alarm["Metrics"].([]any); ok {
		alarm = metrics[1].(map[string]any)["MetricStat"].(map[string]any)
	}
	return time.Duration(alarm["Period"].(float64) * float64(time.Second))
}

// inAlarm is CloudWatch's decision at the end of the history: are the latest datapoints all bad?
func inAlarm(alarm map[string]any, history []episode) bool {
	needed := int(alarm["DatapointsToAlarm"].(float64))
	if len(history) < needed {
		return false
	}
	for _, e := range history[len(history)-needed:] {
		if !bad(alarm, e) {
			return false
		}
	}
	return true
}

func bad(alarm map[string]any, e episode) bool {
	value, shown := datapoint(alarm, e)
	if !shown {
		return alarm["TreatMissingData"] == "breaching"
	}
	threshold := alarm["Threshold"].(float64)
	if alarm["ComparisonOperator"] == "LessThanThreshold" {
		return value < threshold
	}
	return value >= threshold
}

func datapoint(alarm map[string]any, e episode) (value float64, shown bool) {
	if metric, ok := alarm["MetricName"].(string); ok {
		value, shown = e[metric]
		return value, shown
	}
	// The one expression that there is: FILL(invocations, 0) - FILL(errors, 0), by the ids of its metrics.
	filled := map[string]float64{}
	var expression string
	for _, m := range alarm["Metrics"].([]any) {
		metric := m.(map[string]any)
		if stat, ok := metric["MetricStat"].(map[string]any); ok {
			filled[metric["Id"].(string)] = e[stat["Metric"].(map[string]any)["MetricName"].(string)]
		} else {
			expression = metric["Expression"].(string)
		}
	}
	if expression != "FILL(invocations, 0) - FILL(errors, 0)" {
		panic("an expression that the drill cannot evaluate: " + expression)
	}
	// CloudWatch fills nothing in where none of the metrics shows anything.
	return filled["invocations"] - filled["errors"], len(e) > 0
}
