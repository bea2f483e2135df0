package kmswrapper_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/keyservice"
	"github.com/customerai/customerai/shared/testkit/traces"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/vault"
)

// hangs answers nobody.
func hangs(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
}

type clientFunc func(*http.Request) (*http.Response, error)

func (f clientFunc) Do(request *http.Request) (*http.Response, error) { return f(request) }

// What KMS can suffer, beside the states of a key.
var sufferings = map[string]struct {
	fault wire.Fault
	want  errs.Code
}{
	"throttled":                        {wire.Refuse(http.StatusBadRequest, "ThrottlingException"), errs.Unavailable},
	"over the limit of requests":       {wire.Refuse(http.StatusBadRequest, "LimitExceededException"), errs.Unavailable},
	"an error of its own":              {wire.Refuse(http.StatusInternalServerError, "KMSInternalException"), errs.Unavailable},
	"a key store that does not answer": {wire.Refuse(http.StatusInternalServerError, "KeyUnavailableException"), errs.Unavailable},
	"a dependency out of time":         {wire.Refuse(http.StatusServiceUnavailable, "DependencyTimeoutException"), errs.Unavailable},
	"an error without a name":          {wire.Answer(http.StatusBadGateway, "<html>Bad gateway</html>"), errs.Unavailable},
	"a request lost on its way":        {wire.Never, errs.Unavailable},
	"an answer lost on its way":        {wire.Lost, errs.Unavailable},
	"garbage":                          {wire.Answer(http.StatusOK, "garbage"), errs.Unavailable},
	"a page":                           {wire.Answer(http.StatusOK, "<html>Sign in</html>"), errs.Unavailable},
	"an empty answer":                  {wire.Answer(http.StatusOK, ""), errs.Unavailable},
	"an answer with nothing in it":     {wire.Answer(http.StatusOK, "{}"), errs.Unavailable},
	"half an answer":                   {wire.Answer(http.StatusOK, `{"CiphertextBlob":"aGFs`), errs.Unavailable},
	"access denied":                    {wire.Refuse(http.StatusBadRequest, "AccessDeniedException"), errs.Internal},
	"a key of another kind":            {wire.Refuse(http.StatusBadRequest, "InvalidKeyUsageException"), errs.Internal},
	"a name that is none":              {wire.Refuse(http.StatusBadRequest, "InvalidArnException"), errs.Internal},
	"a request that is none":           {wire.Refuse(http.StatusBadRequest, "ValidationException"), errs.Internal},
}

// states are those of a key.
var states = map[keyservice.State]errs.Code{
	keyservice.Disabled: errs.Unavailable, keyservice.PendingDeletion: errs.Unavailable, keyservice.PendingImport: errs.Unavailable,
	keyservice.OutOfReach: errs.Unavailable, keyservice.Denied: errs.Internal, keyservice.Gone: errs.Internal,
}

func TestEveryStateOfKMSHasItsCodeAndNothingIsKeptInTheClear(t *testing.T) {
	type trouble struct {
		begin func(h *house)
		want  errs.Code
	}
	troubles := map[string]trouble{}
	for state, want := range states {
		troubles["a key that is "+string(state)] = trouble{func(h *house) { h.service.Set(h.config.Key, state) }, want}
	}
	for name, s := range sufferings {
		troubles[name] = trouble{func(h *house) { h.service.Fault = always(s.fault) }, s.want}
	}
	const material = "hunter2."
	leaks := traces.Of(material)
	for name, trouble := range troubles {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			must(h.FindOrCreate(t.Context(), h.of(t, "zoe")))
			before := *h.Vault
			before.Wrapper = vault.Keyset{Secrets: h.Secrets}
			must(before.FindOrCreate(t.Context(), h.of(t, "old")))
			was := h.kept(t)
			h.restart()
			trouble.begin(h)
			h.Random = strings.NewReader(strings.Repeat(material, 8))
			wantCode := func(what string, err error) {
				t.Helper()
				if got := errs.CodeOf(err); got != trouble.want {
					t.Errorf("%s = %v, want code %q", what, err, trouble.want)
				}
				if found := leaks.In(fmt.Sprint(err)); found != "" {
					t.Errorf("%s: the error shows the key: %s", what, found)
				}
			}
			key, err := h.Find(t.Context(), h.of(t, "zoe"))
			wantCode("Find", err)
			made, err := h.FindOrCreate(t.Context(), h.of(t, "max"))
			wantCode("FindOrCreate", err)
			done, err := h.Rewrap(t.Context(), h.of(t, "old")[0])
			wantCode("Rewrap", err)
			if key != nil || made != nil || done {
				t.Error("got a key, or a re-wrap, want none")
			}
			if _, err := h.Find(t.Context(), h.of(t, "old")); err != nil { // KMS has no part in it yet
				t.Errorf("Find of a key of before = %v, want the key", err)
			}
			wantSame(t, h.kept(t), was)
			if got := strings.Count(h.log.String(), `"keyServiceErrors":1`); got != 3 || leaks.In(h.log.String()) != "" {
				t.Errorf("got %d lines for the alarm, want 3 without the key:\n%s", got, h.log)
			}
		})
	}
}

