package posture

import (
	"strings"

	"github.com/customerai/customerai/infra/cdk/template"
	"github.com/customerai/customerai/shared/manifest"
)

const day = 24 * 60 * 60

// queues: every queue hides a message for six times its function's timeout, gives up after the manifest's number of
// deliveries, keeps what it gave up for fourteen days, is encrypted with our key and reached over TLS only.
func (c *checker) queues() {
	queues, policies := map[string]shape{}, map[string]shape{}
	for _, f := range c.Functions {
		name := ownQueue(f)
		if name == "" {
			continue
		}
		dead := logical(name) + "DeadLetterQueue"
		queues[dead] = shape{"KmsMasterKeyId": "${DataKey.Arn}", "MessageRetentionPeriod": 14.0 * day}
		policies[dead+"Policy"] = queuePolicy(dead)
		if f.Queue == nil {
			continue
		}
		queue := logical(name) + "Queue"
		queues[queue] = shape{
			"KmsMasterKeyId": "${DataKey.Arn}", "MessageRetentionPeriod": 4.0 * day, "VisibilityTimeout": 6 * number(f.Timeout),
			"RedrivePolicy": shape{"deadLetterTargetArn": "${" + dead + ".Arn}", "maxReceiveCount": float64(f.Queue.MaxReceiveCount)},
		}
		var more []any
		if f.Queue.Uploads {
			more = append(more, shape{
				"Effect": "Allow", "Principal": shape{"Service": "s3.amazonaws.com"}, "Action": strs("sqs:SendMessage"), "Resource": strs("${" + queue + ".Arn}"),
				"Condition": shape{"StringEquals": shape{"aws:SourceAccount": "${AWS::AccountId}"}},
			})
		}
		policies[queue+"Policy"] = queuePolicy(queue, more...)
	}
	c.Exactly("AWS::SQS::Queue", template.ByName, queues)
	c.Exactly("AWS::SQS::QueuePolicy", template.ByName, policies)
	c.keeps("AWS::SQS::Queue")
}

func queuePolicy(queue string, more ...any) shape {
	deny := shape{
		"Effect": "Deny", "Principal": shape{"AWS": "*"}, "Action": strs("sqs:*"), "Resource": strs("${" + queue + ".Arn}"),
		"Condition": shape{"Bool": shape{"aws:SecureTransport": "false"}},
	}
	return shape{"Queues": strs("${" + queue + "}"), "PolicyDocument": policy(append([]any{deny}, more...)...)}
}

// ownQueue names the queues of a function: those of its trigger, or the dead-letter queue of one that runs on its own.
func ownQueue(f manifest.Function) string {
	switch {
	case f.Queue != nil:
		return f.Queue.Name
	case f.Schedule != "" || f.Rotation:
		return f.Name
	}
	return ""
}

// logical turns split-batch into SplitBatch.
func logical(name string) string {
	var id strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		id.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return id.String()
}
