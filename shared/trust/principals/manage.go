package principals

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/strictjson"
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
	scopes := allScopes(draft.Roles, draft.Scopes)
	if !holdsAll(actor.Scopes, scopes) {
		return Principal{}, "", errBeyond
	}
	id := newID(draft.Kind, s.NewID())
	now := s.Now().UTC().Truncate(time.Second)
	r := record{Kind: draft.Kind, Roles: draft.Roles, Scopes: draft.Scopes, Status: Active, Epoch: 1, CreatedAt: now, UpdatedAt: now}
	name := id
	if draft.Kind == Person {
		name = draft.Username
		var err error
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

var (
	errTaken    = errs.New(errs.Conflict, "the username is taken")
	errBeyond   = errs.New(errs.Forbidden, "this principal may do, or would be allowed to do, more than you may")
	errSelf     = errs.New(errs.Forbidden, "nobody changes their own roles, scopes or status")
	errNotFound = errs.New(errs.NotFound, "there is no such principal")
)

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

// Get returns a principal of the actor's tenant, or errs.NotFound.
func (s *Service) Get(ctx context.Context, set secrets.Set, actor auth.Principal, id string) (Principal, error) {
	item, err := s.get(ctx, actor.Tenant, id)
	if err != nil {
		return Principal{}, err
	}
	return view(set, actor.Tenant, item)
}

func (s *Service) get(ctx context.Context, tenant, id string) (table.Item, error) {
	if !idForm().MatchString(id) {
		return table.Item{}, errNotFound
	}
	item, err := s.Table.Get(ctx, recordKey(tenant, id))
	if errs.Is(err, errs.NotFound) {
		return table.Item{}, errNotFound
	}
	if err != nil {
		return table.Item{}, fmt.Errorf("read the principal %s: %w", id, err)
	}
	return item, nil
}

// List returns at most limit principals of the actor's tenant in the order of their ids, and the cursor of the next page.
func (s *Service) List(ctx context.Context, set secrets.Set, actor auth.Principal, limit int, cursor string) ([]Principal, string, error) {
	list := []Principal{}
	query := table.Query{Partition: partition(actor.Tenant), Limit: limit, Cursor: cursor}
	for {
		page, err := s.Table.Query(ctx, query)
		if err != nil {
			return nil, "", fmt.Errorf("list the principals: %w", err)
		}
		for _, item := range page.Items {
			if !idForm().MatchString(item.Sort) { // a revoked token's
				continue
			}
			p, err := view(set, actor.Tenant, item)
			if err != nil {
				return nil, "", err
			}
			list = append(list, p)
		}
		if page.Next == "" || len(list) == limit {
			return list, page.Next, nil
		}
		query.Limit, query.Cursor = limit-len(list), page.Next
	}
}

// Update changes a principal of the actor's tenant, ends its tokens, and returns it, with the secret that was made for it, if
// one was. errs.Conflict when it was changed meanwhile, or is not of the version asked for.
func (s *Service) Update(ctx context.Context, set secrets.Set, actor auth.Principal, id string, change Change) (Principal, string, error) {
	item, err := s.get(ctx, actor.Tenant, id)
	if err != nil {
		return Principal{}, "", err
	}
	r, err := decodeRecord(item)
	if err != nil {
		return Principal{}, "", err
	}
	// Whoever may reset a secret can be its principal, so that what the principal may do already counts as well.
	if !holdsAll(actor.Scopes, r.scopes()) {
		return Principal{}, "", errBeyond
	}
	before, err := view(set, actor.Tenant, item)
	if err != nil {
		return Principal{}, "", err
	}
	if err := change.apply(&r, before.Username); err != nil {
		return Principal{}, "", err
	}
	if actor.Subject == id && (change.Status != "" || change.Roles != nil || change.Scopes != nil) {
		return Principal{}, "", errSelf
	}
	if !holdsAll(actor.Scopes, r.scopes()) {
		return Principal{}, "", errBeyond
	}
	if change.Version != 0 && change.Version != item.Version {
		return Principal{}, "", errMoved
	}
	made := ""
	if change.Password != "" || change.NewSecret {
		made = r.setSecret(change.Password)
	}
	updated, err := s.replace(ctx, audit.Event{Tenant: actor.Tenant, Actor: actor.Subject, Operation: "updatePrincipal", Target: id}, item, &r)
	if err != nil {
		return Principal{}, "", err
	}
	p, err := view(set, actor.Tenant, updated)
	return p, made, err
}

// replace keeps a record in the place of the item that it was read from, and ends its principal's tokens.
func (s *Service) replace(ctx context.Context, event audit.Event, item table.Item, r *record) (table.Item, error) {
	r.Epoch++
	r.UpdatedAt = s.Now().UTC().Truncate(time.Second)
	updated, err := encode(item.Key, r)
	if err != nil {
		return table.Item{}, err
	}
	_, err = s.Audit.Commit(ctx, event, table.Put(updated, table.Version(item.Version)))
	if errs.Is(err, errs.Conflict) {
		return table.Item{}, errMoved
	}
	if err != nil {
		return table.Item{}, fmt.Errorf("change the principal %s: %w", item.Sort, err)
	}
	updated.Version = item.Version + 1
	return updated, nil
}

var errMoved = errs.New(errs.Conflict, "the principal was changed meanwhile: read it again")

// apply changes the record, but for the secret, or returns every problem by field.
func (c Change) apply(r *record, username string) error {
	var fields []errs.Field
	add := func(path, message string) { fields = append(fields, errs.Field{Path: path, Message: message}) }
	switch c.Status {
	case "":
	case Active, Disabled:
		r.Status = c.Status
	default:
		add("status", "must be active or disabled")
	}
	if c.Roles != nil {
		r.Roles = *c.Roles
	}
	if c.Scopes != nil {
		r.Scopes = *c.Scopes
	}
	if c.Roles != nil || c.Scopes != nil {
		fields = append(fields, grantProblems(r.Roles, r.Scopes)...)
	}
	if c.Password != "" {
		switch problem := passwordProblem(c.Password, username); {
		case r.Kind != Person:
			add("password", "is a person's; a client's secret is made here")
		case c.NewSecret:
			add("password", "must not be there when a secret is to be made")
		case problem != "":
			add("password", problem)
		}
	}
	if c.Status == "" && c.Roles == nil && c.Scopes == nil && c.Password == "" && !c.NewSecret {
		add("body", "must say what to change")
	}
	if len(fields) > 0 {
		return errs.InvalidFields(fields...)
	}
	return nil
}

func holdsAll(held, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(scope string) bool { return !slices.Contains(held, scope) })
}

func encode(key table.Key, value any) (table.Item, error) {
	text, err := strictjson.Marshal(value)
	if err != nil {
		return table.Item{}, errors.Join(errors.New("encode a principal's item"), err)
	}
	return table.Item{Key: key, Value: text}, nil
}
