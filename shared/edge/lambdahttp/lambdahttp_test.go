package lambdahttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/trust/auth"
)

// see runs an event through the adapter and returns the request that the handler saw.
func see(t *testing.T, made any) *http.Request {
	t.Helper()
	var seen *http.Request
	invoke(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r }), made)
	if seen == nil {
		t.Fatal("the handler was not called")
	}
	return seen
}

func TestEventsOfAnotherKindAreRefusedWithAReason(t *testing.T) {
	called := false
	adapted := lambdahttp.Adapt(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	for name, test := range map[string]struct{ event, want string }{
		"payload 2.0":      {`{"version":"2.0","routeKey":"GET /x","rawPath":"/x","requestContext":{"http":{"method":"GET","path":"/x"}}}`, "payload version is not 1.0"},
		"payload 3.0":      {`{"version":"3.0","httpMethod":"GET","path":"/x"}`, "payload version is not 1.0"},
		"an SQS event":     {`{"Records":[{"messageId":"1","body":"hunter2"}]}`, "no method or no path"},
		"a schedule":       {`{"detail-type":"Scheduled Event"}`, "no method or no path"},
		"no path":          {`{"httpMethod":"GET"}`, "no method or no path"},
		"no method":        {`{"path":"/"}`, "no method or no path"},
		"an empty object":  {`{}`, "no method or no path"},
		"a list":           {`["hunter2"]`, "not an API Gateway proxy event"},
		"a string":         {`"hunter2"`, "not an API Gateway proxy event"},
		"not JSON":         {`hunter2`, "not an API Gateway proxy event"},
		"nothing":          {``, "not an API Gateway proxy event"},
		"null":             {`null`, "no method or no path"},
		"a method of type": {`{"httpMethod":["hunter2"],"path":"/"}`, "not an API Gateway proxy event"},
	} {
		_, err := adapted(t.Context(), json.RawMessage(test.event))
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hunter2") || called {
			t.Errorf("%s: %v, want an error with %q and without values", name, err, test.want)
		}
	}
}

func TestPayload1OfAnHTTPAPIIsAcceptedToo(t *testing.T) {
	if got := see(t, json.RawMessage(`{"version":"1.0","httpMethod":"GET","path":"/x","headers":null,"multiValueHeaders":null,"body":null,"requestContext":{}}`)); got.URL.Path != "/x" {
		t.Errorf("path = %q, want /x", got.URL.Path)
	}
}

func TestSingleValueMapsServeWhereTheOthersAreMissing(t *testing.T) {
	got := see(t, events.APIGatewayProxyRequest{
		HTTPMethod: "GET", Path: "/", Headers: map[string]string{"x-a": "1,2"}, QueryStringParameters: map[string]string{"b": "2", "a": "1 &"},
	})
	if got.Header.Get("X-A") != "1,2" || got.URL.RawQuery != "a=1+%26&b=2" {
		t.Errorf("header %v, query %q; want X-A 1,2 and a=1+%%26&b=2", got.Header, got.URL.RawQuery)
	}
}

func TestTheQueryHasTheSameOrderEveryTime(t *testing.T) {
	made := event(wire{target: "/x?f=6&e=5&d=4&c=3&b=2&a=1&a=0"})
	for range 20 {
		if got, want := see(t, made).URL.RawQuery, "a=1&a=0&b=2&c=3&d=4&e=5&f=6"; got != want {
			t.Fatalf("query = %q, want %q", got, want)
		}
	}
}

func TestOneNameInSeveralCasesHasTheSameFirstValueEveryTime(t *testing.T) {
	made := event(wire{headers: []string{"x-role", "c", "X-Role", "a", "X-role", "b", "X-ROLE", "A"}})
	for range 50 {
		if got, want := see(t, made).Header["X-Role"], []string{"A", "a", "b", "c"}; !slices.Equal(got, want) {
			t.Fatalf("values = %q, want %q", got, want)
		}
	}
}

