package runtimeapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/runtimeapi"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/trust/auth"
)

func TestAFaultCostsAnInvocationInsideALoopAndAPanicTheProcessOutsideOfOne(t *testing.T) {
	const failed = `{"batchItemFailures":[{"itemIdentifier":"059f36b4-87a3-44ab-83d2-661975830a7e"}]}`
	for name, c := range map[string]struct {
		loop, fault, event, want string
		failed, ends             bool
	}{
		"a panic over a request":           {"http", "panic", "health-live.json", `"statusCode":500`, false, false},
		"a response that is too large":     {"http", "large", "health-live.json", `"statusCode":500`, false, false},
		"a panic over a message":           {"queue", "panic", "split-batch-dropped.json", failed, false, false},
		"an error over a message":          {"queue", "error", "split-batch-dropped.json", failed, false, false},
		"a panic by the clock":             {"schedule", "panic", "checkpoint-audit-hourly.json", `"errorMessage":"scheduled run: `, true, false},
		"an error by the clock":            {"schedule", "error", "checkpoint-audit-hourly.json", `"errorMessage":"scheduled run: `, true, false},
		"an error of any other invocation": {"none", "error", "health-live.json", `"errorMessage":"told by the test"`, true, false},
		"a panic of any other invocation":  {"none", "panic", "health-live.json", `"errorMessage":"told by the test"`, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := runtimeapi.Start(t.Context(), built(t, faultyFunction), map[string]string{"LOOP": c.loop, "FAULT": c.fault})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Stop()
			answer := invoke(t, p, event(t, c.event, nil))
			if !strings.Contains(string(answer.Body), c.want) || answer.Failed != c.failed {
				t.Errorf("got %s, want %s", answer.Body, c.want)
			}
			if !c.ends {
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

func TestAFunctionThatEndsInItsInitialisationAsksForNoInvocation(t *testing.T) {
	p, err := runtimeapi.Start(t.Context(), built(t, faultyFunction), nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.Ready(t.Context()) {
		t.Error("got a poll of a function that panics before")
	}
	if exit := p.Exit(); exit.Code <= 0 || exit.Polls != 0 {
		t.Errorf("got exit %d, %d polls; want a failure and none", exit.Code, exit.Polls)
	}
}

// stuck serves the document once, and after that, and for every other service, never answers.
func (h house) stuck(t *testing.T) house {
	t.Helper()
	text, err := h.document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"SecretString": string(text)})
	if err != nil {
		t.Fatal(err)
	}
	var started atomic.Bool
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetSecretValue") && started.CompareAndSwap(false, true) {
			_, _ = w.Write(body)
			return
		}
		<-over
	}))
	t.Cleanup(func() { close(over); server.Close() })
	h.settings = overlay(h.settings, "AWS_ENDPOINT_URL_SECRETS_MANAGER", server.URL)
	h.settings["AWS_ENDPOINT_URL"] = server.URL
	return h
}

// samples returns the names of a function's sample events.
func samples(t *testing.T, function string) (names []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "events", function+"-*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s has no samples (%v)", function, err)
	}
	for _, path := range paths {
		names = append(names, filepath.Base(path))
	}
	return names
}

func TestAnInvocationWhoseTimeRunsOutIsAnsweredBeforeLambdaEndsIt(t *testing.T) {
	h := newFacade(t)
	token := h.token(t)
	var all sync.WaitGroup // and not parallel tests, of which only as many run as there are processors: these wait
	for _, f := range manifest.Functions {
		if !slices.ContainsFunc(f.Grants, func(g manifest.Grant) bool { return g.Resource != manifest.Secrets || g.Access != manifest.Read }) {
			continue // it waits for nothing
		}
		p, events := serving(t, f.Name, h.stuck(t).given(f.Name)), map[string][]byte{}
		for _, sample := range samples(t, f.Name) {
			events[sample] = event(t, sample, func(e map[string]any) {
				if f.Authorizer {
					e["headers"].(map[string]any)["Authorization"] = "Bearer " + token
					e["multiValueHeaders"].(map[string]any)["Authorization"] = []string{"Bearer " + token}
				}
			})
		}
		all.Go(func() {
			const tries = 3 // a busy machine may take from an answer the half second that it has
			for try := 1; ; try++ {
				answer, err := late(t.Context(), f, p, events)
				if err == nil && answer.Left <= 0 && try < tries {
					continue
				}
				if err != nil || answer.Left <= 0 {
					t.Errorf("%s: got %v, and an answer %v before the invocation's end", f.Name, err, answer.Left)
				}
				return
			}
		})
	}
	all.Wait()
}

