package handler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/functions/authorizer/handler"
	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

var (
	now   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	alice = auth.Principal{Subject: "cli_alicealicealicealice", Tenant: "main", Scopes: []string{"analyze", "batches:read"}, UsageKey: "cli_alicealicealicealice"}
)

var hash = sync.OnceValue(func() string { return auth.HashSecret("changeme", [16]byte{}).PHC() })

// aliceAlone is the clients of a document in which there is nobody else.
func aliceAlone() []byte {
	return []byte(`[{"id":"` + alice.Subject + `","tenant":"main","scopes":["analyze","batches:read"],"secretHash":"` + hash() + `"}]`)
}

// withAlice is a set with fresh keys whose one client is alice.
func withAlice(t testing.TB) secrets.Set {
	t.Helper()
	document, _, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	document[secrets.Clients] = aliceAlone()
	set, problems := document.Open()
	if len(problems) > 0 {
		t.Fatal(secrets.Join(problems))
	}
	return set
}

type fixture struct {
	*handler.Handler
	token string
	log   *bytes.Buffer
}

func newFixture(t testing.TB, err error) fixture {
	t.Helper()
	set := withAlice(t)
	token, errMint := auth.Tokens{MAC: set.Signing, Stage: env.Staging}.Mint(alice, "tok_1", now)
	if errMint != nil {
		t.Fatal(errMint)
	}
	var log bytes.Buffer
	return fixture{handler.New(handler.Deps{
		Secrets: secretstore.Fixed{Set: set, Err: err}, Table: memtable.New(func() time.Time { return now }), Stage: env.Staging, Logger: slog.New(slog.NewJSONHandler(&log, nil)), Now: func() time.Time { return now },
	}), token, &log}
}

func sample(t testing.TB, name, token string) events.APIGatewayCustomAuthorizerRequestTypeRequest {
	t.Helper()
	data, err := os.ReadFile("../../../events/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var event events.APIGatewayCustomAuthorizerRequestTypeRequest
	if err := json.Unmarshal(bytes.ReplaceAll(data, []byte("replace-with-an-access-token"), []byte(token)), &event); err != nil {
		t.Fatal(err)
	}
	return event
}

func TestAVerifiedTokenAllowsTheWholeStage(t *testing.T) {
	f := newFixture(t, nil)
	response, err := f.Handle(t.Context(), sample(t, "authorizer-bearer", f.token))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(response)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"principalId":"cli_alicealicealicealice","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":["execute-api:Invoke"],` +
		`"Effect":"Allow","Resource":["arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/production/*/*"]}]},` +
		`"context":{"scopes":"analyze batches:read","tenant":"main","usageKey":"cli_alicealicealicealice"},` +
		`"usageIdentifierKey":"cli_alicealicealicealice"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// What the functions behind the gateway read is who the token speaks for.
	behind := response.Context
	behind["principalId"] = response.PrincipalID
	if principal, ok := lambdahttp.PrincipalFromContext(behind); !ok || !principal.Allows("analyze") || principal.Allows("batches:write") {
		t.Errorf("behind the gateway stands %+v", principal)
	}
	if strings.Contains(f.log.String(), f.token) || !strings.Contains(f.log.String(), `"principal":"cli_alicealicealicealice"`) {
		t.Errorf("log = %s, want the principal and not the token", f.log)
	}
}

func TestEveryOtherRequestIsUnauthorizedAndItsCauseLogged(t *testing.T) {
	for name, test := range map[string]struct {
		change func(f fixture, event *events.APIGatewayCustomAuthorizerRequestTypeRequest)
		cause  auth.Refusal
	}{
		"no header": {func(_ fixture, e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			e.Headers, e.MultiValueHeaders = nil, nil
		}, auth.Missing},
		"a token in the query": {func(f fixture, e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			e.Headers, e.MultiValueHeaders = nil, nil
			e.QueryStringParameters = map[string]string{"access_token": f.token, "Authorization": "Bearer " + f.token}
		}, auth.Missing},
		"a token in a cookie": {func(f fixture, e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			e.Headers, e.MultiValueHeaders = map[string]string{"Cookie": "Authorization=" + f.token}, nil
		}, auth.Missing},
		"two headers of one name": {func(f fixture, e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			e.MultiValueHeaders["Authorization"] = []string{"Bearer " + f.token, "Bearer " + f.token}
		}, auth.Malformed},
		"two spellings of the name": {func(f fixture, e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			e.MultiValueHeaders["authorization"] = []string{"Bearer " + f.token}
		}, auth.Malformed},
		"another token in the other map": {func(_ fixture, e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			e.Headers["Authorization"] = "Bearer a.b.c"
		}, auth.Malformed},
		"two tokens in one header": {func(f fixture, e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			replace(e, "Bearer "+f.token+", Bearer "+f.token)
		}, auth.Malformed},
		"another scheme": {func(f fixture, e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			replace(e, "Basic "+f.token)
		}, auth.Malformed},
		"a token of nobody's": {func(_ fixture, e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			replace(e, "Bearer "+newFixture(t, nil).token)
		}, auth.UnknownKey},
		"a token with another signature": {func(f fixture, e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			replace(e, "Bearer "+f.token[:strings.LastIndexByte(f.token, '.')+1]+strings.Repeat("A", 43))
		}, auth.Untrusted},
		"the sample as it is": {func(_ fixture, e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			replace(e, "Bearer replace-with-an-access-token")
		}, auth.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, nil)
			event := sample(t, "authorizer-bearer", f.token)
			test.change(f, &event)
			response, err := f.Handle(t.Context(), event)
			if !errors.Is(err, lambdahttp.ErrUnauthorized) || err.Error() != "Unauthorized" || response.PrincipalID != "" || response.Context != nil {
				t.Errorf("Handle = %+v, %v, want nothing and the gateway's word Unauthorized", response, err)
			}
			if !strings.Contains(f.log.String(), `"cause":"`+string(test.cause)+`"`) || strings.Contains(f.log.String(), f.token) {
				t.Errorf("log = %s, want the cause %s and no token", f.log, test.cause)
			}
		})
	}
}

