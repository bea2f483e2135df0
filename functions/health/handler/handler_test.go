package handler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/functions/health/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/testkit/caller"
	"github.com/customerai/customerai/shared/testkit/frozen"
)

const openapi = `{"openapi":"3.1.0"}`

func newHandler(t *testing.T, checks map[string]handler.Check, log *bytes.Buffer) http.Handler {
	t.Helper()
	return newHandlerAt(t, checks, httpapi.Config{Logger: slog.New(slog.NewJSONHandler(log, nil))})
}

func newHandlerAt(t *testing.T, checks map[string]handler.Check, config httpapi.Config) http.Handler {
	t.Helper()
	api, err := handler.New(handler.Deps{Checks: checks, OpenAPI: []byte(openapi)}, config)
	if err != nil {
		t.Fatal(err)
	}
	h, err := api.Handler()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	return recorder
}

func fine(context.Context) error { return nil }

func TestLivenessAsksNobody(t *testing.T) {
	h := newHandler(t, map[string]handler.Check{"table": func(context.Context) error {
		t.Error("liveness asked a dependency")
		return nil
	}}, new(bytes.Buffer))
	response := get(h, "/health/live")
	if want := `{"status":"live"}`; response.Code != http.StatusOK || strings.TrimSpace(response.Body.String()) != want {
		t.Errorf("%d %s, want 200 %s", response.Code, response.Body, want)
	}
}

func TestReadinessNamesWhatDoesNotAnswerAndSaysNoMore(t *testing.T) {
	for name, test := range map[string]struct {
		table  handler.Check
		status int
		want   string
		cause  string // in the log
	}{
		"everything answers": {fine, 200, `{"checks":{"secrets":"ok","table":"ok"},"status":"ready"}`, ""},
		"the table errs": {
			func(context.Context) error { return errors.New("c4n4ry: no such host") },
			503, `{"checks":{"secrets":"ok","table":"unavailable"},"status":"degraded"}`, "c4n4ry: no such host",
		},
		"the table panics": {
			func(context.Context) error { panic("c4n4ry") },
			503, `{"checks":{"secrets":"ok","table":"unavailable"},"status":"degraded"}`, "the check panicked: c4n4ry",
		},
		"the table is slow": {
			func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			503, `{"checks":{"secrets":"ok","table":"unavailable"},"status":"degraded"}`, "deadline exceeded",
		},
		"the table answers just in time": {
			func(context.Context) error { time.Sleep(1999 * time.Millisecond); return nil },
			200, `{"checks":{"secrets":"ok","table":"ok"},"status":"ready"}`, "",
		},
		"the table hangs and does not look at its context": {
			func(context.Context) error { time.Sleep(time.Hour); return nil },
			503, `{"checks":{"secrets":"ok","table":"unavailable"},"status":"degraded"}`, "deadline exceeded",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				h := newHandler(t, map[string]handler.Check{"table": test.table, "secrets": fine}, &log)
				start := time.Now()
				response := get(h, "/health/ready")
				if took := time.Since(start); took > 2*time.Second {
					t.Errorf("the answer took %v, want at most 2 s", took)
				}
				var got any
				if err := json.Unmarshal(response.Body.Bytes(), &got); err != nil {
					t.Fatal(err)
				}
				sorted, err := json.Marshal(got)
				if err != nil || response.Code != test.status || string(sorted) != test.want {
					t.Errorf("%d %s, %v, want %d %s", response.Code, sorted, err, test.status, test.want)
				}
				if !strings.Contains(log.String(), test.cause) {
					t.Errorf("log = %s, want the cause %q", log.String(), test.cause)
				}
				time.Sleep(time.Hour) // in the bubble's time: the check that hangs ends
			})
		})
	}
}

func TestAFloodCostsTheDependenciesOneRoundASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		rounds, broken := 0, error(nil)
		h := newHandler(t, map[string]handler.Check{"table": func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			rounds++
			return broken
		}}, new(bytes.Buffer))
		var flood sync.WaitGroup
		for range 20 {
			flood.Go(func() { get(h, "/health/ready") })
		}
		flood.Wait()
		if rounds != 1 {
			t.Errorf("%d rounds for 20 requests at once, want 1", rounds)
		}
		broken = errors.New("down")
		time.Sleep(time.Second)
		if status := get(h, "/health/ready").Code; status != http.StatusServiceUnavailable || rounds != 2 {
			t.Errorf("a second after the loss: %d in round %d, want 503 in round 2", status, rounds)
		}
	})
}

