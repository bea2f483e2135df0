package rotation

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Prove uses next as everybody will, beside current, and returns what does not work. It holds next to follow from current:
// when current has been replaced since next was made, next would undo what that brought.
func Prove(current, next secrets.Document, now time.Time) error {
	if err := onlyKeysDiffer(current, next); err != nil {
		return err
	}
	before, problems := current.Open()
	if err := secrets.Join(problems); err != nil {
		return fmt.Errorf("open the document in force: %w", err)
	}
	after, problems := next.Open()
	if err := secrets.Join(problems); err != nil {
		return fmt.Errorf("open the next document: %w", err)
	}
	schedule, ok := next.Schedule()
	if !ok {
		return errors.New("the next document does not say when it takes effect")
	}
	from := now // for those that read both: when the one in force goes on, and when the next one takes over
	if schedule.Effective.After(from) {
		from = schedule.Effective
	}
	inForce := before.At(now)
	for _, step := range []struct {
		name         string
		makes, reads secrets.Set
		at           time.Time
	}{
		{"the document in force reads what it makes", inForce, inForce, now},
		{"the next document reads what the one in force makes", inForce, after.At(now), now},
		{"the next document reads what it makes", after.At(from), after.At(from), from},
	} {
		if err := exchange(step.makes, step.reads, step.at); err != nil {
			return fmt.Errorf("prove that %s: %w", step.name, err)
		}
	}
	if exchange(after.At(from), inForce, from) == nil {
		return errors.New("the next document brings no fresh key for tokens")
	}
	if now.Before(schedule.Effective) {
		if err := exchange(after.At(now), inForce, now); err != nil {
			return fmt.Errorf("prove that the document in force reads what the next one makes: %w", err)
		}
	}
	return nil
}

// onlyKeysDiffer holds next to leave alone what a rotation is not about.
func onlyKeysDiffer(current, next secrets.Document) error {
	rotated := []string{secrets.JWTSecretKey, secrets.EncryptionKey, secrets.Rotation}
	names := maps.Clone(current)
	maps.Copy(names, next)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !slices.Contains(rotated, name) && !bytes.Equal(compact(current[name]), compact(next[name])) {
			return fmt.Errorf("the next document changes %q, which a rotation leaves alone", name)
		}
	}
	return nil
}

func compact(value jsontext.Value) jsontext.Value {
	value = value.Clone()
	_ = value.Compact() // what is not JSON is compared as it is
	return value
}

// exchange has one set make a token and a ciphertext that the other one reads.
func exchange(makes, reads secrets.Set, now time.Time) error {
	const text, about = "proof", "rotation"
	probe := auth.Principal{Subject: about, Tenant: about, Scopes: []string{about}} // allows nothing
	token, err := auth.Tokens{MAC: makes.Signing, Stage: env.Production}.Mint(probe, about, now)
	if err != nil {
		return err
	}
	if _, err := (auth.Tokens{MAC: reads.Signing, Stage: env.Production}).Verify(token, now); err != nil {
		return err
	}
	sealed, err := makes.Encryption.Encrypt([]byte(text), []byte(about))
	if err != nil {
		return errors.New("a text cannot be sealed") // Tink's own words could hold parts of a key
	}
	if opened, err := reads.Encryption.Decrypt(sealed, []byte(about)); err != nil || string(opened) != text {
		return errors.New("a sealed text cannot be opened")
	}
	return nil
}
