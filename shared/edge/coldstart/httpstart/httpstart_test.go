package httpstart_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/edge/coldstart/httpstart"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/invocation"
)

func start(t *testing.T, settings map[string]string) *coldstart.Start {
	t.Helper()
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	return coldstart.New("token", func(name string) (string, bool) {
		if name == "ENVIRONMENT" {
			return "development", true
		}
		value, ok := settings[name]
		return value, ok
	})
}

func TestTheConventionsAreAsTheSettingsWantThem(t *testing.T) {
	s := start(t, map[string]string{"CORS_ORIGINS": "https://a.example.com, http://localhost:3000", "CLIENT_RATE_LIMIT": "20"})
	tb := memtable.New(time.Now)
	config := httpstart.Config(s, tb)
	if want := []string{"https://a.example.com", "http://localhost:3000"}; !slices.Equal(config.Origins, want) {
		t.Errorf("got origins %q, want %q", config.Origins, want)
	}
	if config.Stage != env.Development || config.Logger != s.Logger || config.Idempotency != tb || config.Now == nil || config.NewID() == "" {
		t.Errorf("got %+v, want the start's own", config)
	}
	if err := s.Ready(nil); err != nil {
		t.Error(err)
	}
	if got := httpstart.Config(start(t, nil), nil); got.Origins != nil || got.Idempotency != nil {
		t.Errorf("got %+v, want no origins and no table", got)
	}
}

func TestWhatIsWrongKeepsTheFunctionFromServing(t *testing.T) {
	for name, c := range map[string]struct {
		settings map[string]string
		err      error
		want     string
	}{
		"an origin that is none":     {map[string]string{"CORS_ORIGINS": "hunter2"}, nil, "CORS_ORIGINS entry 1 must be"},
		"a rate that is none":        {map[string]string{"CLIENT_RATE_LIMIT": "hunter2"}, nil, "CLIENT_RATE_LIMIT must be a whole number from 1"},
		"a rate of nothing":          {map[string]string{"CLIENT_RATE_LIMIT": "0"}, nil, "CLIENT_RATE_LIMIT must be"},
		"a handler that is not made": {nil, errors.New("no handler"), "no handler"},
		"an operation not bound":     {nil, nil, "createToken is not bound"},
	} {
		s := start(t, c.settings)
		api, err := httpapi.New("token", httpstart.Config(s, nil))
		if err != nil {
			t.Fatal(err)
		}
		err = httpstart.Serve(s, api, c.err)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want it to say %q and no value", name, err, c.want)
		}
	}
}

func TestServeServesInvocations(t *testing.T) {
	if invocation.Inside() {
		s := coldstart.New("health", func(name string) (string, bool) { return "development", name == "ENVIRONMENT" })
		api, err := httpapi.New("health", httpstart.Config(s, nil))
		httpapi.Bind(api, "getLiveness", func(context.Context, *struct{}) (*struct{}, error) { return &struct{}{}, nil })
		for _, operation := range []string{"getReadiness", "getOpenAPI"} {
			httpapi.BindHandler(api, operation, huma.Operation{}, func(http.ResponseWriter, *http.Request) error { return nil })
		}
		if err := httpstart.Serve(s, api, err); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := invocation.Run(t, `{"httpMethod":"GET","path":"/health/live"}`); !strings.Contains(got, `"statusCode":200`) {
		t.Errorf("got the answer %s, want 200", got)
	}
}
