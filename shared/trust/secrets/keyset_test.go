package secrets_test

import (
	"bytes"
	"encoding/hex"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

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

func freshKeyset(t testing.TB, template *tink_go_proto.KeyTemplate) jsontext.Value {
	t.Helper()
	handle, err := keyset.NewHandle(template)
	if err != nil {
		t.Fatal(err)
	}
	return keysetJSON(t, handle)
}

func keysetJSON(t testing.TB, handle *keyset.Handle) jsontext.Value {
	t.Helper()
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
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
