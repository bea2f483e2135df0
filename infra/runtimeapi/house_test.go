package runtimeapi_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretstypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/customerai/customerai/infra/runtimeapi"
	"github.com/customerai/customerai/infra/runtimeapi/recorder"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/queue/sqsqueue"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
	"github.com/customerai/customerai/shared/testkit/depends"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/trust/secrets"
)

const root = "../.."

// programs is the folder that the bootstraps are in, and stay in until the next run.
const programs = root + "/.build/bootstraps"

var building sync.Map // program to func() (string, error)

// Programs that are no functions of the bundle.
const emptyFunction, faultyFunction = "infra/runtimeapi/testdata/empty", "infra/runtimeapi/testdata/faulty"

// bootstrap returns a function's program.
func bootstrap(t *testing.T, function string) string {
	t.Helper()
	return built(t, "functions/"+function)
}

// built returns a program, built once.
func built(t *testing.T, program string) string {
	t.Helper()
	build, _ := building.LoadOrStore(program, sync.OnceValues(func() (string, error) {
		depends.On(t, depends.Sources...)
		folder, err := filepath.Abs(programs)
		if err != nil {
			return "", err
		}
		return runtimeapi.Build(context.Background(), root, program, folder)
	}))
	path, err := build.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func start(t *testing.T, function string, settings map[string]string) *runtimeapi.Process {
	t.Helper()
	p, err := runtimeapi.Start(t.Context(), bootstrap(t, function), settings)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// serving starts a function that has to come up.
func serving(t *testing.T, function string, settings map[string]string) *runtimeapi.Process {
	t.Helper()
	p := start(t, function, settings)
	t.Cleanup(func() { p.Stop() })
	if !p.Ready(t.Context()) {
		t.Fatalf("%s does not start: %s", function, p.Exit().Output)
	}
	return p
}

func invoke(t *testing.T, p *runtimeapi.Process, event []byte) runtimeapi.Answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	answer, err := p.Invoke(ctx, event)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// house is everything that the functions use, on emulators.
type house struct {
	settings    map[string]string
	document    secrets.Document
	credentials secrets.Credentials
	config      aws.Config
	tables      aws.Config
	chunks      *sqsqueue.Queue
	uploads     string
	recorder    *recorder.Recorder // nil where nothing but the secrets is there
	resources   map[string]manifest.Resource
}

func newHouse(t *testing.T) house {
	t.Helper()
	config, tables := emulators.AWS(t), emulators.DynamoDB(t)
	name := "test-" + strings.ToLower(rand.Text())
	h := house{config: config, tables: tables, uploads: name + "-uploads"}
	h.settings = map[string]string{
		"ENVIRONMENT": "production", "AWS_ENDPOINT_URL": *config.BaseEndpoint, "AWS_ENDPOINT_URL_DYNAMODB": *tables.BaseEndpoint,
		"AWS_SESSION_TOKEN": "", // the emulator has issued none
		"SECRETS_ID":        name, "TABLE_NAME": name, "KEYS_TABLE_NAME": name + "-keys", "UPLOADS_BUCKET": h.uploads, "RESULTS_BUCKET": name + "-results",
		"CHECKPOINTS_BUCKET": name + "-checkpoints", "CLIENT_RATE_LIMIT": "20",
	}
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	document, credentials, err := secrets.Generate()
	must(nil, err)
	h.document, h.credentials = document, credentials
	text, err := document.JSON()
	must(nil, err)
	_, err = secretsmanager.NewFromConfig(config).CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: &name, SecretString: aws.String(string(text))})
	if _, ours := errors.AsType[*secretstypes.ResourceExistsException](err); !ours { // else the SDK has repeated itself: nobody else has this name
		must(nil, err)
	}
	buckets := s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })
	for _, setting := range []string{"UPLOADS_BUCKET", "RESULTS_BUCKET", "CHECKPOINTS_BUCKET"} {
		must(buckets.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(h.settings[setting])}))
	}
	key, err := kms.NewFromConfig(config).CreateKey(t.Context(), &kms.CreateKeyInput{})
	must(nil, err)
	h.settings["SUBJECTS_KEY_ID"] = *key.KeyMetadata.Arn
	queue, err := sqs.NewFromConfig(config).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(name + "-chunks")})
	must(nil, err)
	h.settings["CHUNKS_QUEUE_URL"] = *queue.QueueUrl
	h.chunks = sqsqueue.Open(config, *queue.QueueUrl)
	h.recorder, h.resources = recorder.New(), map[string]manifest.Resource{
		"secretsmanager:" + name: manifest.Secrets, "dynamodb:" + name: manifest.Table, "kms:" + h.settings["SUBJECTS_KEY_ID"]: manifest.SubjectsKey,
		"dynamodb:" + h.settings["KEYS_TABLE_NAME"]: manifest.Keys, "s3:" + h.uploads: manifest.Uploads, "s3:" + h.settings["CHECKPOINTS_BUCKET"]: manifest.Checkpoints,
		"s3:" + h.settings["RESULTS_BUCKET"]: manifest.Results, "sqs:" + *queue.QueueUrl: manifest.ChunksQueue,
	}
	t.Cleanup(h.recorder.Close)
	binary := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeB}
	}
	for _, setting := range []string{"TABLE_NAME", "KEYS_TABLE_NAME"} {
		must(dynamodb.NewFromConfig(tables).CreateTable(t.Context(), &dynamodb.CreateTableInput{
			TableName: aws.String(h.settings[setting]), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{binary(dynamotable.PartitionAttribute), binary(dynamotable.SortAttribute)},
			KeySchema: []types.KeySchemaElement{
				{AttributeName: aws.String(dynamotable.PartitionAttribute), KeyType: types.KeyTypeHash},
				{AttributeName: aws.String(dynamotable.SortAttribute), KeyType: types.KeyTypeRange},
			},
		}))
	}
	return h
}

