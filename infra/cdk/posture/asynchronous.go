package posture

import (
	"fmt"
	"strings"
	"time"

	"github.com/customerai/customerai/infra/cdk/template"
	"github.com/customerai/customerai/shared/manifest"
)

// asynchronous: functions that nobody waits for are tried again, not for ever, and what failed is kept.
func (c *checker) asynchronous() {
	schedules, rotations, invocations := map[string]shape{}, map[string]shape{}, map[string]shape{}
	for _, f := range c.Functions {
		id := logical(f.Name)
		dead := "${" + id + "DeadLetterQueue.Arn}"
		if f.Schedule == "" && !f.Rotation {
			continue
		}
		age := number(time.Hour)
		if f.Schedule != "" {
			age = min(number(periodOf(f.Schedule)), number(6*time.Hour))
			schedules[id+"Schedule"] = shape{
				"ScheduleExpression": f.Schedule, "ScheduleExpressionTimezone": "UTC", "State": "ENABLED",
				"FlexibleTimeWindow": shape{"Mode": "OFF"},
				"Target": shape{
					"Arn": "${" + id + "Function.Arn}", "RoleArn": "${" + id + "ScheduleRole.Arn}", "DeadLetterConfig": shape{"Arn": dead},
					"RetryPolicy": shape{"MaximumRetryAttempts": 2.0, "MaximumEventAgeInSeconds": age},
					"Input":       `{"id":"<aws.scheduler.execution-id>","source":"aws.scheduler","detail-type":"Scheduled Event","time":"<aws.scheduler.scheduled-time>"}`,
				},
			}
		} else {
			rotations[id+"Schedule"] = shape{
				"SecretId": keysets, "RotationLambdaARN": "${" + id + "Function.Arn}", "RotateImmediatelyOnUpdate": false,
				"RotationRules": shape{"AutomaticallyAfterDays": 30.0},
			}
			c.After(id+"Schedule", id+"Permission")
		}
		invocations[id+"Invocations"] = shape{
			"FunctionName": "${" + id + "Function}", "Qualifier": "$LATEST", "MaximumEventAgeInSeconds": age, "MaximumRetryAttempts": 2.0,
			"DestinationConfig": shape{"OnFailure": shape{"Destination": dead}},
		}
	}
	c.Exactly("AWS::Scheduler::Schedule", template.ByName, schedules)
	c.Exactly("AWS::SecretsManager::RotationSchedule", template.ByName, rotations)
	c.Exactly("AWS::Lambda::EventInvokeConfig", template.ByName, invocations)
}

func scheduleRole(f manifest.Function) shape {
	id := logical(f.Name)
	trust := assumedBy("scheduler.amazonaws.com")
	trust["Condition"] = shape{"StringEquals": shape{"aws:SourceAccount": "${AWS::AccountId}"}}
	return shape{
		"AssumeRolePolicyDocument": policy(trust),
		"Policies": list{shape{"PolicyDocument": policy(allowed([]may{
			{actions: "lambda:InvokeFunction", arn: "${" + id + "Function.Arn}"},
			{"sqs:SendMessage", "${" + id + "DeadLetterQueue.Arn}", "kms:Decrypt kms:GenerateDataKey"},
		})...)}},
	}
}

// periodOf is how far apart the starts of a schedule may be; package stack refuses what is neither of these forms.
func periodOf(schedule string) time.Duration {
	var n int
	var unit string
	if _, err := fmt.Sscanf(schedule, "rate(%d %s", &n, &unit); err == nil {
		units := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
		return time.Duration(n) * units[unit[0]]
	}
	if hours := strings.Fields(schedule); len(hours) > 1 && hours[1] == "*" {
		return time.Hour
	}
	return 24 * time.Hour
}