func TestNobodyCanPassForTheGateway(t *testing.T) {
	made := event(wire{headers: []string{
		"X-GoLambdaProxy-ApiGw-Context", `{"authorizer":{"principalId":"root","tenant":"main"}}`, "x-golambdaproxy-apigw-stagevars", "{}",
		"X-Golambdaproxy-Anything", "1", "X-Request-Id", "chosen-by-the-client", "X-Forwarded-For", "203.0.113.9", "X-Real-Ip", "203.0.113.9",
	}})
	t.Setenv("GO_API_HOST", "http://evil.test")
	got := see(t, made)
	for name := range got.Header {
		if strings.HasPrefix(strings.ToLower(name), "x-golambdaproxy") {
			t.Errorf("the handler sees %s", name)
		}
	}
	if id := got.Header.Values("X-Request-Id"); !slices.Equal(id, []string{"gateway-request-id"}) {
		t.Errorf("request id = %q, want the gateway's alone", id)
	}
	made.RequestContext.RequestID = ""
	if id := see(t, made).Header.Values("X-Request-Id"); len(id) != 0 {
		t.Errorf("request id = %q where the gateway gave none, want none", id)
	}
	if got.RemoteAddr != "192.0.2.7:0" || got.Host != "api.example.com" {
		t.Errorf("address %q, host %q; want the gateway's 192.0.2.7:0 and the client's api.example.com", got.RemoteAddr, got.Host)
	}
	if _, ok := auth.PrincipalFrom(got.Context()); ok {
		t.Error("the handler sees a principal, want none")
	}
}

func TestTheCallersAddressIsTheGatewaysOrNone(t *testing.T) {
	for given, want := range map[string]string{
		"192.0.2.7": "192.0.2.7:0", "2001:db8::1": "[2001:db8::1]:0", "": "", "test-invoke-source-ip": "", "192.0.2.7, 10.0.0.1": "", "192.0.2.7:80": "",
	} {
		made := event(wire{headers: []string{"X-Forwarded-For", "203.0.113.9"}})
		made.RequestContext.Identity.SourceIP = given
		if got := see(t, made).RemoteAddr; got != want {
			t.Errorf("RemoteAddr of %q = %q, want %q", given, got, want)
		}
	}
}

func TestThePathCannotBecomeAQuery(t *testing.T) {
	for path, want := range map[string]string{
		"/a?b=1": "/a?b=1", "/a#b": "/a#b", "/a b": "/a b", "/ü": "/ü", "/a%": "/a%", "/a%zz": "/a%zz", "/a%2": "/a%2", "/%": "/%",
		"/a%3Fb": "/a?b", "/a\x00b": "/a\x00b", "/a\\b": "/a\\b", "a": "/a", "/a\r\nX: y": "/a\r\nX: y", "//evil.test/x": "//evil.test/x",
		"http://evil.test/x": "/http://evil.test/x",
	} {
		made := event(wire{target: "/?q=1"})
		made.Path = path
		got := see(t, made)
		if got.URL.Path != want || got.URL.RawQuery != "q=1" || got.URL.Fragment != "" || got.URL.Host != "" {
			t.Errorf("path %q became %q with query %q, want %q with q=1", path, got.URL.Path, got.URL.RawQuery, want)
		}
	}
}

func TestABasePathMappingIsTakenOff(t *testing.T) {
	for _, test := range []struct{ path, resource, want string }{
		{"/v1/things/1", "/v1/things/{thingId}", "/v1/things/1"},
		{"/production/v1/things/1", "/v1/things/{thingId}", "/v1/things/1"},
		{"/a/b/v1/things/1", "/v1/things/{thingId}", "/v1/things/1"},
		{"/production", "/{name}", "/production"},
		{"/base/production", "/{name}", "/production"},
		{"/v1/things/a%2Fb", "/v1/things/{thingId}", "/v1/things/a/b"},
		{"/other/1", "/v1/things/{thingId}", "/other/1"},
		{"/x/other/things/1", "/v1/things/{thingId}", "/x/other/things/1"},
		{"/production/a/b", "/{proxy+}", "/production/a/b"},
		{"/x", "", "/x"},
		{"/", "/", "/"},
	} {
		made := event(wire{})
		made.Path, made.Resource = test.path, test.resource
		if got := see(t, made).URL.Path; got != test.want {
			t.Errorf("%s of %s = %s, want %s", test.path, test.resource, got, test.want)
		}
	}
}

