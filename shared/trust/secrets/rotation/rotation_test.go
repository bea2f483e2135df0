package rotation_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/rotation"
)

var (
	now   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	alice = auth.Principal{Subject: "cli_alicealicealicealice", Tenant: "main", Scopes: []string{"analyze"}, UsageKey: "cli_alicealicealicealice"}
)

// settled is the shortest time between the beginnings of two rotations.
const settled = rotation.Delay + auth.Lifetime + auth.ClockSkew + 5*time.Minute

func generated(t testing.TB) secrets.Document {
	t.Helper()
	document, _, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func next(t testing.TB, current secrets.Document, now time.Time) secrets.Document {
	t.Helper()
	document, err := rotation.Next(current, now.Add(rotation.Delay), now)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func opened(t testing.TB, document secrets.Document) secrets.Set {
	t.Helper()
	set, problems := document.Open()
	if err := secrets.Join(problems); err != nil {
		t.Fatal(err)
	}
	return set
}

func minted(t testing.TB, set secrets.Set, at time.Time) string {
	t.Helper()
	token, err := auth.Tokens{MAC: set.Signing, Stage: env.Staging}.Mint(alice, "tok_1", at)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func accepts(set secrets.Set, token string, at time.Time) bool {
	_, err := auth.Tokens{MAC: set.Signing, Stage: env.Staging}.Verify(token, at)
	return err == nil
}

func TestAFreshKeyMakesNothingBeforeTheRotationTakesEffect(t *testing.T) {
	first := generated(t)
	second := next(t, first, now)
	before, after := opened(t, first), opened(t, second)
	effective := now.Add(rotation.Delay)
	for at, fresh := range map[time.Time]bool{now: false, effective.Add(-1): false, effective: true, effective.Add(24 * time.Hour): true} {
		token := minted(t, after.At(at), at)
		if got := accepts(before, token, at); got == fresh {
			t.Errorf("%s after the beginning the document of before reads a token: %t, want %t", at.Sub(now), got, !fresh)
		}
		sealed, err := after.At(at).Encryption.Encrypt([]byte("text"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := before.Encryption.Decrypt(sealed, nil); (err == nil) == fresh {
			t.Errorf("%s after the beginning the document of before opens what is sealed: %v", at.Sub(now), err)
		}
		if !accepts(after.At(at), token, at) || !accepts(after.At(at), minted(t, before, at), at) {
			t.Errorf("%s after the beginning a token of before or of now is refused", at.Sub(now))
		}
	}
}

func TestAfterManyRotationsTheLastTwoTokenKeysVerifyAndEveryEncryptionKeyOpens(t *testing.T) {
	document, at := generated(t), now
	clients, pseudonyms := document[secrets.Clients], document[secrets.PseudonymKey]
	document["OTHER"] = jsontext.Value(`{"b": 1, "a":2}`)
	var tokens []string
	var sealed [][]byte
	for range 5 {
		set := opened(t, document).At(at)
		tokens = append(tokens, minted(t, set, at.Add(24*time.Hour))) // alive whenever it is looked at below
		text, err := set.Encryption.Encrypt([]byte("text"), nil)
		if err != nil {
			t.Fatal(err)
		}
		sealed = append(sealed, text)
		document = next(t, document, at)
		at = at.Add(settled)
	}
	set, when := opened(t, document), now.Add(24*time.Hour)
	for i, token := range tokens {
		if got, want := accepts(set, token, when.Add(time.Duration(i)*settled)), i == len(tokens)-1; got != want {
			t.Errorf("a token of key %d of %d is accepted: %t, want %t", i+1, len(tokens), got, want)
		}
		if _, err := set.Encryption.Decrypt(sealed[i], nil); err != nil {
			t.Errorf("what key %d has sealed cannot be opened", i+1)
		}
	}
	if len(set.KeyIDs) != 2 {
		t.Errorf("%d keys verify tokens, want the current and the previous one", len(set.KeyIDs))
	}
	if !bytes.Equal(document[secrets.Clients], clients) || !bytes.Equal(document[secrets.PseudonymKey], pseudonyms) || string(document["OTHER"]) != `{"b": 1, "a":2}` {
		t.Error("what a rotation is not about has changed")
	}
}

func TestAKeyThatAPersonHasPutThereIsKeptForOneRotation(t *testing.T) {
	hand := generated(t)
	older := next(t, hand, now)
	delete(older, secrets.Rotation) // as a person would write it: two keys, and nothing about when
	set := opened(t, next(t, older, now))
	if !accepts(set, minted(t, opened(t, hand), now), now) || len(set.KeyIDs) != 3 {
		t.Errorf("%d keys verify, want all that were there and the fresh one", len(set.KeyIDs))
	}
	set = opened(t, next(t, next(t, older, now), now.Add(settled)))
	if len(set.KeyIDs) != 2 {
		t.Errorf("after the next rotation %d keys verify, want 2", len(set.KeyIDs))
	}
}

func TestARotationIsRefusedWhileTokensOfTheKeyBeforeMayBeAlive(t *testing.T) {
	document := next(t, generated(t), now)
	for after, refused := range map[time.Duration]bool{0: true, rotation.Delay: true, settled - 1: true, settled: false, 30 * 24 * time.Hour: false} {
		_, err := rotation.Next(document, now.Add(after+rotation.Delay), now.Add(after))
		if errs.Is(err, errs.Conflict) != refused {
			t.Errorf("%s after the last one: got %v, want refused = %t", after, err, refused)
		}
	}
}

func TestWhatCannotBeRotatedIsSaidWithoutAValue(t *testing.T) {
	for _, name := range []string{secrets.JWTSecretKey, secrets.EncryptionKey} {
		document := generated(t)
		document[name] = jsontext.Value(`"hunter2"`)
		if _, err := rotation.Next(document, now, now); err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v, want an error that names %s and no value", err, name)
		}
	}
	document := generated(t)
	document[secrets.JWTSecretKey], document[secrets.EncryptionKey] = jsontext.Value(`"hunter2"`), jsontext.Value(`"hunter2"`)
	for range 20 {
		if _, err := rotation.Next(document, now, now); err == nil || !strings.Contains(err.Error(), secrets.JWTSecretKey) {
			t.Fatalf("got %v, want the first of two named, every time", err)
		}
	}
}

func TestADocumentThatDoesNotFollowFromTheOneInForceIsNotProved(t *testing.T) {
	current := generated(t)
	good := next(t, current, now)
	if err := rotation.Prove(current, good, now); err != nil {
		t.Fatalf("the next document: %v", err)
	}
	other := generated(t)
	with := func(name string, value jsontext.Value) secrets.Document {
		changed := maps.Clone(good)
		if changed[name] = value; value == nil {
			delete(changed, name)
		}
		return changed
	}
	immediate := secrets.Schedule{Effective: now}
	at, err := json.Marshal(immediate)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		next secrets.Document
		want string
	}{
		"the one in force itself": {current, "when it takes effect"},
		"the one in force, with a schedule": {func() secrets.Document {
			d := maps.Clone(current)
			d[secrets.Rotation] = good[secrets.Rotation]
			return d
		}(), "no fresh key"},
		"other pseudonyms":                    {with(secrets.PseudonymKey, other[secrets.PseudonymKey]), secrets.PseudonymKey},
		"other clients":                       {with(secrets.Clients, other[secrets.Clients]), secrets.Clients},
		"no clients":                          {with(secrets.Clients, nil), secrets.Clients},
		"one setting more":                    {with("OTHER", jsontext.Value("1")), "OTHER"},
		"token keys of somewhere else":        {with(secrets.JWTSecretKey, other[secrets.JWTSecretKey]), "reads what"},
		"encryption keys of somewhere else":   {with(secrets.EncryptionKey, other[secrets.EncryptionKey]), "reads what"},
		"no schedule":                         {with(secrets.Rotation, nil), "when it takes effect"},
		"a schedule that is none":             {with(secrets.Rotation, jsontext.Value(`"hunter2"`)), "ROTATION is malformed"},
		"token keys that are none":            {with(secrets.JWTSecretKey, jsontext.Value(`"hunter2"`)), "JWT_SECRET_KEY is malformed"},
		"keys that make before all have them": {with(secrets.Rotation, jsontext.Value(`{"effective":"2036-01-01T00:00:00Z","until":{}}`)), "the document in force reads"},
	} {
		err := rotation.Prove(current, c.next, now)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want an error that says %q", name, err, c.want)
		}
	}
	if err := rotation.Prove(secrets.Document{}, secrets.Document{}, now); err == nil {
		t.Error("nothing follows from nothing")
	}
	// Where everybody reads the document at every use, it may take effect at once.
	if err := rotation.Prove(current, with(secrets.Rotation, at), now); err != nil {
		t.Errorf("a rotation that takes effect at once: %v", err)
	}
	if slices.Equal(opened(t, good).KeyIDs, opened(t, current).KeyIDs) {
		t.Error("no key has changed")
	}
}
