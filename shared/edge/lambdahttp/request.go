package lambdahttp

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// newRequest builds the request that net/http would have read from the wire. What net/http would have refused to read
// becomes a request that the handler's own chain refuses, so that the answer has the usual form.
func newRequest(ctx context.Context, event *events.APIGatewayProxyRequest) *http.Request {
	header := newHeader(event)
	target := &url.URL{RawQuery: newQuery(event)}
	setPath(target, event)
	body, length := newBody(event)
	if length > 0 || header.Get("Content-Length") != "" {
		header.Set("Content-Length", strconv.FormatInt(length, 10))
	}
	host := header.Get("Host")
	header.Del("Host") // as net/http does
	request := &http.Request{
		Method: event.HTTPMethod, URL: target, RequestURI: target.RequestURI(), Host: host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: body, ContentLength: length, RemoteAddr: remoteAddr(event),
	}
	return request.WithContext(ctx)
}

// setPath takes the path as the client wrote it: a REST API passes it on still escaped. A path with a percent sign that
// escapes nothing is literally meant, and so is a question mark, which would otherwise begin a query. A base path mapping
// of a custom domain stands before the resource and is taken off.
func setPath(target *url.URL, event *events.APIGatewayProxyRequest) {
	path := withoutBasePath(event.Path, event.Resource)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	decoded, err := url.PathUnescape(path)
	if err != nil {
		target.Path = path
		return
	}
	target.Path, target.RawPath = decoded, path // RawPath is a hint, and ignored where it is not a spelling of Path
}

// withoutBasePath cuts the segments that come before the resource: /production/v1/x of resource /v1/x is /v1/x. A
// path that does not end in the resource stays as it is.
func withoutBasePath(path, resource string) string {
	if resource == "" || strings.Contains(resource, "+}") {
		return path
	}
	want := strings.Split(strings.Trim(resource, "/"), "/")
	got := strings.Split(strings.TrimPrefix(path, "/"), "/")
	extra := len(got) - len(want)
	if extra <= 0 {
		return path
	}
	for i, segment := range want {
		if !strings.HasPrefix(segment, "{") && got[extra+i] != segment {
			return path
		}
	}
	return "/" + strings.Join(got[extra:], "/")
}

// newQuery writes the parameters in the order of their names: the event has lost the order of the wire.
func newQuery(event *events.APIGatewayProxyRequest) string {
	values := url.Values(event.MultiValueQueryStringParameters)
	if len(values) == 0 {
		values = url.Values{}
		for name, value := range event.QueryStringParameters {
			values.Set(name, value)
		}
	}
	return values.Encode()
}

// forged are headers by which a client could pass itself off as the adapter or the gateway.
const forged = "X-Golambdaproxy-"

// newHeader takes the client's headers in the order of their names as written, because the event has lost the order of the
// wire, but those that net/http could not have read or that claim to be ours. The request id is the gateway's.
func newHeader(event *events.APIGatewayProxyRequest) http.Header {
	given := event.MultiValueHeaders
	if len(given) == 0 {
		given = map[string][]string{}
		for name, value := range event.Headers {
			given[name] = []string{value}
		}
	}
	header := http.Header{}
	// Names that differ in case only are one header whose first value counts: without an order, which one that is would be
	// decided by chance.
	for _, name := range slices.Sorted(maps.Keys(given)) {
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		if !isToken(name) || strings.HasPrefix(canonical, forged) {
			continue
		}
		for _, value := range given[name] {
			if isFieldValue(value) {
				header.Add(canonical, strings.Trim(value, " \t"))
			}
		}
	}
	header.Del("X-Request-Id")
	if id := event.RequestContext.RequestID; id != "" {
		header.Set("X-Request-Id", id)
	}
	return header
}

// isToken and isFieldValue are RFC 9110 section 5.6.2 and 5.5.
func isToken(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"(),/:;<=>?@[\\]{}", c) >= 0 {
			return false
		}
	}
	return name != ""
}

func isFieldValue(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// newBody decodes the body. One that is not base64 although the event says so fails when read, like one that breaks off.
func newBody(event *events.APIGatewayProxyRequest) (io.ReadCloser, int64) {
	data := []byte(event.Body)
	if event.IsBase64Encoded {
		var err error
		if data, err = base64.StdEncoding.DecodeString(event.Body); err != nil {
			return io.NopCloser(unreadable{}), -1
		}
	}
	if len(data) == 0 {
		return http.NoBody, 0
	}
	return io.NopCloser(bytes.NewReader(data)), int64(len(data))
}

type unreadable struct{}

func (unreadable) Read([]byte) (int, error) { return 0, errors.New("the body is not base64") }

// remoteAddr is the address that the gateway saw, never one that a header names. The event has no port.
func remoteAddr(event *events.APIGatewayProxyRequest) string {
	address, err := netip.ParseAddr(event.RequestContext.Identity.SourceIP)
	if err != nil {
		return ""
	}
	return net.JoinHostPort(address.String(), "0")
}