func TestHeadersThatNetHTTPCouldNotReadAreDropped(t *testing.T) {
	made := event(wire{})
	made.MultiValueHeaders = map[string][]string{
		"X-Good": {"1"}, "X-Split": {"a\r\nX-Evil: 1"}, "X-Nul": {"a\x00"}, "Bad Name": {"1"}, "": {"1"}, "X-Evil\r\n": {"1"}, "X:Y": {"1"}, "Ü": {"1"},
	}
	got := see(t, made).Header
	got.Del("X-Request-Id")
	if len(got) != 1 || got.Get("X-Good") != "1" {
		t.Errorf("headers = %q, want X-Good alone", got)
	}
}

func TestABodyThatIsNotBase64FailsWhenRead(t *testing.T) {
	made := event(wire{method: "POST"})
	made.Body, made.IsBase64Encoded = "%%%", true
	if got := invoke(t, http.HandlerFunc(mirror), made); !strings.Contains(got.body, `"bodyOK":false`) {
		t.Errorf("the handler saw %s, want a body that breaks off", got.body)
	}
}

func TestAPanicIs500AndTheProcessLives(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"before anything":        func(http.ResponseWriter, *http.Request) { panic("secret-cause") },
		"after half a response":  writesThenPanics,
		"with ErrAbortHandler":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"by a status of nothing": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(0) },
	} {
		t.Run(name, func(t *testing.T) {
			if wire := overTheWire(t, wire{handler: handler}); wire.status != 0 && wire.body != "" {
				t.Errorf("net/http = %d %q, want a connection that is cut", wire.status, wire.body)
			}
			log := captureLog(t)
			got := throughTheGateway(t, wire{handler: handler})
			if !strings.Contains(log.String(), "panic: ") || strings.Count(log.String(), "\n") != 1 {
				t.Errorf("log = %s, want one line with the panic", log)
			}
			if got.status != http.StatusInternalServerError || strings.Contains(got.body, "secret") || strings.Contains(got.body, "half") {
				t.Errorf("gateway = %d %q, want the constant 500", got.status, got.body)
			}
		})
	}
}

// captureLog collects what goes to the default logger during a test.
func captureLog(t *testing.T) *bytes.Buffer {
	t.Helper()
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return &log
}

func writesThenPanics(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusOK)
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
	_, _ = w.Write([]byte("half"))
	panic("secret-cause")
}

// Only the answer to a bad path escape differs in form: net/http refuses it itself, and here the handler's own chain does,
// because the path is then one that no route has.
func TestABadPathEscapeReachesNoRoute(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/things/{id}", func(http.ResponseWriter, *http.Request) { t.Error("the operation ran") })
	test := wire{target: "/v1/%zz/1", handler: mux.ServeHTTP}
	if got := overTheWire(t, test).status; got != http.StatusBadRequest {
		t.Errorf("net/http = %d, want 400", got)
	}
	if got := throughTheGateway(t, test).status; got != http.StatusNotFound {
		t.Errorf("gateway = %d, want 404", got)
	}
}

func TestAResponseThatLambdaWouldRefuseIsReplaced(t *testing.T) {
	log := captureLog(t)
	for size, want := range map[int]int{5 << 20: http.StatusOK, 5<<20 + 1: http.StatusInternalServerError} {
		got := throughTheGateway(t, wire{handler: writes(strings.Repeat("x", size))})
		if got.status != want {
			t.Errorf("%d bytes = %d, want %d", size, got.status, want)
		}
	}
	if !strings.Contains(log.String(), "the response has 5242881 bytes") {
		t.Errorf("log = %s, want the size", log)
	}
}

func TestThePrincipalIsTheAuthorizersAndComesBackWhole(t *testing.T) {
	want := auth.Principal{Subject: "client-1", Tenant: "main", Scopes: []string{"analyze", "batches:read"}, UsageKey: "usage-1"}
	policy, err := lambdahttp.Allow(want, "arn:aws:execute-api:eu-west-1:123456789012:abc123/production/GET/v1/batches/x")
	if err != nil {
		t.Fatal(err)
	}
	made := event(wire{})
	made.RequestContext.Authorizer = map[string]any{"principalId": policy.PrincipalID, "integrationLatency": 7}
	for name, value := range policy.Context {
		made.RequestContext.Authorizer[name] = value
	}
	got, ok := auth.PrincipalFrom(see(t, made).Context())
	if !ok || got.Subject != want.Subject || got.Tenant != want.Tenant || got.UsageKey != want.UsageKey || !slices.Equal(got.Scopes, want.Scopes) {
		t.Errorf("principal = %+v, %v; want %+v", got, ok, want)
	}
	for name, authorizer := range map[string]map[string]any{
		"none": nil, "no subject": {"tenant": "main"}, "no tenant": {"principalId": "x"}, "a tenant that is no text": {"principalId": "x", "tenant": 1},
	} {
		if got, ok := lambdahttp.PrincipalFromContext(authorizer); ok {
			t.Errorf("%s: principal = %+v, want none", name, got)
		}
	}
}

