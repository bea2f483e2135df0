package s3blob_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/s3blob"
)

// kept returns the keys of all versions and marks that a bucket holds.
func kept(t *testing.T, client *s3.Client, name string) (keys []string) {
	t.Helper()
	page, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &name})
	if err != nil {
		t.Fatal(err)
	}
	for i := range page.Versions {
		keys = append(keys, aws.ToString(page.Versions[i].Key))
	}
	for i := range page.DeleteMarkers {
		keys = append(keys, aws.ToString(page.DeleteMarkers[i].Key)+" (mark)")
	}
	return keys
}

func TestADeletionLeavesNoVersionAndNoMark(t *testing.T) {
	config, name := create(t)
	client, bucket := clientOf(config), s3blob.Open(config, name, time.Now)
	key := "main/object"
	for _, neighbour := range []string{"main/objec", "main/object.gz", "main/object/below"} {
		if _, err := bucket.Write(t.Context(), neighbour, strings.NewReader("kept"), blob.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if err := write(bucket, "what a customer wrote", blob.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &name, Key: &key}); err != nil { // as a console does
		t.Fatal(err)
	}
	if got, want := len(kept(t, client, name)), 7; got != want {
		t.Fatalf("%d versions and marks before the deletion, want %d", got, want)
	}
	if err := bucket.Delete(t.Context(), key, blob.EveryVersion); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(kept(t, client, name), " "), "main/objec main/object.gz main/object/below"; got != want {
		t.Errorf("after the deletion the bucket holds %q, want %q", got, want)
	}
}

func TestABucketWithoutVersionsDeletesWhatThereIs(t *testing.T) {
	config, name := createPlain(t)
	bucket := s3blob.Open(config, name, time.Now)
	for _, every := range []bool{true, false} {
		if err := write(bucket, "x", blob.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		object, err := bucket.Open(t.Context(), "main/object", blob.Range{})
		if err != nil || object.Close() != nil {
			t.Fatal(err)
		}
		version := object.Version
		if every {
			version = blob.EveryVersion
		}
		if err := bucket.Delete(t.Context(), "main/object", version); err != nil {
			t.Errorf("delete %q: %v", version, err)
		}
		_, err = bucket.Stat(t.Context(), "main/object")
		wantCode(t, "what was deleted", err, errs.NotFound)
	}
}
