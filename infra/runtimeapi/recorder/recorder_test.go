package recorder_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/runtimeapi/recorder"
	"github.com/customerai/customerai/shared/manifest"
)

func TestARequestIsTheActionThatPoliciesKnow(t *testing.T) {
	for name, c := range map[string]struct{ method, path, target, body, want string }{
		"an item":               {"POST", "/", "DynamoDB_20120810.GetItem", `{"TableName":"t"}`, "dynamodb:GetItem table"},
		"a transaction":         {"POST", "/", "DynamoDB_20120810.TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"t"}},{"ConditionCheck":{"TableName":"t"}}]}`, "dynamodb:ConditionCheckItem table,dynamodb:PutItem table"},
		"messages":              {"POST", "/", "AmazonSQS.SendMessageBatch", `{"QueueUrl":"q"}`, "sqs:SendMessage chunks-queue"},
		"a secret":              {"POST", "/", "secretsmanager.GetSecretValue", `{"SecretId":"s"}`, "secretsmanager:GetSecretValue secrets"},
		"a key":                 {"POST", "/", "TrentService.Encrypt", `{"KeyId":"k"}`, "kms:Encrypt subjects-key"},
		"an object read":        {"GET", "/u/main/file.csv", "", "", "s3:GetObject uploads"},
		"an object looked at":   {"HEAD", "/u/main/file.csv", "", "", "s3:GetObject uploads"},
		"a list":                {"GET", "/u?list-type=2", "", "", "s3:ListBucket uploads"},
		"an object written":     {"PUT", "/u/k", "", "text", "s3:PutObject uploads"},
		"an upload in parts":    {"POST", "/u/k?uploads", "", "", "s3:PutObject uploads"},
		"an upload given up":    {"DELETE", "/u/k?uploadId=1", "", "", "s3:AbortMultipartUpload uploads"},
		"an object hidden":      {"DELETE", "/u/k", "", "", "s3:DeleteObject uploads"},
		"a version removed":     {"DELETE", "/u/k?versionId=1", "", "", "s3:DeleteObjectVersion uploads"},
		"a list of versions":    {"GET", "/u?versions&prefix=k", "", "", "s3:ListBucketVersions uploads"},
		"another's table":       {"POST", "/", "DynamoDB_20120810.Query", `{"TableName":"other"}`, "dynamodb:Query unknown"},
		"a service without use": {"POST", "/", "Logs_20140328.PutLogEvents", `{}`, "unknown unknown"},
		"a body that is none":   {"POST", "/", "AmazonSQS.SendMessage", `{`, "unknown unknown"},
		"a bucket changed":      {"PUT", "/u", "", "", "s3:unknown uploads"},
		"a method that is none": {"PATCH", "/u/k", "", "", "s3:unknown uploads"},
	} {
		t.Run(name, func(t *testing.T) {
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(w, r.Body)
			}))
			defer service.Close()
			r := recorder.New()
			defer r.Close()
			address, err := r.Before("f", service.URL)
			if err != nil {
				t.Fatal(err)
			}
			request, err := http.NewRequestWithContext(t.Context(), c.method, address+c.path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("X-Amz-Target", c.target)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(response.Body); err != nil || c.method != "HEAD" && string(body) != c.body {
				t.Errorf("got %q, %v, want what the service answers", body, err)
			}
			var want []string
			for use := range strings.SplitSeq(c.want, ",") {
				want = append(want, "f "+use)
			}
			resources := map[string]manifest.Resource{"dynamodb:t": manifest.Table, "sqs:q": manifest.ChunksQueue, "secretsmanager:s": manifest.Secrets, "kms:k": manifest.SubjectsKey, "s3:u": manifest.Uploads}
			if got := r.Uses(resources); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	if _, err := recorder.New().Before("f", "://"); err == nil {
		t.Error("got no error for an address that is none")
	}
}
