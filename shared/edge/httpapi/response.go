package httpapi

import (
	"bytes"
	"net/http"
	"strconv"
)

// response is a ResponseWriter that keeps the whole response, so that an error or a panic half-way can still be answered
// properly, and net/http and Lambda give the same bytes. The first WriteHeader counts; headers set after it do not.
type response struct {
	header http.Header
	sent   http.Header // header as it was at WriteHeader
	status int
	body   bytes.Buffer
}

func newResponse() *response { return &response{header: http.Header{}} }

func (r *response) Header() http.Header { return r.header }

func (r *response) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status, r.sent = status, r.header.Clone()
	}
}

func (r *response) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

// flush sends the response. Its headers replace those already set on w, but Vary, which adds up.
func (r *response) flush(w http.ResponseWriter) {
	r.WriteHeader(http.StatusOK)
	header := w.Header()
	for name, values := range r.sent {
		if name == "Vary" {
			values = append(header["Vary"], values...)
		}
		header[name] = values
	}
	if r.status != http.StatusNoContent && r.status != http.StatusNotModified {
		header.Set("Content-Length", strconv.Itoa(r.body.Len()))
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body.Bytes()) // the client is gone: nobody is left to tell
}
