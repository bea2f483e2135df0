package handler

import (
	"context"
	"errors"
	"net/http"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// changePassword gives a person who knows the present password another one. It is a sign-in in everything else: the same refusal,
// the same count of wrong attempts, and a session in the end, the only one that the person then has.
func (e *endpoint) changePassword(w http.ResponseWriter, r *http.Request) error {
	return exchange(e, w, r, form.changeProblem, e.forNewPassword)
}

// changeProblem says what a change of a password lacks.
func (f form) changeProblem() *refusal {
	if f.username == "" || f.password == "" || f.newPassword == "" {
		return invalidRequest("the parameters username, password and new_password are required")
	}
	return nil
}

func (e *endpoint) forNewPassword(ctx context.Context, set secrets.Set, request form, client auth.Principal) (issued, *refusal, error) {
	person, refused, err := e.person(ctx, set, request, client)
	if refused != nil || err != nil {
		return issued{}, refused, err
	}
	// From here on somebody is known, and whatever becomes of the request leaves its record.
	ctx = e.audit.Begin(ctx, person.Tenant, person.Subject, "changePassword", person.Subject, httpapi.RequestID(ctx))
	if _, refused := request.narrow(person.Scopes); refused != nil { // or the password would be another one, and nobody told so
		return issued{}, refused, e.audit.Record(ctx, errs.Invalid)
	}
	person, err = e.change(ctx, person, request)
	if refusal, ok := errors.AsType[*errs.Error](err); ok && (refusal.Code == errs.Invalid || refusal.Code == errs.Conflict) {
		reason := refusal.Message
		if len(refusal.Fields) > 0 {
			reason = "the parameter new_password " + refusal.Fields[0].Message
		}
		return issued{}, invalidRequest(reason), e.audit.Record(ctx, refusal.Code)
	}
	if err != nil {
		return issued{}, nil, err
	}
	return e.signIn(ctx, set, request, client, person)
}

func (e *endpoint) change(ctx context.Context, person auth.Principal, request form) (auth.Principal, error) {
	if request.newPassword == request.password {
		return auth.Principal{}, errs.InvalidFields(errs.Field{Path: "new_password", Message: "must not be the present password"})
	}
	return e.principals.ChangePassword(ctx, person, request.username, request.newPassword)
}

// person returns the person whose name and password a request has, by a client of its tenant if by any.
func (e *endpoint) person(ctx context.Context, set secrets.Set, request form, client auth.Principal) (auth.Principal, *refusal, error) {
	person, refused, err := e.check(ctx, set, request.source, principals.Person, request.username, request.password, invalidGrant)
	if refused == nil && err == nil && client.Tenant != "" && client.Tenant != person.Tenant {
		refused = invalidGrant
	}
	return person, refused, err
}
