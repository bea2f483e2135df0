// Package invocation runs a function of a test as Lambda would run it: a process of its own that polls a Runtime API.
//
// Normal use: the test is both the function and its caller.
//
//	func TestStartServesInvocations(t *testing.T) {
//		if invocation.Inside() {
//			lambdahttp.Start(handler)
//			return
//		}
//		answer := invocation.Run(t, `{"httpMethod":"GET","path":"/hello"}`)
//	}
//
// It refuses to guess: a function that answers nothing fails the test with whatever it printed.
package invocation

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

const runtimeAPI = "AWS_LAMBDA_RUNTIME_API"

// Inside reports whether this process is the function.
func Inside() bool { return os.Getenv(runtimeAPI) != "" } //nolint:forbidigo // set by Run, for its own process

// Run starts the running test as a function, hands it one event and returns its answer.
func Run(t *testing.T, event string) string {
	t.Helper()
	answers := make(chan string, 1)
	var served atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/invocation/next") && served.CompareAndSwap(false, true):
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", "32503680000000")
			_, _ = io.WriteString(w, event)
		case strings.HasSuffix(r.URL.Path, "/invocation/1/response"):
			body, _ := io.ReadAll(r.Body)
			answers <- string(body)
			w.WriteHeader(http.StatusAccepted)
		default:
			w.WriteHeader(http.StatusGone) // and the function ends
		}
	}))
	defer server.Close()
	function := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")          //nolint:gosec // this test itself
	function.Env = append(os.Environ(), runtimeAPI+"="+strings.TrimPrefix(server.URL, "http://")) //nolint:forbidigo // as above
	output, _ := function.CombinedOutput()                                                        // it never ends well: its Runtime API goes away
	select {
	case answer := <-answers:
		return answer
	default:
		t.Fatalf("the function answered nothing: %s", output)
		return ""
	}
}
