package auth

import (
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/insecuresecretdataaccess"
	"github.com/tink-crypto/tink-go/v2/jwt"
	"github.com/tink-crypto/tink-go/v2/jwt/jwthmac"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/secretdata"
)

// vector is a JWS of Project Wycheproof's.
type vector struct {
	file  string
	id    int
	token string
	key   []byte // of HS256, nil of everything else
	valid bool
}

// vectors reads every vector of the files.
func vectors(t *testing.T) (all []vector) {
	t.Helper()
	for _, name := range []string{"signature", "crypto", "key"} {
		file, err := os.Open("testdata/wycheproof/json_web_" + name + "_test.json.gz")
		if err != nil {
			t.Fatal(err)
		}
		unzipped, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		var document struct {
			TestGroups []struct {
				Private any
				Tests   []struct {
					ID     int `json:"tcId"`
					JWS    any // a text, or the object of a JSON serialization
					Result string
				}
			}
		}
		err = json.NewDecoder(unzipped).Decode(&document)
		if _ = file.Close(); err != nil {
			t.Fatal(err)
		}
		for _, group := range document.TestGroups {
			jwk, _ := group.Private.(map[string]any)
			var key []byte
			if jwk["kty"] == "oct" && jwk["alg"] == "HS256" {
				key, _ = base64.RawURLEncoding.DecodeString(fmt.Sprint(jwk["k"]))
			}
			for _, test := range group.Tests {
				token, isText := test.JWS.(string)
				if !isText {
					text, err := json.Marshal(test.JWS)
					if err != nil {
						t.Fatal(err)
					}
					token = string(text)
				}
				all = append(all, vector{name, test.ID, token, key, test.Result == "valid"})
			}
		}
	}
	return all
}

// No vector is one of our tokens: those whose signature is right hold a text, and no claims.
func TestNoVectorOfWycheproofIsAToken(t *testing.T) {
	all := vectors(t)
	if len(all) != 401+83+26 {
		t.Fatalf("%d vectors, want the 510 that there are", len(all))
	}
	for _, v := range all {
		key := v.key
		if len(key) != sha256.Size {
			key = make([]byte, sha256.Size)
		}
		if got, err := (Tokens{MAC: macOf(t, key)}).Verify(v.token, time.Unix(1_700_000_000, 0)); err == nil {
			t.Errorf("%s %d is accepted as %+v", v.file, v.id, got)
		}
	}
}

func macOf(t *testing.T, material []byte) jwt.MAC {
	t.Helper()
	parameters, err := jwthmac.NewParameters(len(material), jwthmac.IgnoredKID, jwthmac.HS256)
	if err != nil {
		t.Fatal(err)
	}
	key, err := jwthmac.NewKey(jwthmac.KeyOpts{KeyBytes: secretdata.NewBytesFromData(material, insecuresecretdataaccess.Token{}), Parameters: parameters})
	if err != nil {
		t.Fatal(err)
	}
	manager := keyset.NewManager()
	id, err := manager.AddKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := manager.SetPrimary(id); err != nil {
		t.Fatal(err)
	}
	handle, err := manager.Handle()
	if err != nil {
		t.Fatal(err)
	}
	mac, err := jwt.NewMAC(handle)
	if err != nil {
		t.Fatal(err)
	}
	return mac
}

// Below the claims, which is what the vectors are about: what decode leaves through has the right verdict under HS256, but for two
// that Wycheproof calls valid for decoders that skip illegal characters. Two bad ones have lost their padding in the published files,
// and with it what is bad about them: they are a valid one to the byte. A plain HMAC over the first two parts accepts bad ones.
func TestTheSpellingOfATokenIsJudgedAsWycheproofDoes(t *testing.T) {
	var refused, lost []int
	good, bad := 0, 0
	valid := map[string]bool{}
	for _, v := range vectors(t) {
		if v.file != "signature" || v.key == nil {
			continue
		}
		accepted := signed(v.token, v.key)
		switch {
		case v.valid && !accepted:
			refused = append(refused, v.id)
		case v.valid:
			good++
			valid[v.token] = true
		case valid[v.token]:
			lost = append(lost, v.id)
		case accepted:
			t.Errorf("vector %d is accepted", v.id)
		default:
			bad++
		}
	}
	if good != 8 || bad != 28 || !slices.Equal(refused, []int{372, 373}) || !slices.Equal(lost, []int{367, 370}) {
		t.Errorf("%d valid ones are accepted and %v not, %d bad ones refused, %v lost; want 8, 372 and 373, 28, 367 and 370", good, refused, bad, lost)
	}
}

// signed reports whether a JWS in three parts, each in its one spelling, is HS256 under the key.
func signed(token string, key []byte) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	header, okHeader := decode(parts[0])
	_, okPayload := decode(parts[1])
	tag, okTag := decode(parts[2])
	var fields struct{ Alg string }
	if !okHeader || !okPayload || !okTag || json.Unmarshal(header, &fields) != nil || fields.Alg != "HS256" {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(parts[0] + "." + parts[1]))
	return hmac.Equal(tag, mac.Sum(nil))
}
