package lambdahttp_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/edge/lambdahttp"
)

// wire is a request as a client writes it.
type wire struct {
	method, target string
	headers        []string // name, value pairs
	body           string
	base64         bool // the gateway passes the body on as base64
	handler        http.HandlerFunc
}

// answer is a response as a client reads it.
type answer struct {
	status int
	header http.Header
	body   string
}

// mirror answers with everything that a handler can see of a request.
func mirror(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	header := r.Header.Clone()
	for _, ambient := range []string{"Connection", "X-Request-Id"} {
		header.Del(ambient)
	}
	query, queryErr := url.ParseQuery(r.URL.RawQuery)
	_, _, addressErr := net.SplitHostPort(r.RemoteAddr)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"method": r.Method, "path": r.URL.Path, "escaped": r.URL.EscapedPath(), "query": query, "queryOK": queryErr == nil, "header": header,
		"host": r.Host, "body": body, "bodyOK": err == nil, "length": r.ContentLength, "proto": r.Proto, "addressOK": addressErr == nil,
		"basicAuth": first(r.BasicAuth()), "cookies": len(r.Cookies()), "form": r.FormValue("q"),
	})
}

func first(s string, _ string, _ bool) string { return s }

func writes(parts ...any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, part := range parts {
			switch part := part.(type) {
			case int:
				w.WriteHeader(part)
			case string:
				_, _ = io.WriteString(w, part)
			case [2]string:
				w.Header().Add(part[0], part[1])
			}
		}
	}
}

