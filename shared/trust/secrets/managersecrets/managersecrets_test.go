package managersecrets_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
)

// document returns a fresh document and the mark of its set.
func document(t *testing.T) (text, mark string) {
	t.Helper()
	d, _, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	content, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	set, problems := d.Open()
	if problems != nil {
		t.Fatal(problems)
	}
	return string(content), markOf(t, set)
}

// markOf tells sets apart: what their pseudonym keys make of the same input.
func markOf(t *testing.T, set secrets.Set) string {
	t.Helper()
	mark, err := set.Pseudonyms.ComputePrimaryPRF([]byte("mark"), 8)
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(mark)
}

// store is Secrets Manager as a test needs it: it answers at once, late, with nonsense, or not at all.
type store struct {
	mu       sync.Mutex
	answer   wire.Fault
	requests atomic.Int32
}

func (s *store) set(answer wire.Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// Do implements aws.HTTPClient.
func (s *store) Do(request *http.Request) (*http.Response, error) {
	s.requests.Add(1)
	s.mu.Lock()
	answer := s.answer
	s.mu.Unlock()
	return answer(func() (*http.Response, error) {
		<-request.Context().Done()
		return nil, request.Context().Err()
	})
}

// holds answers with a secret.
func holds(text string) wire.Fault {
	body, err := json.Marshal(map[string]string{"SecretString": text, "Name": "bundle"})
	if err != nil {
		panic(err) // a string always marshals
	}
	return wire.Answer(http.StatusOK, string(body))
}

// config reaches the store; every request is tried once, so that requests can be counted.
func config(t *testing.T, s *store, log *bytes.Buffer) managersecrets.Config {
	t.Helper()
	reach := emulators.Nowhere(t)
	reach.HTTPClient, reach.Retryer = s, func() aws.Retryer { return aws.NopRetryer{} }
	return managersecrets.Config{AWS: reach, ID: "bundle", Now: time.Now, Logger: slog.New(slog.NewTextHandler(log, nil))}
}

// opened returns a source that has read a document, inside a bubble whose clock moves when everybody sleeps.
func opened(t *testing.T) (source *managersecrets.Source, s *store, mark string, log *bytes.Buffer) {
	t.Helper()
	text, mark := document(t)
	s, log = &store{answer: holds(text)}, new(bytes.Buffer)
	source, err := managersecrets.Open(t.Context(), config(t, s, log))
	if err != nil {
		t.Fatal(err)
	}
	return source, s, mark, log
}

func wantSet(t *testing.T, source *managersecrets.Source, mark string) {
	t.Helper()
	set, err := source.Current(t.Context())
	if err != nil {
		t.Fatalf("got %v, want a set", err)
	}
	if got := markOf(t, set); got != mark {
		t.Errorf("got the set %s, want %s", got, mark)
	}
}

func wantRequests(t *testing.T, s *store, want int32) {
	t.Helper()
	synctest.Wait()
	if got := s.requests.Load(); got != want {
		t.Errorf("got %d requests, want %d", got, want)
	}
}

func TestAYoungSetIsGivenWithoutAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source, s, mark, _ := opened(t)
		time.Sleep(secrets.MaxAge - 1)
		wantSet(t, source, mark)
		wantRequests(t, s, 1)
	})
}

// Lambda freezes an environment between invocations, and a thaw may find a set of any age.
func TestASetThatIsTooOldIsRenewedFirst(t *testing.T) {
	for _, age := range []time.Duration{secrets.MaxAge, secrets.MaxStale - 1, secrets.MaxStale, 48 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			source, s, _, _ := opened(t)
			text, next := document(t)
			s.set(holds(text))
			time.Sleep(age)
			wantSet(t, source, next)
			wantRequests(t, s, 2)
			time.Sleep(secrets.MaxAge - 1)
			wantSet(t, source, next)
			wantRequests(t, s, 2)
		})
	}
}

func TestWhoeverHasSeenAnUnknownKeyGetsWhatTheStoreHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source, s, mark, _ := opened(t)
		text, next := document(t)
		s.set(holds(text))
		time.Sleep(managersecrets.RenewAfter - 1)
		renewed(t, source, mark) // it was asked a moment ago
		wantRequests(t, s, 1)
		time.Sleep(time.Nanosecond)
		renewed(t, source, next)
		wantSet(t, source, next)
		wantRequests(t, s, 2)
	})
}

func TestAFloodOfUnknownKeysCostsOneRequestInThirtySecondsAndKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source, s, mark, _ := opened(t)
		const hour = time.Hour / managersecrets.RenewAfter
		begun := time.Now()
		for i := range 10_000 { // three a second
			time.Sleep(time.Hour / 10_000)
			renewed(t, source, mark)
			if i%100 == 0 {
				wantSet(t, source, mark)
			}
		}
		synctest.Wait()
		if got, most := s.requests.Load(), int32(time.Since(begun)/managersecrets.RenewAfter)+1; got > most || got < int32(hour)/2 {
			t.Errorf("got %d requests in an hour, want at most %d", got, most)
		}
		s.set(wire.Through) // the store hangs
		time.Sleep(managersecrets.RenewAfter)
		go func() { _, _ = source.Renewed(t.Context()) }()
		synctest.Wait()
		asked := time.Now()
		wantSet(t, source, mark)
		if waited := time.Since(asked); waited > 0 {
			t.Errorf("an honest caller waits %v for what a stranger's token has begun", waited)
		}
		time.Sleep(managersecrets.RetryAfter) // lets the renewal give up
	})
}

