package wire_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/customerai/customerai/shared/testkit/wire"
)

func TestAFaultSaysWhetherTheRequestIsMadeAndWhatComesBack(t *testing.T) {
	var made atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		made.Add(1)
		_, _ = io.WriteString(w, "real")
	}))
	defer server.Close()
	for name, c := range map[string]struct {
		fault  wire.Fault
		made   int32
		status int // 0 for no answer
		body   string
	}{
		"lost":    {wire.Lost, 1, 0, ""},
		"never":   {wire.Never, 0, 0, ""},
		"through": {wire.Through, 1, 200, "real"},
		"answer":  {wire.Answer(503, "garbage"), 0, 503, "garbage"},
		"with":    {wire.With(map[string]any{"A": 1}), 0, 200, `{"A":1}`},
		"refuse":  {wire.Refuse(400, "Slow"), 0, 400, `{"__type":"com.amazonaws#Slow","message":"told by the test"}`},
	} {
		t.Run(name, func(t *testing.T) {
			made.Store(0)
			config, w := wire.New(aws.Config{HTTPClient: server.Client()}, wire.Times(2, c.fault)...)
			for range 2 {
				status, body := call(t, config, server.URL)
				if status != c.status || body != c.body {
					t.Errorf("got %d %q, want %d %q", status, body, c.status, c.body)
				}
			}
			if got, want := made.Load(), 2*c.made; got != want {
				t.Errorf("got %d requests made, want %d", got, want)
			}
			if status, body := call(t, config, server.URL); status != 200 || body != "real" {
				t.Errorf("after the faults: got %d %q, want the service", status, body)
			}
			if got, want := w.Requests(), 3; got != want {
				t.Errorf("got %d requests, want %d", got, want)
			}
		})
	}
}

func call(t *testing.T, config aws.Config, address string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := config.HTTPClient.Do(request)
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

// echo is a service that says what it was asked.
type echo struct{ wire.Service }

func (e *echo) Do(request *http.Request) (*http.Response, error) {
	return wire.Serve(&e.Service, request, func(action string, in struct{ Name string }) wire.Fault {
		return wire.With(map[string]any{"said": action + " " + in.Name})
	})
}

func TestAServiceCountsItsCallsAndBreaksWhichOnesATestChooses(t *testing.T) {
	e := &echo{}
	call := func(action, body string) string {
		request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		request.Header.Set("X-Amz-Target", "service."+action)
		response, err := e.Do(request)
		if err != nil {
			return "broken"
		}
		defer func() { _ = response.Body.Close() }()
		answer, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
	if got, want := call("Get", `{"Name":"ann"}`), `{"said":"Get ann"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := call("Get", "{"); got != "broken" {
		t.Errorf("an input that is no JSON is answered with %s, want it broken", got)
	}
	e.Fault = func(action string) wire.Fault {
		if action == "Put" {
			return wire.Never
		}
		return wire.Through
	}
	if got := call("Put", "{}") + call("Get", `{"Name":"bob"}`); got != `broken{"said":"Get bob"}` {
		t.Errorf("got %s, want the first broken and the second answered", got)
	}
	if gets, puts := e.Calls("Get"), e.Calls("Put"); gets != 3 || puts != 1 {
		t.Errorf("got %d and %d calls, want 3 and 1", gets, puts)
	}
}