func TestWhatFailsTogetherIsLoggedInTheSameOrderEveryTime(t *testing.T) {
	down := func(context.Context) error { return errors.New("down") }
	for range 20 {
		var log bytes.Buffer
		get(newHandler(t, map[string]handler.Check{"c": down, "a": down, "b": down}, &log), "/health/ready")
		got := regexp.MustCompile(`"dependency":"(.)"`).FindAllStringSubmatch(log.String(), -1)
		if len(got) != 3 || got[0][1]+got[1][1]+got[2][1] != "abc" {
			t.Fatalf("got the log %s, want a, b and c in this order", log.String())
		}
	}
}

func TestWhatWasFoundBeforeAnEnvironmentWasFrozenIsNotFresh(t *testing.T) {
	clock, broken := frozen.New(), error(nil)
	h := newHandlerAt(t, map[string]handler.Check{"table": func(context.Context) error { return broken }}, httpapi.Config{Now: clock.Now, Logger: slog.New(slog.DiscardHandler)})
	if status := get(h, "/health/ready").Code; status != http.StatusOK {
		t.Fatalf("got %d, want 200", status)
	}
	broken = errors.New("down")
	clock.Freeze(time.Hour)
	if status := get(h, "/health/ready").Code; status != http.StatusServiceUnavailable {
		t.Errorf("an hour after the last round: got %d, want 503", status)
	}
}

func TestAClientThatHangsUpDoesNotFailTheRound(t *testing.T) {
	h := newHandler(t, map[string]handler.Check{"table": func(ctx context.Context) error { return ctx.Err() }}, new(bytes.Buffer))
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/health/ready", nil).WithContext(gone))
	if response := get(h, "/health/ready"); response.Code != http.StatusOK {
		t.Errorf("the next client gets %d, want 200", response.Code)
	}
}

func TestTheDocumentIsSentOnceAndThenConfirmed(t *testing.T) {
	h := newHandler(t, nil, new(bytes.Buffer))
	first := get(h, "/openapi.json")
	etag := first.Header().Get("ETag")
	if first.Code != http.StatusOK || first.Body.String() != openapi || first.Header().Get("Content-Type") != "application/json" || len(etag) != 34 {
		t.Fatalf("%d %s with ETag %s", first.Code, first.Body, etag)
	}
	for name, test := range map[string]struct {
		header []string
		want   int
	}{
		"its tag":                      {[]string{"If-None-Match", etag}, 304},
		"its tag, weakly":              {[]string{"If-None-Match", "W/" + etag}, 304},
		"its tag in a list":            {[]string{"If-None-Match", `"a", ` + etag + `,"b"`}, 304},
		"its tag in a second one":      {[]string{"If-None-Match", `"a"`, "If-None-Match", etag}, 304},
		"anything":                     {[]string{"If-None-Match", "*"}, 304},
		"another tag":                  {[]string{"If-None-Match", `"a"`}, 200},
		"its tag without quotes":       {[]string{"If-None-Match", strings.Trim(etag, `"`)}, 200},
		"an empty header":              {[]string{"If-None-Match", ""}, 200},
		"a range, which is not served": {[]string{"Range", "bytes=0-3"}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			response := get(h, "/openapi.json", test.header...)
			if response.Code != test.want || (response.Body.Len() > 0) != (test.want == 200) || response.Header().Get("ETag") != etag ||
				response.Header().Get("Cache-Control") != "no-cache" {
				t.Errorf("%d with %d bytes, ETag %s, want %d", response.Code, response.Body.Len(), response.Header().Get("ETag"), test.want)
			}
		})
	}
}

func TestTheSampleEventsAreAnswered(t *testing.T) {
	c := caller.Caller{T: t, Handler: newHandler(t, map[string]handler.Check{"table": fine}, new(bytes.Buffer))}
	for name, want := range map[string]string{"health-live": `"live"`, "health-ready": `"ready"`, "health-openapi": `"3.1.0"`} {
		if got := c.WantSample(name, http.StatusOK); !strings.Contains(got, want) {
			t.Errorf("%s: %.500s, want it to say %s", name, got, want)
		}
	}
}
