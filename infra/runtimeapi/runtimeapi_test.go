package runtimeapi_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/runtimeapi"
	"github.com/customerai/customerai/shared/manifest"
)

func functions() (names []string) {
	for _, f := range manifest.Functions {
		names = append(names, f.Name)
	}
	return names
}

// expected is the status of a sample event that is not answered with 200 by a house that is new.
var expected = map[string]int{
	"batches-create.json": 201, "batches-get.json": 404, "batches-results.json": 404, "batches-errors.json": 404,
	"categories-remove.json": 204,
	"privacy-export.json":    404, "privacy-restore.json": 404, "privacy-release.json": 204, // erased by a sample before
	"token-client-credentials.json": 401, // the sample's credentials are to be replaced
}

func TestEveryHTTPFunctionAnswersItsSamplesTwiceInOneProcess(t *testing.T) {
	h := newHouse(t)
	for _, f := range manifest.Functions {
		if f.Routes == nil {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			p := serving(t, f.Name, h.given(f.Name))
			samples, err := filepath.Glob(filepath.Join(root, "events", f.Name+"-*.json"))
			if err != nil || len(samples) == 0 {
				t.Fatalf("no samples (%v)", err)
			}
			for range 2 {
				for _, sample := range samples {
					name := filepath.Base(sample)
					want := http.StatusOK
					if status, ok := expected[name]; ok {
						want = status
					}
					got := call(t, p, event(t, name, nil))
					if got.StatusCode != want {
						t.Errorf("%s: got %d %s, want %d", name, got.StatusCode, got.Body, want)
					}
				}
			}
			if got, want := p.Stop().Polls, 2*len(samples); got < want { // and one more, if it was quick
				t.Errorf("got %d polls, want %d of one process", got, want)
			}
		})
	}
}

