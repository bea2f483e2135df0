package kmswrapper_test

import (
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/frozen"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/trust/vault/kmswrapper"
	"github.com/customerai/customerai/shared/trust/vault/wrappertest"
)

func TestAnOpenKeyIsRememberedForFiveMinutesAndAHundredUsesAtMost(t *testing.T) {
	h := newHouse(t)
	must(h.FindOrCreate(t.Context(), h.of(t, "zoe")))
	asked := func(what string, want int) {
		t.Helper()
		before := h.service.Calls("Decrypt")
		must(h.Find(t.Context(), h.of(t, "zoe")))
		if got := h.service.Calls("Decrypt") - before; got != want {
			t.Errorf("%s: KMS was asked %d times, want %d", what, got, want)
		}
	}
	asked("for the first time", 1)
	asked("again", 0)
	h.now = h.now.Add(kmswrapper.Remembered - time.Nanosecond)
	asked("just before its end", 0)
	h.now = h.now.Add(time.Nanosecond)
	asked("at its end", 1)
	for range kmswrapper.MostUses - 1 {
		asked("once more", 0)
	}
	asked("after a hundred uses", 1)
	h.restart()
	asked("in another instance", 1)
	if kmswrapper.Remembered > 5*time.Minute || kmswrapper.MostUses > 100 {
		t.Errorf("a key is remembered for %v and %d uses, want five minutes and a bound", kmswrapper.Remembered, kmswrapper.MostUses)
	}
}

func TestTheFiveMinutesAreTheCalendars(t *testing.T) {
	h, clock := newHouse(t), frozen.New()
	h.now = clock.Now()
	must(h.FindOrCreate(t.Context(), h.of(t, "zoe")))
	must(h.Find(t.Context(), h.of(t, "zoe")))
	before := h.service.Calls("Decrypt")
	clock.Freeze(kmswrapper.Remembered)
	h.now = clock.Now()
	must(h.Find(t.Context(), h.of(t, "zoe")))
	if got := h.service.Calls("Decrypt") - before; got != 1 {
		t.Errorf("KMS was asked %d times after five minutes in a frozen environment, want once", got)
	}
}

func TestAKeyThatIsDestroyedIsGoneForEveryInstanceAtOnce(t *testing.T) {
	h := newHouse(t)
	must(h.FindOrCreate(t.Context(), h.of(t, "zoe")))
	other := *h.Vault
	other.Wrapper = kmswrapper.Open(h.config)
	for _, v := range []*vault.Vault{h.Vault, &other} { // both remember it
		must(v.Find(t.Context(), h.of(t, "zoe")))
	}
	must(0, h.Destroy(t.Context(), h.of(t, "zoe")[0]))
	for _, v := range []*vault.Vault{h.Vault, &other} {
		if _, err := v.Find(t.Context(), h.of(t, "zoe")); !errs.Is(err, errs.NotFound) {
			t.Errorf("Find = %v, want not found", err)
		}
	}
}

func TestAKeyOfKMSThatIsTakenAwayOpensNothingAfterFiveMinutes(t *testing.T) {
	for state := range states {
		h := newHouse(t)
		must(h.FindOrCreate(t.Context(), h.of(t, "zoe")))
		must(h.Find(t.Context(), h.of(t, "zoe")))
		h.service.Set(h.config.Key, state)
		if _, err := h.Find(t.Context(), h.of(t, "zoe")); err != nil {
			t.Errorf("%s: Find = %v, want the key that is remembered", state, err)
		}
		h.now = h.now.Add(5 * time.Minute)
		if key, err := h.Find(t.Context(), h.of(t, "zoe")); key != nil || err == nil {
			t.Errorf("%s: five minutes later Find = %v, want a refusal", state, err)
		}
	}
}

func TestTheMemoryIsBounded(t *testing.T) {
	h := newHouse(t)
	first := wrappertest.Subject("main", "first")
	wrapped := must(h.Wrapper.Wrap(t.Context(), first, []byte("a key")))
	must(h.Wrapper.Unwrap(t.Context(), first, wrapped))
	for n := range 1_000 {
		of := wrappertest.Subject("main", "person "+string(rune(n+300)))
		must(h.Wrapper.Unwrap(t.Context(), of, must(h.Wrapper.Wrap(t.Context(), of, []byte("a key")))))
	}
	before := h.service.Calls("Decrypt")
	must(h.Wrapper.Unwrap(t.Context(), first, wrapped))
	if got := h.service.Calls("Decrypt") - before; got != 1 {
		t.Errorf("KMS was asked %d times for who came a thousand people ago, want once", got)
	}
}
