package auth_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/insecuresecretdataaccess"
	"github.com/tink-crypto/tink-go/v2/jwt"
	"github.com/tink-crypto/tink-go/v2/jwt/jwthmac"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/secretdata"

	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/trust/auth"
)

var (
	now   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	alice = auth.Principal{
		Subject: "cli_alicealicealicealice", Tenant: "main", Scopes: []string{"analyze", "batches:read"},
		UsageKey: "cli_alicealicealicealice",
	}
)

// forge signs any text with the verifier's own keys: the strongest attacker there is, and the one that a second use of
// the keyset would make.
type forge struct {
	tokens  auth.Tokens
	key     []byte // primary
	kid     string
	pending string // kid of a key that is in the keyset, disabled
	pendKey []byte
}

func newForge(t testing.TB) forge {
	t.Helper()
	f := forge{key: digest("primary"), pendKey: digest("pending"), kid: keyID(1001), pending: keyID(1002)}
	parameters, err := jwthmac.NewParameters(32, jwthmac.Base64EncodedKeyIDAsKID, jwthmac.HS256)
	if err != nil {
		t.Fatal(err)
	}
	manager := keyset.NewManager()
	for id, material := range map[uint32][]byte{1001: f.key, 1002: f.pendKey} {
		key, err := jwthmac.NewKey(jwthmac.KeyOpts{
			KeyBytes:      secretdata.NewBytesFromData(material, insecuresecretdataaccess.Token{}),
			IDRequirement: id, Parameters: parameters,
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := manager.AddKey(key); err != nil {
			t.Fatal(err)
		}
	}
	if err := manager.SetPrimary(1001); err != nil {
		t.Fatal(err)
	}
	if err := manager.Disable(1002); err != nil {
		t.Fatal(err)
	}
	handle, err := manager.Handle()
	if err != nil {
		t.Fatal(err)
	}
	// Through its text, as it comes from the secret.
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		t.Fatal(err)
	}
	if handle, err = insecurecleartextkeyset.Read(keyset.NewJSONReader(&text)); err != nil {
		t.Fatal(err)
	}
	mac, err := jwt.NewMAC(handle)
	if err != nil {
		t.Fatal(err)
	}
	f.tokens = auth.Tokens{MAC: mac, Stage: env.Production}
	return f
}

func (f forge) mint(t testing.TB) string {
	t.Helper()
	token, err := f.tokens.Mint(alice, "tok_1", now)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func digest(text string) []byte { sum := sha256.Sum256([]byte(text)); return sum[:] }

func keyID(id uint32) string { return b64(binary.BigEndian.AppendUint32(nil, id)) }

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func (f forge) header() string { return fmt.Sprintf(`{"alg":"HS256","kid":%q,"typ":"at+jwt"}`, f.kid) }

func (f forge) sign(header, payload string) string {
	return signParts(b64([]byte(header)), b64([]byte(payload)), f.key, sha256.New)
}

func signParts(header, payload string, key []byte, h func() hash.Hash) string {
	mac := hmac.New(h, key)
	mac.Write([]byte(header + "." + payload))
	return header + "." + payload + "." + b64(mac.Sum(nil))
}

func seconds(after time.Duration) string { return strconv.FormatInt(now.Add(after).Unix(), 10) }

// claims are the good payload, claim by claim, as JSON texts.
func claims() map[string]string {
	return map[string]string{
		"iss": `"customerai-production"`, "aud": `"customerai-api"`, "sub": `"cli_alicealicealicealice"`, "jti": `"tok_1"`,
		"iat": seconds(0), "nbf": seconds(0), "exp": seconds(30 * time.Minute),
		"tenant": `"main"`, "scope": `"analyze batches:read"`, "epoch": `3`,
	}
}

func object(members map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		parts = append(parts, fmt.Sprintf("%q:%s", name, members[name]))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// with is the good payload with one claim's JSON text replaced, or removed when it is "".
func with(claim, value string) string {
	members := claims()
	members[claim] = value
	if value == "" {
		delete(members, claim)
	}
	return object(members)
}

func (f forge) withHeader(member, value string) string {
	members := map[string]string{"alg": `"HS256"`, "kid": fmt.Sprintf("%q", f.kid), "typ": `"at+jwt"`}
	members[member] = value
	if value == "" {
		delete(members, member)
	}
	return f.sign(object(members), object(claims()))
}
