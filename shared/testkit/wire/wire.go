// Package wire stands between a client of AWS and its service and breaks what a network breaks.
//
// Normal use, in a test: the first requests meet the faults, in order, and those after them go through.
//
//	config, w := wire.New(emulators.DynamoDB(t), wire.Lost, wire.Lost)
//	…
//	if got := w.Requests(); …
//
// It refuses to guess: a fault says whether the request is made, and what comes back.
package wire

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Fault is what happens to one request; send makes it.
type Fault func(send func() (*http.Response, error)) (*http.Response, error)

// errBroken is what the client sees of a connection that broke.
var errBroken = errors.New("the connection broke")

// Lost makes the request and loses the answer.
func Lost(send func() (*http.Response, error)) (*http.Response, error) {
	response, err := send()
	if err != nil {
		return nil, err
	}
	_, _ = io.Copy(io.Discard, response.Body) // the whole of it: the service has done its work by then
	return nil, errors.Join(errBroken, response.Body.Close())
}

// Never loses the request on its way.
func Never(func() (*http.Response, error)) (*http.Response, error) { return nil, errBroken }

// Through makes the request and returns the answer.
func Through(send func() (*http.Response, error)) (*http.Response, error) { return send() }

// Answer answers in the service's place.
func Answer(status int, body string) Fault {
	return func(func() (*http.Response, error)) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
			Body:   io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
		}, nil
	}
}

// Refuse answers with an error of a JSON protocol.
func Refuse(status int, code string) Fault {
	return Answer(status, `{"__type":"com.amazonaws#`+code+`","message":"told by the test"}`)
}

// Times repeats a fault.
func Times(n int, fault Fault) []Fault { return slices.Repeat([]Fault{fault}, n) }

// Wire counts the requests and breaks the first of them.
type Wire struct {
	next aws.HTTPClient

	mu       sync.Mutex
	faults   []Fault
	requests int
}

// New returns the configuration with a wire in it. Without an HTTP client in the configuration only faults that do not
// send are possible.
func New(config aws.Config, faults ...Fault) (aws.Config, *Wire) {
	w := &Wire{next: config.HTTPClient, faults: faults}
	config.HTTPClient = w
	return config, w
}

// Do implements aws.HTTPClient.
func (w *Wire) Do(request *http.Request) (*http.Response, error) {
	return w.take()(func() (*http.Response, error) { return w.next.Do(request) })
}

func (w *Wire) take() Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests++
	if len(w.faults) == 0 {
		return Through
	}
	fault := w.faults[0]
	w.faults = w.faults[1:]
	return fault
}

// Requests returns how many requests were tried.
func (w *Wire) Requests() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests
}
