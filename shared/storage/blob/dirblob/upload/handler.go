package upload

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

// Handler stores what is uploaded to signed addresses. Make it with NewHandler.
type Handler struct {
	signer *Signer
	bucket blob.Bucket
	logger *slog.Logger
}

// NewHandler returns the handler of signer's addresses. Only what is not the client's fault is logged.
func NewHandler(signer *Signer, bucket blob.Bucket, logger *slog.Logger) *Handler {
	return &Handler{signer, bucket, logger}
}

// ServeHTTP answers 200 with the object's ETag, or a problem: 403 for the address, 405, 409 for a second upload, 413,
// 400 for a body that breaks off.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodPut {
		w.Header().Set("Allow", http.MethodPut)
		problem(w, http.StatusMethodNotAllowed, "an upload address accepts PUT alone")
		return
	}
	info, err := h.store(w, r)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	w.Header().Set("ETag", `"`+info.ETag+`"`)
	w.WriteHeader(http.StatusOK)
}

func (h *Handler) store(w http.ResponseWriter, r *http.Request) (blob.Info, error) {
	key := strings.TrimPrefix(r.URL.Path, Path)
	if err := blob.ValidKey(key); err != nil {
		return blob.Info{}, errs.Wrap(errs.Forbidden, "the upload address is not valid or has expired", err)
	}
	maxBytes, err := h.signer.verify(key, r.URL.Query())
	if err != nil {
		return blob.Info{}, err
	}
	if r.ContentLength > maxBytes { // before the client sends it all
		return blob.Info{}, &http.MaxBytesError{Limit: maxBytes}
	}
	return h.bucket.Write(r.Context(), key, body{http.MaxBytesReader(w, r.Body, maxBytes)}, blob.WriteOptions{
		IfAbsent:    true,
		ContentType: r.Header.Get("Content-Type"),
	})
}

var statuses = map[errs.Code]int{
	errs.Invalid:     http.StatusBadRequest,
	errs.Forbidden:   http.StatusForbidden,
	errs.Conflict:    http.StatusConflict,
	errs.Unavailable: http.StatusServiceUnavailable,
}

// body reads a request. What goes wrong there is the client's or the line's doing, and the bucket's own is not.
type body struct{ io.Reader }

func (b body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = errs.Wrap(errs.Invalid, "the upload broke off", err)
	}
	return n, err
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		problem(w, http.StatusRequestEntityTooLarge, "the file is larger than this address allows")
		return
	}
	status, known := statuses[errs.CodeOf(err)]
	if !known {
		status = http.StatusInternalServerError
	}
	if status >= http.StatusInternalServerError && r.Context().Err() == nil {
		h.logger.ErrorContext(r.Context(), "upload", slog.Any("err", err))
	}
	problem(w, status, errs.Public(err).Message)
}

// problem writes an RFC 9457 answer.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct { //nolint:errchkjson // a client that has gone needs no answer
		Status int    `json:"status"`
		Title  string `json:"title"`
		Detail string `json:"detail"`
	}{status, http.StatusText(status), detail})
}
