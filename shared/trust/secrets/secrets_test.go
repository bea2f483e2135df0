package secrets_test

import (
	"bytes"
	"encoding/hex"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/jwt"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"

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

func keysetJSON(t testing.TB, handle *keyset.Handle) jsontext.Value {
	t.Helper()
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

func freshKeyset(t testing.TB, template *tink_go_proto.KeyTemplate) jsontext.Value {
	t.Helper()
	handle, err := keyset.NewHandle(template)
	if err != nil {
		t.Fatal(err)
	}
	return keysetJSON(t, handle)
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

func TestKeysetsOfTheWrongMakeAreRefused(t *testing.T) {
	good, _ := mustGenerate(t)
	for name, test := range map[string]struct {
		setting string
		value   jsontext.Value
		want    string
	}{
		"HS512 for tokens":                {secrets.JWTSecretKey, freshKeyset(t, jwt.HS512Template()), "another kind"},
		"tokens without key ids":          {secrets.JWTSecretKey, freshKeyset(t, jwt.RawHS256Template()), "another kind"},
		"a public-key signer":             {secrets.JWTSecretKey, freshKeyset(t, jwt.ES256Template()), "another kind"},
		"a plain HMAC for tokens":         {secrets.JWTSecretKey, freshKeyset(t, mac.HMACSHA256Tag256KeyTemplate()), "another kind"},
		"AES128":                          {secrets.EncryptionKey, freshKeyset(t, aead.AES128GCMKeyTemplate()), "too short"},
		"AES256 without key ids":          {secrets.EncryptionKey, freshKeyset(t, aead.AES256GCMNoPrefixKeyTemplate()), "another kind"},
		"another AEAD":                    {secrets.EncryptionKey, freshKeyset(t, aead.XChaCha20Poly1305KeyTemplate()), "another kind"},
		"the token key for encryption":    {secrets.EncryptionKey, good[secrets.JWTSecretKey], "another kind"},
		"another PRF":                     {secrets.PseudonymKey, freshKeyset(t, prf.AESCMACPRFKeyTemplate()), "another kind"},
		"HMAC-SHA512":                     {secrets.PseudonymKey, freshKeyset(t, prf.HMACSHA512PRFKeyTemplate()), "another kind"},
		"a primary that is not there":     {secrets.JWTSecretKey, edit(t, good[secrets.JWTSecretKey], "primaryKeyId", 1), "primary key"},
		"a primary that is disabled":      {secrets.EncryptionKey, edit(t, good[secrets.EncryptionKey], "status", "DISABLED"), "primary key"},
		"a keyset without keys":           {secrets.PseudonymKey, edit(t, good[secrets.PseudonymKey], "key", []any{}), "primary key"},
		"128 zero bits for tokens":        {secrets.JWTSecretKey, withKey(t, secrets.JWTSecretKey, make([]byte, 16)), "is malformed"},
		"256 zero bits for tokens":        {secrets.JWTSecretKey, withKey(t, secrets.JWTSecretKey, make([]byte, 32)), "is weak"},
		"a sentence for encryption":       {secrets.EncryptionKey, withKey(t, secrets.EncryptionKey, []byte("correct horse battery staple 1234")[:32]), "is weak"},
		"a repeated byte for a pseudonym": {secrets.PseudonymKey, withKey(t, secrets.PseudonymKey, bytes.Repeat([]byte{0xa7}, 32)), "is weak"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := maps.Clone(good)
			bad[test.setting] = test.value
			_, problems := bad.Open()
			if len(problems) != 1 || problems[0].Setting != test.setting || !strings.Contains(problems[0].Message, test.want) {
				t.Errorf("Open = %v, want one problem of %s with %q", problems, test.setting, test.want)
			}
		})
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

func TestARotatedKeysetSignsWithTheNewKeyAndReadsBoth(t *testing.T) {
	document, credentials := mustGenerate(t)
	mint := func(document secrets.Document) (string, auth.Tokens) {
		set, err := secrets.Parse(mustJSON(t, document))
		if err != nil {
			t.Fatal(err)
		}
		tokens := auth.Tokens{MAC: set.Signing, Stage: env.Staging}
		token, err := tokens.Mint(auth.Principal{Subject: credentials.ID, Tenant: "main", Scopes: []string{"a"}}, "tok_1", now)
		if err != nil {
			t.Fatal(err)
		}
		return token, tokens
	}
	change := func(edit func(*keyset.Manager, uint32)) {
		handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(document[secrets.JWTSecretKey])))
		if err != nil {
			t.Fatal(err)
		}
		manager := keyset.NewManagerFromHandle(handle)
		edit(manager, handle.KeysetInfo().GetPrimaryKeyId())
		if handle, err = manager.Handle(); err != nil {
			t.Fatal(err)
		}
		document[secrets.JWTSecretKey] = keysetJSON(t, handle)
	}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	oldToken, before := mint(document)
	var oldKey uint32
	change(func(m *keyset.Manager, primary uint32) {
		added, err := m.Add(jwt.HS256Template())
		must(err)
		must(m.SetPrimary(added))
		oldKey = primary
	})
	newToken, rotated := mint(document)
	for name, token := range map[string]string{"old": oldToken, "new": newToken} {
		if _, err := rotated.Verify(token, now); err != nil {
			t.Errorf("during rotation the %s token is refused: %v", name, err)
		}
	}
	if _, err := before.Verify(newToken, now); err == nil {
		t.Error("the set before the rotation accepts a token of a key it does not hold")
	}
	change(func(m *keyset.Manager, _ uint32) { must(m.Disable(oldKey)) })
	_, after := mint(document)
	if _, err := after.Verify(oldToken, now); err == nil {
		t.Error("a token of a retired key is accepted")
	}
	if _, err := after.Verify(newToken, now); err != nil {
		t.Errorf("a token of the new key is refused after the old one retired: %v", err)
	}
}

func TestPseudonymsAgreeWithWycheproof(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/data/security/hmac_sha256_test.json")
	if err != nil {
		t.Skip("the Wycheproof vectors are not beside the repository (../shared/data/security)")
	}
	var suite struct {
		TestGroups []struct {
			KeySize, TagSize int
			Tests            []struct {
				TcID                  int
				Key, Msg, Tag, Result string
			}
		}
	}
	if err := json.Unmarshal(data, &suite, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	good, _ := mustGenerate(t)
	ran := map[string]int{}
	for _, group := range suite.TestGroups {
		for _, test := range group.Tests {
			if group.KeySize != 256 {
				continue // we make and accept no other size here
			}
			good[secrets.PseudonymKey] = withKey(t, secrets.PseudonymKey, unhex(t, test.Key))
			set, problems := good.Open()
			if len(problems) == 1 && strings.Contains(problems[0].Message, "is weak") {
				ran["is weak"]++ // the vectors with a modified tag all have the key 00 01 02 …
				continue
			}
			got, err := set.Pseudonyms.ComputePrimaryPRF(unhex(t, test.Msg), uint32(group.TagSize/8))
			if err != nil {
				t.Fatalf("case %d: %v", test.TcID, err)
			}
			if same := bytes.Equal(got, unhex(t, test.Tag)); same != (test.Result == "valid") {
				t.Errorf("case %d is %s: tags agree = %v", test.TcID, test.Result, same)
			}
			ran[test.Result]++
		}
	}
	if ran["valid"] < 50 {
		t.Errorf("ran %v cases, want at least 50 valid ones", ran)
	}
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clip(data)
}
