package handler

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi/paging"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/audit/record"
	"github.com/customerai/customerai/shared/trust/auth"
)

type listInput struct {
	paging.Input
	Operation string    `query:"operation" maxLength:"64" doc:"Only records of this operation"`
	Outcome   string    `query:"outcome" enum:"allowed,denied,failed" doc:"Only records with this outcome"`
	Actor     string    `query:"actor" maxLength:"128" doc:"Only records of what this principal did; the id itself, not its pseudonym"`
	Target    string    `query:"target" maxLength:"256" doc:"Only records of what was done to this; the id itself, not its pseudonym"`
	From      time.Time `query:"from" doc:"Only records of this time or later"`
	To        time.Time `query:"to" doc:"Only records of before this time"`
}

type entry struct {
	Index     uint64 `json:"index"`
	Time      string `json:"time" format:"date-time"`
	Actor     string `json:"actor" doc:"Pseudonym of who did it"`
	Operation string `json:"operation"`
	Target    string `json:"target" doc:"Pseudonym of what it was done to; empty for nothing in particular"`
	Outcome   string `json:"outcome" enum:"allowed,denied,failed"`
	Code      string `json:"code" doc:"Why it was denied or failed"`
	Reason    string `json:"reason" doc:"Why it was done, in a word of the operation's own list"`
	Reference string `json:"reference" doc:"Pseudonym of a ticket or case that the reason rests on"`
	RequestID string `json:"requestId"`
	Previous  string `json:"previous" doc:"The hash of the record before"`
	Hash      string `json:"hash"`
}

type recordsOutput struct {
	Body struct {
		Records   []entry `json:"records" doc:"The newest first. A page may have few records, or none, and still a nextToken"`
		NextToken string  `json:"nextToken,omitempty"`
	}
}

// Bounds of one page: what is read of the chain at a time, and in all.
const (
	readAtOnce = 500
	readAtMost = 2_000
)

// clocks is how far the clocks of two functions may differ: records lie in their chain's order, not in that of their times.
const clocks = 15 * time.Minute

func (h handler) list(ctx context.Context, in *listInput) (*recordsOutput, error) {
	const name = "listAuditRecords"
	before, err := in.before(name)
	if err != nil {
		return nil, err
	}
	wanted, err := h.filter(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &recordsOutput{}
	out.Body.Records = []entry{}
	for read := 0; read < readAtMost; {
		records, err := h.log.List(ctx, auth.TenantFrom(ctx), before, readAtOnce)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			at, err := time.Parse(time.RFC3339, r.Time)
			if err != nil {
				return nil, errs.Wrap(errs.Internal, "read a record's time", err)
			}
			if !in.From.IsZero() && at.Before(in.From.Add(-clocks)) {
				return out, nil // so are all that are older
			}
			if before = r.Index; wanted(r, at) {
				out.Body.Records = append(out.Body.Records, entryOf(r))
			}
			if len(out.Body.Records) == in.Limit {
				out.Body.NextToken = token(name, before)
				return out, nil
			}
		}
		if len(records) < readAtOnce {
			return out, nil
		}
		read += len(records)
	}
	out.Body.NextToken = token(name, before)
	return out, nil
}

// before is the index that the page stays below, 0 for the first page.
func (in *listInput) before(list string) (uint64, error) {
	cursor, err := in.Cursor(list)
	if err != nil || cursor == "" {
		return 0, err
	}
	before, err := strconv.ParseUint(cursor, 10, 64)
	if err != nil || before == 0 {
		return 0, errs.InvalidFields(errs.Field{Path: "nextToken", Message: "must be the nextToken of this list's last answer, unchanged"})
	}
	return before, nil
}

// token is "" below the first record: there is no more.
func token(list string, before uint64) string {
	if before <= 1 {
		return ""
	}
	return paging.Token(list, strconv.FormatUint(before, 10))
}

// filter returns what the parameters ask for.
func (h handler) filter(ctx context.Context, in *listInput) (func(record.Record, time.Time) bool, error) {
	var actors, targets []string
	var err1, err2 error
	if in.Actor != "" {
		actors, err1 = h.log.Pseudonyms(ctx, auth.TenantFrom(ctx), in.Actor)
	}
	if in.Target != "" {
		targets, err2 = h.log.Pseudonyms(ctx, auth.TenantFrom(ctx), in.Target)
	}
	if err := cmp.Or(err1, err2); err != nil {
		return nil, err
	}
	return func(r record.Record, at time.Time) bool {
		return (in.Operation == "" || r.Operation == in.Operation) &&
			(in.Outcome == "" || r.Outcome == in.Outcome) &&
			(in.Actor == "" || slices.Contains(actors, r.Actor)) &&
			(in.Target == "" || slices.Contains(targets, r.Target)) &&
			(in.From.IsZero() || !at.Before(in.From)) &&
			(in.To.IsZero() || at.Before(in.To))
	}, nil
}

func entryOf(r record.Record) entry {
	return entry{
		Index: r.Index, Time: r.Time, Actor: r.Actor, Operation: r.Operation, Target: r.Target, Outcome: r.Outcome, Code: r.Code,
		Reason: r.Reason, Reference: r.Reference, RequestID: r.RequestID, Previous: r.Previous, Hash: r.Hash,
	}
}
