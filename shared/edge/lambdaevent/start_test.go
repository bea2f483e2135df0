package lambdaevent_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/edge/lambdaevent"
)

// Start takes an invocation from a Runtime API and sends its answer there. The function is this test's own binary.
func TestStartServesInvocations(t *testing.T) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		lambdaevent.Start(func(_ context.Context, event events.SQSEvent) (string, error) { return event.Records[0].Body, nil })
		return
	}
	answers := make(chan string, 1)
	served := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/invocation/next") && !served:
			served = true
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", "32503680000000")
			_, _ = io.WriteString(w, `{"Records":[{"messageId":"m","body":"hello"}]}`)
		case strings.HasSuffix(r.URL.Path, "/invocation/1/response"):
			body, _ := io.ReadAll(r.Body)
			answers <- string(body)
			w.WriteHeader(http.StatusAccepted)
		default:
			w.WriteHeader(http.StatusGone) // and the function ends
		}
	}))
	defer server.Close()
	function := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStartServesInvocations$")
	function.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"))
	output, _ := function.CombinedOutput() // it never ends well: its Runtime API goes away
	select {
	case got := <-answers:
		if got != `"hello"` {
			t.Errorf("answer = %s, want \"hello\"", got)
		}
	default:
		t.Errorf("the function answered nothing: %s", output)
	}
}