func wantSame(t *testing.T, got, want []table.Item) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d keys are kept, want the %d of before", len(got), len(want))
	}
	for i := range got {
		if got[i].Version != want[i].Version || !bytes.Equal(got[i].Value, want[i].Value) {
			t.Errorf("a key was written: %s", got[i].Value)
		}
	}
}

func TestAServiceThatDoesNotEncryptIsNotBelieved(t *testing.T) {
	h := newHouse(t)
	material := strings.Repeat("hunter2.", 6)
	h.service.Fault = always(wire.Answer(http.StatusOK, `{"KeyId":"x","CiphertextBlob":"aHVudGVyMi5odW50ZXIyLmh1bnRlcjIuaHVudGVyMi4="}`))
	h.Random = strings.NewReader(material)
	if _, err := h.FindOrCreate(t.Context(), h.of(t, "zoe")); !errs.Is(err, errs.Unavailable) {
		t.Errorf("FindOrCreate = %v, want unavailable", err)
	}
	wantSame(t, h.kept(t), nil)
}

func TestWhoeverDoesNotAnswerIsWaitedForAWhile(t *testing.T) {
	for name, test := range map[string]struct {
		within time.Duration
		want   func(error) bool
		lines  int
	}{
		"the service's time runs out": {time.Minute, func(err error) bool { return errs.Is(err, errs.Unavailable) }, 2},
		"the caller's time runs out":  {time.Second, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t)
				of := h.of(t, "zoe")[0]
				wrapped := must(h.Wrapper.Wrap(t.Context(), of, []byte("a key")))
				h.config.AWS.HTTPClient = clientFunc(hangs)
				h.restart()
				for what, call := range map[string]func(ctx context.Context) error{
					"Wrap":   func(ctx context.Context) error { _, err := h.Wrapper.Wrap(ctx, of, []byte("a key")); return err },
					"Unwrap": func(ctx context.Context) error { _, err := h.Wrapper.Unwrap(ctx, of, wrapped); return err },
				} {
					ctx, cancel := context.WithTimeout(t.Context(), test.within)
					begun := time.Now()
					err := call(ctx)
					cancel()
					if took := time.Since(begun); !test.want(err) || took > 5*time.Second {
						t.Errorf("%s = %v after %v", what, err, took)
					}
				}
				if got := strings.Count(h.log.String(), "keyServiceErrors"); got != test.lines {
					t.Errorf("got %d lines for the alarm, want %d", got, test.lines)
				}
			})
		})
	}
}

// With the functions' own retries: what passes is not noticed.
func TestWhatPassesIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.config.AWS.Retryer = emulators.Nowhere(t).Retryer
		h.restart()
		calls := 0
		h.service.Fault = func(string) wire.Fault {
			calls++
			return []wire.Fault{
				wire.Refuse(http.StatusBadRequest, "ThrottlingException"), wire.Never, wire.Refuse(http.StatusInternalServerError, "KMSInternalException"), wire.Through,
			}[min(calls-1, 3)]
		}
		if _, err := h.FindOrCreate(t.Context(), h.of(t, "zoe")); err != nil || calls != 4 {
			t.Errorf("FindOrCreate = %v after %d calls, want the key after the fourth", err, calls)
		}
		if h.log.String() != "" {
			t.Errorf("got the log %s, want none of what has passed", h.log)
		}
	})
}
