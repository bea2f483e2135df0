package secrets_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func mustGenerate(t testing.TB) (secrets.Document, secrets.Credentials) {
	t.Helper()
	document, credentials, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return document, credentials
}

func mustJSON(t testing.TB, document secrets.Document) []byte {
	t.Helper()
	data, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAGeneratedDocumentWorks(t *testing.T) {
	document, credentials := mustGenerate(t)
	set, err := secrets.Parse(mustJSON(t, document))
	if err != nil {
		t.Fatalf("Parse of a generated document: %v", err)
	}
	client, err := set.Clients.Authenticate(credentials.ID, credentials.Secret)
	if err != nil {
		t.Fatalf("Authenticate with the generated credentials: %v", err)
	}
	tokens := auth.Tokens{MAC: set.Signing, Stage: env.Development}
	token, err := tokens.Mint(client.Principal(client.Scopes), "tok_1", now)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := tokens.Verify(token, now); err != nil || p.Tenant != secrets.DefaultTenant || p.Subject != credentials.ID {
		t.Errorf("Verify = %+v, %v, want the generated client of tenant %s", p, err, secrets.DefaultTenant)
	}
	sealed, err := set.Encryption.Encrypt([]byte("text"), []byte("main"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := set.Encryption.Decrypt(sealed, []byte("main")); err != nil || string(plain) != "text" {
		t.Errorf("Decrypt = %q, %v, want text", plain, err)
	}
	if name, err := set.Pseudonyms.ComputePrimaryPRF([]byte("a"), 16); err != nil || len(name) != 16 {
		t.Errorf("ComputePrimaryPRF = %d bytes, %v, want 16", len(name), err)
	}
}

func TestNoTwoDocumentsShareAKey(t *testing.T) {
	one, first := mustGenerate(t)
	two, second := mustGenerate(t)
	for _, name := range secrets.Names() {
		if bytes.Equal(one[name], two[name]) {
			t.Errorf("%s is the same in two generated documents", name)
		}
	}
	if first == second || len(first.Secret) != 52 {
		t.Error("two generated clients share credentials, or a secret has not its 260 bits")
	}
}

// canary stands in every bad value; no message may hold it.
const canary = "c4n4ryAAAA"

func TestEverySettingIsRefusedInEveryBadShape(t *testing.T) {
	good, _ := mustGenerate(t)
	shapes := map[string]struct {
		value jsontext.Value
		want  string
	}{
		"absent":                     {nil, " is missing"},
		"null":                       {jsontext.Value(`null`), " is missing"},
		"empty":                      {jsontext.Value(`""`), " is blank"},
		"blanks":                     {jsontext.Value(`" \t\n "`), " is blank"},
		"a placeholder":              {jsontext.Value(`"changeme-` + canary + `"`), " is a placeholder"},
		"a placeholder in brackets":  {jsontext.Value(`"<` + canary + `>"`), " is a placeholder"},
		"a template left unexpanded": {jsontext.Value(`"${` + canary + `}"`), " is a placeholder"},
		"words":                      {jsontext.Value(`"` + canary + `"`), " is "},
		"a number":                   {jsontext.Value(`12345678`), " is "},
		"another object":             {jsontext.Value(`{"` + canary + `":1}`), " is "},
		"an empty object":            {jsontext.Value(`{}`), " is "},
		"an empty list":              {jsontext.Value(`[]`), " is "},
		"a list of words":            {jsontext.Value(`["` + canary + `"]`), " is "},
		"a keyset cut off":           {good[secrets.JWTSecretKey][:40], ""},
	}
	for _, setting := range secrets.Names() {
		for name, shape := range shapes {
			t.Run(setting+" "+name, func(t *testing.T) {
				bad := maps.Clone(good)
				bad[setting] = shape.value
				if shape.value == nil {
					delete(bad, setting)
				}
				if shape.want == "" { // not even JSON: the document as a whole is refused
					text := append(append([]byte(`{"`+setting+`":`), shape.value...), '}')
					if _, err := secrets.Parse(text); err == nil || strings.Contains(err.Error(), "primaryKeyId") {
						t.Errorf("Parse = %v, want a refusal that shows nothing", err)
					}
					return
				}
				_, err := secrets.Parse(mustJSON(t, bad))
				if err == nil || !strings.Contains(err.Error(), setting+shape.want) {
					t.Fatalf("Parse = %v, want it to say %q", err, setting+shape.want)
				}
				for _, other := range secrets.Names() {
					if other != setting && strings.Contains(err.Error(), other) {
						t.Errorf("Parse = %v, want it to name %s alone", err, setting)
					}
				}
				if strings.Contains(err.Error(), canary) {
					t.Errorf("Parse = %v, want no value in it", err)
				}
			})
		}
	}
}

func TestUnusableClientsAreRefusedWithoutTheirValues(t *testing.T) {
	good, _ := mustGenerate(t)
	var clients []map[string]any
	if err := json.Unmarshal(good[secrets.Clients], &clients); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		field string
		value any
		want  string
	}{
		"a short id":         {"id", "c4n4ry", "[0].id"},
		"an id with a hash":  {"id", "c4n4ryc4n4ryc4n4ryc4n4ry#", "[0].id"},
		"a blank tenant":     {"tenant", " ", "[0].tenant"},
		"no scope":           {"scopes", []string{}, "[0].scopes"},
		"a scope with space": {"scopes", []string{"c4n4ry c4n4ry2"}, "[0].scopes"},
		"a scope twice":      {"scopes", []string{"a", "a"}, "[0].scopes"},
		"a bare secret":      {"secretHash", "c4n4ryc4n4ryc4n4ry", "[0].secretHash"},
		"an unknown field":   {"role", "c4n4ry", "array of clients"},
	} {
		t.Run(name, func(t *testing.T) {
			client := maps.Clone(clients[0])
			client[test.field] = test.value
			value, err := json.Marshal([]any{client})
			if err != nil {
				t.Fatal(err)
			}
			bad := maps.Clone(good)
			bad[secrets.Clients] = value
			_, problems := bad.Open()
			if len(problems) != 1 || !strings.Contains(problems[0].String(), test.want) {
				t.Fatalf("Open = %v, want one problem with %q", problems, test.want)
			}
			if strings.Contains(problems[0].String(), "c4n4ry") {
				t.Errorf("Open = %v, want no value in it", problems)
			}
		})
	}
}

func TestNothingSecretIsPrintedByAccident(t *testing.T) {
	document, credentials := mustGenerate(t)
	set, problems := document.Open()
	if len(problems) != 0 {
		t.Fatal(problems)
	}
	client, err := set.Clients.Authenticate(credentials.ID, credentials.Secret)
	if err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
		fmt.Fprintf(&printed, verb+verb+verb, set, credentials, client)
	}
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&printed, nil), slog.NewTextHandler(&printed, nil)} {
		slog.New(handler).Info("opened", slog.Any("set", set), slog.Any("credentials", credentials), slog.Any("client", client),
			slog.Any("in", struct{ Set secrets.Set }{set}))
	}
	for _, secret := range []string{credentials.Secret, client.Secret.PHC()[len("$argon2id$v=19$m=19456,t=2,p=1$"):], "[1", "0x"} {
		if strings.Contains(printed.String(), secret) {
			t.Errorf("%d bytes of a secret are printed in %s", len(secret), printed.String())
		}
	}
	if !strings.Contains(printed.String(), credentials.ID) {
		t.Error("the client's id, which is no secret, is not printed")
	}
}

