package runtimeapi_test

import (
	"crypto/rand"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/e2e"
	"github.com/customerai/customerai/infra/runtimeapi"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/vault"
)

var update = flag.Bool("update", false, "write testdata/uses.txt")

// What the functions use is written down, and the stack's tests hold the roles to it: see infra/cdk/stack.
const usesFile = "testdata/uses.txt"

func TestFunctionsUseWhatIsWrittenDownAndNothingElse(t *testing.T) {
	h := newHouse(t)
	h.keepKeyOfBefore(t)
	for _, f := range manifest.Functions {
		samples, err := filepath.Glob(filepath.Join(root, "events", f.Name+"-*.json"))
		if err != nil || len(samples) == 0 {
			t.Fatalf("%s has no samples (%v)", f.Name, err)
		}
		p := serving(t, f.Name, h.given(f.Name))
		if f.Rotation {
			h.rotate(t, p)
			continue
		}
		for range 2 { // a repeat takes other ways than a first time
			for _, sample := range samples {
				invoke(t, p, event(t, filepath.Base(sample), nil))
			}
		}
	}
	h.authorize(t)
	batches := serving(t, "batches", h.given("batches"))
	const rows = "id,text\n1,I love this phone\n2\n"
	for name, file := range map[string]string{"messages.csv": rows, "messages.csv.gz": gzipped.String(rows)} {
		id := h.analyse(t, batches, name, file)
		for _, sample := range []string{"batches-get.json", "batches-results.json", "batches-errors.json"} {
			show(t, batches, sample, id)
		}
	}
	categories := serving(t, "categories", h.given("categories"))
	for _, sample := range []string{"categories-add.json", "categories-backtest.json"} { // now there are rows to read
		invoke(t, categories, event(t, sample, nil))
	}
	got := strings.Join(h.recorder.Uses(h.resources), "\n") + "\n"
	if *update {
		if err := os.WriteFile(usesFile, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(usesFile)
	if err != nil || got != string(want) {
		t.Errorf("got the uses\n%swant\n%s(%v); if that is meant, run go test ./infra/runtimeapi -run WrittenDown -update", got, want, err)
	}
}

// keepKeyOfBefore keeps a person's key that ENCRYPTION_KEY has wrapped, for purge-expired to move.
func (h house) keepKeyOfBefore(t *testing.T) {
	t.Helper()
	set, problems := h.document.Open()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	source := secretstore.Fixed{Set: set}
	before := vault.Vault{
		Keys: dynamotable.Open(h.tables, h.settings["KEYS_TABLE_NAME"], time.Now), Wrapper: vault.Keyset{Secrets: source},
		Secrets: source, Random: rand.Reader, Now: time.Now,
	}
	names, err := before.Subjects(t.Context(), "main", "somebody of before")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := before.FindOrCreate(t.Context(), names); err != nil {
		t.Fatal(err)
	}
}

// rotate begins a rotation, as Secrets Manager does, and takes the function through its steps.
func (h house) rotate(t *testing.T, p *runtimeapi.Process) {
	t.Helper()
	const version = "5f0c3a52-6f3e-4c59-9b5e-000000000001"
	id := h.settings["SECRETS_ID"]
	empty := fmt.Appendf(nil, `{"SecretId":%q,"ClientRequestToken":%q,"VersionStages":["AWSPENDING"]}`, id, version)
	if _, err := (e2e.Services{Config: h.config}).JSON(t.Context(), "secretsmanager", "secretsmanager.PutSecretValue", empty); err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"createSecret", "setSecret", "testSecret", "finishSecret"} {
		answer := invoke(t, p, fmt.Appendf(nil, `{"Step":%q,"SecretId":%q,"ClientRequestToken":%q}`, step, id, version))
		if string(answer.Body) != "{}" {
			t.Fatalf("%s: got %s, want that it is taken", step, answer.Body)
		}
	}
}

// authorize has the authorizer look at a token of the real token function: the sample's is none.
func (h house) authorize(t *testing.T) {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {h.credentials.ID}, "client_secret": {h.credentials.Secret}}
	issued := call(t, serving(t, "token", h.given("token")), event(t, "token-client-credentials.json", func(e map[string]any) { e["body"] = form.Encode() }))
	header := "Bearer " + decode[struct {
		AccessToken string `json:"access_token"`
	}](t, issued.Body).AccessToken
	answer := invoke(t, serving(t, "authorizer", h.given("authorizer")), event(t, "authorizer-bearer.json", func(e map[string]any) {
		e["headers"].(map[string]any)["Authorization"] = header
		e["multiValueHeaders"].(map[string]any)["Authorization"] = []string{header}
	}))
	if answer.Failed {
		t.Fatalf("the authorizer answers %s, want the token allowed", answer.Body)
	}
}
