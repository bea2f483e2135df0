package sessions_test

import (
	"encoding/base32"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/sessions"
)

var ann = auth.Principal{Subject: "usr_ANNAAAAAAAAAAAAAAAAAAAAAAA", Tenant: "main", Scopes: []string{"analyze"}, Epoch: 3}

const dashboard = "cli_dashboarddashboard"

// house is a service on a clock that only the test moves.
type house struct {
	*sessions.Service
	now   *time.Time
	table *memtable.Table
}

func newHouse() house {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	t := memtable.New(func() time.Time { return now })
	var mu sync.Mutex
	n := 0
	return house{&sessions.Service{Table: t, Now: func() time.Time { return now }, NewID: func() string {
		mu.Lock()
		defer mu.Unlock()
		n++
		return strings.Repeat("A", 22) + base32.StdEncoding.EncodeToString([]byte{byte(n >> 8), byte(n), 0})[:4]
	}}, &now, t}
}

func (h house) start(t testing.TB, client string) (sessions.Session, string) {
	t.Helper()
	session, token, err := h.Start(t.Context(), ann, client)
	if err != nil {
		t.Fatal(err)
	}
	return session, token
}

// renew exchanges a token as the endpoint does.
func (h house) renew(t testing.TB, token, client string) (string, error) {
	t.Helper()
	session, err := h.Find(t.Context(), token, client)
	if err != nil {
		return "", err
	}
	return h.Renew(t.Context(), session)
}

