package principals

import (
	"context"
	"fmt"
	"slices"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

var (
	errTaken    = errs.New(errs.Conflict, "the username is taken")
	errBeyond   = errs.New(errs.Forbidden, "this principal may do, or would be allowed to do, more than you may")
	errFormer   = errs.New(errs.Forbidden, "you may not do this any more")
	errSelf     = errs.New(errs.Forbidden, "nobody changes their own roles, scopes or status")
	errMoved    = errs.New(errs.Conflict, "the principal was changed meanwhile: read it again")
	errNotFound = errs.New(errs.NotFound, "there is no such principal")
)

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

// standing returns an actor with those of its scopes that it has at this moment. The gateway goes on for some minutes with what it
// remembers, which is long enough for an administrator who was just disabled to come back as somebody new, for good. An actor
// without a record is of the secret document, or sits at the command line.
func (s *Service) standing(ctx context.Context, actor auth.Principal) (auth.Principal, error) {
	item, err := s.get(ctx, actor.Tenant, actor.Subject)
	if errs.Is(err, errs.NotFound) {
		return actor, nil
	}
	if err != nil {
		return auth.Principal{}, err
	}
	r, err := decodeRecord(item)
	if err != nil {
		return auth.Principal{}, err
	}
	held := r.scopes()
	actor.Scopes = slices.DeleteFunc(slices.Clone(actor.Scopes), func(scope string) bool { return !slices.Contains(held, scope) })
	if r.Status != Active || !actor.Allows(manifest.ScopePrincipals) {
		return auth.Principal{}, errFormer
	}
	return actor, nil
}