// late invokes a function, of which no service answers, on its samples until one needs a service, and wants the function's
// own words for that.
func late(ctx context.Context, f manifest.Function, p *runtimeapi.Process, events map[string][]byte) (runtimeapi.Answer, error) {
	const within = 5500 * time.Millisecond // of which an operation whose record and key are kept afterwards has one second
	for sample, event := range events {
		answer, err := p.InvokeWithin(ctx, event, within)
		if err != nil {
			return answer, err
		}
		got, wrong := string(answer.Body), fmt.Errorf("%s: %.300s", sample, answer.Body)
		switch {
		case f.Routes != nil:
			var r response
			switch err := json.Unmarshal(answer.Body, &r); {
			case err != nil || answer.Failed:
				return answer, wrong
			case r.StatusCode == http.StatusServiceUnavailable && (strings.Contains(r.Body, `"code":"unavailable"`) || strings.Contains(r.Body, `"degraded"`)):
				return answer, nil
			case r.StatusCode >= http.StatusInternalServerError:
				return answer, wrong
			}
		case f.Queue != nil:
			if answer.Failed {
				return answer, wrong
			}
			if strings.Contains(got, `{"itemIdentifier":"`) {
				return answer, nil
			}
		default:
			for _, own := range []string{"scheduled run: ", "the request could not be decided", "the step was not taken"} {
				if answer.Failed && strings.Contains(got, `"errorMessage":"`+own) {
					return answer, nil
				}
			}
			if !f.Authorizer { // of its samples, one brings no token
				return answer, wrong
			}
		}
	}
	return runtimeapi.Answer{}, errors.New("no sample needs a service")
}

// token is one that the house's functions accept.
func (h house) token(t *testing.T) string {
	t.Helper()
	set, problems := h.document.Open()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	token, err := auth.Tokens{MAC: set.Signing, KeyIDs: set.KeyIDs, Stage: env.Production}.Mint(
		auth.Principal{Subject: h.credentials.ID, Tenant: "main", Scopes: []string{manifest.ScopeAnalyze}}, "tok_test", time.Now(),
	)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// largest is an invocation's limit, with room for what is in an event besides the body.
const largest = 6<<20 - 8<<10

func TestARequestAsLargeAsLambdaTakesIsTooLargeForEveryOperation(t *testing.T) {
	h := newHouse(t)
	for _, f := range manifest.Functions {
		if f.Routes == nil {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			p := serving(t, f.Name, h.given(f.Name))
			for _, route := range f.Routes {
				large, want := "", []int{http.StatusRequestEntityTooLarge}
				if route.MaxBodyBytes == 0 {
					want = append(want, http.StatusBadRequest) // it takes none of any size
				}
				for _, sample := range samples(t, f.Name) {
					e := decode[struct{ HTTPMethod, Resource string }](t, string(event(t, sample, nil)))
					if e.HTTPMethod == route.Method && e.Resource == route.Path {
						large = sample
					}
				}
				if large == "" {
					t.Fatalf("%s has no sample", route.OperationID)
				}
				invocation := event(t, large, func(e map[string]any) { e["body"] = strings.Repeat("x", largest) })
				got := call(t, p, invocation)
				for try := 1; try < 3 && got.StatusCode == http.StatusServiceUnavailable; try++ { // of a busy machine, which is not what is asked
					got = call(t, p, invocation)
				}
				if !slices.Contains(want, got.StatusCode) || !strings.Contains(got.Body, fmt.Sprintf(`"status":%d`, got.StatusCode)) {
					t.Errorf("%s: got %d %.200s, want the problem %v", route.OperationID, got.StatusCode, got.Body, want)
				}
			}
			if got := call(t, p, event(t, samples(t, f.Name)[0], nil)); got.StatusCode == http.StatusRequestEntityTooLarge {
				t.Error("got 413 for what is small after what was large")
			}
		})
	}
}
