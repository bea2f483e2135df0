package upload_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/dirblob/upload"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/testkit/stores"
)

var (
	now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	key = bytes.Repeat([]byte{7}, upload.MinKey)
)

// site is a server that takes uploads, with a clock to move and a log to read.
type site struct {
	*upload.Signer
	bucket blob.Bucket
	url    string
	now    time.Time
	log    bytes.Buffer
}

func open(t *testing.T, script faults.Script) *site {
	t.Helper()
	s := &site{bucket: faults.New(script).Bucket(stores.Bucket(t)), now: now}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	var err error
	if s.Signer, err = upload.NewSigner(key, server.URL+"/", func() time.Time { return s.now }); err != nil {
		t.Fatal(err)
	}
	mux.Handle(upload.Path, upload.NewHandler(s.Signer, s.bucket, slog.New(slog.NewTextHandler(&s.log, nil))))
	return s
}

func (s *site) presign(t *testing.T, key string, maxBytes int64) string {
	t.Helper()
	address, err := s.PresignPut(t.Context(), key, maxBytes, s.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// send makes a request and returns its answer, whose body is read.
func send(t *testing.T, method, address string, body io.Reader) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func (s *site) wantProblem(t *testing.T, response *http.Response, text string, status int) {
	t.Helper()
	if got := response.StatusCode; got != status {
		t.Errorf("status: got %d, want %d", got, status)
	}
	if got, want := response.Header.Get("Content-Type"), "application/problem+json"; got != want {
		t.Errorf("content type: got %q, want %q", got, want)
	}
	var problem struct {
		Status        int
		Title, Detail string
	}
	if err := json.Unmarshal([]byte(text), &problem); err != nil || problem.Status != status || problem.Title == "" || problem.Detail == "" {
		t.Errorf("got %q (%v), want a problem", text, err)
	}
}

func (s *site) wantStored(t *testing.T, key, want string) {
	t.Helper()
	object, err := s.bucket.Open(t.Context(), key, blob.Range{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(object)
	if err != nil || string(got) != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
	if err := object.Close(); err != nil {
		t.Error(err)
	}
}

func (s *site) wantNothing(t *testing.T) {
	t.Helper()
	page, err := s.bucket.List(t.Context(), "", "", 1)
	if err != nil || len(page.Objects) != 0 {
		t.Errorf("got %d objects (%v), want none", len(page.Objects), err)
	}
}

func TestASignedAddressTakesItsFileWithAndWithoutALength(t *testing.T) {
	s := open(t, faults.Once(0, faults.Never))
	for key, body := range map[string]io.Reader{
		"main/incoming/known":             strings.NewReader("0123456789"),
		"main/incoming/chunked":           io.MultiReader(strings.NewReader("0123456789")), // no length to be found
		"main/incoming/отзывы & more?.gz": strings.NewReader("0123456789"),
		"main/incoming/100%":              strings.NewReader("0123456789"),
	} {
		response, text := send(t, http.MethodPut, s.presign(t, key, 10), body)
		if response.StatusCode != http.StatusOK || text != "" || response.Header.Get("ETag") == "" {
			t.Errorf("%s: got %d %q, ETag %q", key, response.StatusCode, text, response.Header.Get("ETag"))
		}
		s.wantStored(t, key, "0123456789")
	}
	response, _ := send(t, http.MethodPut, s.presign(t, "main/incoming/empty", 10), nil)
	if got, want := response.StatusCode, http.StatusOK; got != want {
		t.Errorf("an empty file: got %d, want %d", got, want)
	}
	s.wantStored(t, "main/incoming/empty", "")
}

func TestAnAlteredAddressIsForbidden(t *testing.T) {
	s := open(t, faults.Once(0, faults.Never))
	good, err := url.Parse(s.presign(t, "main/incoming/file", 10))
	if err != nil {
		t.Fatal(err)
	}
	with := func(name, value string) string {
		altered, query := *good, good.Query()
		query.Set(name, value)
		altered.RawQuery = query.Encode()
		return altered.String()
	}
	flipped, err := base64.RawURLEncoding.DecodeString(good.Query().Get("signature"))
	if err != nil {
		t.Fatal(err)
	}
	flipped[0] ^= 1
	elsewhere := *good
	elsewhere.Path = upload.Path + "main/incoming/other"
	for name, address := range map[string]string{
		"another key":             elsewhere.String(),
		"more bytes":              with("max", "11"),
		"the same bytes, spelled": with("max", "+10"),
		"a later expiry":          with("expires", "9999999999"),
		"no limit":                with("max", ""),
		"an empty signature":      with("signature", ""),
		"half a signature":        with("signature", good.Query().Get("signature")[:20]),
		"a flipped bit":           with("signature", base64.RawURLEncoding.EncodeToString(flipped)),
		"not base64":              with("signature", "!"),
		"no query":                s.url + good.EscapedPath(),
		"no key":                  s.url + upload.Path + "?" + good.RawQuery,
		"a hidden key":            s.url + upload.Path + ".lock?" + good.RawQuery,
	} {
		t.Run(name, func(t *testing.T) {
			response, text := send(t, http.MethodPut, address, strings.NewReader("x"))
			s.wantProblem(t, response, text, http.StatusForbidden)
			s.wantNothing(t)
		})
	}
}

func TestAnAddressOfAnotherKeyIsForbidden(t *testing.T) {
	s := open(t, faults.Once(0, faults.Never))
	stranger, err := upload.NewSigner(bytes.Repeat([]byte{8}, upload.MinKey), s.url, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	address, err := stranger.PresignPut(t.Context(), "main/incoming/file", 10, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	response, text := send(t, http.MethodPut, address, strings.NewReader("x"))
	s.wantProblem(t, response, text, http.StatusForbidden)
	s.wantNothing(t)
}

func TestAnAddressEndsWithItsSecond(t *testing.T) {
	s := open(t, faults.Once(0, faults.Never))
	early, late := s.presign(t, "main/early", 10), s.presign(t, "main/late", 10)
	s.now = now.Add(time.Hour - time.Second)
	if response, _ := send(t, http.MethodPut, early, strings.NewReader("x")); response.StatusCode != http.StatusOK {
		t.Errorf("a second before: got %d", response.StatusCode)
	}
	s.now = now.Add(time.Hour)
	response, text := send(t, http.MethodPut, late, strings.NewReader("x"))
	s.wantProblem(t, response, text, http.StatusForbidden)
}

func TestAFileOverTheLimitIsRefusedAndNotStored(t *testing.T) {
	s := open(t, faults.Once(0, faults.Never))
	for name, body := range map[string]io.Reader{
		"with a length": strings.NewReader("01234567890"),
		"chunked":       io.MultiReader(strings.NewReader("01234567890")),
	} {
		t.Run(name, func(t *testing.T) {
			response, text := send(t, http.MethodPut, s.presign(t, "main/file", 10), body)
			s.wantProblem(t, response, text, http.StatusRequestEntityTooLarge)
			s.wantNothing(t)
		})
	}
}

func TestASecondUploadToAnAddressIsAConflict(t *testing.T) {
	s := open(t, faults.Once(0, faults.Never))
	address := s.presign(t, "main/file", 10)
	send(t, http.MethodPut, address, strings.NewReader("first"))
	response, text := send(t, http.MethodPut, address, strings.NewReader("second"))
	s.wantProblem(t, response, text, http.StatusConflict)
	s.wantStored(t, "main/file", "first")
}

func TestOtherMethodsAreRefused(t *testing.T) {
	s := open(t, faults.Once(0, faults.Never))
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete, http.MethodOptions} {
		response, text := send(t, method, s.presign(t, "main/file", 10), nil)
		s.wantProblem(t, response, text, http.StatusMethodNotAllowed)
		if got, want := response.Header.Get("Allow"), http.MethodPut; got != want {
			t.Errorf("%s: allow: got %q, want %q", method, got, want)
		}
	}
}

func TestAnUploadThatBreaksOffStoresNothingAndCanBeRepeated(t *testing.T) {
	s := open(t, faults.Once(0, faults.Never))
	address := s.presign(t, "main/file", 10)
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", target.Host)
	if err != nil {
		t.Fatal(err)
	}
	request := "PUT " + target.RequestURI() + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf"
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") {
		t.Errorf("got %q (%v), want status 400", answer, err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	s.wantNothing(t)
	if got := s.log.String(); got != "" {
		t.Errorf("got %q logged, want nothing", got)
	}
	send(t, http.MethodPut, address, strings.NewReader("whole"))
	s.wantStored(t, "main/file", "whole")
}

func TestABucketThatDoesNotAnswerIsLoggedAndTheClientMayTryAgain(t *testing.T) {
	s := open(t, faults.Once(1, faults.Before))
	address := s.presign(t, "main/file", 10)
	response, text := send(t, http.MethodPut, address, strings.NewReader("x"))
	s.wantProblem(t, response, text, http.StatusServiceUnavailable)
	if got, want := s.log.String(), faults.ErrInjected.Error(); !strings.Contains(got, want) {
		t.Errorf("log: got %q, want the cause", got)
	}
	if strings.Contains(text, faults.ErrInjected.Error()) {
		t.Errorf("answer: got %q, want it without the cause", text)
	}
	if response, _ := send(t, http.MethodPut, address, strings.NewReader("x")); response.StatusCode != http.StatusOK {
		t.Errorf("the second time: got %d", response.StatusCode)
	}
}

func TestASignerRefusesWhatItCannotStandFor(t *testing.T) {
	clock := func() time.Time { return now }
	for name, open := range map[string]func() (*upload.Signer, error){
		"a short key":         func() (*upload.Signer, error) { return upload.NewSigner(key[1:], "http://x", clock) },
		"a base without host": func() (*upload.Signer, error) { return upload.NewSigner(key, "/here", clock) },
	} {
		if _, err := open(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	signer, err := upload.NewSigner(key, "http://x", clock)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key      string
		maxBytes int64
	}{"a key that is none": {"../x", 1}, "no bytes": {"main/x", 0}} {
		if _, err := signer.PresignPut(t.Context(), c.key, c.maxBytes, now); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}
