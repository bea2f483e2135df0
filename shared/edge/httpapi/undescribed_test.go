package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
)

type statusOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     map[string]any
}

type headerOutput struct {
	Count int `header:"X-Count"`
	Body  []string
}

// undescribedAPI binds operations whose outputs are of every kind, with and without their description.
func undescribedAPI(t *testing.T, without bool) (*API, http.Handler) {
	t.Helper()
	route := func(id, path string) manifest.Route {
		return manifest.Route{OperationID: id, Method: "GET", Path: path, Tag: "Things", Success: http.StatusAccepted}
	}
	api := newAPI(manifest.Function{Name: "things", Routes: []manifest.Route{
		route("list", "/list"), route("status", "/status"), route("header", "/header"), route("nothing", "/nothing"), route("refuse", "/refuse"),
	}}, Config{Undescribed: without, NewID: func() string { return "fresh-id-0001" }, Logger: slog.New(slog.DiscardHandler)})
	Bind(api, "list", func(context.Context, *struct{}) (*listOutput, error) {
		out := &listOutput{}
		out.Body.Things, out.Body.NextToken = nil, "<&>"
		return out, nil
	})
	Bind(api, "status", func(context.Context, *struct{}) (*statusOutput, error) {
		return &statusOutput{Status: http.StatusCreated, Location: "/there", Body: map[string]any{"b": 1.5, "a": nil}}, nil
	})
	Bind(api, "header", func(context.Context, *struct{}) (*headerOutput, error) {
		return &headerOutput{Count: 2, Body: []string{"one", "two"}}, nil
	})
	Bind(api, "nothing", func(context.Context, *struct{}) (*listOutput, error) { return nil, nil })
	Bind(api, "refuse", func(context.Context, *struct{}) (*listOutput, error) {
		return nil, errs.New(errs.Conflict, "it was changed")
	})
	handler, err := api.Handler()
	if err != nil {
		t.Fatal(err)
	}
	return api, handler
}

func TestAnswersAreTheSameWithoutTheirDescription(t *testing.T) {
	_, with := undescribedAPI(t, false)
	_, without := undescribedAPI(t, true)
	for path, want := range map[string]string{
		"/list": "202 \n" + `{"things":[],"nextToken":"<&>"}`, "/status": "201 /there\n" + `{"a":null,"b":1.5}`, "/header": "202 \n" + `["one","two"]`,
		"/nothing": "", "/refuse": "409 ",
	} {
		var answers [2]*httptest.ResponseRecorder
		for i, handler := range []http.Handler{with, without} {
			answers[i] = httptest.NewRecorder()
			handler.ServeHTTP(answers[i], httptest.NewRequest(http.MethodGet, path, http.NoBody))
		}
		if answers[0].Code != answers[1].Code || !reflect.DeepEqual(answers[0].Header(), answers[1].Header()) || answers[0].Body.String() != answers[1].Body.String() {
			t.Errorf("%s: got %+v, want what is answered with a description, %+v", path, answers[1], answers[0])
		}
		got := fmt.Sprintf("%d %s\n%s", answers[1].Code, answers[1].Header().Get("Location"), answers[1].Body)
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestOnlyADocumentThatIsAskedForSaysWhatIsAnswered(t *testing.T) {
	schema := func(api *API, path string) *huma.Schema {
		return api.OpenAPI().Paths[path].Get.Responses["202"].Content["application/json"].Schema
	}
	with, _ := undescribedAPI(t, false)
	without, _ := undescribedAPI(t, true)
	if got := schema(with, "/list"); got.Ref == "" {
		t.Errorf("got %+v, want a reference to the output's schema", got)
	}
	if got := schema(without, "/list"); got.Ref != "" || got.Type != "" || got.Properties != nil {
		t.Errorf("got %+v, want a schema that says nothing", got)
	}
	if got := schema(without, "/header"); got.Type != huma.TypeArray {
		t.Errorf("got %+v, want that an output with other headers is described as ever", got)
	}
}

func TestAnOutputWithAnythingElseInItIsNotPlain(t *testing.T) {
	for name, output := range map[string]any{
		"no struct": "", "no body": struct{ Status int }{}, "a body that writes itself": struct{ Body func(huma.Context) }{},
		"another header":          struct{ ETag, Body string }{},
		"a status that is a text": struct{ Status, Body string }{},
		"a location in the body":  struct{ Location, Body string }{},
	} {
		if isPlain(reflect.TypeOf(output)) {
			t.Errorf("%s: got that %T is plain", name, output)
		}
	}
}
