// Package capture keeps a whole HTTP response in memory with the rules of net/http, so that it can still be replaced and
// so that a server and Lambda give the same bytes.
//
// Normal use:
//
//	response := capture.New()
//	next.ServeHTTP(response, r)
//	response.FlushTo(w)
//
// The rules: the first WriteHeader counts, headers set after it do not, a write without one means 200, a response without
// Content-Type gets the one its first bytes suggest. It refuses informational statuses (they are ignored) and, by a panic
// like net/http's, statuses that are none.
package capture

import (
	"bytes"
	"net/http"
	"strconv"
)

// Response is an http.ResponseWriter. It is for one goroutine.
type Response struct {
	header http.Header
	sent   http.Header // header as it was at WriteHeader
	status int
	body   bytes.Buffer
}

// New returns an empty response.
func New() *Response { return &Response{header: http.Header{}} }

// Header returns the headers that WriteHeader will send.
func (r *Response) Header() http.Header { return r.header }

// WriteHeader sets the status and fixes the headers, once.
func (r *Response) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic("invalid WriteHeader code " + strconv.Itoa(status))
	}
	if r.status == 0 && status >= http.StatusOK {
		r.status, r.sent = status, r.header.Clone()
	}
}

// Write adds to the body. It fails for a status that has none.
func (r *Response) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	if !bodyAllowed(r.status) {
		return 0, http.ErrBodyNotAllowed
	}
	return r.body.Write(p)
}

// Status returns the status, 200 if nothing was written.
func (r *Response) Status() int {
	r.WriteHeader(http.StatusOK)
	return r.status
}

// Sent returns the headers as they are sent.
func (r *Response) Sent() http.Header {
	r.WriteHeader(http.StatusOK)
	if !bodyAllowed(r.status) {
		return r.sent
	}
	if _, ok := r.sent["Content-Type"]; !ok && r.body.Len() > 0 && r.sent.Get("Content-Encoding") == "" {
		r.sent.Set("Content-Type", http.DetectContentType(r.body.Bytes()))
	}
	if r.sent.Get("Content-Length") == "" {
		r.sent.Set("Content-Length", strconv.Itoa(r.body.Len()))
	}
	return r.sent
}

// Body returns the body, valid until the next write.
func (r *Response) Body() []byte { return r.body.Bytes() }

// FlushTo sends the response. Its headers replace those already set on w, but Vary, which adds up.
func (r *Response) FlushTo(w http.ResponseWriter) {
	r.Sent()
	r.flushHead(w)
	if r.body.Len() > 0 {
		_, _ = w.Write(r.body.Bytes()) // the client is gone: nobody is left to tell
	}
}

// FlushHeadTo sends the response to a HEAD request: as FlushTo, without the body, and without a length if nothing was
// written.
func (r *Response) FlushHeadTo(w http.ResponseWriter) {
	if r.body.Len() > 0 {
		r.Sent()
	}
	r.flushHead(w)
}

func (r *Response) flushHead(w http.ResponseWriter) {
	status := r.Status()
	header := w.Header()
	for name, values := range r.sent {
		if name == "Vary" {
			values = append(header["Vary"], values...)
		}
		header[name] = values
	}
	w.WriteHeader(status)
}

func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}