var cases = map[string]wire{
	// what a handler writes
	"nothing written":                 {handler: writes()},
	"header only":                     {handler: writes([2]string{"X-A", "1"})},
	"status only":                     {handler: writes(http.StatusAccepted)},
	"body only":                       {handler: writes("<html>")},
	"second WriteHeader":              {handler: writes(http.StatusCreated, http.StatusTeapot, "x")},
	"WriteHeader after the body":      {handler: writes("x", http.StatusTeapot)},
	"late header after the status":    {handler: writes(http.StatusOK, [2]string{"X-Late", "1"}, "x")},
	"late header after the body":      {handler: writes("x", [2]string{"X-Late", "1"})},
	"early hints":                     {handler: writes(http.StatusEarlyHints, http.StatusOK, "x")},
	"no content with a body":          {handler: writes(http.StatusNoContent, "x")},
	"not modified with a body":        {handler: writes([2]string{"Etag", `"a"`}, http.StatusNotModified, "x")},
	"several values of a header":      {handler: writes([2]string{"Set-Cookie", "a=1"}, [2]string{"Set-Cookie", "b=2, c"}, "x")},
	"comma-valued response header":    {handler: writes([2]string{"Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT"}, "x")},
	"binary response":                 {handler: writes("\x89PNG\r\n\x1a\n\xff\xfe\x00")},
	"binary response of its own type": {handler: writes([2]string{"Content-Type", "application/gzip"}, "\x1f\x8b\xff")},
	"text response in UTF-8":          {handler: writes("grüß 😀")},
	"invalid UTF-8 response":          {handler: writes([2]string{"Content-Type", "text/plain"}, "a\xffb")},
	"content length of its own":       {handler: writes([2]string{"Content-Length", "3"}, "abc")},
	"many writes":                     {handler: writes("a", "b", "c")},
	"empty write":                     {handler: writes("")},
	"redirect":                        {handler: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x?y=1", http.StatusFound) }},
	"http.Error":                      {handler: func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusConflict) }},
	"http.NotFound":                   {handler: http.NotFound},
	"500":                             {handler: writes(http.StatusInternalServerError, "x")},
	"HEAD of a body":                  {method: "HEAD", handler: writes([2]string{"X-A", "1"}, "four")},
	"HEAD with a length of its own":   {method: "HEAD", handler: writes([2]string{"Content-Length", "1000"}, http.StatusOK)},
	"HEAD of nothing":                 {method: "HEAD", handler: writes(http.StatusNotFound)},

	// what a handler sees
	"plain GET":                     {target: "/v1/things"},
	"root":                          {target: "/"},
	"DELETE":                        {method: "DELETE", target: "/v1/things/1"},
	"PATCH with a body":             {method: "PATCH", body: `{"a":1}`, headers: []string{"Content-Type", "application/json"}},
	"OPTIONS":                       {method: "OPTIONS", headers: []string{"Origin", "https://a.example", "Access-Control-Request-Method", "GET"}},
	"an unusual method":             {method: "PROPFIND"},
	"escaped space in the path":     {target: "/a%20b"},
	"escaped slash in the path":     {target: "/a%2Fb"},
	"escaped question mark in path": {target: "/a%3Fb=1"},
	"escaped hash in the path":      {target: "/a%23b"},
	"escaped percent in the path":   {target: "/a%25zz"},
	"escaped twice":                 {target: "/a%252Fb"},
	"lower-case escapes":            {target: "/a%2fb%c3%bc"},
	"escaped dots":                  {target: "/a/%2e%2e/b"},
	"plain dots":                    {target: "/a/../b"},
	"double slash":                  {target: "//a//b"},
	"trailing slash":                {target: "/a/"},
	"plus, colon and semicolon":     {target: "/a+b:c;d=1,e@f"},
	"path like a stage":             {target: "/production"},
	"path that begins with a stage": {target: "/production/v1/things"},
	"query":                         {target: "/x?b=2&a=1"},
	"multi-value query":             {target: "/x?a=1&a=2&b=3&a=1"},
	"empty query value":             {target: "/x?a=&b"},
	"escaped query":                 {target: "/x?a%20b=c%26d%3De&u=%C3%BC"},
	"plus in the query":             {target: "/x?a=b+c%2Bd"},
	"query in a query":              {target: "/x?next=%2Fy%3Fz%3D1%23f"},
	"comma in the query":            {target: "/x?a=1,2,3"},
	"one header":                    {headers: []string{"X-A", "1"}},
	"header in lower case":          {headers: []string{"x-lower-case", "1"}},
	"multi-value header":            {headers: []string{"X-A", "1", "X-A", "2"}},
	"comma-valued Date":             {headers: []string{"Date", "Fri, 02 Jan 2026 03:04:05 GMT"}},
	"comma-valued If-None-Match":    {headers: []string{"If-None-Match", `"a,b", W/"c"`}},
	"comma-valued Idempotency-Key":  {method: "POST", headers: []string{"Idempotency-Key", "a,b"}},
	"empty header":                  {headers: []string{"X-Empty", ""}},
	"header with spaces around":     {headers: []string{"X-A", "  1  "}},
	"header in Latin-1":             {headers: []string{"X-A", "ü"}},
	"authorization":                 {headers: []string{"Authorization", "Basic dTpw"}},
	"cookies":                       {headers: []string{"Cookie", "a=1; b=2"}},
	"forwarded headers are headers": {headers: []string{"X-Forwarded-For", "203.0.113.9, 198.51.100.1", "X-Forwarded-Proto", "http", "Forwarded", "for=1.2.3.4"}},
	"method override is a header":   {headers: []string{"X-HTTP-Method-Override", "DELETE"}},
	"method override in the query":  {method: "POST", target: "/x?_method=DELETE", body: "_method=DELETE", headers: []string{"Content-Type", "application/x-www-form-urlencoded"}},
	"another path in a header":      {headers: []string{"X-Original-URL", "/admin", "X-Rewrite-URL", "/admin"}},
	"another host in a header":      {headers: []string{"X-Forwarded-Host", "evil.example", "X-Host", "evil.example"}},
	"one name in two cases":         {headers: []string{"X-Role", "agent", "x-role", "admin"}},
	"query names in two cases":      {target: "/x?role=agent&ROLE=admin"},
	"brackets in the query":         {target: "/x?a[]=1&a[0]=2&a%5B%5D=3"},
	"a NUL in the query":            {target: "/x?a=b%00c"},
	"JSON body":                     {method: "POST", body: `{"a":"ü"}`, headers: []string{"Content-Type", "application/json"}},
	"form body":                     {method: "POST", body: "q=a+b&r=1", headers: []string{"Content-Type", "application/x-www-form-urlencoded"}},
	"base64 body":                   {method: "POST", body: "\x00\xff\xfe binary", base64: true},
	"base64 body that is text":      {method: "POST", body: `{"a":1}`, base64: true, headers: []string{"Content-Type", "application/json"}},
	"empty base64 body":             {method: "POST", base64: true},
	"null body":                     {method: "POST"},
	"body with a NUL":               {method: "POST", body: "a\x00b"},
	"large body":                    {method: "POST", body: strings.Repeat("0123456789", 100_000)},
	"GET with a body":               {method: "GET", body: "x"},
}

