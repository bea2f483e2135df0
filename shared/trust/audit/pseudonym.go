package audit

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai/shared/trust/audit/record"
)

const pseudonymBytes = 16

// Pseudonyms returns every pseudonym under which a tenant's chain may know an id: one for each live key.
func (l *Log) Pseudonyms(ctx context.Context, tenant, id string) ([]string, error) {
	set, err := l.config.Secrets.Current(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the pseudonym key: %w", err)
	}
	var all []string
	for keyID := range set.Pseudonyms.PRFs {
		text, err := pseudonym(set.Pseudonyms, keyID, tenant, id)
		if err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, nil
}

// pseudonym is in the comment of package record. An id in one chain says nothing about another's.
func pseudonym(set prf.Set, keyID uint32, tenant, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	output, err := set.PRFs[keyID].ComputePRF([]byte("audit\x00"+tenant+"\x00"+id), pseudonymBytes)
	if err != nil {
		return "", fmt.Errorf("compute a pseudonym: %w", err)
	}
	return fmt.Sprintf("ps_%08x_%s", keyID, hex.EncodeToString(output)), nil
}

// fields returns what a record says of an event, but for its place in the chain.
func (l *Log) fields(ctx context.Context, event Event) (record.Fields, error) {
	set, err := l.config.Secrets.Current(ctx)
	if err != nil {
		return record.Fields{}, fmt.Errorf("read the pseudonym key: %w", err)
	}
	f := record.Fields{
		Tenant: event.Tenant, Operation: event.Operation, Outcome: string(cmp.Or(event.Outcome, Allowed)), Code: string(event.Code),
		Reason: event.Reason, RequestID: event.RequestID,
	}
	for _, id := range []struct {
		of   *string
		from string
	}{{&f.Actor, event.Actor}, {&f.Target, event.Target}, {&f.Reference, event.Reference}} {
		if *id.of, err = pseudonym(set.Pseudonyms, set.Pseudonyms.PrimaryID, event.Tenant, id.from); err != nil {
			return record.Fields{}, err
		}
	}
	checked := f // the place is not known yet, and is not the caller's to get wrong
	checked.Index, checked.Time, checked.Previous = 1, record.Time(l.config.Now()), record.Start
	if err := checked.Check(); err != nil {
		return record.Fields{}, fmt.Errorf("audit event: %w", err)
	}
	return f, nil
}
