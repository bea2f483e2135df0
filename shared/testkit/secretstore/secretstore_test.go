package secretstore_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go"

	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/testkit/wire"
)

// script does what a rotation and an operator do to a secret that holds "one" as version "first", and notes what comes back.
func script(t *testing.T, client *secretsmanager.Client, id, first string) (notes []string) {
	t.Helper()
	v := func(n int) *string { return aws.String(fmt.Sprintf("00000000-0000-4000-8000-%012d", n)) }
	names := strings.NewReplacer(first, "first", *v(2), "two", *v(3), "three")
	note := func(what string, err error) {
		code := "ok"
		if e, ok := errors.AsType[smithy.APIError](err); ok {
			code = e.ErrorCode()
		} else if err != nil {
			t.Fatal(err)
		}
		notes = append(notes, names.Replace(what)+": "+code)
	}
	labels := func() {
		output, err := client.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: &id})
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for version, stages := range output.VersionIdsToStages {
			if len(stages) > 0 {
				slices.Sort(stages)
				all = append(all, names.Replace(version)+fmt.Sprint(stages))
			}
		}
		slices.Sort(all)
		notes = append(notes, strings.Join(all, " "))
	}
	get := func(version *string) {
		output, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &id, VersionId: version})
		text := ""
		if err == nil {
			text = aws.ToString(output.SecretString)
		}
		note("get "+aws.ToString(version)+" "+text, err)
	}
	put := func(version *string, text string) {
		_, err := client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{
			SecretId: &id, ClientRequestToken: version, SecretString: &text, VersionStages: []string{"AWSPENDING"},
		})
		note("put "+*version, err)
	}
	move := func(label string, to, from *string) {
		_, err := client.UpdateSecretVersionStage(t.Context(), &secretsmanager.UpdateSecretVersionStageInput{
			SecretId: &id, VersionStage: &label, MoveToVersionId: to, RemoveFromVersionId: from,
		})
		note(fmt.Sprintf("move %s from %s to %s", label, aws.ToString(from), aws.ToString(to)), err)
		labels()
	}
	labels()
	get(nil)
	get(v(2))
	put(v(2), "two")
	put(v(2), "two")
	labels()
	get(v(2))
	get(nil)
	move("AWSCURRENT", v(2), v(9))
	move("AWSCURRENT", v(2), nil)
	move("AWSPENDING", nil, &first)
	move("AWSCURRENT", v(2), &first)
	move("AWSCURRENT", v(2), &first)
	get(nil)
	move("AWSPENDING", nil, v(2)) // the emulator would leave it where it is when another version gets it
	put(v(3), "three")
	labels()
	move("AWSPENDING", nil, v(3))
	move("AWSPENDING", nil, v(3))
	move("AWSCURRENT", &first, v(2))
	get(nil)
	return notes
}

func open(t *testing.T, store *secretstore.Store) *secretsmanager.Client {
	t.Helper()
	config := emulators.Nowhere(t)
	config.HTTPClient, config.Retryer = store, func() aws.Retryer { return aws.NopRetryer{} }
	return secretsmanager.NewFromConfig(config)
}

func TestItsLabelsMoveAsTheEmulatorsDo(t *testing.T) {
	config := emulators.AWS(t)
	client, name := secretsmanager.NewFromConfig(config), "test-"+rand.Text()
	made, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: &name, SecretString: aws.String("one")})
	if err != nil {
		t.Fatal(err)
	}
	want := script(t, client, name, *made.VersionId)
	got := script(t, open(t, secretstore.New(time.Now, "one")), name, "first")
	if !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// What follows the service's documentation says, and the emulator does not do.
func TestARotationBeginsWithAnEmptyVersionAndATokenNamesOneContent(t *testing.T) {
	store := secretstore.New(time.Now, "one")
	client := open(t, store)
	if !store.Begin("token") || store.Begin("another") {
		t.Error("a second rotation begins while the first is under way")
	}
	get := func() error {
		_, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("bundle"), VersionId: aws.String("token")})
		return err
	}
	put := func(text string) error {
		_, err := client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{
			SecretId: aws.String("bundle"), ClientRequestToken: aws.String("token"), SecretString: &text, VersionStages: []string{"AWSPENDING"},
		})
		return err
	}
	for what, c := range map[string]struct {
		err  error
		want string
	}{
		"1 an empty version is read": {get(), "ResourceNotFoundException"},
		"2 it is filled":             {put("two"), ""},
		"3 it is filled again":       {put("two"), ""},
		"4 with something else":      {put("three"), "ResourceExistsException"},
		"5 it is read":               {get(), ""},
	} {
		code := ""
		if e, ok := errors.AsType[smithy.APIError](c.err); ok {
			code = e.ErrorCode()
		}
		if code != c.want {
			t.Errorf("%s: got %q, want %q", what, code, c.want)
		}
	}
	if text, id := store.Document("AWSPENDING"); text != "two" || id != "token" {
		t.Errorf("pending is %q as %q, want two as token", text, id)
	}
	if text, id := store.Document("NONE"); text != "" || id != "" {
		t.Errorf("a label that is nowhere finds %q as %q", text, id)
	}
}

func TestAFaultMeetsTheCallAndTheCallIsCounted(t *testing.T) {
	store := secretstore.New(time.Now, "one")
	store.Fault = func(action string) wire.Fault {
		if action == "GetSecretValue" {
			return wire.Refuse(http.StatusBadRequest, "ThrottlingException")
		}
		return wire.Through
	}
	client := open(t, store)
	if _, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("bundle")}); err == nil {
		t.Error("a call that was to be refused came through")
	}
	if _, err := client.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: aws.String("bundle")}); err != nil {
		t.Error(err)
	}
	if got := store.Calls("GetSecretValue"); got != 1 {
		t.Errorf("%d calls are counted, want 1", got)
	}
}
