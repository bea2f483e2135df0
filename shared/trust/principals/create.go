package principals

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Create keeps a new principal of the actor's tenant and returns it, with the secret that was made for it, if one was. The
// secret is seen this once. errs.Invalid names every bad field; errs.Forbidden when the actor lacks a scope that it would
// give; errs.Conflict when the username is taken.
func (s *Service) Create(ctx context.Context, set secrets.Set, actor auth.Principal, draft Draft) (Principal, string, error) {
	draft.Username = normalName(draft.Username)
	if err := draft.problems(); err != nil {
		return Principal{}, "", err
	}
	actor, err := s.standing(ctx, actor)
	if err != nil {
		return Principal{}, "", err
	}
	if !holdsAll(actor.Scopes, allScopes(draft.Roles, draft.Scopes)) {
		return Principal{}, "", errBeyond
	}
	id := newID(draft.Kind, s.NewID())
	now := s.Now().UTC().Truncate(time.Second)
	r := record{Kind: draft.Kind, Roles: draft.Roles, Scopes: draft.Scopes, Status: Active, Epoch: 1, CreatedAt: now, UpdatedAt: now}
	name := id
	if draft.Kind == Person {
		name = draft.Username
		if r.Username, err = set.Encryption.Encrypt([]byte(name), usernameContext(actor.Tenant, id)); err != nil {
			return Principal{}, "", errs.Wrap(errs.Internal, "seal the username", err)
		}
	}
	made := r.setSecret(draft.Password)
	directory, err := s.freeEntry(ctx, set, draft.Kind, name)
	if err != nil {
		return Principal{}, "", err
	}
	r.Login = directory.Partition
	item, err := encode(recordKey(actor.Tenant, id), r)
	if err != nil {
		return Principal{}, "", err
	}
	listed, err := encode(directory, entry{actor.Tenant, id})
	if err != nil {
		return Principal{}, "", err
	}
	_, err = s.Audit.Commit(ctx, audit.Event{Tenant: actor.Tenant, Actor: actor.Subject, Operation: "createPrincipal", Target: id},
		table.Put(item, table.Absent()), table.Put(listed, table.Absent()))
	if errs.Is(err, errs.Conflict) {
		return Principal{}, "", errTaken
	}
	if err != nil {
		return Principal{}, "", fmt.Errorf("keep the principal: %w", err)
	}
	item.Version = 1
	p, err := view(set, actor.Tenant, item)
	return p, made, err
}

func (d Draft) problems() error {
	fields := grantProblems(d.Roles, d.Scopes)
	add := func(path, message string) { fields = append(fields, errs.Field{Path: path, Message: message}) }
	switch d.Kind {
	case Person:
		if !usernameForm().MatchString(d.Username) {
			add("username", "must be 3 to 128 of a-z 0-9 . _ @ + -, and begin with a letter or digit")
		}
		if d.Password != "" {
			if problem := passwordProblem(d.Password, d.Username); problem != "" {
				add("password", problem)
			}
		}
	case Client:
		if d.Username != "" {
			add("username", "is a person's; a client signs in with its id")
		}
		if d.Password != "" {
			add("password", "is a person's; a client's secret is made here")
		}
	default:
		add("kind", "must be person or client")
	}
	if len(fields) > 0 {
		return errs.InvalidFields(fields...)
	}
	return nil
}

// setSecret hashes the password, or a secret that it makes and returns.
func (r *record) setSecret(password string) (made string) {
	if password == "" {
		password = rand.Text()
		if r.Kind == Client {
			password += rand.Text()
		}
		made = password
	}
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails: it ends the process instead
	r.SecretHash = auth.HashSecret(password, salt).PHC()
	return made
}

// freeEntry returns the place of a name in the directory, or errs.Conflict when it is taken under any key.
func (s *Service) freeEntry(ctx context.Context, set secrets.Set, kind Kind, name string) (table.Key, error) {
	if kind == Person && set.Administrator != nil && set.Administrator.Username == name {
		return table.Key{}, errTaken
	}
	keys, err := directoryKeys(set.Pseudonyms, kind, name)
	if err != nil {
		return table.Key{}, err
	}
	for _, key := range keys {
		switch _, err := s.Table.Get(ctx, key); {
		case err == nil:
			return table.Key{}, errTaken
		case !errs.Is(err, errs.NotFound):
			return table.Key{}, fmt.Errorf("look for the name: %w", err)
		}
	}
	return keys[0], nil
}

func holdsAll(held, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(scope string) bool { return !slices.Contains(held, scope) })
}
