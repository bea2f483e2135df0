package upload_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/dirblob/upload"
	"github.com/customerai/customerai/shared/testkit/stores"
)

// FuzzAddress: nothing is stored but at an address that was signed, whatever the spelling of another.
func FuzzAddress(f *testing.F) {
	bucket := stores.Bucket(f)
	signer, err := upload.NewSigner(key, "http://localhost", func() time.Time { return now })
	if err != nil {
		f.Fatal(err)
	}
	const signed = "main/incoming/messages.csv"
	address, err := signer.PresignPut(context.Background(), signed, 4, now.Add(time.Hour))
	if err != nil {
		f.Fatal(err)
	}
	target := strings.TrimPrefix(address, "http://localhost")
	path, query, _ := strings.Cut(target, "?")
	f.Add(path, query, "text")
	f.Add(path, query, "too much")
	f.Add(path+"/../x", query, "")
	f.Add(path, query+"&max=9", "")
	f.Add(path, strings.Replace(query, "max=4", "max=04", 1), "")
	f.Add("/uploads/other/messages.csv", query, "")
	handler := upload.NewHandler(signer, bucket, slog.New(slog.DiscardHandler))
	f.Fuzz(func(t *testing.T, path, query, body string) {
		request := httptest.NewRequest(http.MethodPut, "/", strings.NewReader(body))
		request.URL = &url.URL{Path: path, RawQuery: query}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		given := request.URL.Query()
		own, _ := url.ParseQuery(target[strings.IndexByte(target, '?')+1:])
		same := strings.TrimPrefix(path, upload.Path) == signed
		for name := range own {
			same = same && given.Get(name) == own.Get(name)
		}
		switch {
		case answer.Code >= http.StatusInternalServerError:
			t.Errorf("%s?%s is answered %d %s", path, query, answer.Code, answer.Body)
		case answer.Code == http.StatusOK && (!same || len(body) > 4):
			t.Errorf("%s?%s takes %d bytes", path, query, len(body))
		}
		if answer.Code == http.StatusOK {
			_ = bucket.Delete(t.Context(), signed, blob.EveryVersion)
		}
	})
}
