package e2e_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/customerai/customerai/infra/e2e"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// traffic is a client that asks for tokens and uses them, the first one and the latest, again and again.
type traffic struct {
	s       *site
	first   string
	rounds  atomic.Int32
	refused atomic.Int32
	latest  atomic.Value // string
	// between is held while environments are replaced: the emulator ends them in the middle of a request, which Lambda does not.
	between sync.Mutex
}

// mostRounds keeps the client within its quota; each round has two requests that count.
const mostRounds = clientQuota/2 - 5

func (f *traffic) run(t *testing.T, stop <-chan struct{}) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for f.rounds.Load() < mostRounds {
		f.between.Lock()
		f.round(t)
		f.between.Unlock()
		f.rounds.Add(1)
		select {
		case <-stop:
			return
		case <-tick.C:
		}
	}
}

func (f *traffic) round(t *testing.T) {
	client := f.s.clients[rotating]
	answer := f.s.askToken(t, client.ID, client.Secret, "")
	if answer.Status != http.StatusOK {
		f.refused.Add(1)
		t.Errorf("a request for a token gets %d %s", answer.Status, answer.Body)
		return
	}
	latest := accessToken(t, answer)
	for which, token := range map[string]string{"first": f.first, "latest": latest} {
		answer := f.s.call(t, http.MethodPost, "/v1/sentiment", `{"documents":[{"id":"a","text":"Thank you!"}]}`,
			"Authorization", "Bearer "+token, "X-Api-Key", client.ID, "Content-Type", "application/json")
		if answer.Status != http.StatusOK {
			f.refused.Add(1)
			t.Errorf("a request with the %s token gets %d %s", which, answer.Status, answer.Body)
		}
	}
	f.latest.Store(latest)
}

// more waits until some rounds have begun and ended.
func (f *traffic) more(t *testing.T, rounds int32) {
	t.Helper()
	want := f.rounds.Load() + rounds + 1 // one is under way
	eventually(t, time.Minute, "requests flow", func() bool { return f.rounds.Load() >= want })
}

// rotates takes the deployed function through the four steps, as Secrets Manager does, while requests flow. Environments
// with the document of before and with the next one serve them side by side.
func (s *site) rotates(t *testing.T) {
	first := s.pass(t, rotating, "")[1]
	f := &traffic{s: s, first: strings.TrimPrefix(first, "Bearer ")}
	stop := make(chan struct{})
	var flowing sync.WaitGroup
	flowing.Go(func() { f.run(t, stop) })
	f.more(t, 1)

	const version = "5f0c3a52-6f3e-4c59-9b5e-000000000001"
	id, keeper := s.stack.Outputs["SecretsId"], secretsmanager.NewFromConfig(s.config)
	s.beginRotation(t, id, version)
	for _, step := range []string{"createSecret", "setSecret", "testSecret", "finishSecret"} {
		for range 2 { // each may be repeated
			if answer := s.invoke(t, "rotate-keys", map[string]string{"Step": step, "SecretId": id, "ClientRequestToken": version}); string(answer) != "{}" {
				t.Fatalf("%s answers %s", step, answer)
			}
		}
		f.more(t, 1)
	}
	current, err := keeper.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &id})
	if err != nil || aws.ToString(current.VersionId) != version {
		t.Fatalf("version %s is in force (%v), want %s", aws.ToString(current.VersionId), err, version)
	}

	f.replace(t, "token") // it signs with the next document, the authorizer still has the one of before
	f.more(t, 2)
	if got, want := keyOf(t, f.latest.Load().(string)), keyOf(t, f.first); got != want {
		t.Errorf("key %s signs before every environment has it, want %s", got, want)
	}
	s.wantAllowed(t, first)

	// What it is like when the rotation takes effect. Nobody waits two hours for a test: the same keys, put in force earlier.
	text := inEffect(t, *current.SecretString)
	if _, err := keeper.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: &id, SecretString: &text}); err != nil {
		t.Fatal(err)
	}
	f.replace(t, "token", "authorizer")
	f.more(t, 2)
	if got := keyOf(t, f.latest.Load().(string)); got == keyOf(t, f.first) {
		t.Errorf("key %s still signs once the rotation has taken effect", got)
	}
	s.wantAllowed(t, first)

	close(stop)
	flowing.Wait()
	t.Logf("%d rounds of requests, %d refused", f.rounds.Load(), f.refused.Load())
}

// beginRotation makes the empty version that RotateSecret makes; the emulator's own puts it in force at once.
func (s *site) beginRotation(t *testing.T, id, version string) {
	t.Helper()
	empty := fmt.Appendf(nil, `{"SecretId":%q,"ClientRequestToken":%q,"VersionStages":["AWSPENDING"]}`, id, version)
	if _, err := (e2e.Services{Config: s.config}).JSON(t.Context(), "secretsmanager", "secretsmanager.PutSecretValue", empty); err != nil {
		t.Fatal(err)
	}
}

// replace has functions begin with new environments, which read the secret anew.
func (f *traffic) replace(t *testing.T, functions ...string) {
	t.Helper()
	f.between.Lock()
	defer f.between.Unlock()
	for _, function := range functions {
		const change = `{"Timeout":9}`
		_, err := e2e.Services{Config: f.s.config}.REST(t.Context(), "lambda", http.MethodPut, f.s.function(function)+"/configuration", []byte(change))
		if err != nil {
			t.Fatal(err)
		}
	}
}

// wantAllowed asks the authorizer itself: the gateway remembers its answers.
func (s *site) wantAllowed(t *testing.T, bearer string) {
	t.Helper()
	decision := s.authorize(t, bearer)
	if got := decode[struct{ PrincipalID string }](t, response{Status: http.StatusOK, Body: decision}, http.StatusOK).PrincipalID; got != s.clients[rotating].ID {
		t.Errorf("the authorizer answers %s to a token of before", decision)
	}
}

func keyOf(t *testing.T, token string) string {
	t.Helper()
	header, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(header)
	if err != nil {
		t.Fatal(err)
	}
	return decode[struct{ KID string }](t, response{Status: http.StatusOK, Body: text}, http.StatusOK).KID
}

// inEffect returns the document with its rotation two hours earlier.
func inEffect(t *testing.T, text string) string {
	t.Helper()
	document, err := secrets.ParseDocument([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	schedule, ok := document.Schedule()
	if !ok {
		t.Fatal("the rotated document has no schedule")
	}
	schedule.Effective = schedule.Effective.Add(-3 * time.Hour)
	if document[secrets.Rotation], err = json.Marshal(schedule); err != nil {
		t.Fatal(err)
	}
	content, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
