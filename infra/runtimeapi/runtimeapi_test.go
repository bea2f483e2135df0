package runtimeapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

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
	"principals-create.json": 201, "principals-disable.json": 404, "principals-get.json": 404,
	"token-password.json":           400, // nobody has the sample's name, nor its session
	"token-change-password.json":    400,
	"token-refresh.json":            400,
	"token-client-credentials.json": 401, // the sample's credentials are to be replaced
}

// repeated is the status of a sample that is answered in another way the second time.
var repeated = map[string]int{
	"principals-create.json": 409, // somebody has the username
	"settings-put.json":      409, // it names the version that it has changed
}

func TestEveryFunctionAnswersItsSamplesTwiceInOneProcess(t *testing.T) {
	h := newHouse(t)
	for _, f := range manifest.Functions {
		t.Run(f.Name, func(t *testing.T) {
			p := serving(t, f.Name, h.given(f.Name))
			names := samples(t, f.Name)
			for turn := range 2 {
				for _, name := range names {
					answer := invoke(t, p, event(t, name, nil))
					if wrong := judge(f, name, turn, answer); wrong != "" {
						t.Errorf("%s: got %s, want %s", name, answer.Body, wrong)
					}
				}
			}
			if got, want := p.Stop().Polls, 2*len(names); got < want { // and one more, if it was quick
				t.Errorf("got %d polls, want %d of one process", got, want)
			}
		})
	}
}

// judge returns what a house that is new should have answered to a sample, or "".
func judge(f manifest.Function, sample string, turn int, answer runtimeapi.Answer) (want string) {
	text := string(answer.Body)
	has := func(part string, failed bool) string {
		if !strings.Contains(text, part) || answer.Failed != failed {
			return part
		}
		return ""
	}
	switch {
	case f.Routes != nil:
		status, ok := expected[sample]
		if !ok {
			status = http.StatusOK
		}
		if again, ok := repeated[sample]; ok && turn > 0 {
			status = again
		}
		return has(fmt.Sprintf(`{"statusCode":%d,`, status), false)
	case f.Queue != nil:
		return has(`{"batchItemFailures":[`, false)
	case f.Schedule != "":
		return has(`{}`, false)
	case f.Rotation:
		return has("the step was not taken", true) // no rotation of the sample's is under way
	}
	return has("Unauthorized", true) // a sample's token is nobody's
}

func TestWhatAProcessHasSaidIsHeardAlthoughItHasEnded(t *testing.T) {
	p, err := runtimeapi.Start(t.Context(), built(t, emptyFunction), nil)
	if err != nil {
		t.Fatal(err)
	}
	ready := p.Ready(t.Context())
	p.Stop()
	for range 50 {
		if ready = ready && p.Ready(t.Context()); !ready {
			t.Fatal("got that it has not polled, want what it did before its end")
		}
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

func TestAProgramThatDoesNotBuildIsToldAndNotStarted(t *testing.T) {
	if _, err := runtimeapi.Build(t.Context(), root, "functions/none", t.TempDir()); err == nil {
		t.Error("got no error for a function that is none")
	}
	if _, err := runtimeapi.Start(t.Context(), filepath.Join(t.TempDir(), "bootstrap"), nil); err == nil {
		t.Error("got no error for a program that is not there")
	}
}
