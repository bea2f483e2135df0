package gateway_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/infra/local/gateway"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/trust/auth"
)

// echo answers with the function's name and the principal that reached it.
func echo(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		principal, _ := auth.PrincipalFrom(r.Context())
		_, _ = io.WriteString(w, name+" "+principal.Subject)
	})
}

// authorize lets the token "good" pass, as whoever the authorizer's helper says.
func authorize(_ context.Context, event events.APIGatewayCustomAuthorizerRequestTypeRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
	if event.Headers["Authorization"] == "Bearer undecided" {
		return events.APIGatewayCustomAuthorizerResponse{}, errors.New("the secrets cannot be read")
	}
	if event.Headers["Authorization"] != "Bearer good" {
		return events.APIGatewayCustomAuthorizerResponse{}, lambdahttp.ErrUnauthorized
	}
	return lambdahttp.Allow(auth.Principal{Subject: "ann", Tenant: "main", Scopes: manifest.Scopes(), UsageKey: "ann"}, event.MethodArn)
}

func config() gateway.Config {
	functions := map[string]http.Handler{}
	for _, function := range manifest.Functions {
		functions[function.Name] = echo(function.Name)
	}
	return gateway.Config{
		Functions: functions, Authorize: authorize,
		Edge: httpapi.Config{Logger: slog.New(slog.DiscardHandler), Origins: []string{"https://app.example.com"}},
	}
}

func TestRequestsReachTheirFunction(t *testing.T) {
	handler, err := gateway.New(config())
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		method, path, token string
		wantStatus          int
		wantBody            string
	}{
		"a public route needs no token":                     {"GET", "/health/live", "", 200, "health "},
		"a protected route with a good token":               {"GET", "/v1/batches", "Bearer good", 200, "batches ann"},
		"a path parameter is routed":                        {"GET", "/v1/batches/bat_1/results", "Bearer good", 200, "batches ann"},
		"a protected route without a token is refused":      {"GET", "/v1/batches", "", 401, "application/problem+json"},
		"a protected route with a bad token is refused":     {"POST", "/v1/sentiment", "Bearer bad", 401, "application/problem+json"},
		"an authorizer that cannot decide lets nobody past": {"GET", "/v1/batches", "Bearer undecided", 500, "application/problem+json"},
		"a preflight passes without a token":                {"OPTIONS", "/v1/batches", "", 200, "batches "},
		"a method that no route has is the function's":      {"DELETE", "/v1/batches", "", 200, "batches "},
		"an unknown path is not found":                      {"GET", "/v2/batches", "Bearer good", 404, "application/problem+json"},
		"a path below a route is not that route":            {"GET", "/health/live/x", "", 404, "application/problem+json"},
		"a token on a public route is not looked at":        {"POST", "/v1/oauth/token", "Bearer bad", 200, "token "},
		"the authorizer cannot be escaped by a dot path":    {"GET", "/health/../v1/batches", "", 307, ""},
	} {
		t.Run(name, func(t *testing.T) {
			request := httptest.NewRequestWithContext(t.Context(), test.method, test.path, nil)
			if test.token != "" {
				request.Header.Set("Authorization", test.token)
			}
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, request)
			if recorder.Code != test.wantStatus {
				t.Errorf("status = %d, want %d", recorder.Code, test.wantStatus)
			}
			if got := recorder.Body.String() + recorder.Header().Get("Content-Type"); !strings.Contains(got, test.wantBody) {
				t.Errorf("answer = %q, want %q in it", got, test.wantBody)
			}
		})
	}
}

func TestTheGatewaysOwnAnswersLookLikeAFunctions(t *testing.T) {
	handler, err := gateway.New(config())
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), "GET", "/v1/batches", nil)
	request.Header.Set("Origin", "https://app.example.com")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	for name, want := range map[string]string{
		"WWW-Authenticate":            "Bearer",
		"Access-Control-Allow-Origin": "https://app.example.com",
		"Vary":                        "Origin",
		"X-Content-Type-Options":      "nosniff",
	} {
		if got := recorder.Header().Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestAMissingFunctionIsNamed(t *testing.T) {
	c := config()
	delete(c.Functions, "batches")
	if _, err := gateway.New(c); err == nil || !strings.Contains(err.Error(), "batches") {
		t.Errorf("New = %v, want an error that names batches", err)
	}
}
