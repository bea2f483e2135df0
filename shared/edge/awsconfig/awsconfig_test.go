package awsconfig_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/customerai/customerai/shared/edge/awsconfig"
	"github.com/customerai/customerai/shared/env"
)

// lambda is what the Lambda environment gives.
var lambda = map[string]string{
	"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "hunter2", "AWS_SESSION_TOKEN": "session",
}

func read(settings map[string]string) (aws.Config, error) {
	lookup := func(name string) (string, bool) { value, ok := settings[name]; return value, ok }
	reader := env.NewReader(lookup)
	config := awsconfig.Read(reader, lookup)
	return config, reader.Err()
}

func with(more map[string]string) map[string]string {
	settings := maps.Clone(lambda)
	maps.Copy(settings, more)
	return settings
}

func TestTheLambdaEnvironmentIsEnough(t *testing.T) {
	config, err := read(lambda)
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := config.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if config.Region != "eu-central-1" || credentials.AccessKeyID != "key" || credentials.SecretAccessKey != "hunter2" || credentials.SessionToken != "session" {
		t.Errorf("got region %q and credentials of %q, want those of the environment", config.Region, credentials.AccessKeyID)
	}
	if endpoint := dynamodb.NewFromConfig(config).Options().BaseEndpoint; endpoint != nil {
		t.Errorf("got the address %s, want AWS's own", *endpoint)
	}
}

func TestAnEmulatorStandsInForAllServicesOrForOne(t *testing.T) {
	config, err := read(with(map[string]string{
		"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:2", "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://127.0.0.1:3",
		"AWS_ENDPOINT_URL_DYNAMODB": " ",
	}))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ got, want string }{
		"dynamodb":        {aws.ToString(dynamodb.NewFromConfig(config).Options().BaseEndpoint), "http://127.0.0.1:1"},
		"s3":              {aws.ToString(s3.NewFromConfig(config).Options().BaseEndpoint), "http://127.0.0.1:2"},
		"secrets manager": {aws.ToString(secretsmanager.NewFromConfig(config).Options().BaseEndpoint), "http://127.0.0.1:3"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", name, c.got, c.want)
		}
	}
}

// closed is a body that has been sent and is closed, as the SDK has them: its end can be read, and not be written.
type closed struct{ io.Reader }

func (closed) WriteTo(io.Writer) (int64, error) { return 0, io.EOF }

func (closed) Close() error { return nil }

func TestABodyThatIsClosedWhenTheAnswerBeginsCostsNoAnswer(t *testing.T) {
	config, err := read(lambda)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, closed{strings.NewReader("sent")})
	if err != nil {
		t.Fatal(err)
	}
	request.ContentLength = 4
	response, err := config.HTTPClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if got, err := io.ReadAll(response.Body); err != nil || string(got) != "sent" {
		t.Errorf("got %q and %v, want the answer", got, err)
	}
}

func TestEveryProblemIsNamedAndNoValue(t *testing.T) {
	_, err := read(map[string]string{"AWS_REGION": " ", "AWS_SECRET_ACCESS_KEY": "", "AWS_ENDPOINT_URL": "hunter2"})
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{"AWS_REGION is required", "AWS_ACCESS_KEY_ID is required", "AWS_SECRET_ACCESS_KEY is required", "AWS_ENDPOINT_URL must be"} {
		if got := err.Error(); !strings.Contains(got, want) || strings.Contains(got, "hunter2") {
			t.Errorf("got %q, want it to say %q and no value", got, want)
		}
	}
}

func TestRetriesWaitAtRandomWithinASpanThatDoubles(t *testing.T) {
	config, err := read(lambda)
	if err != nil {
		t.Fatal(err)
	}
	retryer := config.Retryer()
	if got, want := retryer.MaxAttempts(), 6; got != want {
		t.Errorf("got %d attempts, want %d", got, want)
	}
	for attempt, span := range map[int]time.Duration{
		0: 50 * time.Millisecond, 1: 100 * time.Millisecond, 3: 400 * time.Millisecond, 5: 1600 * time.Millisecond,
		6: 2 * time.Second, 7: 2 * time.Second, 63: 2 * time.Second, 64: 2 * time.Second, 1000: 2 * time.Second,
	} {
		longest, total := time.Duration(0), time.Duration(0)
		const draws = 1000
		for range draws {
			delay, err := retryer.RetryDelay(attempt, nil)
			if err != nil || delay < 0 || delay >= span {
				t.Fatalf("attempt %d: got %v (%v), want less than %v", attempt, delay, err, span)
			}
			longest, total = max(longest, delay), total+delay
		}
		// Of 1,000 even draws none is in the upper tenth once in 10^45, and the mean is off by a tenth once in 10^7.
		if longest < span*9/10 || total/draws < span*2/5 || total/draws > span*3/5 {
			t.Errorf("attempt %d: got at most %v and %v on average, want an even spread over %v", attempt, longest, total/draws, span)
		}
	}
}
