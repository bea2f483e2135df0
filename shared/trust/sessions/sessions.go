// Package sessions keeps people signed in: a refresh token is good for one access token and the next refresh token.
//
// Normal use, by the token endpoint:
//
//	session, token, err := service.Start(ctx, principal, clientID)
//	session, err := service.Find(ctx, token, clientID)   // then ask whether its principal may still do anything
//	token, err = service.Renew(ctx, session)
//	err = service.End(ctx, token, clientID)
//
// A session ends seven days after it began, however often it is renewed. Of a token only the hash is kept.
//
// It refuses a token that was used before: two have it, one of them is a thief, and neither can be told from the other, so
// that the session ends with all its access tokens. The same happens to a token in another client's hands.
package sessions

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/strictjson"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
)

// Lifetime is how long a session lasts from its beginning.
const Lifetime = 7 * 24 * time.Hour

// ErrReused is in the chain of a refusal that ended the session.
var ErrReused = errors.New("a refresh token came twice, or from another client")

// Service keeps sessions. It is safe for concurrent use.
type Service struct {
	Table table.Table
	Now   func() time.Time
	NewID func() string // crypto/rand.Text
}

// Session is one sign-in.
type Session struct {
	ID     string
	Tenant string
	record
	item table.Item
}

type record struct {
	Subject string   `json:"subject"`
	Client  string   `json:"client,omitempty"` // the client that asked for it, "" for none
	Scopes  []string `json:"scopes"`           // what was granted at the beginning
	Epoch   int64    `json:"epoch"`
	Hash    []byte   `json:"hash"` // of the one refresh token that is good now
}

// Start begins a session of a principal and returns it with its first refresh token.
func (s *Service) Start(ctx context.Context, p auth.Principal, client string) (Session, string, error) {
	session := Session{ID: "ses_" + s.NewID(), Tenant: p.Tenant, record: record{Subject: p.Subject, Client: client, Scopes: p.Scopes, Epoch: p.Epoch}}
	session.item = table.Item{Key: key(p.Tenant, session.ID), Expires: s.Now().Add(Lifetime)}
	token, err := s.put(ctx, &session, table.Absent())
	if err != nil {
		return Session{}, "", fmt.Errorf("keep the session: %w", err)
	}
	return session, token, nil
}

// put keeps the session with a fresh token and returns the token.
func (s *Service) put(ctx context.Context, session *Session, condition table.Condition) (string, error) {
	secret := rand.Text() + rand.Text()
	session.Hash = digest(secret)
	value, err := strictjson.Marshal(session.record)
	if err != nil {
		return "", err
	}
	if err := s.Table.Put(ctx, session.item.With(value), condition); err != nil {
		return "", err
	}
	return strings.Join([]string{prefix, session.Tenant, session.ID, secret}, "."), nil
}

const prefix = "rft"

// form is how a refresh token is written: its tenant and session, so that it can be found, and its secret.
var form = sync.OnceValue(func() *regexp.Regexp { // not at every start
	return regexp.MustCompile(`^rft\.([A-Za-z0-9_-]{1,128})\.(ses_[A-Z2-7]{26})\.([A-Z2-7]{52})$`)
})

func key(tenant, id string) table.Key { return table.Key{Partition: tenant + "#sessions", Sort: id} }

func digest(secret string) []byte { sum := sha256.Sum256([]byte(secret)); return sum[:] }

// IsToken reports whether a text is written like a refresh token.
func IsToken(token string) bool { return form().MatchString(token) }

var errRefused = errs.New(errs.Unauthorized, "the refresh token is not valid")

// Find returns the session of a refresh token, or errs.Unauthorized: the token is none, or expired, or was used before, or was
// another client's. In the last two cases the session is over, and ErrReused is in the chain.
func (s *Service) Find(ctx context.Context, token, client string) (Session, error) {
	parts := form().FindStringSubmatch(token)
	if parts == nil {
		return Session{}, errRefused
	}
	session := Session{ID: parts[2], Tenant: parts[1]}
	var err error
	session.item, err = s.Table.Get(ctx, key(session.Tenant, session.ID))
	if errs.Is(err, errs.NotFound) {
		return Session{}, errRefused
	}
	if err != nil {
		return Session{}, fmt.Errorf("read the session: %w", err)
	}
	if err := strictjson.Unmarshal(session.item.Value, &session.record); err != nil {
		return Session{}, errs.Wrap(errs.Internal, "read the session", err)
	}
	if subtle.ConstantTimeCompare(digest(parts[3]), session.Hash) != 1 || session.Client != client {
		return session, s.reused(ctx, session)
	}
	return session, nil
}

// Renew makes the session's refresh token good no longer and returns the next. Of two that renew at once, the second holds a
// token that was used.
func (s *Service) Renew(ctx context.Context, session Session) (string, error) {
	token, err := s.put(ctx, &session, table.Version(session.item.Version))
	if errs.Is(err, errs.Conflict) {
		return "", s.reused(ctx, session)
	}
	if err != nil {
		return "", fmt.Errorf("renew the session: %w", err)
	}
	return token, nil
}

func (s *Service) reused(ctx context.Context, session Session) error {
	if err := s.end(ctx, session); err != nil {
		return err
	}
	return errs.Wrap(errs.Unauthorized, "the refresh token is not valid", ErrReused)
}

// End ends the session of a refresh token, and its access tokens with it. A token that is no longer good has no session, which
// is as well.
func (s *Service) End(ctx context.Context, token, client string) error {
	session, err := s.Find(ctx, token, client)
	if errs.Is(err, errs.Unauthorized) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.end(ctx, session)
}

func (s *Service) end(ctx context.Context, session Session) error {
	of := auth.Principal{Tenant: session.Tenant, Subject: session.Subject}
	err := s.Table.Transact(ctx, s.NewID(), []table.Write{
		table.Delete(session.item.Key, table.Any()),
		principals.Revocation(of, session.ID, s.Now()),
	})
	if err != nil && !errs.Is(err, errs.Conflict) { // in conflict with another that ends it
		return fmt.Errorf("end the session: %w", err)
	}
	return nil
}

// TokenID returns an id for an access token of the session, by which it can be revoked with the session.
func (s Session) TokenID(random string) string { return s.ID + "-" + random }