// given returns the settings that the manifest gives to a function, as its environment has them.
func (h house) given(function string) map[string]string {
	settings := map[string]string{}
	for name, value := range h.settings {
		if strings.HasPrefix(name, "AWS_") {
			settings[name] = value
		}
		if strings.HasPrefix(name, "AWS_ENDPOINT_URL") && h.recorder != nil {
			address, err := h.recorder.Before(function, value)
			if err != nil {
				panic(err) // the emulator's own address
			}
			settings[name] = address
		}
	}
	found, _ := manifest.Find(function)
	for _, name := range found.Env {
		settings[name] = h.settings[name] // "" for what is optional
	}
	return settings
}

func overlay(settings map[string]string, name, value string) map[string]string {
	settings = maps.Clone(settings)
	settings[name] = value
	return settings
}

// event reads a sample event and changes it.
func event(t *testing.T, name string, change func(event map[string]any)) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "events", name))
	if err != nil {
		t.Fatal(err)
	}
	var e map[string]any
	if err := json.Unmarshal(content, &e); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(e)
	}
	if content, err = json.Marshal(e); err != nil {
		t.Fatal(err)
	}
	return content
}

// message returns a queue's event with one message.
func message(t *testing.T, sample, body string) []byte {
	return event(t, sample, func(e map[string]any) { e["Records"].([]any)[0].(map[string]any)["body"] = body })
}

// response is what an HTTP function answers.
type response struct {
	StatusCode int
	Headers    map[string]string
	Body       string
}

func call(t *testing.T, p *runtimeapi.Process, event []byte) response {
	t.Helper()
	answer := invoke(t, p, event)
	var r response
	if err := json.Unmarshal(answer.Body, &r); err != nil || answer.Failed {
		t.Fatalf("got the answer %s", answer.Body)
	}
	return r
}

func decode[T any](t *testing.T, text string) (value T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(fmt.Errorf("decode %s: %w", text, err))
	}
	return value
}

// newFacade returns settings that look like a house's, before which only the secrets are asked for: enough for a start.
func newFacade(t *testing.T) house {
	t.Helper()
	document, credentials, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return house{document: document, credentials: credentials, settings: map[string]string{
		"ENVIRONMENT": "production", "AWS_ENDPOINT_URL_SECRETS_MANAGER": keep(t, string(text)), "SECRETS_ID": "bundle", "TABLE_NAME": "table", "KEYS_TABLE_NAME": "keys",
		"SUBJECTS_KEY_ID": "arn:aws:kms:us-east-1:000000000000:key/0f3a1b2c-1234-4321-abcd-0123456789ab",
		"UPLOADS_BUCKET":  "uploads", "RESULTS_BUCKET": "results", "CHECKPOINTS_BUCKET": "checkpoints", "CHUNKS_QUEUE_URL": "http://127.0.0.1/000000000000/chunks", "CLIENT_RATE_LIMIT": "20",
	}}
}

// keep serves a document as Secrets Manager does, and returns its address.
func keep(t *testing.T, document string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"SecretString": document})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
