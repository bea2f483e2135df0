package bundle_test

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/jwt"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
)

// forgery is a token that the real key signed, with everything as it should be but what the test changes.
type forgery struct {
	options jwt.RawJWTOptions
	claims  map[string]any
}

// Every refusal, whatever its cause, is one answer to the client: status, headers and body, but for the request's id.
func TestEveryRefusalOfTheGatewayIsOneAnswer(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	b, err := bundle.Open(t.Context(), bundle.Config{
		Folder: folder, BaseURL: "http://localhost", Stage: env.Development, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	source, _, err := envsecrets.Open(env.Development, folder)
	if err != nil {
		t.Fatal(err)
	}
	set, err := source.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := source.Client()
	if err != nil {
		t.Fatal(err)
	}
	sign := func(change func(*forgery)) string {
		issuer, audience, typ, id := "customerai-development", "customerai-api", "at+jwt", "tok_1"
		now := time.Now().Truncate(time.Second)
		until := now.Add(30 * time.Minute)
		f := forgery{jwt.RawJWTOptions{
			TypeHeader: &typ, Issuer: &issuer, Audience: &audience, Subject: &credentials.ID, JWTID: &id, IssuedAt: &now, NotBefore: &now, ExpiresAt: &until,
		}, map[string]any{"tenant": "main", "scope": "batches:read", "epoch": 0.0}}
		change(&f)
		f.options.CustomClaims = f.claims
		raw, err := jwt.NewRawJWT(&f.options)
		if err != nil {
			t.Fatal(err)
		}
		token, err := set.Signing.ComputeMACAndEncode(raw)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	good := sign(func(*forgery) {})
	ask := func(headers ...string) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/batches", nil)
		for _, header := range headers {
			request.Header.Add("Authorization", header)
		}
		recorder := httptest.NewRecorder()
		b.Handler.ServeHTTP(recorder, request)
		return recorder
	}
	if got := ask("Bearer " + good); got.Code != http.StatusOK {
		t.Fatalf("the good token is answered %d %s, want 200", got.Code, got.Body)
	}
	text := func(value string) *string { return &value }
	at := func(offset time.Duration) *time.Time { moment := time.Now().Add(offset); return &moment }
	refused := map[string][]string{
		"no header": nil, "an empty header": {""}, "no token": {"Bearer "}, "another scheme": {"Basic " + good}, "two headers": {"Bearer " + good, "Bearer " + good},
		"two tokens": {"Bearer " + good + ", Bearer " + good}, "a megabyte of dots": {"Bearer " + strings.Repeat(".", 1<<20)}, "words": {"Bearer hunter2"},
	}
	for name, change := range map[string]func(*forgery){
		"another stage":      func(f *forgery) { f.options.Issuer = text("customerai-production") },
		"another audience":   func(f *forgery) { f.options.Audience = text("customerai") },
		"another typ":        func(f *forgery) { f.options.TypeHeader = text("rt+jwt") },
		"no typ":             func(f *forgery) { f.options.TypeHeader = nil },
		"expired":            func(f *forgery) { f.options.ExpiresAt = at(-time.Hour); f.options.IssuedAt = at(-2 * time.Hour) },
		"not yet valid":      func(f *forgery) { f.options.NotBefore = at(time.Hour) },
		"issued tomorrow":    func(f *forgery) { f.options.IssuedAt = at(24 * time.Hour) },
		"alive for a day":    func(f *forgery) { f.options.ExpiresAt = at(24 * time.Hour) },
		"no subject":         func(f *forgery) { f.options.Subject = nil },
		"no id":              func(f *forgery) { f.options.JWTID = nil },
		"an unknown subject": func(f *forgery) { f.options.Subject = text("cli_nobodynobodynobody") },
		"another tenant":     func(f *forgery) { f.claims["tenant"] = "rival" },
		"no tenant":          func(f *forgery) { delete(f.claims, "tenant") },
		"a scope too many":   func(f *forgery) { f.claims["scope"] = "batches:read principals:write" },
		"no scope":           func(f *forgery) { f.claims["scope"] = "" },
		"scopes as a list":   func(f *forgery) { f.claims["scope"] = []any{"batches:read"} },
		"no epoch":           func(f *forgery) { delete(f.claims, "epoch") },
		"half an epoch":      func(f *forgery) { f.claims["epoch"] = 0.5 },
		"a claim of others":  func(f *forgery) { f.claims["role"] = "administrator" },
	} {
		refused[name] = []string{"Bearer " + sign(change)}
	}
	parts := strings.Split(good, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"at+jwt"}`))
	refused["alg none"] = []string{"Bearer " + none + "." + parts[1] + "."}
	refused["another header"] = []string{"Bearer " + none + "." + parts[1] + "." + parts[2]}
	for i := range parts[2] {
		altered := []byte(parts[2])
		altered[i] = map[bool]byte{true: 'A', false: 'B'}[altered[i] != 'A']
		refused[fmt.Sprint("letter ", i, " of the signature altered")] = []string{"Bearer " + parts[0] + "." + parts[1] + "." + string(altered)}
	}
	for i := 0; i < len(good); i += 7 {
		refused[fmt.Sprint("cut after ", i)] = []string{"Bearer " + good[:i]}
	}
	answers := map[string]string{}
	for name, headers := range refused {
		got := ask(headers...)
		id := got.Header().Get("X-Request-Id")
		got.Header().Del("X-Request-Id")
		var said strings.Builder
		fmt.Fprintln(&said, got.Code, strings.ReplaceAll(got.Body.String(), id, "ID"))
		for _, header := range slices.Sorted(maps.Keys(got.Header())) {
			fmt.Fprintln(&said, header, got.Header()[header])
		}
		if got.Code != http.StatusUnauthorized {
			t.Errorf("%s: %d, want 401", name, got.Code)
		}
		answers[said.String()] = name
	}
	if len(answers) != 1 {
		t.Errorf("%d refusals have %d different answers: %v", len(refused), len(answers), answers)
	}
	t.Logf("%d refusals, %d answer", len(refused), len(answers))
}