func TestATokenOpensTheGateway(t *testing.T) {
	h := newHouse(t)
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {h.credentials.ID}, "client_secret": {h.credentials.Secret}}
	issued := call(t, serving(t, "token", h.given("token")), event(t, "token-client-credentials.json", func(e map[string]any) { e["body"] = form.Encode() }))
	token := decode[struct {
		AccessToken string `json:"access_token"`
	}](t, issued.Body).AccessToken
	authorizer := serving(t, "authorizer", h.given("authorizer"))
	for name, c := range map[string]struct {
		header string
		want   string
	}{
		"the token":           {"Bearer " + token, `"Effect":"Allow"`},
		"the token, altered":  {"Bearer " + token[:len(token)-2] + "xx", "Unauthorized"},
		"what is no token":    {"Bearer hunter2", "Unauthorized"},
		"the token once more": {"Bearer " + token, h.credentials.ID},
	} {
		answer := invoke(t, authorizer, event(t, "authorizer-bearer.json", func(e map[string]any) {
			e["headers"].(map[string]any)["Authorization"] = c.header
			e["multiValueHeaders"].(map[string]any)["Authorization"] = []string{c.header}
		}))
		if got := string(answer.Body); !strings.Contains(got, c.want) || answer.Failed != (c.want == "Unauthorized") {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
	if output := authorizer.Stop().Output; strings.Contains(output, token) || strings.Contains(output, "hunter2") {
		t.Error("got a token in the log")
	}
}

func TestAnUploadedFileBecomesASummary(t *testing.T) {
	h := newHouse(t)
	batches := serving(t, "batches", h.given("batches"))
	id := h.analyse(t, batches, "messages.csv", "id,text\n1,I love this phone\n2,The delivery was awful and late\n3\n")
	if got := show(t, batches, "batches-get.json", id); !strings.Contains(got, `"COMPLETED"`) {
		t.Errorf("got the batch %s, want it completed", got)
	}
	if got := show(t, batches, "batches-results.json", id); !strings.Contains(got, `"POSITIVE"`) || !strings.Contains(got, `"NEGATIVE"`) {
		t.Errorf("got the results %s, want both messages judged", got)
	}
	if got := show(t, batches, "batches-errors.json", id); !strings.Contains(got, `"line":4`) {
		t.Errorf("got the rejected rows %s, want line 4", got)
	}
}

// analyse takes a file from its announcement to its last chunk, with every message delivered twice.
func (h house) analyse(t *testing.T, batches *runtimeapi.Process, name, file string) (id string) {
	t.Helper()
	created := call(t, batches, event(t, "batches-create.json", func(e map[string]any) {
		e["body"] = `{"fileName":"` + name + `"}`
		for _, headers := range []string{"headers", "multiValueHeaders"} { // each file is announced for itself
			delete(e[headers].(map[string]any), "Idempotency-Key")
		}
	}))
	upload := decode[struct{ BatchID, UploadURL string }](t, created.Body)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, upload.UploadURL, strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	put, err := new(http.Client).Do(request)
	if err != nil || put.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(put.Body)
		t.Fatalf("upload: %v: %s", err, body)
	}

	notification, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
		"s3": map[string]any{
			"bucket": map[string]any{"name": h.uploads},
			"object": map[string]any{"key": "main/" + upload.BatchID + "/" + name, "size": len(file)},
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	splitter, analyzer := serving(t, "split-batch", h.given("split-batch")), serving(t, "analyze-chunk", h.given("analyze-chunk"))
	for range 2 { // a notification may come twice, and every message with it
		wantNoFailures(t, invoke(t, splitter, message(t, "split-batch-dropped.json", string(notification))).Body)
	}
	chunks := 0
	for {
		deliveries, err := h.chunks.Receive(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range deliveries {
			wantNoFailures(t, invoke(t, analyzer, message(t, "analyze-chunk-csv.json", d.Body)).Body)
			if err := h.chunks.Delete(t.Context(), d.Receipt); err != nil {
				t.Fatal(err)
			}
			chunks++
		}
		if len(deliveries) == 0 || chunks >= 2 {
			return upload.BatchID
		}
	}
}

// show returns what the sample's request gets for a batch.
func show(t *testing.T, batches *runtimeapi.Process, sample, id string) string {
	t.Helper()
	got := call(t, batches, event(t, sample, func(e map[string]any) {
		old := e["pathParameters"].(map[string]any)["batchId"].(string)
		e["path"] = strings.ReplaceAll(e["path"].(string), old, id)
		e["pathParameters"] = map[string]any{"batchId": id}
		e["queryStringParameters"], e["multiValueQueryStringParameters"] = map[string]any{}, map[string]any{}
	}))
	if got.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %d %s", sample, got.StatusCode, got.Body)
	}
	return got.Body
}

func wantNoFailures(t *testing.T, answer []byte) {
	t.Helper()
	if got, want := string(answer), `{"batchItemFailures":[]}`; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
}

func TestAnEventOfAnotherKindCostsItsInvocationAndNoMore(t *testing.T) {
	h := newHouse(t)
	for _, function := range functions() {
		t.Run(function, func(t *testing.T) {
			p := serving(t, function, h.given(function))
			for _, bad := range []string{`null`, `[]`, `"text"`, `{"Records":[{"messageId":"1","body":"hunter2"}]}`} {
				invoke(t, p, []byte(bad)) // fails the test when the process ends
			}
			samples, err := filepath.Glob(filepath.Join(root, "events", function+"-*.json"))
			if err != nil {
				t.Fatal(err)
			}
			invoke(t, p, event(t, filepath.Base(samples[0]), nil))
			exit := p.Stop()
			if got, want := exit.Polls, 5; got < want { // and one more, if it was quick
				t.Errorf("got %d polls, want %d of one process", got, want)
			}
			if strings.Contains(exit.Output, "hunter2") {
				t.Errorf("got a body in the log: %s", exit.Output)
			}
		})
	}
}

// fast is how long a refused start may take. The machine of a test is busier than Lambda's.
const fast = 5 * time.Second

func TestProductionRefusesToStartWithoutEverySetting(t *testing.T) {
	h := newFacade(t)
	optional := []string{"ENVIRONMENT", "LOG_LEVEL", "CORS_ORIGINS", "CLIENT_RATE_LIMIT", manifest.KeepOriginals.Setting, manifest.KeepResults.Setting}
	for _, f := range manifest.Functions {
		for _, setting := range append([]string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}, f.Env...) {
			if slices.Contains(optional, setting) {
				continue
			}
			for _, value := range []string{"", "  \t"} {
				for _, stage := range []string{"production", "staging", "", "Development", "prd"} {
					settings := overlay(overlay(h.given(f.Name), setting, value), "ENVIRONMENT", stage)
					wantRefused(t, f.Name, settings, setting+" is required")
				}
			}
		}
	}
	for setting, want := range map[string]string{"LOG_LEVEL": "LOG_LEVEL must be", "CORS_ORIGINS": "CORS_ORIGINS entry 1", "CLIENT_RATE_LIMIT": "CLIENT_RATE_LIMIT must be"} {
		wantRefused(t, "batches", overlay(h.given("batches"), setting, "hunter2"), want)
	}
	wantRefused(t, "purge-expired", overlay(h.given("purge-expired"), manifest.KeepResults.Setting, "hunter2"), manifest.KeepResults.Setting+" must be")
	wantRefused(t, "token", nil, "SECRETS_ID is required")
}