func FuzzParse(f *testing.F) {
	document, _ := mustGenerate(f)
	f.Add(mustJSON(f, document))
	f.Add([]byte(`{"JWT_SECRET_KEY":{"primaryKeyId":1,"key":[{}]},"ENCRYPTION_KEY":{"key":[null]},"PSEUDONYM_KEY":[],"CLIENTS":[{"scopes":[""]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if set, err := secrets.Parse(data); err == nil && (set.Signing == nil || set.Encryption == nil || len(set.Pseudonyms.PRFs) == 0) {
			t.Error("Parse gives a set that lacks a key, and no error")
		}
	})
}

func TestEveryProblemIsNamedAtOnce(t *testing.T) {
	_, err := secrets.Parse([]byte(`{"JWT_SECRET_KEY":"","ENCRYPTION_KEY":"todo","CLIENTS":7}`))
	for _, name := range secrets.Names() {
		if err == nil || strings.Count(err.Error(), name) != 1 {
			t.Errorf("Parse = %v, want %s named once", err, name)
		}
	}
}

func TestADocumentMustBeOneStrictObject(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "a list": "[]", "null": "null", "a name twice": `{"CLIENTS":[],"CLIENTS":[]}`, "trailing words": `{} {}`,
		"too long": `{"a":"` + strings.Repeat("x", 64<<10) + `"}`,
	} {
		if document, err := secrets.ParseDocument([]byte(text)); err == nil {
			t.Errorf("%s: ParseDocument = %v, want an error", name, document)
		}
	}
	if _, err := secrets.ParseDocument([]byte(`{"SOMETHING_NEWER":"x"}`)); err != nil {
		t.Errorf("ParseDocument with a name of a newer version: %v, want it left alone", err)
	}
}

func TestRepairReplacesOnlyWhatIsBad(t *testing.T) {
	document, _ := mustGenerate(t)
	before := maps.Clone(document)
	document[secrets.PseudonymKey] = jsontext.Value(`"changeme"`)
	document["OTHER"] = jsontext.Value(`1`)
	problems, credentials, err := document.Repair()
	if err != nil || len(problems) != 1 || problems[0].String() != "PSEUDONYM_KEY is a placeholder" || credentials.ID != "" {
		t.Fatalf("Repair = %v, %v, want the one placeholder", problems, err)
	}
	for _, name := range []string{secrets.JWTSecretKey, secrets.EncryptionKey, secrets.Clients} {
		if !bytes.Equal(document[name], before[name]) {
			t.Errorf("Repair changed %s, which had no problem", name)
		}
	}
	if _, problems := document.Open(); len(problems) != 0 || document["OTHER"] == nil {
		t.Errorf("after Repair: %v, want no problem and the other name kept", problems)
	}
}

func BenchmarkParse(b *testing.B) {
	document, _ := mustGenerate(b)
	data := mustJSON(b, document)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := secrets.Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}
