package keyservice_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"

	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/keyservice"
	"github.com/customerai/customerai/shared/testkit/wire"
)

// keys are a service with keys to try: put is what somebody does to one of them.
type keys struct {
	client   *kms.Client
	one      string
	imported string // waits for its material
	put      func(arn, state string)
}

func code(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return fmt.Sprint(err)
}

// script does what functions and operators do, and notes what comes back.
func script(t *testing.T, k keys) (notes []string) {
	t.Helper()
	person := map[string]string{"tenant": "main", "subject": "zoe"}
	encrypt := func(what, key string) []byte {
		output, err := k.client.Encrypt(t.Context(), &kms.EncryptInput{KeyId: &key, Plaintext: []byte("hunter2"), EncryptionContext: person})
		if err != nil {
			notes = append(notes, what+": "+code(err))
			return nil
		}
		notes = append(notes, fmt.Sprintf("%s: by itself %v, readable %v", what, *output.KeyId == key, strings.Contains(string(output.CiphertextBlob), "hunter2")))
		return output.CiphertextBlob
	}
	decrypt := func(what, key string, blob []byte, context map[string]string) {
		output, err := k.client.Decrypt(t.Context(), &kms.DecryptInput{KeyId: &key, CiphertextBlob: blob, EncryptionContext: context})
		if err != nil {
			notes = append(notes, what+": "+code(err))
			return
		}
		notes = append(notes, what+": "+string(output.Plaintext))
	}
	blob := encrypt("encrypt", k.one)
	decrypt("decrypt", k.one, blob, person)
	decrypt("another subject", k.one, blob, map[string]string{"tenant": "main", "subject": "max"})
	decrypt("another tenant", k.one, blob, map[string]string{"tenant": "other", "subject": "zoe"})
	decrypt("more context", k.one, blob, map[string]string{"tenant": "main", "subject": "zoe", "more": "x"})
	decrypt("less context", k.one, blob, map[string]string{"tenant": "main"})
	decrypt("no context", k.one, blob, nil)
	encrypt("encrypt with a key that waits for its material", k.imported)
	for _, state := range []string{"disabled", "enabled", "pending deletion"} {
		k.put(k.one, state)
		encrypt("encrypt "+state, k.one)
		decrypt("decrypt "+state, k.one, blob, person)
	}
	return notes
}

func TestItAnswersLikeTheEmulator(t *testing.T) {
	config := emulators.AWS(t)
	client := kms.NewFromConfig(config)
	create := func(input kms.CreateKeyInput) string {
		output, err := client.CreateKey(t.Context(), &input)
		if err != nil {
			t.Fatal(err)
		}
		return *output.KeyMetadata.Arn
	}
	want := script(t, keys{client: client, one: create(kms.CreateKeyInput{}), imported: create(kms.CreateKeyInput{Origin: types.OriginTypeExternal}), put: func(arn, state string) {
		var err error
		switch state {
		case "disabled":
			_, err = client.DisableKey(t.Context(), &kms.DisableKeyInput{KeyId: &arn})
		case "enabled":
			_, err = client.EnableKey(t.Context(), &kms.EnableKeyInput{KeyId: &arn})
		default:
			_, err = client.ScheduleKeyDeletion(t.Context(), &kms.ScheduleKeyDeletionInput{KeyId: &arn, PendingWindowInDays: aws.Int32(30)})
		}
		if err != nil {
			t.Fatal(err)
		}
	}})
	service := keyservice.New()
	config.HTTPClient = service
	imported := service.CreateKey()
	service.Set(imported, keyservice.PendingImport)
	got := script(t, keys{client: kms.NewFromConfig(config), one: service.CreateKey(), imported: imported, put: func(arn, state string) {
		service.Set(arn, map[string]keyservice.State{"disabled": keyservice.Disabled, "pending deletion": keyservice.PendingDeletion}[state])
	}})
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant, as the emulator has it,\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What the emulator does not look at: it authenticates nothing of what it encrypts, looks for another key when it does not
// find the one that is named, and has no policies without roles.
func TestWhatWasChangedOrBelongsToAnotherKeyIsRefused(t *testing.T) {
	service := keyservice.New()
	config := emulators.Nowhere(t)
	config.HTTPClient = service
	client := kms.NewFromConfig(config)
	one, other := service.CreateKey(), service.CreateKey()
	made, err := client.Encrypt(t.Context(), &kms.EncryptInput{KeyId: &one, Plaintext: []byte("hunter2")})
	if err != nil {
		t.Fatal(err)
	}
	decrypt := func(key string, blob []byte) string {
		_, err := client.Decrypt(t.Context(), &kms.DecryptInput{KeyId: &key, CiphertextBlob: blob})
		return code(err)
	}
	changed := slices.Clone(made.CiphertextBlob)
	changed[len(changed)-1] ^= 1
	if got := decrypt(one, changed); got != "InvalidCiphertextException" {
		t.Errorf("changed: got %s", got)
	}
	if got := decrypt(one, []byte("x")); got != "InvalidCiphertextException" {
		t.Errorf("nothing that it made: got %s", got)
	}
	if got := decrypt(other, made.CiphertextBlob); got != "IncorrectKeyException" {
		t.Errorf("with another key: got %s", got)
	}
	if got := decrypt("arn:aws:kms:us-east-1:000000000000:key/nobodys", made.CiphertextBlob); got != "NotFoundException" {
		t.Errorf("with a key of nobody: got %s", got)
	}
	if got := decrypt("", made.CiphertextBlob); got != "ValidationException" {
		t.Errorf("with no key: got %s", got)
	}
	for state, want := range map[keyservice.State]string{
		keyservice.Denied: "AccessDeniedException", keyservice.Gone: "NotFoundException", keyservice.OutOfReach: "KMSInvalidStateException", keyservice.Enabled: "<nil>",
	} {
		service.Set(one, state)
		if got := decrypt(one, made.CiphertextBlob); got != want {
			t.Errorf("%s: got %s, want %s", state, got, want)
		}
	}
}

func TestItCountsBreaksAndRemembersWhatItIsAsked(t *testing.T) {
	service := keyservice.New()
	service.Fault = func(action string) wire.Fault {
		if action == "Decrypt" {
			return wire.Refuse(http.StatusBadRequest, "ThrottlingException")
		}
		return wire.Through
	}
	config := emulators.Nowhere(t)
	config.HTTPClient, config.Retryer = service, func() aws.Retryer { return aws.NopRetryer{} }
	client, key := kms.NewFromConfig(config), service.CreateKey()
	context := map[string]string{"subject": "zoe"}
	if _, err := client.Encrypt(t.Context(), &kms.EncryptInput{KeyId: &key, Plaintext: []byte("x"), EncryptionContext: context}); err != nil {
		t.Error(err)
	}
	if _, err := client.Decrypt(t.Context(), &kms.DecryptInput{KeyId: &key, CiphertextBlob: []byte("x")}); code(err) != "ThrottlingException" {
		t.Errorf("a call that was to be refused: got %v", err)
	}
	if got := service.Calls("Encrypt") + 10*service.Calls("Decrypt"); got != 11 {
		t.Errorf("got %d Encrypt and ten times Decrypt, want one of each", got)
	}
	if got := service.Contexts(); len(got) != 1 || got[0]["subject"] != "zoe" {
		t.Errorf("got the contexts %v, want that of the call that came through", got)
	}
}
