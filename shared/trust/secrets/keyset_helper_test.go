package secrets_test

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"google.golang.org/protobuf/proto"

	"github.com/tink-crypto/tink-go/v2/proto/aes_gcm_go_proto"
	"github.com/tink-crypto/tink-go/v2/proto/common_go_proto"
	"github.com/tink-crypto/tink-go/v2/proto/hmac_prf_go_proto"
	"github.com/tink-crypto/tink-go/v2/proto/jwt_hmac_go_proto"
	"github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"

	"github.com/customerai/customerai/shared/trust/secrets"
)

// withKey is a keyset of one key with the given bytes, as a person would put it together by hand.
func withKey(t testing.TB, setting string, material []byte) jsontext.Value {
	t.Helper()
	var message proto.Message
	var url string
	prefix := tink_go_proto.OutputPrefixType_TINK
	switch setting {
	case secrets.JWTSecretKey:
		url, message = "JwtHmacKey", &jwt_hmac_go_proto.JwtHmacKey{
			Algorithm: jwt_hmac_go_proto.JwtHmacAlgorithm_HS256, KeyValue: material,
		}
	case secrets.EncryptionKey:
		url, message = "AesGcmKey", &aes_gcm_go_proto.AesGcmKey{KeyValue: material}
	case secrets.PseudonymKey:
		prefix = tink_go_proto.OutputPrefixType_RAW
		url, message = "HmacPrfKey", &hmac_prf_go_proto.HmacPrfKey{
			Params: &hmac_prf_go_proto.HmacPrfParams{Hash: common_go_proto.HashType_SHA256}, KeyValue: material,
		}
	}
	value, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	var text textWriter
	if err := keyset.NewJSONWriter(&text).Write(&tink_go_proto.Keyset{PrimaryKeyId: 7, Key: []*tink_go_proto.Keyset_Key{{
		KeyId: 7, Status: tink_go_proto.KeyStatusType_ENABLED, OutputPrefixType: prefix,
		KeyData: &tink_go_proto.KeyData{
			TypeUrl: "type.googleapis.com/google.crypto.tink." + url, Value: value,
			KeyMaterialType: tink_go_proto.KeyData_SYMMETRIC,
		},
	}}}); err != nil {
		t.Fatal(err)
	}
	return jsontext.Value(text)
}

type textWriter []byte

func (w *textWriter) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	return len(p), nil
}

// edit sets one field of a keyset, or of its first key.
func edit(t testing.TB, value jsontext.Value, field string, to any) jsontext.Value {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal(value, &document); err != nil {
		t.Fatal(err)
	}
	if _, top := document[field]; top {
		document[field] = to
	} else {
		document["key"].([]any)[0].(map[string]any)[field] = to
	}
	edited, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return edited
}
