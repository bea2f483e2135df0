package s3blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/s3blob"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/wire"
)

// maxAttempts is how often the configuration's retryer tries.
const maxAttempts = 6

func wantCode(t *testing.T, what string, err error, want errs.Code) {
	t.Helper()
	if got := errs.CodeOf(err); got != want {
		t.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}

// broken returns a bucket behind faults, and the same bucket without.
func broken(t *testing.T, faults ...wire.Fault) (behind, plain *s3blob.Bucket) {
	t.Helper()
	config, name := create(t)
	faulty, _ := wire.New(config, faults...)
	return s3blob.Open(faulty, name, time.Now), s3blob.Open(config, name, time.Now)
}

func write(b *s3blob.Bucket, content string, options blob.WriteOptions) error {
	_, err := b.Write(context.Background(), "main/object", strings.NewReader(content), options)
	return err
}

func read(t *testing.T, b *s3blob.Bucket) string {
	t.Helper()
	object, err := b.Open(t.Context(), "main/object", blob.Range{})
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(object)
	if err != nil || object.Close() != nil {
		t.Fatal(err)
	}
	return string(content)
}

// passed makes the first n requests meet nothing.
func passed(n int, then ...wire.Fault) []wire.Fault {
	return append(wire.Times(n, wire.Through), then...)
}

func TestAWriteWhoseAnswerIsLostIsNoConflictWithItself(t *testing.T) {
	small, large := "small", strings.Repeat("large", s3blob.PartSize/4)
	for name, c := range map[string]struct {
		content string
		faults  []wire.Fault
	}{
		"the first answer is lost":         {small, []wire.Fault{wire.Lost}},
		"every answer is lost":             {small, wire.Times(maxAttempts, wire.Lost)},
		"an error after the write":         {small, []wire.Fault{wire.Lost, wire.Answer(500, "")}},
		"it met another write for a while": {small, []wire.Fault{wire.Answer(409, conflict)}},
		"a part's answer is lost":          {large, passed(1, wire.Lost)},
		"the answer to the completion":     {large, passed(3, wire.Lost)},
		"every answer to the completion":   {large, passed(3, wire.Times(maxAttempts, wire.Lost)...)},
		"the answer to the beginning":      {large, []wire.Fault{wire.Lost}},
	} {
		t.Run(name, func(t *testing.T) {
			behind, plain := broken(t, c.faults...)
			if err := write(behind, c.content, blob.WriteOptions{IfAbsent: true}); err != nil {
				t.Errorf("got %v, want the write known again", err)
			}
			if got := read(t, plain); got != c.content {
				t.Errorf("got %d bytes, want the %d written", len(got), len(c.content))
			}
		})
	}
}

const conflict = `<Error><Code>ConditionalRequestConflict</Code></Error>`

func TestAWriteThatSomebodyElseOvertookIsNotCalledMade(t *testing.T) {
	var plain *s3blob.Bucket
	// The request gets lost, and before its repetition arrives somebody else has written.
	overtaken := func(send func() (*http.Response, error)) (*http.Response, error) {
		if err := write(plain, "theirs", blob.WriteOptions{}); err != nil {
			t.Error(err)
		}
		return wire.Never(send)
	}
	var behind *s3blob.Bucket
	behind, plain = broken(t, overtaken)
	wantCode(t, "write", write(behind, "ours", blob.WriteOptions{IfAbsent: true}), errs.Unavailable)
	if got, want := read(t, plain), "theirs"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAConnectionThatBreaksInAnObjectIsUnavailable(t *testing.T) {
	behind, plain := broken(t, func(send func() (*http.Response, error)) (*http.Response, error) {
		response, err := send()
		if err == nil {
			response.Body = io.NopCloser(io.MultiReader(io.LimitReader(response.Body, 3), failing{errors.New("reset by peer")}))
		}
		return response, err
	})
	if err := write(plain, "content", blob.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	object, err := behind.Open(t.Context(), "main/object", blob.Range{Length: 7})
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(object)
	wantCode(t, "read", err, errs.Unavailable)
	if string(got) != "con" {
		t.Errorf("got %q before the break, want %q", got, "con")
	}
	if err := object.Close(); err != nil {
		t.Error(err)
	}
}

// answering returns a bucket that hears nothing but the answer, and waits for nothing.
func answering(t *testing.T, answer wire.Fault) *s3blob.Bucket {
	t.Helper()
	config, _ := wire.New(emulators.Nowhere(t), wire.Times(100, answer)...)
	config.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return s3blob.Open(config, "bucket", time.Now)
}

// withHeader answers like Answer, with a header.
func withHeader(status int, name, value, body string) wire.Fault {
	return func(send func() (*http.Response, error)) (*http.Response, error) {
		response, err := wire.Answer(status, body)(send)
		response.Header.Set(name, value)
		return response, err
	}
}

func TestWhatTheServiceSaysBecomesACode(t *testing.T) {
	calls := map[string]func(*s3blob.Bucket) error{
		"open": func(b *s3blob.Bucket) error {
			_, err := b.Open(context.Background(), "main/object", blob.Range{})
			return err
		},
		"range": func(b *s3blob.Bucket) error {
			_, err := b.Open(context.Background(), "main/object", blob.Range{Offset: 1})
			return err
		},
		"stat": func(b *s3blob.Bucket) error { _, err := b.Stat(context.Background(), "main/object"); return err },
		"list": func(b *s3blob.Bucket) error { _, err := b.List(context.Background(), "main/", "", 10); return err },
		"delete": func(b *s3blob.Bucket) error {
			return b.Delete(context.Background(), "main/object", "1")
		},
		"delete every version": func(b *s3blob.Bucket) error {
			return b.Delete(context.Background(), "main/object", blob.EveryVersion)
		},
		"write": func(b *s3blob.Bucket) error { return write(b, "x", blob.WriteOptions{}) },
		"write in parts": func(b *s3blob.Bucket) error {
			_, err := b.Write(context.Background(), "main/object", bytes.NewReader(make([]byte, s3blob.PartSize+1)), blob.WriteOptions{})
			return err
		},
	}
	fails := func(status int, code string) wire.Fault {
		return wire.Answer(status, "<Error><Code>"+code+"</Code><Message>told by the test</Message></Error>")
	}
	for name, c := range map[string]struct {
		answer wire.Fault
		calls  string // separated by commas; "" for all
		want   errs.Code
	}{
		"the bucket does not answer":   {wire.Never, "", errs.Unavailable},
		"it is too busy":               {fails(503, "SlowDown"), "", errs.Unavailable},
		"there are no rights":          {fails(403, "AccessDenied"), "", errs.Unavailable},
		"there is no such bucket":      {fails(404, "NoSuchBucket"), "open,list,write,delete every version", errs.Unavailable},
		"there is no such object":      {fails(404, "NoSuchKey"), "open,range,stat", errs.NotFound},
		"the parts were aborted":       {fails(404, "NoSuchUpload"), "write in parts", errs.Unavailable},
		"the object is gone already":   {fails(404, "NoSuchKey"), "delete", ""},
		"garbage instead of a list":    {wire.Answer(200, "garbage"), "list,delete every version", errs.Unavailable},
		"a list with a broken escape":  {wire.Answer(200, "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>%zz</Key></Contents></ListBucketResult>"), "list", errs.Unavailable},
		"a range without a size":       {wire.Answer(206, "x"), "range", errs.Unavailable},
		"a range with a size of words": {withHeader(206, "Content-Range", "bytes 1-1/*", "x"), "range", errs.Unavailable},
	} {
		for call, do := range calls {
			if c.calls == "" || strings.Contains(","+c.calls+",", ","+call+",") {
				wantCode(t, name+", "+call, do(answering(t, c.answer)), c.want)
			}
		}
	}
}

func TestAListingPassesOverKeysThatNobodyCanOpenHere(t *testing.T) {
	config, name := create(t)
	client := clientOf(config)
	put := func(key string) {
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &name, Key: &key, Body: strings.NewReader("x")}); err != nil {
			t.Fatalf("put %q: %v", key, err)
		}
	}
	for i := range 5 {
		put(fmt.Sprintf("main/%d/", i)) // as consoles mark folders
		put(fmt.Sprintf("main/.hidden%d", i))
	}
	put("main/a + b & c.csv")
	put("main/z")
	bucket := s3blob.Open(config, name, time.Now)
	for _, limit := range []int{1, 2, 3, 100} {
		var got []string
		for cursor, more := "", true; more; more = cursor != "" {
			page, err := bucket.List(t.Context(), "main/", cursor, limit)
			if err != nil || len(page.Objects) > limit {
				t.Fatalf("got %d objects (%v), want at most %d", len(page.Objects), err, limit)
			}
			for _, info := range page.Objects {
				got = append(got, info.Key)
			}
			cursor = page.Next
		}
		if want := "main/a + b & c.csv main/z"; strings.Join(got, " ") != want {
			t.Errorf("pages of %d: got %q, want %q", limit, got, want)
		}
	}
}
