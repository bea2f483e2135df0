package handler_test

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/token/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type fixture struct {
	http.Handler
	client secrets.Credentials
	tokens auth.Tokens
	log    *bytes.Buffer
}

func newFixture(t *testing.T, err error) fixture {
	t.Helper()
	document, client, errGenerate := secrets.Generate()
	set, problems := document.Open()
	if errGenerate != nil || len(problems) > 0 {
		t.Fatal(errGenerate, problems)
	}
	var log bytes.Buffer
	api, errNew := handler.New(handler.Deps{Secrets: secretstore.Fixed{Set: set, Err: err}, Table: memtable.New(func() time.Time { return now })}, httpapi.Config{
		Stage: env.Staging, Now: func() time.Time { return now }, NewID: ids(),
		Logger: slog.New(slog.NewJSONHandler(&log, nil)),
	})
	if errNew != nil {
		t.Fatal(errNew)
	}
	h, errHandler := api.Handler()
	if errHandler != nil {
		t.Fatal(errHandler)
	}
	return fixture{h, client, auth.Tokens{MAC: set.Signing, Stage: env.Staging}, &log}
}

// ids returns a source of different ids in the form of crypto/rand.Text.
func ids() func() string {
	n := 0
	return func() string {
		n++
		return strings.Repeat("A", 22) + base32.StdEncoding.EncodeToString([]byte{byte(n >> 8), byte(n), 0})[:4]
	}
}

func (f fixture) post(query, body string, authorization ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, "/v1/oauth/token"+query, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, value := range authorization {
		request.Header.Add("Authorization", value)
	}
	recorder := httptest.NewRecorder()
	f.ServeHTTP(recorder, request)
	return recorder
}

func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

var clientScopes, _ = manifest.ScopesOf("client")

const grant = "grant_type=client_credentials"

type answer struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	Scope        string `json:"scope"`
	Error        string `json:"error"`
	Description  string `json:"error_description"`
}

func decode(t *testing.T, body []byte) answer {
	t.Helper()
	var got answer
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("the body is not JSON: %v", err)
	}
	return got
}

func TestAClientGetsATokenThatVerifies(t *testing.T) {
	f := newFixture(t, nil)
	form := url.Values{"client_id": {f.client.ID}, "client_secret": {f.client.Secret}}.Encode()
	escaped := "Basic " + base64.StdEncoding.EncodeToString([]byte("%63"+f.client.ID[1:]+":"+f.client.Secret))
	for name, test := range map[string]struct {
		body   string
		header []string
		scopes []string
	}{
		"by HTTP Basic":                        {grant, []string{basic(f.client.ID, f.client.Secret)}, clientScopes},
		"by HTTP Basic, form-urlencoded":       {grant, []string{escaped}, clientScopes},
		"with the scheme in another case":      {grant, []string{strings.Replace(basic(f.client.ID, f.client.Secret), "Basic", "bASIC", 1)}, clientScopes},
		"by HTTP Basic and its id once more":   {grant + "&client_id=" + f.client.ID, []string{basic(f.client.ID, f.client.Secret)}, clientScopes},
		"by the form":                          {grant + "&" + form, nil, clientScopes},
		"with fewer scopes":                    {grant + "&scope=batches%3Aread+analyze&" + form, nil, []string{"batches:read", "analyze"}},
		"with an empty scope, which is none":   {grant + "&scope=&" + form, nil, clientScopes},
		"with a parameter that we know not":    {grant + "&audience=x&" + form, nil, clientScopes},
		"with the parameters in another order": {form + "&" + grant, nil, clientScopes},
	} {
		t.Run(name, func(t *testing.T) {
			response := f.post("", test.body, test.header...)
			got := decode(t, response.Body.Bytes())
			if response.Code != http.StatusOK || got.TokenType != "Bearer" || got.ExpiresIn != 1800 || got.Scope != strings.Join(test.scopes, " ") {
				t.Fatalf("status %d, error %q, %s for %d s with %q, want 200 with %v", response.Code, got.Error, got.TokenType, got.ExpiresIn, got.Scope, test.scopes)
			}
			for header, want := range map[string]string{"Cache-Control": "no-store", "Pragma": "no-cache", "Content-Type": "application/json"} {
				if value := response.Header().Get(header); value != want {
					t.Errorf("%s = %q, want %q", header, value, want)
				}
			}
			principal, err := f.tokens.Verify(got.AccessToken, now)
			if err != nil || principal.Subject != f.client.ID || principal.Tenant != "main" || !slices.Equal(principal.Scopes, test.scopes) {
				t.Errorf("the token says %+v, %v", principal, err)
			}
			f.quiet(t, got.AccessToken)
		})
	}
}