// over reports whether the session's access tokens are revoked.
func (h house) over(t testing.TB, session sessions.Session) bool {
	t.Helper()
	_, err := h.table.Get(t.Context(), table.Key{Partition: "main#principals", Sort: ann.Subject + "#revoked#" + session.ID})
	if err != nil && !errs.Is(err, errs.NotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func TestATokenIsGoodOnceAndGivesTheNext(t *testing.T) {
	h := newHouse()
	session, token := h.start(t, dashboard)
	seen := map[string]bool{token: true}
	for range 5 {
		found, err := h.Find(t.Context(), token, dashboard)
		if err != nil || found.ID != session.ID || found.Subject != ann.Subject || found.Tenant != "main" || found.Epoch != 3 || found.Scopes[0] != "analyze" {
			t.Fatalf("Find = %+v, %v, want ann's session", found, err)
		}
		if token, err = h.Renew(t.Context(), found); err != nil || seen[token] || !sessions.IsToken(token) {
			t.Fatalf("Renew = %q, %v, want a fresh token", token, err)
		}
		seen[token] = true
	}
	if h.over(t, session) {
		t.Error("the session is over")
	}
}

func TestATokenThatComesTwiceEndsTheSessionForBoth(t *testing.T) {
	for _, renewals := range []int{1, 2, 5} {
		h := newHouse()
		session, first := h.start(t, "")
		token := first
		for range renewals {
			next, err := h.renew(t, token, "")
			if err != nil {
				t.Fatal(err)
			}
			token = next
		}
		if _, err := h.renew(t, first, ""); !errs.Is(err, errs.Unauthorized) || !errors.Is(err, sessions.ErrReused) {
			t.Errorf("after %d renewals the first token: %v, want it to be seen as used", renewals, err)
		}
		if _, err := h.renew(t, token, ""); !errs.Is(err, errs.Unauthorized) {
			t.Errorf("after %d renewals and a reuse the newest token: %v, want it refused", renewals, err)
		}
		if !h.over(t, session) {
			t.Errorf("after %d renewals and a reuse the access tokens still count", renewals)
		}
	}
}

func TestATokenInAnotherClientsHandsEndsTheSession(t *testing.T) {
	for name, clients := range map[string][2]string{
		"another client": {dashboard, "cli_malloymalloymalloy"}, "no client": {dashboard, ""}, "a client where there was none": {"", dashboard},
	} {
		h := newHouse()
		session, token := h.start(t, clients[0])
		if _, err := h.renew(t, token, clients[1]); !errors.Is(err, sessions.ErrReused) {
			t.Errorf("%s: %v, want refused", name, err)
		}
		if _, err := h.renew(t, token, clients[0]); !errs.Is(err, errs.Unauthorized) || !h.over(t, session) {
			t.Errorf("%s: afterwards %v, want the session to be over", name, err)
		}
	}
}

func TestASessionEndsSevenDaysAfterItBeganHoweverOftenItIsRenewed(t *testing.T) {
	h := newHouse()
	_, token := h.start(t, "")
	for range 7 {
		*h.now = h.now.Add(24*time.Hour - time.Second)
		next, err := h.renew(t, token, "")
		if err != nil {
			t.Fatal(err)
		}
		token = next
	}
	*h.now = h.now.Add(7 * time.Second)
	if _, err := h.renew(t, token, ""); !errs.Is(err, errs.Unauthorized) {
		t.Errorf("after seven days: %v, want refused", err)
	}
}

func TestAnEndedSessionIsOverAndEndingTwiceIsNoError(t *testing.T) {
	h := newHouse()
	session, token := h.start(t, "")
	for range 2 {
		if err := h.End(t.Context(), token, ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.renew(t, token, ""); !errs.Is(err, errs.Unauthorized) || !h.over(t, session) {
		t.Errorf("afterwards: %v, want the session to be over", err)
	}
	for _, token := range []string{"", "hunter2", "rft.main.ses_AAAAAAAAAAAAAAAAAAAAAAAAAA." + strings.Repeat("A", 52)} {
		if err := h.End(t.Context(), token, ""); err != nil {
			t.Errorf("End of %q = %v, want nothing", token, err)
		}
	}
}

func TestOnlyAWholeTokenIsOne(t *testing.T) {
	h := newHouse()
	session, token := h.start(t, "")
	for i := range token {
		if _, err := h.Find(t.Context(), token[:i], ""); !errs.Is(err, errs.Unauthorized) || errors.Is(err, sessions.ErrReused) {
			t.Fatalf("cut after %d letters: %v, want refused and the session untouched", i, err)
		}
	}
	for _, other := range []string{token + "A", " " + token, strings.ToLower(token), strings.Replace(token, "main", "rival", 1), strings.Replace(token, "main", "main#x", 1)} {
		if _, err := h.Find(t.Context(), other, ""); !errs.Is(err, errs.Unauthorized) || errors.Is(err, sessions.ErrReused) {
			t.Errorf("%q: %v, want refused and the session untouched", other, err)
		}
	}
	if _, err := h.Find(t.Context(), token, ""); err != nil || h.over(t, session) {
		t.Errorf("the token itself: %v, want it good", err)
	}
}

func TestTheTableHoldsNoToken(t *testing.T) {
	h := newHouse()
	session, token := h.start(t, "")
	item, err := h.table.Get(t.Context(), table.Key{Partition: "main#sessions", Sort: session.ID})
	if err != nil {
		t.Fatal(err)
	}
	secret := token[strings.LastIndex(token, ".")+1:]
	if strings.Contains(string(item.Value), secret) {
		t.Error("the table holds the token's secret")
	}
}

// Whoever holds which tokens, and however they are used: at most one token is good at a time, and a used one ends it all.
func TestAtMostOneTokenIsGoodAtATime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHouse()
		_, token := h.start(t, "")
		tokens, newest, alive := []string{token}, 0, true
		for range rapid.IntRange(1, 12).Draw(rt, "uses") {
			i := rapid.IntRange(0, len(tokens)-1).Draw(rt, "which")
			next, err := h.renew(t, tokens[i], "")
			if good := alive && i == newest; (err == nil) != good {
				rt.Fatalf("token %d of %d, alive %v: %v", i, len(tokens), alive, err)
			}
			if err != nil {
				alive = false
				continue
			}
			tokens = append(tokens, next)
			newest = len(tokens) - 1
		}
	})
}

func TestOfManyRenewalsAtOnceAtMostOneIsGood(t *testing.T) {
	h := newHouse()
	session, token := h.start(t, "")
	found, err := h.Find(t.Context(), token, "")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var renewing sync.WaitGroup
	good := 0
	for range 16 {
		renewing.Go(func() {
			if _, err := h.Renew(t.Context(), found); err == nil {
				mu.Lock()
				good++
				mu.Unlock()
			}
		})
	}
	renewing.Wait()
	if good > 1 || !h.over(t, session) {
		t.Errorf("%d of 16 renewals with one token were good, want at most 1 and the session over", good)
	}
}

func TestAStoreThatDoesNotAnswerRenewsNothing(t *testing.T) {
	for n := 1; n <= 2; n++ {
		for _, moment := range []faults.Moment{faults.Before, faults.After} {
			h := newHouse()
			_, token := h.start(t, "")
			h.Table = faults.New(faults.Once(n, moment)).Table(h.table)
			if next, err := h.renew(t, token, ""); !errs.Is(err, errs.Unavailable) || next != "" {
				t.Errorf("call %d, moment %d: %q, %v, want unavailable", n, moment, next, err)
			}
		}
	}
	h := newHouse()
	_, token := h.start(t, "")
	for n := 1; n <= 2; n++ {
		h.Table = faults.New(faults.Once(n, faults.Before)).Table(h.table)
		if err := h.End(t.Context(), token, ""); !errs.Is(err, errs.Unavailable) {
			t.Errorf("End, call %d: %v, want unavailable", n, err)
		}
	}
	h.Table = faults.New(faults.Once(1, faults.Before)).Table(h.table)
	if _, _, err := h.Start(t.Context(), ann, ""); !errs.Is(err, errs.Unavailable) {
		t.Errorf("Start: %v, want unavailable", err)
	}
}