func TestAHandlerAndItsClientCannotTellTheGatewayFromNetHTTP(t *testing.T) {
	if len(cases) < 80 {
		t.Fatalf("cases = %d, want at least 80", len(cases))
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			if test.handler == nil {
				test.handler = mirror
			}
			want, got := overTheWire(t, test), throughTheGateway(t, test)
			if got.status != want.status || got.body != want.body {
				t.Errorf("gateway:  %d %q\nnet/http: %d %q", got.status, got.body, want.status, want.body)
			}
			if !maps.EqualFunc(got.header, want.header, slices.Equal[[]string]) {
				t.Errorf("gateway:  %v\nnet/http: %v", got.header, want.header)
			}
		})
	}
}

func (w wire) complete() wire {
	if w.method == "" {
		w.method = "GET"
	}
	if w.target == "" {
		w.target = "/"
	}
	return w
}

// overTheWire writes the request's own bytes to a net/http server.
func overTheWire(t *testing.T, test wire) answer {
	t.Helper()
	test = test.complete()
	server := httptest.NewUnstartedServer(test.handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	defer server.Close()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	var request strings.Builder
	fmt.Fprintf(&request, "%s %s HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n", test.method, test.target)
	for i := 0; i < len(test.headers); i += 2 {
		fmt.Fprintf(&request, "%s: %s\r\n", test.headers[i], test.headers[i+1])
	}
	if test.body != "" {
		fmt.Fprintf(&request, "Content-Length: %d\r\n", len(test.body))
	}
	if _, err := io.WriteString(connection, request.String()+"\r\n"+test.body); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(connection)
	for {
		response, err := http.ReadResponse(reader, &http.Request{Method: test.method})
		if err != nil {
			return answer{} // the connection was cut
		}
		if response.StatusCode < 200 {
			continue
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return answer{}
		}
		for _, ambient := range []string{"Date", "Connection"} {
			response.Header.Del(ambient)
		}
		if response.TransferEncoding != nil { // the server did not know the length yet
			response.Header.Set("Content-Length", strconv.Itoa(len(body)))
		}
		return answer{response.StatusCode, response.Header, string(body)}
	}
}

// event is what a REST API makes of the request: the path as written, the query decoded, the body as text or base64.
func event(test wire) events.APIGatewayProxyRequest {
	test = test.complete()
	path, query, _ := strings.Cut(test.target, "?")
	values, _ := url.ParseQuery(query)
	header := map[string][]string{"Host": {"api.example.com"}}
	for i := 0; i < len(test.headers); i += 2 {
		header[test.headers[i]] = append(header[test.headers[i]], test.headers[i+1])
	}
	if test.body != "" {
		header["Content-Length"] = []string{strconv.Itoa(len(test.body))}
	}
	made := events.APIGatewayProxyRequest{
		Resource: "/{proxy+}", Path: path, HTTPMethod: test.method, MultiValueHeaders: header, MultiValueQueryStringParameters: values,
		Body: test.body, IsBase64Encoded: test.base64,
		RequestContext: events.APIGatewayProxyRequestContext{
			Stage: "production", RequestID: "gateway-request-id", Identity: events.APIGatewayRequestIdentity{SourceIP: "192.0.2.7"},
		},
	}
	if test.base64 {
		made.Body = base64.StdEncoding.EncodeToString([]byte(test.body))
	}
	return made
}

func throughTheGateway(t *testing.T, test wire) answer {
	t.Helper()
	return invoke(t, test.handler, event(test))
}

func invoke(t *testing.T, handler http.Handler, made any) answer {
	t.Helper()
	raw, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	response, err := lambdahttp.Adapt(handler)(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	body := response.Body
	if response.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			t.Fatal(err)
		}
		body = string(decoded)
	}
	if !reflect.DeepEqual(response.Headers, map[string]string(nil)) {
		t.Errorf("single-value headers = %v, want none beside the multi-value ones", response.Headers)
	}
	return answer{response.StatusCode, response.MultiValueHeaders, body}
}