// quiet holds the log to saying nothing that opens anything.
func (f fixture) quiet(t *testing.T, more ...string) {
	t.Helper()
	for _, secret := range append(more, f.client.Secret, basic(f.client.ID, f.client.Secret)) {
		if secret != "" && strings.Contains(f.log.String(), secret) {
			t.Errorf("the log holds a secret: %s", f.log)
		}
	}
}

func TestEveryOtherRequestIsRefusedInOAuthsWords(t *testing.T) {
	f := newFixture(t, nil)
	good := basic(f.client.ID, f.client.Secret)
	form := "&client_id=" + f.client.ID + "&client_secret=" + f.client.Secret
	for name, test := range map[string]struct {
		body   string
		header []string
		status int
		want   string
	}{
		"no credentials":                   {grant, nil, 401, "invalid_client"},
		"an id without a secret":           {grant + "&client_id=" + f.client.ID, nil, 401, "invalid_client"},
		"a secret without an id":           {grant + "&client_secret=" + f.client.Secret, nil, 401, "invalid_client"},
		"an empty secret":                  {grant + "&client_id=" + f.client.ID + "&client_secret=", nil, 401, "invalid_client"},
		"a wrong secret":                   {grant, []string{basic(f.client.ID, "c4n4ry")}, 401, "invalid_client"},
		"a wrong secret in the form":       {grant + "&client_id=" + f.client.ID + "&client_secret=c4n4ry", nil, 401, "invalid_client"},
		"an unknown client":                {grant, []string{basic("cli_c4n4ryc4n4ryc4n4ry", f.client.Secret)}, 401, "invalid_client"},
		"no secret in the header":          {grant, []string{basic(f.client.ID, "")}, 401, "invalid_client"},
		"no id in the header":              {grant, []string{basic("", f.client.Secret)}, 401, "invalid_client"},
		"a bearer token":                   {grant, []string{"Bearer c4n4ry"}, 401, "invalid_client"},
		"an empty header":                  {grant, []string{""}, 401, "invalid_client"},
		"Basic with bad base64":            {grant, []string{"Basic c4n4ry!"}, 401, "invalid_client"},
		"Basic without a colon":            {grant, []string{"Basic YzRuNHJ5"}, 401, "invalid_client"},
		"Basic with a bad escape":          {grant, []string{basic(f.client.ID, "%zz")}, 401, "invalid_client"},
		"two headers":                      {grant, []string{good, good}, 400, "invalid_request"},
		"header and form":                  {grant + form, []string{good}, 400, "invalid_request"},
		"header and another client's id":   {grant + "&client_id=c4n4ry", []string{good}, 400, "invalid_request"},
		"no grant type":                    {"scope=analyze", []string{good}, 400, "invalid_request"},
		"an empty grant type":              {"grant_type=", []string{good}, 400, "invalid_request"},
		"the password grant":               {"grant_type=password&username=c4n4ry&password=c4n4ry", []string{good}, 400, "invalid_grant"},
		"a password without a username":    {"grant_type=password&password=c4n4ry", []string{good}, 400, "invalid_request"},
		"a username without a password":    {"grant_type=password&username=c4n4ry", []string{good}, 400, "invalid_request"},
		"a refresh without a token":        {"grant_type=refresh_token", []string{good}, 400, "invalid_request"},
		"a refresh token that is none":     {"grant_type=refresh_token&refresh_token=c4n4ry", []string{good}, 400, "invalid_grant"},
		"another grant":                    {"grant_type=authorization_code&code=c4n4ry", []string{good}, 400, "unsupported_grant_type"},
		"the grant type twice":             {grant + "&" + grant, []string{good}, 400, "invalid_request"},
		"the scope twice":                  {grant + "&scope=analyze&scope=c4n4ry", []string{good}, 400, "invalid_request"},
		"an unknown parameter twice":       {grant + "&c4n4ry=1&c4n4ry=2", []string{good}, 400, "invalid_request"},
		"a form with a bad escape":         {grant + "&scope=%zz", []string{good}, 400, "invalid_request"},
		"a form with semicolons":           {grant + ";scope=analyze", []string{good}, 400, "invalid_request"},
		"JSON in the form":                 {`{"grant_type":"client_credentials"}`, []string{good}, 400, "invalid_request"},
		"a scope that was not granted":     {grant + "&scope=analyze+c4n4ry", []string{good}, 400, "invalid_scope"},
		"a scope in another case":          {grant + "&scope=Analyze", []string{good}, 400, "invalid_scope"},
		"a scope twice in the list":        {grant + "&scope=analyze+analyze", []string{good}, 400, "invalid_scope"},
		"scopes with two spaces":           {grant + "&scope=analyze++batches%3Aread", []string{good}, 400, "invalid_scope"},
		"scopes separated by commas":       {grant + "&scope=analyze,batches%3Aread", []string{good}, 400, "invalid_scope"},
		"a scope with a line break":        {grant + "&scope=analyze%0Ac4n4ry", []string{good}, 400, "invalid_scope"},
		"a scope of a stranger is no hint": {grant + "&scope=c4n4ry", []string{basic(f.client.ID, "wrong")}, 401, "invalid_client"},
	} {
		t.Run(name, func(t *testing.T) {
			response := f.post("", test.body, test.header...)
			got := decode(t, response.Body.Bytes())
			if response.Code != test.status || got.Error != test.want || got.Description == "" || got.AccessToken != "" {
				t.Fatalf("status %d, %s, want %d %s", response.Code, response.Body, test.status, test.want)
			}
			if asks := strings.HasPrefix(response.Header().Get("WWW-Authenticate"), "Basic realm="); asks != (test.status == 401) {
				t.Errorf("WWW-Authenticate asks for Basic = %v at %d", asks, test.status)
			}
			if response.Header().Get("Cache-Control") != "no-store" {
				t.Error("a cache may keep the answer")
			}
			if strings.Contains(response.Body.String(), "c4n4ry") || strings.Contains(f.log.String(), "c4n4ry") {
				t.Errorf("the answer or the log echoes the request: %s %s", response.Body, f.log)
			}
			f.quiet(t)
		})
	}
}

