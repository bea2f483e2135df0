package memtable

import (
	"crypto/sha256"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
)

// tokens remembers the transactions of the last TokenLifetime. The zero value is empty.
type tokens struct {
	used map[string]use
	ages []string // tokens of used, oldest first
}

type use struct {
	fingerprint [sha256.Size]byte
	until       time.Time
}

// find returns what a token was used for, if its lifetime has not passed.
func (t *tokens) find(token string, now time.Time) (fingerprint [sha256.Size]byte, known bool) {
	u, ok := t.used[token]
	return u.fingerprint, ok && now.Before(u.until)
}

// add remembers a token and forgets those whose lifetime has passed.
func (t *tokens) add(token string, fingerprint [sha256.Size]byte, now time.Time) {
	for len(t.ages) > 0 && !now.Before(t.used[t.ages[0]].until) {
		delete(t.used, t.ages[0])
		t.ages = t.ages[1:]
	}
	if t.used == nil {
		t.used = make(map[string]use)
	}
	t.used[token] = use{fingerprint, now.Add(table.TokenLifetime)}
	t.ages = append(t.ages, token)
}