// wantRefused wants a start to end before the first poll, with one line that says all of want and shows no value.
func wantRefused(t *testing.T, function string, settings map[string]string, want ...string) {
	t.Helper()
	exit := start(t, function, settings).Exit()
	lines := strings.Split(strings.TrimSpace(exit.Output), "\n")
	if exit.Code == 0 || exit.Polls != 0 || exit.After > fast || len(lines) != 1 {
		t.Errorf("%s without %q: got exit %d after %v, %d polls, %d lines; want a refusal before the first poll", function, want, exit.Code, exit.After, exit.Polls, len(lines))
	}
	for _, text := range want {
		if !strings.Contains(exit.Output, text) {
			t.Errorf("%s: got %s, want it to say %q", function, exit.Output, text)
		}
	}
	if strings.Contains(exit.Output, "hunter2") {
		t.Errorf("%s: got a value in %s", function, exit.Output)
	}
}

func TestProductionRefusesToStartWithABadDocument(t *testing.T) {
	h := newFacade(t)
	names := []string{"JWT_SECRET_KEY", "ENCRYPTION_KEY", "PSEUDONYM_KEY", "CLIENTS"}
	for cell, c := range map[string]struct{ value, want string }{
		"absent": {"", "is missing"}, "null": {"null", "is missing"}, "empty": {`""`, "is blank"}, "blanks": {`" "`, "is blank"},
		"placeholder": {`"changeme-hunter2"`, "is a placeholder"}, "malformed": {`["hunter2"]`, ""},
	} {
		t.Run(cell, func(t *testing.T) {
			var members, want []string
			for _, name := range names {
				if c.value != "" {
					members = append(members, `"`+name+`":`+c.value)
				}
				want = append(want, name+" "+c.want)
			}
			bad := house{settings: overlay(h.settings, "AWS_ENDPOINT_URL_SECRETS_MANAGER", keep(t, "{"+strings.Join(members, ",")+"}"))}
			for _, function := range functions() {
				wantRefused(t, function, bad.given(function), want...)
			}
			wantRefused(t, "batches", overlay(bad.given("batches"), "TABLE_NAME", ""), append(want, "TABLE_NAME is required")...)
		})
	}
}

func TestDevelopmentStartsWithAWarningForEachThingThatIsMissing(t *testing.T) {
	for _, function := range functions() {
		p := serving(t, function, map[string]string{"ENVIRONMENT": "development", "AWS_REGION": ""})
		exit := p.Stop()
		found, _ := manifest.Find(function)
		missing := []string{"AWS_REGION", "JWT_SECRET_KEY", "ENCRYPTION_KEY", "PSEUDONYM_KEY", "CLIENTS"}
		for _, name := range found.Env {
			if strings.HasSuffix(name, "_NAME") || strings.HasSuffix(name, "_BUCKET") || strings.HasSuffix(name, "_URL") {
				missing = append(missing, name)
			}
		}
		for _, name := range missing {
			if got := strings.Count(exit.Output, `"setting":"`+name+`"`); got != 1 {
				t.Errorf("%s: got %d warnings about %s, want one", function, got, name)
			}
		}
		if got, want := strings.Count(exit.Output, `"level":"WARN"`), len(missing); got != want {
			t.Errorf("%s: got %d warnings, want %d: %s", function, got, want, exit.Output)
		}
	}
}

func TestAPanicCostsAnInvocationInsideALoopAndTheProcessOutsideOfOne(t *testing.T) {
	program, err := runtimeapi.Build(t.Context(), root, "infra/runtimeapi/testdata/panics", programs)
	if err != nil {
		t.Fatal(err)
	}
	for loop, c := range map[string]struct{ event, want string }{
		"http":  {"health-live.json", `"statusCode":500`},
		"queue": {"split-batch-dropped.json", `{"batchItemFailures":[{"itemIdentifier":"059f36b4-87a3-44ab-83d2-661975830a7e"}]}`},
		"none":  {"health-live.json", `"errorMessage":"told by the test"`},
	} {
		t.Run(loop, func(t *testing.T) {
			p, err := runtimeapi.Start(t.Context(), program, map[string]string{"LOOP": loop})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Stop()
			answer := invoke(t, p, event(t, c.event, nil))
			if !strings.Contains(string(answer.Body), c.want) || answer.Failed != (loop == "none") {
				t.Errorf("got %s, want %s", answer.Body, c.want)
			}
			if loop != "none" {
				invoke(t, p, event(t, c.event, nil)) // fails the test when the process has ended
				return
			}
			if exit := p.Exit(); exit.Code == 0 {
				t.Errorf("got exit %d, want that a panic ends the process", exit.Code)
			}
			if _, err := p.Invoke(t.Context(), nil); err == nil {
				t.Error("got an answer of a process that has ended")
			}
		})
	}
}

func TestAProgramThatDoesNotBuildIsToldAndNotStarted(t *testing.T) {
	if _, err := runtimeapi.Build(t.Context(), root, "functions/none", t.TempDir()); err == nil {
		t.Error("got no error for a function that is none")
	}
	if _, err := runtimeapi.Start(t.Context(), filepath.Join(t.TempDir(), "bootstrap"), nil); err == nil {
		t.Error("got no error for a program that is not there")
	}
}
