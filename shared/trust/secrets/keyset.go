package secrets

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/aesgcm"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/insecuresecretdataaccess"
	"github.com/tink-crypto/tink-go/v2/jwt"
	"github.com/tink-crypto/tink-go/v2/jwt/jwthmac"
	"github.com/tink-crypto/tink-go/v2/key"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/prf/hmacprf"
	"github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/secretdata"
)

// A rule is what every key of a keyset must be: its kind, in words, as a test that also gives the key's bytes, and as
// the template of a fresh one.
type rule struct {
	kind     string
	material func(key.Key) (secretdata.Bytes, bool)
	template func() *tink_go_proto.KeyTemplate
}

const minKeyBytes = 32

var rules = map[string]rule{
	JWTSecretKey: {
		kind: "HS256 JWT keys with key ids",
		material: func(k key.Key) (secretdata.Bytes, bool) {
			jwtKey, ok := k.(*jwthmac.Key)
			if !ok {
				return secretdata.Bytes{}, false
			}
			p, ok := jwtKey.Parameters().(*jwthmac.Parameters)
			return jwtKey.KeyBytes(), ok && p.Algorithm() == jwthmac.HS256 && p.KIDStrategy() == jwthmac.Base64EncodedKeyIDAsKID
		},
		template: jwt.HS256Template,
	},
	EncryptionKey: {
		kind: "AES256-GCM keys with the Tink prefix",
		material: func(k key.Key) (secretdata.Bytes, bool) {
			gcmKey, ok := k.(*aesgcm.Key)
			if !ok {
				return secretdata.Bytes{}, false
			}
			p, ok := gcmKey.Parameters().(*aesgcm.Parameters)
			return gcmKey.KeyBytes(), ok && p.Variant() == aesgcm.VariantTink
		},
		template: aead.AES256GCMKeyTemplate,
	},
	PseudonymKey: {
		kind: "HMAC-SHA256 PRF keys",
		material: func(k key.Key) (secretdata.Bytes, bool) {
			prfKey, ok := k.(*hmacprf.Key)
			if !ok {
				return secretdata.Bytes{}, false
			}
			p, ok := prfKey.Parameters().(*hmacprf.Parameters)
			return prfKey.KeyBytes(), ok && p.HashType() == hmacprf.SHA256
		},
		template: prf.HMACSHA256PRFKeyTemplate,
	},
}

// parseKeyset reads a keyset whose every key, also a disabled one that may come back, obeys the rule. Its errors follow
// the setting's name in a sentence and do not wrap Tink's.
func parseKeyset(value jsontext.Value, r rule) (*keyset.Handle, error) {
	if value.Kind() != '{' {
		return nil, errors.New("is malformed: it must be a Tink keyset, which is a JSON object")
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(value)))
	if err != nil {
		return nil, errors.New("is malformed: it must be a Tink keyset with an enabled primary key")
	}
	primary, err := handle.Primary()
	if err != nil || primary.KeyStatus() != keyset.Enabled {
		return nil, errors.New("is malformed: its primary key is missing or not enabled")
	}
	for i := range handle.Len() {
		entry, err := handle.Entry(i)
		if err != nil {
			return nil, errors.New("is malformed: one of its keys cannot be read")
		}
		if entry.KeyStatus() == keyset.Destroyed {
			continue
		}
		material, ok := r.material(entry.Key())
		switch {
		case !ok:
			return nil, errors.New("holds a key of another kind: it must hold " + r.kind)
		case material.Len() < minKeyBytes:
			return nil, errors.New("is too short: every key must have at least 256 bits")
		case weak(material.Data(insecuresecretdataaccess.Token{})):
			return nil, errors.New("is weak: every key must come from a cryptographic source of randomness")
		}
	}
	return handle, nil
}

// keyIDs returns the kids of the enabled keys of a keyset that has obeyed the rule for tokens.
func keyIDs(handle *keyset.Handle) (ids []string) {
	for i := range handle.Len() {
		entry, err := handle.Entry(i)
		if err != nil || entry.KeyStatus() != keyset.Enabled {
			continue
		}
		if k, ok := entry.Key().(*jwthmac.Key); ok {
			if kid, has := k.KID(); has {
				ids = append(ids, kid)
			}
		}
	}
	return ids
}

// generateKeyset makes a keyset of one fresh key. Tink takes it from crypto/rand, and no caller may choose otherwise.
func generateKeyset(r rule) (jsontext.Value, error) {
	handle, err := keyset.NewHandle(r.template())
	if err != nil {
		return nil, errors.New("a fresh keyset could not be made")
	}
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return nil, errors.New("a fresh keyset could not be written")
	}
	return text.Bytes(), nil
}
