package e2e_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/e2e"
	"github.com/customerai/customerai/infra/runtimeapi/recorder"
	"github.com/customerai/customerai/shared/manifest"
)

// settings are those by which functions name the resources that they use, and the services that these are of.
var settings = map[string]struct {
	service  string
	resource manifest.Resource
}{
	"TABLE_NAME": {"dynamodb", manifest.Table}, "KEYS_TABLE_NAME": {"dynamodb", manifest.Keys}, "UPLOADS_BUCKET": {"s3", manifest.Uploads},
	"RESULTS_BUCKET": {"s3", manifest.Results}, "CHECKPOINTS_BUCKET": {"s3", manifest.Checkpoints}, "CHUNKS_QUEUE_URL": {"sqs", manifest.ChunksQueue},
	"SECRETS_ID": {"secretsmanager", manifest.Secrets}, "SUBJECTS_KEY_ID": {"kms", manifest.SubjectsKey},
}

// usesWhatIsWrittenDown holds what the deployed functions have used to the list that infra/runtimeapi writes, and the stack's
// tests hold the roles to.
func (s *site) usesWhatIsWrittenDown(t *testing.T, uses *recorder.Recorder) {
	resources := map[string]manifest.Resource{"secretsmanager:" + s.stack.Outputs["SecretsId"]: manifest.Secrets}
	for _, function := range manifest.Functions {
		text, err := e2e.Services{Config: s.config}.REST(t.Context(), "lambda", http.MethodGet, s.function(function.Name)+"/configuration", nil)
		if err != nil {
			t.Fatal(err)
		}
		configuration := decode[struct {
			Environment struct{ Variables map[string]string }
		}](t, response{Status: http.StatusOK, Body: text}, http.StatusOK)
		for setting, names := range settings {
			if name := configuration.Environment.Variables[setting]; name != "" {
				resources[names.service+":"+name] = names.resource
			}
		}
	}
	content, err := os.ReadFile(filepath.Join(root, "infra", "runtimeapi", "testdata", "uses.txt"))
	if err != nil {
		t.Fatal(err)
	}
	written, used := strings.Split(strings.TrimSpace(string(content)), "\n"), uses.Uses(resources)
	for _, use := range used {
		if !slices.Contains(written, use) {
			t.Errorf("%s: it is not written down in infra/runtimeapi/testdata/uses.txt", use)
		}
	}
	if len(used) < len(written)/2 {
		t.Errorf("got %d uses of the %d that are written down, want most of them", len(used), len(written))
	}
	t.Logf("%d uses, %d are written down", len(used), len(written))
}
