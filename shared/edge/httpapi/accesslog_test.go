package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
)

func TestOneLinePerRequestSaysWhatHappened(t *testing.T) {
	for _, test := range []struct {
		name  string
		r     *http.Request
		err   error
		level string
		want  map[string]any
	}{
		{
			"success", request("POST", "/v1/things/t", `{"name":"x"}`), nil, "INFO",
			map[string]any{"operation": "createThing", "status": 201.0, "code": "", "tenant": "main", "durationMs": 1500.0},
		},
		{
			"refusal", request("POST", "/v1/things/t", `{}`), nil, "WARN",
			map[string]any{"operation": "createThing", "status": 400.0, "code": "invalid", "tenant": "main"},
		},
		{
			"not found", request("POST", "/v1/things/t", `{"name":"x"}`), errs.Wrap(errs.NotFound, "no thing", errors.New("its-cause")), "WARN",
			map[string]any{"status": 404.0, "code": "not_found", "cause": nil},
		},
		{
			"our fault", request("POST", "/v1/things/t", `{"name":"x"}`), errors.New("its-cause"), "ERROR",
			map[string]any{"status": 500.0, "code": "internal", "cause": "its-cause"},
		},
		{
			"a dependency", request("POST", "/v1/things/t", `{"name":"x"}`), errs.Wrap(errs.Unavailable, "try again", errors.New("its-cause")), "ERROR",
			map[string]any{"status": 503.0, "code": "unavailable", "cause": "try again: its-cause"},
		},
		{
			"nobody", httptest.NewRequest("GET", "/v1/things", nil), nil, "WARN",
			map[string]any{"operation": "listThings", "status": 401.0, "code": "unauthorized", "tenant": ""},
		},
		{"no such path", request("GET", "/hunter2", ""), nil, "WARN", map[string]any{"operation": "", "status": 404.0, "code": "not_found"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSample(t)
			s.create = func(context.Context, *createInput) error {
				s.now = s.now.Add(1500 * time.Millisecond)
				return test.err
			}
			w := s.do(test.r)
			lines := strings.Split(strings.TrimSpace(s.log.String()), "\n")
			if len(lines) != 1 {
				t.Fatalf("log = %q, want one line", lines)
			}
			var line map[string]any
			if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
				t.Fatal(err)
			}
			test.want["level"], test.want["msg"], test.want["correlationId"] = test.level, "request", "fresh-id-0001"
			test.want["bytes"] = float64(w.Body.Len())
			for name, want := range test.want {
				if got := line[name]; got != want {
					t.Errorf("%s = %v, want %v", name, got, want)
				}
			}
			if strings.Contains(lines[0], secret) || strings.Contains(w.Body.String(), "its-cause") {
				t.Errorf("log %s or body %s says too much", lines[0], w.Body)
			}
		})
	}
}