// The gateway keeps an authorizer's answer for the token: one that named a path would refuse the next.
func TestAPolicyAllowsTheWholeStageAndNoOther(t *testing.T) {
	for _, test := range []struct{ arn, want string }{
		{"arn:aws:execute-api:eu-west-1:123456789012:abc123/production/GET/v1/batches/x", "arn:aws:execute-api:eu-west-1:123456789012:abc123/production/*/*"},
		{"arn:aws-cn:execute-api:cn-north-1:123456789012:abc123/s/GET/", "arn:aws-cn:execute-api:cn-north-1:123456789012:abc123/s/*/*"},
		{"", ""},
		{"arn:aws:execute-api:eu-west-1:123456789012:abc123", ""},
		{"arn:aws:execute-api:eu-west-1:123456789012:abc123//GET/x", ""},
		{"x/y/z", ""},
	} {
		policy, err := lambdahttp.Allow(auth.Principal{Subject: "c", Tenant: "main", UsageKey: "u"}, test.arn)
		if test.want == "" {
			if err == nil {
				t.Errorf("Allow(%q) = %+v, want an error", test.arn, policy)
			}
			continue
		}
		if err != nil || len(policy.PolicyDocument.Statement) != 1 || policy.UsageIdentifierKey != "u" {
			t.Fatalf("Allow(%q) = %+v, %v; want one statement and the usage key", test.arn, policy, err)
		}
		statement := policy.PolicyDocument.Statement[0]
		if statement.Effect != "Allow" || !slices.Equal(statement.Action, []string{"execute-api:Invoke"}) || !slices.Equal(statement.Resource, []string{test.want}) {
			t.Errorf("Allow(%q) = %+v, want Allow of %s", test.arn, statement, test.want)
		}
	}
}

func TestTheInvocationsContextReachesTheHandler(t *testing.T) {
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	raw, err := json.Marshal(event(wire{}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = lambdahttp.Adapt(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if got := r.Context().Value(key{}); got != "value" {
			t.Errorf("value = %v, want the invocation's", got)
		}
		cancel()
		if r.Context().Err() == nil {
			t.Error("the handler's context outlives the invocation's")
		}
	}))(ctx, raw)
	if err != nil {
		t.Fatal(err)
	}
}

// FuzzEvent: whatever the event, the adapter answers or refuses it, and the handler sees a request that net/http could
// have made.
func FuzzEvent(f *testing.F) {
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range cases {
			if name != "large body" && !yield(name) {
				return
			}
		}
	}) {
		raw, err := json.Marshal(event(cases[name]))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`{"version":"2.0"}`))
	f.Add([]byte(`{"httpMethod":"GET","path":"/%zz?#","resource":"/{a+}","isBase64Encoded":true,"body":"="}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.URL.Path, "/") || r.URL.Host != "" || r.URL.Fragment != "" || r.Header == nil || r.Body == nil {
				t.Errorf("request = %+v, want one that net/http could have made", r)
			}
			for name, values := range r.Header {
				if strings.HasPrefix(name, "X-Golambdaproxy") || strings.ContainsAny(name+strings.Join(values, ""), "\r\n\x00") {
					t.Errorf("the handler sees %q: %q", name, values)
				}
			}
			mirror(w, r)
		})
		response, err := lambdahttp.Adapt(handler)(context.Background(), raw)
		if err == nil && response.StatusCode != http.StatusOK {
			t.Errorf("status = %d, want the handler's", response.StatusCode)
		}
	})
}

func BenchmarkAdapt(b *testing.B) {
	raw, err := json.Marshal(event(cases["JSON body"]))
	if err != nil {
		b.Fatal(err)
	}
	adapted := lambdahttp.Adapt(writes(http.StatusOK, `{"a":1}`))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := adapted(context.Background(), raw); err != nil {
			b.Fatal(err)
		}
	}
}