func renewed(t *testing.T, source *managersecrets.Source, mark string) {
	t.Helper()
	set, err := source.Renewed(t.Context())
	if err != nil || markOf(t, set) != mark {
		t.Errorf("got %v, or another set than %s", err, mark)
	}
}

func TestHoweverManyAskOneRequestIsMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source, s, _, _ := opened(t)
		text, next := document(t)
		s.set(holds(text))
		time.Sleep(secrets.MaxAge)
		var asking sync.WaitGroup
		for range 100 {
			asking.Go(func() { wantSet(t, source, next) })
		}
		asking.Wait()
		wantRequests(t, s, 2)
	})
}

func TestAnOutageIsBridgedForAnHourAndNoLonger(t *testing.T) {
	for name, outage := range map[string]wire.Fault{
		"the store is gone":      wire.Never,
		"the store is throttled": wire.Refuse(http.StatusBadRequest, "ThrottlingException"),
		"the store never ends":   wire.Through, // until the client gives up
		"the store has garbage":  wire.Answer(http.StatusOK, "garbage"),
		"the document is broken": holds(`{"JWT_SECRET_KEY":"hunter2"}`),
		"the document is none":   holds("hunter2"),
		"the secret is binary":   wire.Answer(http.StatusOK, `{"SecretBinary":"aHVudGVyMg=="}`),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				source, s, mark, log := opened(t)
				s.set(outage)
				begun := time.Now()
				for time.Since(begun) < secrets.MaxStale-10*time.Second {
					time.Sleep(time.Second)
					wantSet(t, source, mark)
				}
				synctest.Wait()
				if got, most := s.requests.Load(), int32(3*60); got > most {
					t.Errorf("got %d requests in an hour, want at most %d", got, most)
				}
				time.Sleep(10 * time.Second)
				_, err := source.Current(t.Context())
				if got, want := errs.CodeOf(err), errs.Unavailable; got != want {
					t.Errorf("after an hour: got %q (%v), want %q", got, err, want)
				}
				text, next := document(t)
				s.set(holds(text))
				time.Sleep(managersecrets.RetryAfter)
				wantSet(t, source, next)
				if got := log.String(); !strings.Contains(got, "secrets not renewed") || strings.Contains(got, "hunter2") {
					t.Errorf("got the log %q, want the failure and no value", got)
				}
			})
		})
	}
}

func TestACallerWhoCannotWaitGetsTheSetInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source, s, mark, _ := opened(t)
		s.set(wire.Through)
		time.Sleep(secrets.MaxAge)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		set, err := source.Current(ctx)
		if err != nil || markOf(t, set) != mark {
			t.Errorf("got %v, want the set in use", err)
		}
		time.Sleep(secrets.MaxStale)
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if _, err := source.Current(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("when there is none to use: got %v, want the context's error", err)
		}
		time.Sleep(managersecrets.RetryAfter) // lets the renewal give up
	})
}

func TestOpenNamesEveryProblemAndNoValue(t *testing.T) {
	for name, c := range map[string]struct {
		answer wire.Fault
		want   []string
	}{
		"no such secret": {wire.Refuse(http.StatusBadRequest, "ResourceNotFoundException"), []string{"SECRETS_ID", "ResourceNotFoundException"}},
		"no rights":      {wire.Refuse(http.StatusBadRequest, "AccessDeniedException"), []string{"SECRETS_ID", "AccessDeniedException"}},
		"no connection":  {wire.Never, []string{"SECRETS_ID", "the store did not answer"}},
		"no answer":      {wire.Through, []string{"SECRETS_ID", "deadline exceeded"}},
		"no text":        {wire.Answer(http.StatusOK, `{}`), []string{"SECRETS_ID", "empty or binary"}},
		"no document":    {holds("hunter2"), []string{"must be one JSON object"}},
		"an empty one":   {holds("{}"), []string{"JWT_SECRET_KEY is missing", "ENCRYPTION_KEY is missing", "PSEUDONYM_KEY is missing", "CLIENTS is missing"}},
		"bad settings": {
			holds(`{"JWT_SECRET_KEY":"changeme","ENCRYPTION_KEY":" ","PSEUDONYM_KEY":"hunter2"}`),
			[]string{"JWT_SECRET_KEY is a placeholder", "ENCRYPTION_KEY is blank", "PSEUDONYM_KEY is malformed", "CLIENTS is missing"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_, err := managersecrets.Open(ctx, config(t, &store{answer: c.answer}, new(bytes.Buffer)))
				if err == nil {
					t.Fatal("got no error")
				}
				for _, want := range c.want {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("got %q, want it to say %q", err, want)
					}
				}
				if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "told by the test") {
					t.Errorf("got %q, which quotes what was read", err)
				}
			})
		})
	}
}

func TestItReadsASecretAsItIsKept(t *testing.T) {
	reach := emulators.AWS(t)
	text, mark := document(t)
	name := "test-" + rand.Text()
	client := secretsmanager.NewFromConfig(reach)
	if _, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: &name, SecretString: &text}); err != nil {
		t.Fatalf("create the secret: %v", err)
	}
	source, err := managersecrets.Open(t.Context(), managersecrets.Config{AWS: reach, ID: name, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	wantSet(t, source, mark)
}