// handed is a Source whose store holds another document than the cache.
type handed struct {
	cached, stored secrets.Set
	asked          *int
}

func (h handed) Current(context.Context) (secrets.Set, error) { return h.cached, nil }
func (h handed) Renewed(context.Context) (secrets.Set, error) { *h.asked++; return h.stored, nil }

func TestAKeyThatIsNotYetKnownIsLookedUpInTheStoreAndNothingElseIs(t *testing.T) {
	cached, stored := withAlice(t), withAlice(t)
	for name, c := range map[string]struct {
		signer secrets.Set
		at     time.Time
		good   bool
		asked  int
	}{
		"a token of the cached key":         {cached, now, true, 0},
		"a token of the key in the store":   {stored, now, true, 1},
		"a token of nobody":                 {withAlice(t), now, false, 1},
		"an old token of the cached key":    {cached, now.Add(-time.Hour), false, 0},
		"an old token of the key in store":  {stored, now.Add(-time.Hour), false, 1},
		"a token of the cached key to come": {cached, now.Add(time.Hour), false, 0},
	} {
		asked := 0
		h := handler.New(handler.Deps{
			Secrets: handed{cached, stored, &asked}, Table: memtable.New(func() time.Time { return now }), Stage: env.Staging, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
		})
		token, err := auth.Tokens{MAC: c.signer.Signing, Stage: env.Staging}.Mint(alice, "tok_1", c.at)
		if err != nil {
			t.Fatal(err)
		}
		event := sample(t, "authorizer-bearer", token)
		if _, err := h.Handle(t.Context(), event); (err == nil) != c.good || asked != c.asked {
			t.Errorf("%s: got %v and %d looks into the store, want allowed = %t and %d", name, err, asked, c.good, c.asked)
		}
	}
}

func replace(event *events.APIGatewayCustomAuthorizerRequestTypeRequest, header string) {
	event.Headers["Authorization"] = header
	event.MultiValueHeaders["Authorization"] = []string{header}
}

func TestTheSampleWithoutAHeaderIsUnauthorized(t *testing.T) {
	f := newFixture(t, nil)
	if _, err := f.Handle(t.Context(), sample(t, "authorizer-missing", "")); !errors.Is(err, lambdahttp.ErrUnauthorized) {
		t.Errorf("Handle = %v, want Unauthorized", err)
	}
}

func TestEitherMapOfHeadersWillDo(t *testing.T) {
	f := newFixture(t, nil)
	for name, drop := range map[string]func(*events.APIGatewayCustomAuthorizerRequestTypeRequest){
		"the single values alone":   func(e *events.APIGatewayCustomAuthorizerRequestTypeRequest) { e.MultiValueHeaders = nil },
		"the multiple values alone": func(e *events.APIGatewayCustomAuthorizerRequestTypeRequest) { e.Headers = nil },
		"a lower-case name": func(e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			e.Headers, e.MultiValueHeaders = map[string]string{"authorization": "bearer " + f.token}, nil
		},
	} {
		event := sample(t, "authorizer-bearer", f.token)
		drop(&event)
		if _, err := f.Handle(t.Context(), event); err != nil {
			t.Errorf("%s: %v, want the request allowed", name, err)
		}
	}
}

func TestOurOwnFaultsAreNotTheClients(t *testing.T) {
	cause := errs.Wrap(errs.Unavailable, "the secrets are not available", errors.New("c4n4ry"))
	for name, test := range map[string]struct {
		err error
		arn string
	}{
		"the secrets are not available": {cause, "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/production/GET/"},
		"the event has no method ARN":   {nil, "c4n4ry"},
	} {
		f := newFixture(t, test.err)
		event := sample(t, "authorizer-bearer", f.token)
		event.MethodArn = test.arn
		response, err := f.Handle(t.Context(), event)
		if err == nil || errors.Is(err, lambdahttp.ErrUnauthorized) || strings.Contains(err.Error(), "c4n4ry") || response.PrincipalID != "" {
			t.Errorf("%s: Handle = %+v, %v, want a constant error that is not Unauthorized", name, response, err)
		}
		if !strings.Contains(f.log.String(), `"level":"ERROR"`) {
			t.Errorf("%s: log = %s, want an error", name, f.log)
		}
	}
}

func BenchmarkHandle(b *testing.B) {
	f := newFixture(b, nil)
	event := sample(b, "authorizer-bearer", f.token)
	b.ReportAllocs()
	for b.Loop() {
		f.log.Reset()
		if _, err := f.Handle(b.Context(), event); err != nil {
			b.Fatal(err)
		}
	}
}
