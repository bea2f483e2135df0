package handler

import (
	"context"
	"slices"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

type anonymiseInput struct {
	Body struct {
		Detection
		Operators      []operator `json:"operators,omitempty" maxItems:"100" doc:"What is done to each kind; to all others: replace, or what is asked for DEFAULT"`
		SubjectID      string     `json:"subjectId,omitempty" minLength:"1" maxLength:"128" pattern:"^[A-Za-z0-9][A-Za-z0-9._:@-]*$" doc:"Keep the originals behind pseudonyms, sealed under this person's key, for restoreTexts; with conversationId"`
		ConversationID string     `json:"conversationId,omitempty" minLength:"1" maxLength:"200" doc:"Where the same value gets the same pseudonym again; with subjectId"`
	}
}

type anonymiseOutput struct {
	Body struct {
		Results []anonymised `json:"results" doc:"One a document, in their order"`
	}
}

type anonymised struct {
	ID   string    `json:"id"`
	Text string    `json:"text" doc:"The text with its personal data treated as asked"`
	PII  []finding `json:"pii" doc:"Personal data found in the original, in its order"`
}

func (h handler) anonymise(ctx context.Context, in *anonymiseInput) (*anonymiseOutput, error) {
	plan, err := h.plan(ctx, in.Body.Operators)
	if (in.Body.SubjectID == "") != (in.Body.ConversationID == "") {
		missing := errs.Field{Path: "conversationId", Message: "goes with subjectId"}
		if in.Body.SubjectID == "" {
			missing = errs.Field{Path: "subjectId", Message: "goes with conversationId"}
		}
		err = also(err, errs.InvalidFields(missing))
	}
	f, problem := newFinder(in.Body.Detection)
	if err := also(err, problem); err != nil {
		return nil, err
	}
	defer f.done()
	out := &anonymiseOutput{}
	treat := func(pseudonyms *operators.Pseudonyms) error {
		policy := plan.policy(pseudonyms)
		out.Body.Results, f.shown = make([]anonymised, len(in.Body.Documents)), 0
		for i, d := range in.Body.Documents {
			found := f.find(d.Text)
			out.Body.Results[i] = anonymised{ID: d.ID, Text: policy.Apply(d.Text, found), PII: f.show(d.Text, found)}
			if f.shown > mostShown {
				return errTooMuch
			}
		}
		return plan.failure()
	}
	if in.Body.SubjectID == "" {
		return out, treat(new(operators.Pseudonyms))
	}
	conversation := subjects.Conversation{Tenant: auth.TenantFrom(ctx), SubjectID: in.Body.SubjectID, ID: in.Body.ConversationID}
	if err := h.subjects.Keep(ctx, conversation, event(ctx, "anonymiseTexts", in.Body.SubjectID), treat); err != nil {
		return nil, err
	}
	return out, nil
}

// also joins the problems of two checks of one request. Anything else than a problem with a field goes first.
func also(err, other error) error {
	if err == nil || other == nil {
		return firstOf(err, other)
	}
	var fields []errs.Field
	for _, e := range []error{err, other} {
		public := errs.Public(e)
		if len(public.Fields) == 0 {
			return e
		}
		fields = append(fields, public.Fields...)
	}
	slices.SortFunc(fields, func(a, b errs.Field) int { return compare(a.Path, b.Path) })
	return errs.InvalidFields(fields...)
}
