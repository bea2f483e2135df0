package handler

import (
	"context"

	"github.com/customerai/customerai/shared/edge/httpapi/paging"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

type restoreInput struct {
	Body struct {
		SubjectID      string    `json:"subjectId" maxLength:"128" pattern:"^[A-Za-z0-9][A-Za-z0-9._:@-]*$"`
		ConversationID string    `json:"conversationId" minLength:"1" maxLength:"200"`
		Documents      []passage `json:"documents" minItems:"1" maxItems:"1000" doc:"Texts that anonymiseTexts gave, or that somebody wrote with its pseudonyms"`
		Reason         string    `json:"reason" enum:"reply_to_customer,support_case,complaint,fraud_check,legal_request,subject_request,quality_review" doc:"Why the originals are needed; recorded"`
		Reference      string    `json:"reference" minLength:"1" maxLength:"200" doc:"Of the ticket or case that needs them; recorded as a pseudonym"`
	}
}

type restoreOutput struct {
	Body struct {
		Results []passage `json:"results" doc:"One a document, in their order"`
	}
}

func (h handler) restore(ctx context.Context, in *restoreInput) (*restoreOutput, error) {
	record := event(ctx, "restoreTexts", in.Body.SubjectID)
	record.Reason, record.Reference = in.Body.Reason, in.Body.Reference
	texts := make([]string, len(in.Body.Documents))
	for i, d := range in.Body.Documents {
		texts[i] = d.Text
	}
	conversation := subjects.Conversation{Tenant: auth.TenantFrom(ctx), SubjectID: in.Body.SubjectID, ID: in.Body.ConversationID}
	texts, err := h.subjects.Restore(ctx, conversation, record, texts...)
	if err != nil {
		return nil, err
	}
	out := &restoreOutput{}
	for i, d := range in.Body.Documents {
		out.Body.Results = append(out.Body.Results, passage{ID: d.ID, Text: texts[i]})
	}
	return out, nil
}

type subjectInput struct {
	SubjectID string `path:"subjectId" maxLength:"128" pattern:"^[A-Za-z0-9][A-Za-z0-9._:@-]*$" doc:"The person's id, as you know it"`
}

type eraseOutput struct{ Body subjects.Erasure }

func (h handler) erase(ctx context.Context, in *subjectInput) (*eraseOutput, error) {
	erasure, err := h.subjects.Erase(ctx, auth.TenantFrom(ctx), in.SubjectID, event(ctx, "eraseSubject", in.SubjectID))
	if err != nil {
		return nil, err
	}
	return &eraseOutput{erasure}, nil
}

type exportInput struct {
	SubjectID string `path:"subjectId" maxLength:"128" pattern:"^[A-Za-z0-9][A-Za-z0-9._:@-]*$" doc:"The person's id, as you know it"`
	paging.Input
}

type exportOutput struct {
	Body struct {
		Items     []subjects.Held `json:"items" doc:"Everything that is held of the person"`
		NextToken string          `json:"nextToken,omitempty"`
	}
}

func (h handler) export(ctx context.Context, in *exportInput) (*exportOutput, error) {
	list := "exportSubject/" + in.SubjectID
	cursor, err := in.Cursor(list)
	if err != nil {
		return nil, err
	}
	page, err := h.subjects.Export(ctx, auth.TenantFrom(ctx), in.SubjectID, in.Limit, cursor)
	if err != nil {
		return nil, err
	}
	out := &exportOutput{}
	out.Body.Items, out.Body.NextToken = page.Items, paging.Token(list, page.Next)
	return out, nil
}

type holdInput struct {
	SubjectID string `path:"subjectId" maxLength:"128" pattern:"^[A-Za-z0-9][A-Za-z0-9._:@-]*$" doc:"The person's id, as you know it"`
	Body      struct {
		Reason    string `json:"reason" enum:"litigation,investigation,regulator,complaint,audit" doc:"Why the data must be kept; recorded"`
		Reference string `json:"reference" minLength:"1" maxLength:"200" doc:"Of the case that asks for it; kept sealed, and recorded as a pseudonym"`
	}
}

type holdOutput struct{ Body subjects.Hold }

func (h handler) hold(ctx context.Context, in *holdInput) (*holdOutput, error) {
	record := event(ctx, "holdSubject", in.SubjectID)
	record.Reason, record.Reference = in.Body.Reason, in.Body.Reference
	hold := subjects.Hold{Reason: in.Body.Reason, Reference: in.Body.Reference}
	hold, err := h.subjects.Hold(ctx, auth.TenantFrom(ctx), in.SubjectID, hold, record)
	if err != nil {
		return nil, err
	}
	return &holdOutput{hold}, nil
}

func (h handler) release(ctx context.Context, in *subjectInput) (*struct{}, error) {
	return nil, h.subjects.Release(ctx, auth.TenantFrom(ctx), in.SubjectID, event(ctx, "releaseSubject", in.SubjectID))
}
