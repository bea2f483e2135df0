package httpapi

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/edge/httpapi/paging"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/auth"
)

// sample is a function with one operation of each kind, on a fixed clock and with counted ids.
type sample struct {
	handler http.Handler
	api     *API
	log     bytes.Buffer
	now     time.Time
	calls   int                                       // of createThing
	create  func(context.Context, *createInput) error // what createThing does besides counting
}

type createInput struct {
	ThingID string    `path:"thingId" maxLength:"40"`
	Mode    string    `query:"mode" enum:"fast,slow"`
	Since   time.Time `query:"since"`
	Tags    []string  `query:"tags"`
	Body    struct {
		Name  string            `json:"name" minLength:"1" maxLength:"100"`
		Email string            `json:"email,omitempty" format:"email"`
		Site  string            `json:"site,omitempty" format:"uri"`
		Count int               `json:"count,omitzero" minimum:"1" maximum:"5"`
		Notes map[string]string `json:"notes,omitempty"`
		Parts []part            `json:"parts,omitempty" maxItems:"3"`
	}
}

type part struct {
	Label string `json:"label" pattern:"^[a-z]+$"`
}

type createOutput struct {
	Location string `header:"Location"`
	Body     struct {
		ThingID string            `json:"thingId"`
		Name    string            `json:"name"`
		Notes   map[string]string `json:"notes"`
		Parts   []part            `json:"parts"`
	}
}

type listInput struct{ paging.Input }

type listOutput struct {
	Body struct {
		Things    []string `json:"things"`
		NextToken string   `json:"nextToken,omitempty"`
	}
}

var sampleFunction = manifest.Function{
	Name: "things", Timeout: 25 * time.Second,
	Routes: []manifest.Route{
		{OperationID: "createThing", Method: "POST", Path: "/v1/things/{thingId}", Summary: "Create", Tag: "Things", Scope: "things:write", MaxBodyBytes: 4096, Success: 201, Idempotent: true},
		{OperationID: "listThings", Method: "GET", Path: "/v1/things", Summary: "List", Tag: "Things", Scope: "things:read", Success: 200},
		{OperationID: "getPage", Method: "GET", Path: "/page", Summary: "Page", Tag: "Pages", Success: 200},
		{OperationID: "postForm", Method: "POST", Path: "/page", Summary: "Form", Tag: "Pages", MaxBodyBytes: 64, Success: 200, ContentType: "application/x-www-form-urlencoded"},
	},
}

func newSample(t testing.TB, origins ...string) *sample {
	t.Helper()
	s := &sample{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	clock := func() time.Time { return s.now }
	s.api = newAPI(sampleFunction, Config{
		Origins: origins, Now: clock, NewID: func() string { return "fresh-id-0001" },
		Logger:      slog.New(slog.NewJSONHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Idempotency: memtable.New(clock),
	})
	Bind(s.api, "createThing", func(ctx context.Context, in *createInput) (*createOutput, error) {
		s.calls++
		if s.create != nil {
			if err := s.create(ctx, in); err != nil {
				return nil, err
			}
		}
		out := &createOutput{Location: "/v1/things/1"}
		out.Body.ThingID, out.Body.Name, out.Body.Notes, out.Body.Parts = in.ThingID, in.Body.Name, in.Body.Notes, in.Body.Parts
		return out, nil
	})
	Bind(s.api, "listThings", func(_ context.Context, in *listInput) (*listOutput, error) {
		cursor, err := in.Cursor("listThings")
		if err != nil {
			return nil, err
		}
		out := &listOutput{}
		out.Body.Things = []string{cursor + "+"}
		out.Body.NextToken = paging.Token("listThings", cursor+"+")
		return out, nil
	})
	page := huma.Operation{Responses: map[string]*huma.Response{"200": {Content: map[string]*huma.MediaType{"text/html": {}}}}}
	BindHandler(s.api, "getPage", page, func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		_, err := w.Write([]byte("<p>"))
		return err
	})
	BindHandler(s.api, "postForm", huma.Operation{}, func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return errs.New(errs.Invalid, "the form is not well formed")
		}
		if r.PostForm.Get("break") != "" {
			_, _ = w.Write([]byte("half an answer"))
			return errors.New("secret-cause")
		}
		_, err := w.Write([]byte(r.PostForm.Get("echo")))
		return err
	})
	handler, err := s.api.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s.handler = handler
	return s
}

// request makes a request of a principal that may do everything. Headers come as name, value pairs.
func request(method, target, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return as(r, auth.Principal{Subject: "client-1", Tenant: "main", Scopes: []string{"things:read", "things:write"}})
}

func as(r *http.Request, principal auth.Principal) *http.Request {
	return r.WithContext(auth.WithPrincipal(r.Context(), principal))
}

func (s *sample) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}
