package browser_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/customerai/customerai/shared/testkit/browser"
)

func TestThePagesScriptsAndRequestsAreWaitedFor(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/answer" {
			_, _ = io.WriteString(w, "1 < 2")
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<body><script>fetch("/answer").then(r => r.text()).then(t => document.body.textContent = t)</script></body>`)
	}))
	defer server.Close()
	if got, want := browser.Text(t, server.URL), "1 < 2"; got != want {
		t.Errorf("text = %q, want %q", got, want)
	}
}
