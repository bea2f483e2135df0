package lambdahttp_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/testkit/invocation"
)

func TestStartServesInvocations(t *testing.T) {
	if invocation.Inside() {
		lambdahttp.Start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.Path) }))
		return
	}
	got := invocation.Run(t, `{"httpMethod":"GET","path":"/hello"}`)
	if !strings.Contains(got, `"statusCode":200`) || !strings.Contains(got, `"body":"/hello"`) {
		t.Errorf("answer = %s, want 200 with /hello", got)
	}
}
