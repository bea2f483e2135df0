// Package rotation gives a secret document fresh keys while everybody goes on using it.
//
// Normal use, for a document whose readers keep what they read for a while:
//
//	err := rotation.Rotator{Store: versions, Now: time.Now}.Step(ctx, rotation.Create, token) // and Set, Test, Finish
//
// and for one that is read at every use:
//
//	next, err := rotation.Next(current, now, now)
//	err = rotation.Prove(current, next, now)
//
// What becomes of the settings:
//
//	JWT_SECRET_KEY  a fresh primary; the key that it takes over from still verifies, those before it go
//	ENCRYPTION_KEY  a fresh primary; every older key still opens what it has sealed
//	ROTATION        when the fresh keys begin to make, and which keys make until then
//	PSEUDONYM_KEY   stays: with another key a person has a second name from that day on, beside the one in files,
//	                exports and audit records that are there
//	everything else stays, to the byte
//
// A fresh key makes nothing before everybody must have it. A reader may keep a set for secrets.MaxStale after the rotation
// has finished, and a rotation that has not finished FinishWithin its beginning never does; so a key waits for both. A token
// is therefore never signed by a key that some environment does not know, nor verified by one that is not in force.
//
// It refuses to rotate again while tokens of the key before may be alive, and to put a document in force that does not
// follow from the one it replaces.
package rotation

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/jwt"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

const (
	// FinishWithin is how long after its beginning a rotation may still finish.
	FinishWithin = time.Hour

	// Delay is how long after its beginning a rotation takes effect.
	Delay = FinishWithin + secrets.MaxStale + margin

	margin = 5 * time.Minute // for clocks that differ, and requests that are under way
)

// Next returns the document that follows current and takes effect at that time, or errs.Conflict when it is too soon.
func Next(current secrets.Document, effective, now time.Time) (secrets.Document, error) {
	schedule, rotated := current.Schedule()
	if rotated && now.Before(schedule.Effective.Add(auth.Lifetime+auth.ClockSkew+margin)) {
		return nil, errs.New(errs.Conflict, "the last rotation has not settled: tokens of the key before it may be alive")
	}
	next := secrets.Document{}
	for name, value := range current {
		next[name] = value
	}
	until := map[string]uint32{}
	for _, of := range []struct {
		name     string
		template *tink_go_proto.KeyTemplate
		retired  uint32 // 0, which is in no keyset: none
	}{
		{secrets.JWTSecretKey, jwt.HS256Template(), schedule.Until[secrets.JWTSecretKey]},
		{secrets.EncryptionKey, aead.AES256GCMKeyTemplate(), 0},
	} {
		var err error
		if next[of.name], until[of.name], err = freshPrimary(current[of.name], of.template, of.retired); err != nil {
			return nil, fmt.Errorf("rotate %s: %w", of.name, err)
		}
	}
	var err error
	if next[secrets.Rotation], err = json.Marshal(secrets.Schedule{Effective: effective.UTC(), Until: until}); err != nil {
		return nil, fmt.Errorf("write %s: %w", secrets.Rotation, err)
	}
	return next, nil
}

// freshPrimary adds a key that becomes the primary, and drops the retired one with everything that stands before it. It
// returns the primary that there was. Tink's errors are not wrapped: they could hold parts of a key.
func freshPrimary(value jsontext.Value, template *tink_go_proto.KeyTemplate, retired uint32) (jsontext.Value, uint32, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(value)))
	if err != nil {
		return nil, 0, errors.New("the keyset cannot be read")
	}
	info := handle.KeysetInfo()
	manager := keyset.NewManagerFromHandle(handle)
	added, errAdd := manager.Add(template)
	errPrimary := manager.SetPrimary(added)
	if errors.Join(errAdd, errPrimary) != nil {
		return nil, 0, errors.New("a fresh key cannot be added")
	}
	last := -1
	for i, key := range info.GetKeyInfo() {
		if key.GetKeyId() == retired {
			last = i
		}
	}
	for _, key := range info.GetKeyInfo()[:last+1] {
		if id := key.GetKeyId(); id != info.GetPrimaryKeyId() && manager.Delete(id) != nil {
			return nil, 0, errors.New("a retired key cannot be dropped")
		}
	}
	if handle, err = manager.Handle(); err != nil {
		return nil, 0, errors.New("the keyset cannot be put together")
	}
	var text bytes.Buffer
	if insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)) != nil {
		return nil, 0, errors.New("the keyset cannot be written")
	}
	return text.Bytes(), info.GetPrimaryKeyId(), nil
}
