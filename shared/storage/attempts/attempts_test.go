package attempts_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/customerai/customerai/shared/storage/attempts"
)

func status(code int) error {
	return fmt.Errorf("operation: %w", &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: code}}, Err: errors.New("told by the test"),
	})
}

func TestOnlyARefusalSaysThatNothingWasDone(t *testing.T) {
	for name, c := range map[string]struct {
		failures []error
		want     bool
	}{
		"no attempt failed":          {nil, false},
		"a refusal":                  {[]error{status(400)}, false},
		"refusals":                   {[]error{status(400), status(412), status(429)}, false},
		"an error of the service":    {[]error{status(500)}, true},
		"an unreadable answer":       {[]error{status(200)}, true},
		"a broken connection":        {[]error{status(0)}, true},
		"no response at all":         {[]error{errors.New("timeout")}, true},
		"a lost answer, then a no":   {[]error{status(0), status(400)}, true},
		"a throttle, then an outage": {[]error{status(400), status(503)}, true},
	} {
		var watched attempts.Watcher
		retryer := watched.Over(aws.NopRetryer{})
		for _, err := range c.failures {
			retryer.IsErrorRetryable(err)
		}
		if got := watched.Unanswered(); got != c.want {
			t.Errorf("%s: got unanswered %v, want %v", name, got, c.want)
		}
	}
}

func TestWhatIsPassingIsRepeatedAsWell(t *testing.T) {
	passing := errors.New("passing")
	watched := attempts.Watcher{Passing: func(err error) bool { return errors.Is(err, passing) }}
	retryer := watched.Over(aws.NopRetryer{})
	for err, want := range map[error]bool{passing: true, errors.New("lasting"): false} {
		if got := retryer.IsErrorRetryable(err); got != want {
			t.Errorf("%v: got retryable %v, want %v", err, got, want)
		}
	}
}
