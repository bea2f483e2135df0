package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/customerai/customerai/infra/e2e"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/testkit/depends"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

const root = "../.."

// What the tests have synthesised. Each part of them has a client of its own: quotas and rates are a client's.
const (
	origin          = "https://app.example.com"
	clientRate      = 20
	clientQuota     = 120
	listed          = "cli_EVERYDAYAAAAAAAAAAAAAAAAAA,cli_FILESAAAAAAAAAAAAAAAAAAAAA,cli_REDRIVENAAAAAAAAAAAAAAAAAA,cli_GREEDYAAAAAAAAAAAAAAAAAAAA,cli_RIVALAAAAAAAAAAAAAAAAAAAAA,cli_ROTATINGAAAAAAAAAAAAAAAAAA"
	everyday        = 0
	files           = 1
	redriven        = 2
	greedy          = 3
	rival           = 4 // another tenant's
	rotating        = 5 // goes on while the keys change
	stranger        = 6 // has credentials, and is not in the usage plan
	strangerID      = "cli_STRANGERAAAAAAAAAAAAAAAAAA"
	assemblySetting = "E2E_ASSEMBLY"
)

// errCannot marks what only an installation mends.
var errCannot = errors.New("the stack cannot be synthesised")

// synthesised is the folder of the assembly, made once for all tests.
var synthesised = sync.OnceValues(func() (string, error) {
	if folder := os.Getenv(assemblySetting); folder != "" {
		return folder, nil
	}
	if _, err := exec.LookPath("node"); err != nil {
		return "", fmt.Errorf("%w: there is no node on the PATH, and %s names no folder", errCannot, assemblySetting)
	}
	folder, err := os.MkdirTemp("", "e2e-")
	if err != nil {
		return "", err
	}
	temporary = folder
	code, out := filepath.Join(folder, "functions"), filepath.Join(folder, "cdk.out")
	if _, err := goRun(context.Background(), root, nil, "./infra/pack", "-arch", runtime.GOARCH, "-out", code); err != nil {
		return "", err
	}
	_, err = goRun(context.Background(), filepath.Join(root, "infra", "cdk"), []string{
		"CDK_OUTDIR=" + out, "CORS_ORIGINS=" + origin, fmt.Sprint("CLIENT_RATE_LIMIT=", clientRate), "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20",
	}, ".", "-stage", "production", "-code", code, "-clients", listed, "-quota", strconv.Itoa(clientQuota))
	return out, err
})

// temporary is the folder to remove at the end.
var temporary string

func TestMain(m *testing.M) {
	code := m.Run()
	if temporary != "" {
		_ = os.RemoveAll(temporary) // in the system's folder for what may be lost
	}
	os.Exit(code)
}

// goRun runs a program of the repository and returns what it prints.
func goRun(ctx context.Context, folder string, settings []string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "go", append([]string{"run"}, args...)...)
	command.Dir, command.Env = folder, append(os.Environ(), settings...)
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go run %s: %w\n%s", args[0], err, output)
	}
	return string(output), nil
}

func open(t *testing.T) *e2e.Assembly {
	t.Helper()
	depends.On(t, depends.Sources...)
	folder, err := synthesised()
	if errors.Is(err, errCannot) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	assembly, err := e2e.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	return assembly
}

// site is the deployed stack, and what its clients and operators have.
type site struct {
	config  aws.Config
	stack   e2e.Stack
	address string
	clients []secrets.Credentials
	buckets *s3.Client

	scheduled []string // the functions that run by the clock, with the stack's name before theirs
	queues    *sqs.Client
}

// deploy makes the stack and fills its secret, which is all that an operator does.
func deploy(t *testing.T, config aws.Config, change func(assembly *e2e.Assembly)) *site {
	t.Helper()
	assembly := open(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(assembly.Template.Prune(e2e.Prunes))
	must(assembly.Template.RunOn(runtime.GOARCH))
	scheduled := assembly.Template.RunEvery(everyMinute, time.Now().UTC().Format(time.RFC3339))
	if change != nil {
		change(assembly)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stack, err := e2e.Deploy(ctx, config, assembly)
	must(err)
	s := &site{
		config: config, stack: stack, scheduled: scheduled, queues: sqs.NewFromConfig(config),
		buckets: s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }),
	}
	s.address, err = stack.Address(*config.BaseEndpoint)
	must(err)
	document, clients, err := generate(append(strings.Split(listed, ","), strangerID))
	must(err)
	s.clients = clients
	id := stack.Outputs["SecretsId"]
	_, err = secretsmanager.NewFromConfig(config).PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: &id, SecretString: &document})
	must(err)
	// S3 announces itself to the queue when the stack is made. A function that was started for that before there was a secret
	// has ended, and the announcement is hidden until it is delivered again, in half an hour.
	uploads := s.queue(t, "uploads")
	_, err = s.queues.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: &uploads})
	must(err)
	return s
}

// generate makes a secret document with these clients.
func generate(ids []string) (document string, clients []secrets.Credentials, err error) {
	generated, credentials, err := secrets.Generate()
	if err != nil {
		return "", nil, err
	}
	type entry struct {
		ID         string   `json:"id"`
		Tenant     string   `json:"tenant"`
		Scopes     []string `json:"scopes"`
		SecretHash string   `json:"secretHash"`
	}
	entries := make([]entry, len(ids))
	for i, id := range ids {
		tenant := secrets.DefaultTenant
		if i == rival {
			tenant = "rival"
		}
		secret := credentials.Secret + id
		entries[i] = entry{id, tenant, manifest.Scopes(), auth.HashSecret(secret, [16]byte{byte(i)}).PHC()}
		clients = append(clients, secrets.Credentials{ID: id, Secret: secret})
	}
	if generated[secrets.Clients], err = json.Marshal(entries); err != nil {
		return "", nil, err
	}
	text, err := generated.JSON()
	return string(text), clients, err
}

// queue returns the address of one of the stack's queues.
func (s *site) queue(t *testing.T, name string) string {
	t.Helper()
	output, err := s.queues.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String(s.stack.Name + "-" + name)})
	if err != nil {
		t.Fatal(err)
	}
	return *output.QueueUrl
}

// waiting returns how many messages a queue holds, hidden ones included.
func (s *site) waiting(t *testing.T, name string) int {
	t.Helper()
	url := s.queue(t, name)
	output, err := s.queues.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
	}})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, value := range output.Attributes {
		n, err := strconv.Atoi(value)
		if err != nil {
			t.Fatal(err)
		}
		total += n
	}
	return total
}

// eventually polls until something is so.
func eventually(t *testing.T, within time.Duration, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("after %s it is not so that %s", within, what)
		}
	}
}

// showLogs prints what the functions complained of, once something has gone wrong.
func (s *site) showLogs(t *testing.T) {
	if !t.Failed() {
		return
	}
	services := e2e.Services{Config: s.config}
	for _, function := range manifest.Functions {
		group := fmt.Sprintf(`{"logGroupName":"/aws/lambda/%s-%s"}`, s.stack.Name, function.Name)
		text, err := services.JSON(context.WithoutCancel(t.Context()), "logs", "Logs_20140328.FilterLogEvents", []byte(group))
		var logged struct{ Events []struct{ Message string } }
		if err == nil {
			err = json.Unmarshal(text, &logged)
		}
		if err != nil {
			t.Logf("%s: no log: %v", function.Name, err)
		}
		for _, event := range logged.Events {
			if strings.Contains(event.Message, "level=ERROR") || strings.Contains(event.Message, "level=WARN") {
				t.Logf("%s: %s", function.Name, strings.TrimSpace(event.Message))
			}
		}
	}
}
