package e2e_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// keepsNoOriginals looks for what customers wrote in every version that the buckets have: uploaded files, and chunks of packed ones.
func (s *site) keepsNoOriginals(t *testing.T) {
	for bucket, wrote := range map[string]func(key string) bool{
		"UploadsBucket": func(string) bool { return true },
		"ResultsBucket": func(key string) bool { return strings.Contains(key, "/chunks/") },
	} {
		page, err := s.buckets.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(s.stack.Outputs[bucket])})
		if err != nil || aws.ToBool(page.IsTruncated) {
			t.Fatalf("list the versions of %s: %v, or more than a page", bucket, err)
		}
		for i := range page.Versions {
			if key := aws.ToString(page.Versions[i].Key); wrote(key) {
				t.Errorf("%s has a version of %s", bucket, key)
			}
		}
		for i := range page.DeleteMarkers {
			if key := aws.ToString(page.DeleteMarkers[i].Key); wrote(key) {
				t.Errorf("%s has a mark over %s", bucket, key)
			}
		}
	}
}
