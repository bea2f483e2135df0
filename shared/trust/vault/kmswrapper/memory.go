package kmswrapper

import (
	"bytes"
	"sync"
	"time"

	"github.com/customerai/customerai/shared/trust/vault"
)

// How long an open key may be remembered, and how often it may be given out, before KMS is asked again.
const (
	Remembered = 5 * time.Minute
	MostUses   = 100

	mostKeys = 1_000
)

// memory holds the keys that were opened last. Nothing in it is there longer than it may be given out, once anybody asks.
type memory struct {
	mu   sync.Mutex
	open map[held]*opened
}

// held is what a key was wrapped for, and as what: a key of another subject, or wrapped anew, is another one.
type held struct {
	of      vault.Subject
	wrapped string
}

type opened struct {
	key   []byte
	until time.Time
	uses  int // that are left
}

// recall returns a copy of a key, nil when KMS has to be asked.
func (m *memory) recall(place held, now time.Time) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(func(o *opened) bool { return !now.Before(o.until) })
	found := m.open[place]
	if found == nil {
		return nil
	}
	key := bytes.Clone(found.key)
	if found.uses--; found.uses == 0 {
		m.forget(func(o *opened) bool { return o == found })
	}
	return key
}

// remember keeps a copy of a key that was just opened and is used for the first time.
func (m *memory) remember(place held, key []byte, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.open) >= mostKeys {
		m.forget(func(*opened) bool { return true }) // so many people at once ask seldom for the same one
	}
	// By the calendar: the clock that only runs forward may stand still while Lambda has frozen the environment.
	until := now.Add(Remembered).Round(0)
	m.open[place] = &opened{key: bytes.Clone(key), until: until, uses: MostUses - 1}
}

func (m *memory) forget(which func(*opened) bool) {
	for place, o := range m.open {
		if which(o) {
			clear(o.key)
			delete(m.open, place)
		}
	}
}
