package principals

import (
	"context"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Update changes a principal of the actor's tenant, ends its tokens, and returns it, with the secret that was made for it, if
// one was. errs.Conflict when it was changed meanwhile, or is not of the version asked for.
func (s *Service) Update(ctx context.Context, set secrets.Set, actor auth.Principal, id string, change Change) (Principal, string, error) {
	actor, err := s.standing(ctx, actor)
	if err != nil {
		return Principal{}, "", err
	}
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
