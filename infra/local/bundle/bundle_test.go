package bundle_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/infra/local/sample"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
	"github.com/customerai/customerai/shared/workflow/batch/stream"
)

func open(t *testing.T, folder string) *bundle.Bundle {
	t.Helper()
	b, err := bundle.Open(t.Context(), bundle.Config{
		Folder: folder, BaseURL: "http://localhost", Stage: env.Development, Logger: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// running opens a folder and runs its functions until the function that it returns is called.
func running(t *testing.T, folder string) (*bundle.Bundle, func()) {
	t.Helper()
	b := open(t, folder)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	return b, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}

// client calls the API as the administrator, who may do everything, with a token of a sign-in as anybody's.
type client struct {
	t     *testing.T
	b     *bundle.Bundle
	token string
}

func newClient(t *testing.T, b *bundle.Bundle, folder string) client {
	t.Helper()
	c := client{t: t, b: b}
	c.token = c.signIn(folder, "")
	return c
}

// signIn returns a token of the folder's administrator: with one scope, or with all of them for "".
func (c client) signIn(folder, scope string) string {
	c.t.Helper()
	source, _, err := envsecrets.Open(env.Development, folder)
	if err != nil {
		c.t.Fatal(err)
	}
	credentials, err := source.Administrator()
	if err != nil {
		c.t.Fatal(err)
	}
	form := url.Values{"grant_type": {"password"}, "username": {credentials.ID}, "password": {credentials.Secret}}
	if scope != "" {
		form.Set("scope", scope)
	}
	request := httptest.NewRequestWithContext(c.t.Context(), http.MethodPost, "/v1/oauth/token", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	c.send(request, &answer)
	return answer.AccessToken
}

func (c client) send(request *http.Request, answer any) {
	c.t.Helper()
	recorder := httptest.NewRecorder()
	c.b.Handler.ServeHTTP(recorder, request)
	if recorder.Code >= 300 {
		c.t.Fatalf("%s %s = %d: %s", request.Method, request.URL.Path, recorder.Code, recorder.Body)
	}
	if answer == nil {
		return
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), answer); err != nil {
		c.t.Fatal(err)
	}
}

func (c client) call(method, path, body string, answer any) {
	c.t.Helper()
	request := httptest.NewRequestWithContext(c.t.Context(), method, path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+c.token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	c.send(request, answer)
}

// ended waits on the bubble's clock until a batch has come to its end.
func (c client) ended(id string) batch.Detail {
	c.t.Helper()
	for range 1000 {
		var detail batch.Detail
		c.call(http.MethodGet, "/v1/batches/"+id, "", &detail)
		if detail.Status == ledger.Completed || detail.Status == ledger.Failed {
			return detail
		}
		time.Sleep(time.Second)
	}
	c.t.Fatal("the batch does not end")
	return batch.Detail{}
}

// first waits on the bubble's clock for the one batch and returns its id.
func (c client) first() string {
	c.t.Helper()
	var list struct{ Batches []batch.Batch }
	for range 1000 {
		if c.call(http.MethodGet, "/v1/batches", "", &list); len(list.Batches) > 0 {
			break
		}
		time.Sleep(time.Second)
	}
	if len(list.Batches) != 1 {
		c.t.Fatalf("%d batches, want the dropped file", len(list.Batches))
	}
	return list.Batches[0].BatchID
}

func sampleBytes(t *testing.T) []byte {
	t.Helper()
	content, err := io.ReadAll(sample.Messages())
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestKeysRotateUnderAServerThatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := filepath.Join(t.TempDir(), "data")
		b, stop := running(t, folder)
		defer stop()
		before := newClient(t, b, folder)
		if err := envsecrets.Rotate(env.Development, folder, time.Now()); err != nil {
			t.Fatal(err)
		}
		after := newClient(t, b, folder)
		for name, c := range map[string]client{"before": before, "after": after} {
			t.Log(name) // call ends the test when it is refused
			c.call(http.MethodGet, "/v1/batches", "", nil)
		}
		if key := func(c client) string { header, _, _ := strings.Cut(c.token, "."); return header }; key(before) == key(after) {
			t.Error("the server signs with the key of before")
		}
	})
}

func TestAnUploadedFileGivesTheRowsThatTheToolGives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := filepath.Join(t.TempDir(), "data")
		b, stop := running(t, folder)
		defer stop()
		c := newClient(t, b, folder)

		var upload batch.Upload
		c.call(http.MethodPost, "/v1/batches", `{"fileName":"messages.csv"}`, &upload)
		address, err := url.Parse(upload.UploadURL)
		if err != nil {
			t.Fatal(err)
		}
		content := sampleBytes(t)
		c.send(httptest.NewRequestWithContext(t.Context(), http.MethodPut, address.RequestURI(), bytes.NewReader(content)), nil)
		detail := c.ended(upload.BatchID)

		var results, rejections bytes.Buffer
		summary, err := stream.Analyze(t.Context(), bytes.NewReader(content), stream.Options{Name: "messages.csv"}, &results, &rejections)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := text(t, detail.Summary), text(t, summary); got != want {
			t.Errorf("summary = %s, want the tool's %s", got, want)
		}
		if got := rows(c, "/v1/batches/"+upload.BatchID+"/results"); got != results.String() {
			t.Error("the results differ from the tool's")
		}
		if got := rows(c, "/v1/batches/"+upload.BatchID+"/errors"); got != rejections.String() {
			t.Error("the rejected rows differ from the tool's")
		}
	})
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// rows follows the pages of a list and returns one row a line.
func rows(c client, path string) string {
	c.t.Helper()
	var all strings.Builder
	for token := ""; ; {
		var page struct {
			Results   []json.RawMessage
			NextToken string
		}
		c.call(http.MethodGet, path+"?limit=100&nextToken="+url.QueryEscape(token), "", &page)
		for _, row := range page.Results {
			all.Write(append(row, '\n'))
		}
		if token = page.NextToken; token == "" {
			return all.String()
		}
	}
}

func TestWhatAStopLeavesUndoneIsDoneAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := filepath.Join(t.TempDir(), "data")
		first := open(t, folder)
		fresh, err := first.Drop(t.Context(), "messages.csv", sample.Messages())
		if err != nil || !fresh {
			t.Fatalf("Drop = %v, %v, want a new file", fresh, err)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}

		second, stop := running(t, folder)
		defer stop()
		if fresh, err := second.Drop(t.Context(), "messages.csv", sample.Messages()); err != nil || fresh {
			t.Fatalf("second Drop = %v, %v, want the file to be known", fresh, err)
		}
		c := newClient(t, second, folder)
		if detail := c.ended(c.first()); detail.Status != ledger.Completed || detail.Summary.Rows != 581 {
			t.Errorf("batch = %+v, want 581 rows", detail)
		}
	})
}

func TestASecondProcessIsKeptOut(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	first := open(t, folder)
	defer func() { _ = first.Close() }()
	_, err := bundle.Open(t.Context(), bundle.Config{
		Folder: folder, BaseURL: "http://localhost", Stage: env.Development, Logger: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("a second Open = %v, want a conflict", err)
	}
}

func TestEveryDependencyIsReady(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "data"))
	defer func() { _ = b.Close() }()
	recorder := httptest.NewRecorder()
	b.Handler.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/health/ready", nil))
	if recorder.Code != http.StatusOK || !strings.Contains(recorder.Body.String(), `"table":"ok"`) {
		t.Errorf("readiness = %d %s, want ready", recorder.Code, recorder.Body)
	}
}
