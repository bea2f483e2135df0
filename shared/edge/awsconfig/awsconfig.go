// Package awsconfig makes the one aws.Config of a function by hand.
//
// Normal use, at cold start:
//
//	config := awsconfig.Read(settings, os.LookupEnv)
//	if err := settings.Err(); err != nil { … }
//	table := dynamotable.Open(config, name, time.Now)
//
// It knows what the Lambda environment gives: AWS_REGION, the credentials AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
// AWS_SESSION_TOKEN, and the addresses AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>, by which an emulator stands in for
// AWS.
//
// It refuses everything else that the SDK's own loader would look for: profiles, files, metadata services. A function has
// none of them, and the loader costs 2 MB and half a millisecond of every cold start.
package awsconfig

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"io"
	"math/bits"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/customerai/customerai/shared/env"
)

// Read returns the configuration, and notes in settings what is missing or wrong. Region and credentials are required.
func Read(settings *env.Reader, lookup env.Lookup) aws.Config {
	config := aws.Config{
		Region: settings.String("AWS_REGION"),
		Credentials: credentials.NewStaticCredentialsProvider(
			settings.String("AWS_ACCESS_KEY_ID"), settings.String("AWS_SECRET_ACCESS_KEY"), settings.Optional("AWS_SESSION_TOKEN", ""),
		),
		HTTPClient:    client(),
		Retryer:       retryer,
		ConfigSources: []any{endpoints(lookup)},
	}
	if endpoint := settings.Optional(endpointSetting, ""); endpoint != "" {
		if !isAddress(endpoint) {
			settings.Problem(endpointSetting, "must be an http or https address")
		}
		config.BaseEndpoint = &endpoint
	}
	return config
}

const endpointSetting = "AWS_ENDPOINT_URL"

// endpoints answers the question that every service client asks its configuration: is there an address for you alone?
type endpoints env.Lookup

// GetServiceBaseEndpoint implements the SDK's own, unexported, interface.
func (e endpoints) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	endpoint, ok := e(endpointSetting + "_" + strings.ToUpper(strings.ReplaceAll(service, " ", "_")))
	if !ok || strings.TrimSpace(endpoint) == "" {
		return "", false, nil
	}
	return endpoint, true, nil
}

func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// Limits that keep one dead connection from using up an invocation. The answer's first byte may take as long as a receive
// waits for messages, and then some.
const (
	connectWithin = 2 * time.Second
	answerWithin  = 25 * time.Second
)

func client() aws.HTTPClient {
	return readOnly{awshttp.NewBuildableClient().
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = connectWithin }).
		WithTransportOptions(func(t *http.Transport) {
			t.TLSHandshakeTimeout = connectWithin
			t.ResponseHeaderTimeout = answerWithin
		})}
}

// readOnly hides WriteTo of the bodies that it sends. The SDK closes a body as soon as the answer begins. net/http may look
// only then whether the body is at its end, as it does on a busy machine: Read of a closed body says so, but its WriteTo
// fails, and the connection is dropped under the answer. The SDK would ask again; but the messages of a queue that were on
// their way are hidden by then, and nobody knows what became of a write.
type readOnly struct{ client aws.HTTPClient }

// Do implements aws.HTTPClient.
func (c readOnly) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		sent := *r
		sent.Body = struct{ io.ReadCloser }{r.Body}
		r = &sent
	}
	return c.client.Do(r)
}

// The retry policy. The budget is a bucket of tokens per client: a retry takes retryCost, a request that succeeds at once
// gives one back, so that retries can never be more than a tenth of the load for long.
const (
	attempts   = 6
	retryCost  = 10
	firstDelay = 50 * time.Millisecond
	lastDelay  = 2 * time.Second
)

func retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.Backoff = retry.BackoffDelayerFunc(fullJitter)
		o.RetryCost, o.RetryTimeoutCost, o.NoRetryIncrement = retryCost, retryCost, 1
	})
}

// fullJitter waits a random part of a span that doubles with every attempt, counted from 0: the spread is what keeps many
// clients from coming back together.
func fullJitter(attempt int, _ error) (time.Duration, error) {
	span := lastDelay
	if doublings := bits.Len64(uint64(lastDelay / firstDelay)); attempt < doublings {
		span = min(firstDelay<<attempt, lastDelay)
	}
	var b [8]byte
	_, _ = rand.Read(b[:])                                                     // never fails: it ends the process instead
	return time.Duration(binary.LittleEndian.Uint64(b[:]) % uint64(span)), nil //nolint:gosec // less than span
}
