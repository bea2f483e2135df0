// Package handler is the sentiment function: it analyses messages and conversations handed over in one request.
//
// Normal use: New on every start; the models are part of the program, and the table says how they are set for a tenant.
//
// It refuses repeated ids, because rows are joined to messages by them, and it keeps nothing of what it was given.
package handler

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/workflow/calibration"
)

// Deps are what the function works on. Table and Now are required.
type Deps struct {
	Table    table.Table
	Now      func() time.Time
	Remember time.Duration // how long a tenant's settings are used again
}

type handler struct {
	calibration *calibration.Cache
	analyzers   sync.Pool // keeps the buffers of analyses between requests
}

// New binds the function's operations.
func New(deps Deps, config httpapi.Config) (*httpapi.API, error) {
	api, err := httpapi.New("sentiment", config)
	if err != nil {
		return nil, err
	}
	h := &handler{calibration: calibration.NewCache(deps.Table, deps.Now, deps.Remember), analyzers: sync.Pool{New: func() any { return new(analysis.Analyzer) }}}
	httpapi.Bind(api, "analyzeMessages", h.analyzeMessages)
	httpapi.Bind(api, "analyzeConversation", h.analyzeConversation)
	return api, nil
}

// analyze lends an analyzer that is set for the request's tenant. The route's scope made sure that there is a principal.
func (h *handler) analyze(ctx context.Context, with func(*analysis.Analyzer)) error {
	principal, _ := auth.PrincipalFrom(ctx)
	offsets, err := h.calibration.Offsets(ctx, principal.Tenant)
	if err != nil {
		return err
	}
	analyzer := h.analyzers.Get().(*analysis.Analyzer) //nolint:forcetypeassert // the pool holds nothing else
	defer h.analyzers.Put(analyzer)
	analyzer.Calibration = offsets
	with(analyzer)
	return nil
}

type messagesInput struct {
	Body struct {
		Documents []document `json:"documents" minItems:"1" maxItems:"1000" doc:"Messages with ids of your own, each once"`
		Offsets   text.Unit  `json:"offsets,omitempty" enum:"codepoint,byte,utf16" default:"codepoint" doc:"What begin and end count"`
	}
}

type document struct {
	ID       string `json:"id" minLength:"1" maxLength:"200"`
	Text     string `json:"text" minLength:"1"`
	Language string `json:"language,omitempty" pattern:"^[a-z]{2,3}$" doc:"ISO 639 code; absent: detected"`
}

type messagesOutput struct {
	Body struct {
		Results []*analysis.Row `json:"results" doc:"One row a document, in their order"`
	}
}

func (h *handler) analyzeMessages(ctx context.Context, in *messagesInput) (*messagesOutput, error) {
	messages := make([]analysis.Message, len(in.Body.Documents))
	first := make(map[string]int, len(messages))
	var problems []errs.Field
	for i, d := range in.Body.Documents {
		if earlier, repeated := first[d.ID]; repeated {
			problems = append(problems, errs.Field{
				Path: fmt.Sprintf("documents[%d].id", i), Message: fmt.Sprintf("is the id of documents[%d] too", earlier),
			})
			continue
		}
		first[d.ID] = i
		messages[i] = analysis.Message{ID: d.ID, Text: d.Text, Language: d.Language}
	}
	if len(problems) > 0 {
		return nil, errs.InvalidFields(problems...)
	}
	out := &messagesOutput{}
	err := h.analyze(ctx, func(a *analysis.Analyzer) { out.Body.Results = a.AnalyzeAll(messages, in.Body.Offsets) })
	if err != nil {
		return nil, err
	}
	return out, nil
}

type conversationInput struct {
	Body struct {
		Turns   []inputTurn `json:"turns" minItems:"1" maxItems:"1000" doc:"What was said, in its order"`
		Offsets text.Unit   `json:"offsets,omitempty" enum:"codepoint,byte,utf16" default:"codepoint" doc:"What begin and end count"`
	}
}

type inputTurn struct {
	ID          string `json:"id,omitempty" maxLength:"200" doc:"Absent: the turn's position"`
	Participant string `json:"participant" enum:"CUSTOMER,AGENT"`
	Text        string `json:"text" minLength:"1"`
	Language    string `json:"language,omitempty" pattern:"^[a-z]{2,3}$" doc:"ISO 639 code; absent: detected"`
}

type conversationOutput struct {
	Body analysis.Conversation
}

func (h *handler) analyzeConversation(ctx context.Context, in *conversationInput) (*conversationOutput, error) {
	messages := make([]analysis.Message, len(in.Body.Turns))
	for i, t := range in.Body.Turns {
		messages[i] = analysis.Message{ID: t.ID, Participant: t.Participant, Text: t.Text, Language: t.Language}
		if t.ID == "" {
			messages[i].ID = strconv.Itoa(i + 1)
		}
	}
	out := &conversationOutput{}
	if err := h.analyze(ctx, func(a *analysis.Analyzer) { out.Body = a.Converse(messages, in.Body.Offsets) }); err != nil {
		return nil, err
	}
	return out, nil
}
