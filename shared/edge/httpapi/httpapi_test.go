package httpapi

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
	"github.com/customerai/customerai/shared/manifest"
)

func TestAnOperationAnswersWithTheManifestsStatus(t *testing.T) {
	s := newSample(t)
	w := s.do(request("POST", "/v1/things/t1?mode=fast&tags=a,b&since=2026-01-02T03:04:05Z", `{"name":"x","notes":{"k":"v"},"parts":[{"label":"a"}]}`))
	want := `{"thingId":"t1","name":"x","notes":{"k":"v"},"parts":[{"label":"a"}]}`
	if w.Code != http.StatusCreated || w.Body.String() != want || w.Header().Get("Location") != "/v1/things/1" {
		t.Errorf("answer = %d %v %s, want 201 %s", w.Code, w.Header(), w.Body, want)
	}
	if got, want := w.Header().Get("Content-Type"), "application/json"; got != want {
		t.Errorf("Content-Type = %q, want %q", got, want)
	}
	for _, name := range []string{"Link", "Server"} {
		if got := w.Header().Get(name); got != "" {
			t.Errorf("%s = %q, want none", name, got)
		}
	}
}

func TestEmptyListsAndMapsAreNotNull(t *testing.T) {
	w := newSample(t).do(request("POST", "/v1/things/t1", `{"name":"x"}`))
	if want := `{"thingId":"t1","name":"x","notes":{},"parts":[]}`; w.Body.String() != want {
		t.Errorf("body = %s, want %s", w.Body, want)
	}
}

func TestAHandlersOwnHeadersReplaceTheUsualOnes(t *testing.T) {
	w := newSample(t).do(request("GET", "/page", ""))
	if got, want := w.Header().Get("Content-Security-Policy"), "default-src 'self'"; w.Code != 200 || got != want || w.Body.String() != "<p>" {
		t.Errorf("answer = %d %q %s, want 200 %q <p>", w.Code, got, w.Body, want)
	}
}

func TestWhatAFailingHandlerWroteIsDropped(t *testing.T) {
	s := newSample(t)
	w := s.do(formRequest("break=1"))
	if p := problemtest.Want(t, w, http.StatusInternalServerError); p.Code != "internal" || strings.Contains(w.Body.String(), "half") {
		t.Errorf("answer = %s, want the constant internal problem alone", w.Body)
	}
	if !strings.Contains(s.log.String(), "secret-cause") {
		t.Errorf("log = %s, want it to hold the cause", s.log.String())
	}
}

func formRequest(body string) *http.Request {
	r := request("POST", "/page", body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestHandlerNamesEveryMissingAndSurplusBinding(t *testing.T) {
	api := newAPI(sampleFunction, Config{})
	nothing := func(context.Context, *struct{}) (*struct{}, error) { return nil, nil }
	Bind(api, "listThings", nothing)
	Bind(api, "listThings", nothing)
	Bind(api, "noSuchThing", nothing)
	BindHandler(api, "norThis", huma.Operation{}, nil)
	_, err := api.Handler()
	if err == nil {
		t.Fatal("Handler = nil error, want one")
	}
	for _, want := range []string{
		"listThings is bound twice", "noSuchThing is not in the manifest", "norThis is not in the manifest",
		"createThing is not bound", "getPage is not bound", "postForm is not bound", "createThing accepts Idempotency-Key but there is no table",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Handler = %v, want it to say %q", err, want)
		}
	}
}

func TestNewKnowsTheManifestsFunctionsOnly(t *testing.T) {
	if api, err := New("health", Config{}); err != nil || api.config.Now().IsZero() || api.config.NewID() == "" || api.config.Logger == nil {
		t.Errorf("New(health) = %v, want an API with defaults", err)
	}
	if _, err := New("no-such-function", Config{}); err == nil {
		t.Error("New(no-such-function) = nil error, want one")
	}
}

func TestHandlerNamesAPathParameterThatIsNotRead(t *testing.T) {
	type hidden struct {
		ID string `path:"thingId"`
	}
	type input struct{ hidden }
	function := manifest.Function{Name: "things", Routes: []manifest.Route{{OperationID: "getThing", Method: "GET", Path: "/things/{thingId}"}}}
	api := newAPI(function, Config{})
	Bind(api, "getThing", func(context.Context, *input) (*struct{}, error) { return nil, nil })
	if _, err := api.Handler(); err == nil || !strings.Contains(err.Error(), "getThing does not read the path parameter thingId") {
		t.Errorf("Handler = %v, want it to name the parameter", err)
	}
}
