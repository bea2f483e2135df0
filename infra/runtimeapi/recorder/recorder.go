// Package recorder stands between a function and the services that it calls, and writes down which action it used on what.
//
// Normal use, in a test that starts a function's real program:
//
//	r := recorder.New()
//	address, err := r.Before("split-batch", emulator) // the function's AWS_ENDPOINT_URL
//	lines := r.Uses(map[string]manifest.Resource{"dynamodb:" + name: manifest.Table, "sqs:" + url: manifest.ChunksQueue, …})
//	                                                  // "split-batch dynamodb:GetItem table", in order
//
// Actions are those that policies know, not those of the wire: a transaction is the actions of its writes, and each part of an
// upload is a PutObject.
//
// It refuses a request that it cannot name: it is a use of "unknown", which nothing grants.
package recorder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/customerai/customerai/shared/manifest"
)

// Recorder collects uses. Make it with New and end it with Close.
type Recorder struct {
	mu      sync.Mutex
	uses    map[use]bool
	servers []*httptest.Server
}

// New returns a recorder that has seen nothing.
func New() *Recorder { return &Recorder{uses: map[use]bool{}} }

// Before returns an address whose requests are the function's, and are passed on to the service.
func (r *Recorder) Before(function, service string) (address string, err error) {
	target, err := url.Parse(service)
	if err != nil {
		return "", fmt.Errorf("read the address of a service: %w", err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(target)
		p.Out.Host = p.In.Host // it is signed
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		r.note(function, request, body)
		request.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, request)
	}))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.servers = append(r.servers, server)
	return server.URL, nil
}

// Uses returns a line for each function, action and resource. The resources are named by service and the name that requests
// say: dynamodb:customerai.
func (r *Recorder) Uses(resources map[string]manifest.Resource) (lines []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for use := range r.uses {
		service, _, _ := strings.Cut(use.action, ":")
		resource, known := resources[service+":"+use.on]
		if !known {
			resource = "unknown"
		}
		lines = append(lines, use.function+" "+use.action+" "+string(resource))
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// Close stops passing requests on.
func (r *Recorder) Close() {
	for _, server := range r.servers {
		server.Close()
	}
}

func (r *Recorder) note(function string, request *http.Request, body []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, use := range named(request, body) {
		use.function = function
		r.uses[use] = true
	}
}

// use is an action of a function on something, by the name that the request says.
type use struct{ function, action, on string }

func named(request *http.Request, body []byte) []use {
	service, operation, ok := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	if !ok {
		action, bucket := object(request)
		return []use{{action: action, on: bucket}}
	}
	var said struct {
		TableName, QueueURL, SecretID, KeyID string
		TransactItems                        []map[string]struct{ TableName string }
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return []use{{action: "unknown"}}
	}
	switch {
	case strings.HasPrefix(service, "DynamoDB_"):
		if said.TransactItems == nil {
			return []use{{action: "dynamodb:" + operation, on: said.TableName}}
		}
		var uses []use
		for _, item := range said.TransactItems {
			for verb, on := range item {
				uses = append(uses, use{action: writes[verb], on: on.TableName})
			}
		}
		return uses
	case service == "AmazonSQS":
		return []use{{action: "sqs:" + strings.TrimSuffix(operation, "Batch"), on: said.QueueURL}}
	case service == "TrentService":
		return []use{{action: "kms:" + operation, on: said.KeyID}}
	case service == "secretsmanager":
		return []use{{action: "secretsmanager:" + operation, on: said.SecretID}}
	}
	return []use{{action: "unknown"}}
}

// writes are the actions of a transaction's members.
var writes = map[string]string{
	"Put": "dynamodb:PutItem", "Delete": "dynamodb:DeleteItem", "Update": "dynamodb:UpdateItem", "Get": "dynamodb:GetItem",
	"ConditionCheck": "dynamodb:ConditionCheckItem",
}

// object names a request to S3, whose paths are a bucket and a key.
func object(request *http.Request) (action, bucket string) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(request.URL.Path, "/"), "/")
	query := request.URL.Query()
	switch method := request.Method; {
	case key == "" && method == http.MethodGet && query.Has("versions"):
		return "s3:ListBucketVersions", bucket
	case key == "" && method == http.MethodGet:
		return "s3:ListBucket", bucket
	case key == "":
		return "s3:unknown", bucket
	case method == http.MethodGet, method == http.MethodHead:
		return "s3:GetObject", bucket
	case method == http.MethodPut, method == http.MethodPost:
		return "s3:PutObject", bucket
	case method == http.MethodDelete && query.Has("uploadId"):
		return "s3:AbortMultipartUpload", bucket
	case method == http.MethodDelete && query.Has("versionId"):
		return "s3:DeleteObjectVersion", bucket
	case method == http.MethodDelete:
		return "s3:DeleteObject", bucket
	}
	return "s3:unknown", bucket
}
