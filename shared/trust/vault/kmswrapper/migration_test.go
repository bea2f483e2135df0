package kmswrapper_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/trust/vault/kmswrapper"
)

var place = vault.Place{Table: "conversation", Item: "talk", Field: "originals", Version: 1}

// before returns the vault as it was: ENCRYPTION_KEY wraps.
func (h *house) before() *vault.Vault {
	v := *h.Vault
	v.Wrapper = vault.Keyset{Secrets: h.Secrets}
	return &v
}

// join keeps a value of a person's, and returns it as it was sealed.
func join(t *testing.T, v *vault.Vault, h *house, person string) []byte {
	t.Helper()
	return must(must(v.FindOrCreate(t.Context(), h.of(t, person))).Seal(place, []byte(person)))
}

// move is one run of the job that wraps keys anew. It ends at the first error, as the job does.
func move(ctx context.Context, v *vault.Vault) (moved int, err error) {
	_, err = v.Walk(ctx, "main", "", 1_000, func(ctx context.Context, s vault.Subject) error {
		done, err := v.Rewrap(ctx, s)
		if done {
			moved++
		}
		return err
	})
	return moved, err
}

// opens fails unless everybody's value opens.
func opens(t *testing.T, h *house, when string, sealed map[string][]byte) {
	t.Helper()
	for person, value := range sealed {
		key, err := h.Find(t.Context(), h.of(t, person))
		if err != nil {
			t.Fatalf("%s: Find = %v, want the key", when, err)
		}
		if plain, err := key.Open(place, value); err != nil || string(plain) != person {
			t.Fatalf("%s: Open = %q, %v, want the value", when, plain, err)
		}
	}
}

// byKMS counts the keys that KMS has wrapped.
func (h *house) byKMS(t *testing.T) (count int) {
	t.Helper()
	for _, item := range h.kept(t) {
		var k struct{ Wrapped []byte }
		must(0, json.Unmarshal(item.Value, &k))
		if k.Wrapped[0] == 'K' {
			count++
		}
	}
	return count
}

func TestKeysThatENCRYPTIONKEYWrappedOpenAndAreMovedAndNeedItNoMore(t *testing.T) {
	h, sealed := newHouse(t), map[string][]byte{}
	for n := range 5 {
		person := fmt.Sprint("old ", n)
		sealed[person] = join(t, h.before(), h, person)
	}
	opens(t, h, "before they are moved", sealed)
	if got := h.service.Calls("Encrypt") + h.service.Calls("Decrypt"); got != 0 || h.byKMS(t) != 0 {
		t.Errorf("KMS was asked %d times for keys of before, want never", got)
	}
	sealed["new"] = join(t, h.Vault, h, "new")
	if moved, err := move(t.Context(), h.Vault); moved != 5 || err != nil {
		t.Fatalf("%d keys were moved (%v), want 5", moved, err)
	}
	if moved, err := move(t.Context(), h.Vault); moved != 0 || err != nil || h.byKMS(t) != 6 {
		t.Errorf("%d more were moved (%v), and KMS holds %d, want none more and 6", moved, err, h.byKMS(t))
	}
	opens(t, h, "after they are moved", sealed)
	h.config.Secrets = secretstore.Fixed{Set: newSet()} // with another ENCRYPTION_KEY
	h.restart()
	opens(t, h, "without ENCRYPTION_KEY", sealed)
}

func TestOneWhoKnowsENCRYPTIONKEYAloneOpensNothingThatWasMoved(t *testing.T) {
	h := newHouse(t)
	join(t, h.Vault, h, "zoe")
	if key, err := h.before().Find(t.Context(), h.of(t, "zoe")); key != nil || !errs.Is(err, errs.Internal) {
		t.Errorf("Find = %v, %v, want a refusal for good", key, err)
	}
}

func TestANewerKeyOfKMSTakesOverFromTheOneOfBefore(t *testing.T) {
	h, sealed := newHouse(t), map[string][]byte{}
	sealed["zoe"], sealed["max"] = join(t, h.Vault, h, "zoe"), join(t, h.before(), h, "max")
	one := h.config.Key
	h.config.Key = h.service.CreateKey()
	h.restart()
	opens(t, h, "before", sealed)
	if moved, err := move(t.Context(), h.Vault); moved != 2 || err != nil {
		t.Fatalf("%d keys were moved (%v), want 2", moved, err)
	}
	h.service.Set(one, "deleted for good")
	h.restart()
	opens(t, h, "without the one of before", sealed)
}

// The job dies at every call of the table and of KMS, before and after it; people come and are erased before it runs again.
func TestNothingIsLostWhereverTheMoveDies(t *testing.T) {
	died := 0
	for kill := 1; ; kill++ {
		var reached bool
		for _, moment := range []faults.Moment{faults.Before, faults.After} {
			reached = dies(t, kill, moment) || reached
		}
		if !reached {
			break
		}
		died++
	}
	if died < 10 {
		t.Errorf("it died in %d places, want every one of some", died)
	}
}

func dies(t *testing.T, kill int, moment faults.Moment) (reached bool) {
	t.Helper()
	h, sealed := newHouse(t), map[string][]byte{}
	for n := range 4 {
		person := fmt.Sprint("old ", n)
		sealed[person] = join(t, h.before(), h, person)
	}
	dying, injector, asked := *h.Vault, faults.New(faults.Kill(kill, moment)), 0
	dying.Keys = injector.Table(h.keys)
	h.service.Fault = func(string) wire.Fault {
		if asked++; asked == kill {
			return map[faults.Moment]wire.Fault{faults.Before: wire.Never, faults.After: wire.Lost}[moment]
		}
		return wire.Through
	}
	_, err := move(t.Context(), &dying)
	h.service.Fault = nil
	when := fmt.Sprintf("died at %d, %v", kill, moment)
	opens(t, h, when, sealed)
	must(0, h.Destroy(t.Context(), h.of(t, "old 0")[0]))
	delete(sealed, "old 0")
	sealed["late"] = join(t, h.before(), h, "late") // of an instance that is not replaced yet
	if _, err := move(t.Context(), h.Vault); err != nil {
		t.Fatalf("%s: the next run: %v", when, err)
	}
	h.config.Secrets = secretstore.Fixed{Set: newSet()}
	h.restart()
	opens(t, h, when+", and moved", sealed)
	if _, err := h.Find(t.Context(), h.of(t, "old 0")); !errs.Is(err, errs.NotFound) {
		t.Fatalf("%s: Find of who was erased = %v, want not found", when, err)
	}
	return err != nil
}

func TestAMoveThatKMSRefusesLeavesTheKeyAsItWas(t *testing.T) {
	h := newHouse(t)
	sealed := map[string][]byte{"zoe": join(t, h.before(), h, "zoe")}
	h.service.Fault = always(wire.Refuse(http.StatusBadRequest, "AccessDeniedException"))
	if moved, err := move(t.Context(), h.Vault); moved != 0 || !errs.Is(err, errs.Internal) {
		t.Errorf("%d keys were moved (%v), want a refusal", moved, err)
	}
	h.service.Fault = nil
	h.Wrapper = kmswrapper.Open(h.config)
	opens(t, h, "after a refusal", sealed)
}