func TestAnUnknownClientCannotBeToldFromAWrongSecret(t *testing.T) {
	f := newFixture(t, nil)
	unknown := f.post("", grant, basic("cli_carolcarolcarolcarol", "x"))
	wrong := f.post("", grant, basic(f.client.ID, "x"))
	if unknown.Body.String() != wrong.Body.String() || unknown.Code != wrong.Code || len(unknown.Header()) != len(wrong.Header()) {
		t.Errorf("%d %s and %d %s differ", unknown.Code, unknown.Body, wrong.Code, wrong.Body)
	}
}

func TestTheConventionsHoldHereToo(t *testing.T) {
	f := newFixture(t, nil)
	if response := f.post("?client_secret=c4n4ry", grant); response.Code != http.StatusBadRequest || strings.Contains(response.Body.String(), "c4n4ry") {
		t.Errorf("credentials in the query give %d %s, want 400 without them", response.Code, response.Body)
	}
	if response := f.post("", grant+"&x="+strings.Repeat("a", 8<<10)); response.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a long form gives %d, want 413", response.Code)
	}
	request := httptest.NewRequest(http.MethodPost, "/v1/oauth/token", strings.NewReader(`{}`))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	f.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusUnsupportedMediaType {
		t.Errorf("JSON gives %d, want 415", recorder.Code)
	}
}

func TestWithoutSecretsTheEndpointIsUnavailable(t *testing.T) {
	for name, test := range map[string]struct {
		err    error
		status int
	}{
		"the store does not answer": {errs.New(errs.Unavailable, "the secrets are not available"), http.StatusServiceUnavailable},
		"anything else":             {errors.New("c4n4ry"), http.StatusInternalServerError},
	} {
		f := newFixture(t, test.err)
		response := f.post("", grant, basic(f.client.ID, f.client.Secret))
		if response.Code != test.status || strings.Contains(response.Body.String(), "c4n4ry") || strings.Contains(response.Body.String(), "access_token") {
			t.Errorf("%s: %d %s, want %d", name, response.Code, response.Body, test.status)
		}
	}
}

func TestTheSampleEventGetsAToken(t *testing.T) {
	f := newFixture(t, nil)
	event, err := os.ReadFile("../../../events/token-client-credentials.json")
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer("cli_replace-with-the-id", f.client.ID, "replace-with-the-secret", f.client.Secret).Replace(string(event))
	for name, test := range map[string]struct {
		event  string
		status int
	}{"filled in": {filled, 200}, "as it is": {string(event), 401}} {
		response, err := lambdahttp.Adapt(f)(t.Context(), json.RawMessage(test.event))
		if err != nil || response.StatusCode != test.status {
			t.Errorf("%s: %d %s, %v, want %d", name, response.StatusCode, response.Body, err, test.status)
		}
	}
}
