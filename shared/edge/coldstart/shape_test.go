package coldstart

import (
	"strings"
	"testing"
)

func TestANameThatCannotBeOneIsRefusedWithoutItsValue(t *testing.T) {
	for _, c := range []struct{ setting, value, want string }{
		{"TABLE_NAME", "customerai-production", ""},
		{"TABLE_NAME", "", ""}, // told as missing
		{"TABLE_NAME", "ab", "must be a table's name"},
		{"KEYS_TABLE_NAME", strings.Repeat("a", 256), "must be a table's name"},
		{"KEYS_TABLE_NAME", "hunter2!", "must be a table's name"},
		{"TABLE_NAME", "Change-Me-hunter2", "is a placeholder"},
		{"TABLE_NAME", "TBD", "is a placeholder"},
		{"UPLOADS_BUCKET", "customerai.uploads-1", ""},
		{"UPLOADS_BUCKET", "hu", "must be a bucket's name"},
		{"UPLOADS_BUCKET", "Hunter2", "must be a bucket's name"},
		{"UPLOADS_BUCKET", strings.Repeat("a", 64), "must be a bucket's name"},
		{"CHUNKS_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/000000000000/chunks", ""},
		{"CHUNKS_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/", "must be a queue's"},
		{"CHUNKS_QUEUE_URL", "arn:aws:sqs:us-east-1:000000000000:hunter2", "must be a queue's"},
		{"CHUNKS_QUEUE_URL", "http://hunter2/%zz", "must be a queue's"},
		{"SECRETS_ID", "arn:aws:secretsmanager:us-east-1:000000000000:secret:customerai/secrets-a1B2c3", ""},
		{"SECRETS_ID", "s", ""},
		{"SECRETS_ID", "<hunter2>", "must be a secret's name or ARN"},
		{"SECRETS_ID", "replace_me", "is a placeholder"},
		{"SUBJECTS_KEY_ID", "arn:aws:kms:us-east-1:000000000000:key/0f3a-1b", ""},
		{"SUBJECTS_KEY_ID", "arn:aws-us-gov:kms:us-gov-west-1:000000000000:key/mrk-0f3a", ""},
		{"SUBJECTS_KEY_ID", "arn:aws:kms:us-east-1:000000000000:alias/hunter2", "must be the ARN of a key"},
		{"SUBJECTS_KEY_ID", "arn:aws:kms:us-east-1:000000000000:key/", "must be the ARN of a key"},
		{"SUBJECTS_KEY_ID", "arn:aws:kms:us-east-1:000000000000:key/hunter2/more", "must be the ARN of a key"},
		{"SUBJECTS_KEY_ID", "arn:aws:kms::000000000000:key/hunter2", "must be the ARN of a key"},
		{"SUBJECTS_KEY_ID", "arn:aws:kms:us-east-1::key/hunter2", "must be the ARN of a key"},
		{"SUBJECTS_KEY_ID", "arn:aws:s3:us-east-1:000000000000:key/hunter2", "must be the ARN of a key"},
		{"SUBJECTS_KEY_ID", "0f3a1b2c-hunter2", "must be the ARN of a key"},
		{"SUBJECTS_KEY_ID", "arn:aws:kms:us-east-1:000000000000:key/" + strings.Repeat("a", 2048), "must be the ARN of a key"},
	} {
		got := flaw(c.setting, c.value)
		if got != c.want && (c.want == "" || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%s of %d bytes: got %q, want %q", c.setting, len(c.value), got, c.want)
		}
		if strings.Contains(strings.ToLower(got), "hunter2") {
			t.Errorf("%s: got the value in %q", c.setting, got)
		}
	}
}

func TestStandInsAreNames(t *testing.T) {
	for setting, value := range standInFor {
		if strings.HasPrefix(setting, "AWS_") {
			continue
		}
		if got := flaw(setting, value); got != "" {
			t.Errorf("the stand-in for %s %s", setting, got)
		}
	}
}
