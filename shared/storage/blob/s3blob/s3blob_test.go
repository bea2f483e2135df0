package s3blob_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/blobtest"
	"github.com/customerai/customerai/shared/storage/blob/s3blob"
	"github.com/customerai/customerai/shared/testkit/emulators"
)

// create makes a bucket with versions on the emulator.
func create(t *testing.T) (config aws.Config, name string) {
	t.Helper()
	config, name = createPlain(t)
	_, err := clientOf(config).PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: &name, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	if err != nil {
		t.Fatalf("give the bucket versions: %v", err)
	}
	return config, name
}

// createPlain makes a bucket without.
func createPlain(t *testing.T) (config aws.Config, name string) {
	t.Helper()
	config, name = emulators.AWS(t), "test-"+strings.ToLower(rand.Text())
	if _, err := clientOf(config).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatalf("create the bucket: %v", err)
	}
	return config, name
}

func clientOf(config aws.Config) *s3.Client {
	return s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })
}

func open(t *testing.T) *s3blob.Bucket {
	t.Helper()
	config, name := create(t)
	return s3blob.Open(config, name, time.Now)
}

func TestItIsABucket(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Bucket { return open(t) })
}

func TestAnObjectOfSeveralPartsIsWhole(t *testing.T) {
	bucket := open(t)
	for _, size := range []int{s3blob.PartSize - 1, s3blob.PartSize, s3blob.PartSize + 1, 2 * s3blob.PartSize} {
		want := make([]byte, size)
		_, _ = rand.Read(want)
		info, err := bucket.Write(t.Context(), "main/large", bytes.NewReader(want), blob.WriteOptions{ContentType: "text/csv"})
		if err != nil || info.Size != int64(size) {
			t.Fatalf("write %d bytes: %+v, %v", size, info, err)
		}
		object, err := bucket.Open(t.Context(), "main/large", blob.Range{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(object)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: got %d others back (%v)", size, len(got), err)
		}
		if err := object.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOnlyOneOfTwoObjectsOfSeveralPartsIsTheFirst(t *testing.T) {
	bucket := open(t)
	content := make([]byte, s3blob.PartSize+1)
	if _, err := bucket.Write(t.Context(), "main/large", bytes.NewReader(content), blob.WriteOptions{IfAbsent: true}); err != nil {
		t.Fatal(err)
	}
	_, err := bucket.Write(t.Context(), "main/large", bytes.NewReader(content), blob.WriteOptions{IfAbsent: true})
	if got, want := errs.CodeOf(err), errs.Conflict; got != want {
		t.Errorf("second write: got %q (%v), want %q", got, err, want)
	}
}

func TestAReaderThatBreaksOffLeavesNoParts(t *testing.T) {
	config, name := create(t)
	bucket := s3blob.Open(config, name, time.Now)
	broken := errs.New(errs.TooLarge, "the reader gave up")
	_, err := bucket.Write(t.Context(), "main/large", io.MultiReader(bytes.NewReader(make([]byte, s3blob.PartSize+1)), failing{broken}), blob.WriteOptions{})
	if got, want := errs.CodeOf(err), errs.TooLarge; got != want {
		t.Errorf("got %q (%v), want the reader's %q", got, err, want)
	}
	client := s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })
	uploads, err := client.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: &name})
	if err != nil || len(uploads.Uploads) != 0 {
		t.Errorf("got %d uploads under way (%v), want none", len(uploads.Uploads), err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestAnUploadAddressTakesAPutWithoutAToken(t *testing.T) {
	bucket := open(t)
	address, err := bucket.PresignPut(t.Context(), "main/incoming/a file.csv", 1<<20, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, address, strings.NewReader("id,text\n"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := new(http.Client).Do(request)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("put: %v, %v", response, err)
	}
	info, err := bucket.Stat(t.Context(), "main/incoming/a file.csv")
	if err != nil || info.Size != 8 {
		t.Errorf("got %+v (%v), want the 8 bytes", info, err)
	}
}

func TestAnUploadAddressSignsNothingAboutTheBytes(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	bucket := s3blob.Open(offline(), "bucket", func() time.Time { return now })
	address, err := bucket.PresignPut(t.Context(), "main/a.csv", 1, now.Add(15*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	if got, want := u.Host+u.Path, "bucket.s3.us-east-1.amazonaws.com/main/a.csv"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := query.Get("X-Amz-Expires"), "900"; got != want {
		t.Errorf("got it valid for %s seconds, want %s", got, want)
	}
	if got, want := query.Get("X-Amz-SignedHeaders"), "host"; got != want {
		t.Errorf("got the headers %q signed, want %q", got, want)
	}
	for name := range query {
		if strings.Contains(strings.ToLower(name), "checksum") {
			t.Errorf("got %s, which is the checksum of no bytes at all", name)
		}
	}
}

func TestAnUploadAddressIsRefused(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	bucket := s3blob.Open(offline(), "bucket", func() time.Time { return now })
	for name, c := range map[string]struct {
		key      string
		maxBytes int64
		expires  time.Time
	}{
		"for a key that is none":      {"../a", 1, now.Add(time.Hour)},
		"for less than a byte":        {"main/a", 0, now.Add(time.Hour)},
		"when it has expired":         {"main/a", 1, now},
		"for longer than S3 keeps it": {"main/a", 1, now.Add(8 * 24 * time.Hour)},
	} {
		_, err := bucket.PresignPut(t.Context(), c.key, c.maxBytes, c.expires)
		if got, want := errs.CodeOf(err), errs.Invalid; got != want {
			t.Errorf("%s: got %q (%v), want %q", name, got, err, want)
		}
	}
}

// offline is a configuration for what needs no answer.
func offline() aws.Config {
	return aws.Config{
		Region: "us-east-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}
}
