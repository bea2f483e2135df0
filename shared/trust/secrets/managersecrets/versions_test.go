package managersecrets_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
	"github.com/customerai/customerai/shared/trust/secrets/rotation"
)

// Once on the emulator, once on the store that the drills use: both must be a rotation.Store in the same way.
func TestVersionsAreWhatARotationNeeds(t *testing.T) {
	const version, none = "00000000-0000-4000-8000-000000000002", "00000000-0000-4000-8000-000000000009"
	for name, open := range map[string]func(t *testing.T) (aws.Config, string, string){
		"on the emulator": func(t *testing.T) (aws.Config, string, string) {
			t.Helper()
			reach, name := emulators.AWS(t), "test-"+rand.Text()
			made, err := secretsmanager.NewFromConfig(reach).CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: &name, SecretString: aws.String("one")})
			if err != nil {
				t.Fatal(err)
			}
			return reach, name, *made.VersionId
		},
		"in memory": func(t *testing.T) (aws.Config, string, string) {
			t.Helper()
			reach := emulators.Nowhere(t)
			reach.HTTPClient = secretstore.New(time.Now, "one")
			return reach, "bundle", "first"
		},
	} {
		t.Run(name, func(t *testing.T) {
			reach, id, first := open(t)
			v, ctx := managersecrets.OpenVersions(reach, id), t.Context()
			wantLabels := func(version, want string) {
				t.Helper()
				labels, err := v.Labels(ctx, version)
				if err != nil || strings.Join(labels, " ") != want {
					t.Errorf("labels of %s = %v, %v, want %q", version, labels, err, want)
				}
			}
			wantText := func(version, want, wantID string) {
				t.Helper()
				text, id, err := v.Read(ctx, version)
				if err != nil || string(text) != want || id != wantID {
					t.Errorf("Read(%q) = %q of %s, %v, want %q of %s", version, text, id, err, want, wantID)
				}
			}
			wantCode := func(what string, err error, want errs.Code) {
				t.Helper()
				if got := errs.CodeOf(err); got != want {
					t.Errorf("%s: got %v, want %q", what, err, want)
				}
			}
			wantLabels(first, rotation.LabelCurrent)
			wantLabels(none, "")
			wantText("", "one", first)
			_, _, err := v.Read(ctx, none)
			wantCode("read what is not there", err, errs.NotFound)
			wantCode("put", v.Put(ctx, version, []byte("two")), "")
			wantCode("put again", v.Put(ctx, version, []byte("two")), "")
			wantLabels(version, rotation.LabelPending)
			wantText("", "one", first)
			wantText(version, "two", version)
			wantCode("promote instead of what is not in force", v.Promote(ctx, version, version), errs.Conflict)
			wantText("", "one", first)
			wantCode("promote", v.Promote(ctx, version, first), "")
			wantText("", "two", version)
			wantLabels(first, rotation.LabelPrevious)
			wantCode("promote instead of what was in force", v.Promote(ctx, first, first), errs.Conflict)
			wantCode("abandon", v.Abandon(ctx, version), "")
			wantText("", "two", version)
			_, err = managersecrets.OpenVersions(reach, "hunter2").Labels(ctx, version)
			if name == "on the emulator" {
				wantCode("another secret", err, errs.NotFound)
			}
		})
	}
	reach := emulators.Nowhere(t)
	reach.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	_, err := managersecrets.OpenVersions(reach, "bundle").Labels(t.Context(), version)
	if !errs.Is(err, errs.Unavailable) {
		t.Errorf("without a store: got %v, want unavailable", err)
	}
}
