package kmswrapper_test

import (
	"bytes"
	"crypto/rand"
	"flag"
	randv2 "math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/trust/vault/kmswrapper"
	"github.com/customerai/customerai/shared/trust/vault/wrappertest"
)

func TestItIsAWrapper(t *testing.T) {
	wrappertest.Run(t, func(t *testing.T) wrappertest.Stage {
		h := newHouse(t)
		return wrappertest.Stage{
			Wrapper: h.Wrapper,
			Renew: func() vault.Wrapper {
				h.config.Key = h.service.CreateKey()
				return kmswrapper.Open(h.config)
			},
			Outage: func() { h.service.Fault = always(wire.Refuse(http.StatusInternalServerError, "KMSInternalException")) },
		}
	})
}

// The emulator authenticates nothing, so that it is not held to the suite.
func TestTheEmulatorsKeyWrapsAndItsStatesHaveTheirCodes(t *testing.T) {
	h := newHouse(t)
	h.config.AWS = emulators.AWS(t)
	client := kms.NewFromConfig(h.config.AWS)
	created := must(client.CreateKey(t.Context(), &kms.CreateKeyInput{}))
	h.config.Key = *created.KeyMetadata.Arn
	h.restart()
	key := must(h.FindOrCreate(t.Context(), h.of(t, "zoe")))
	sealed := must(key.Seal(vault.Place{Table: "t"}, []byte("hunter2")))
	find := func() error {
		h.restart()
		key, err := h.Find(t.Context(), h.of(t, "zoe"))
		if err == nil {
			if plain, err := key.Open(vault.Place{Table: "t"}, sealed); err != nil || string(plain) != "hunter2" {
				t.Errorf("Open = %q, %v, want the value", plain, err)
			}
		}
		return err
	}
	if err := find(); err != nil {
		t.Errorf("Find = %v, want the key", err)
	}
	item := must(h.keys.Get(t.Context(), h.kept(t)[0].Key))
	stolen := item
	stolen.Sort, stolen.Partition = h.of(t, "max")[0].Name, "main#keys#"+h.of(t, "max")[0].Name[4:5]
	stolen.Version = 0
	must(0, h.keys.Put(t.Context(), stolen, table.Absent()))
	if _, err := h.Find(t.Context(), h.of(t, "max")); !errs.Is(err, errs.Internal) {
		t.Errorf("Find of another's key = %v, want a refusal for good", err)
	}
	must(client.DisableKey(t.Context(), &kms.DisableKeyInput{KeyId: &h.config.Key}))
	if err := find(); !errs.Is(err, errs.Unavailable) {
		t.Errorf("Find with a disabled key = %v, want unavailable", err)
	}
	must(client.EnableKey(t.Context(), &kms.EnableKeyInput{KeyId: &h.config.Key}))
	if err := find(); err != nil {
		t.Errorf("Find = %v, want the key again", err)
	}
	must(client.ScheduleKeyDeletion(t.Context(), &kms.ScheduleKeyDeletionInput{KeyId: &h.config.Key}))
	if err := find(); !errs.Is(err, errs.Unavailable) {
		t.Errorf("Find with a key that is pending deletion = %v, want unavailable", err)
	}
}

// go test ./shared/trust/vault/kmswrapper -run Elsewhere -transplants 10000
var transplants = flag.Int("transplants", 1_000, "wrapped keys that are moved along each axis")

// TestNothingUnwrapsElsewhere moves wrapped keys along each axis of what they are bound to, before a service that holds a
// context to be the one of the encryption, as KMS does.
func TestNothingUnwrapsElsewhere(t *testing.T) {
	h := newHouse(t)
	random := randv2.New(randv2.NewPCG(1, 2))
	tenants, other := []string{"main", "mai", "other", "main2", ""}, h.service.CreateKey()
	type moved struct {
		of      vault.Subject
		wrapped []byte
	}
	var all []moved
	for n := range 300 {
		of := wrappertest.Subject(tenants[n%len(tenants)], string(rune('a'+n/len(tenants))))
		all = append(all, moved{of, must(h.Wrapper.Wrap(t.Context(), of, newKey()))})
	}
	for axis, to := range map[string]func(m moved) moved{
		"tenant":  func(m moved) moved { m.of.Tenant = tenants[random.IntN(len(tenants))]; return m },
		"subject": func(m moved) moved { m.of.Name = all[random.IntN(len(all))].of.Name; return m },
		"tenant and subject": func(m moved) moved {
			m.of = all[random.IntN(len(all))].of
			return m
		},
		"key of KMS": func(m moved) moved {
			m.wrapped = bytes.Replace(m.wrapped, []byte(h.config.Key), []byte(other), 1) // in what says which key it was
			return m
		},
	} {
		for n, tried := 0, 0; tried < *transplants; n++ {
			from := all[random.IntN(len(all))]
			if n%50 == 0 {
				must(h.Wrapper.Unwrap(t.Context(), from.of, from.wrapped)) // remembered, and yet nobody else's
			}
			target := to(from)
			if target.of == from.of && bytes.Equal(target.wrapped, from.wrapped) {
				continue
			}
			tried++
			if key, err := h.Wrapper.Unwrap(t.Context(), target.of, target.wrapped); key != nil || !errs.Is(err, errs.Internal) {
				t.Fatalf("%s: Unwrap = %d bytes, %v, want a refusal for good", axis, len(key), err)
			}
		}
	}
}

func newKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: it ends the process instead
	return key
}

func TestKMSIsToldPseudonymsAlone(t *testing.T) {
	h := newHouse(t)
	must(h.FindOrCreate(t.Context(), h.of(t, "zoe@example.com")))
	h.restart()
	must(h.Find(t.Context(), h.of(t, "zoe@example.com")))
	contexts := h.service.Contexts()
	if len(contexts) != 2 {
		t.Fatalf("got %d calls, want an encryption and a decryption", len(contexts))
	}
	for _, context := range contexts {
		if name := h.of(t, "zoe@example.com")[0].Name; len(context) != 2 || context["tenant"] != "main" || context["subject"] != name || strings.Contains(name, "zoe") {
			t.Errorf("got the context %v, want the tenant and %s", context, name)
		}
	}
	wrapped := must(h.Wrapper.Wrap(t.Context(), h.of(t, "zoe")[0], []byte("a key")))
	for _, name := range []string{"zoe@example.com", "", "sub_", "sub_zoe", "ZOE4567ZOE4567ZOE4567ZOE45", h.of(t, "zoe")[0].Name + "A"} {
		calls := len(h.service.Contexts())
		if _, err := h.Wrapper.Wrap(t.Context(), vault.Subject{Tenant: "main", Name: name}, []byte("a key")); !errs.Is(err, errs.Internal) {
			t.Errorf("Wrap for %q = %v, want a refusal", name, err)
		}
		if _, err := h.Wrapper.Unwrap(t.Context(), vault.Subject{Tenant: "main", Name: name}, wrapped); !errs.Is(err, errs.Internal) {
			t.Errorf("Unwrap for %q = %v, want a refusal", name, err)
		}
		if len(h.service.Contexts()) != calls {
			t.Errorf("KMS was told %q", name)
		}
	}
}
