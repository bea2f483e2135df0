package capture_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/customerai/customerai/shared/edge/capture"
)

// Every case runs on net/http directly and through a captured response; the client must not be able to tell.
func TestAClientCannotTellACapturedResponse(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"nothing written": func(http.ResponseWriter, *http.Request) {},
		"a status only":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) },
		"a body only":     func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"the second status is ignored": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			w.WriteHeader(http.StatusInternalServerError)
		},
		"a header after the status is ignored": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusOK)
			w.Header().Set("X-Late", "1")
		},
		"a header after the body is ignored": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "x")
			w.Header().Set("X-Late", "1")
		},
		"several values of a header": func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["X-Many"] = []string{"a, b", "c"}
		},
		"no body with 204": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNoContent)
			_, _ = io.WriteString(w, "x")
		},
		"no body with 304": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotModified)
			_, _ = io.WriteString(w, "x")
		},
		"early hints": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusNotFound)
		},
		"an explicit no type": func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = io.WriteString(w, "x")
		},
		"an encoded body": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "x")
			_, _ = io.WriteString(w, "x")
		},
		"its own content type": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "a/b")
			_, _ = io.WriteString(w, "x")
		},
	} {
		t.Run(name, func(t *testing.T) {
			wantStatus, wantHeader, wantBody := do(t, handler)
			gotStatus, gotHeader, gotBody := do(t, func(w http.ResponseWriter, r *http.Request) {
				response := capture.New()
				handler(response, r)
				response.FlushTo(w)
			})
			if gotStatus != wantStatus || gotBody != wantBody || !maps.EqualFunc(gotHeader, wantHeader, slices.Equal[[]string]) {
				t.Errorf("got %d %v %q, want %d %v %q", gotStatus, gotHeader, gotBody, wantStatus, wantHeader, wantBody)
			}
		})
	}
}

func do(t *testing.T, handler http.HandlerFunc) (int, http.Header, string) {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	response.Header.Del("Date")
	return response.StatusCode, response.Header, string(body)
}

func TestVaryAddsUpAndOtherHeadersReplace(t *testing.T) {
	outer := httptest.NewRecorder()
	outer.Header().Set("Vary", "Origin")
	outer.Header().Set("Cache-Control", "no-store")
	inner := capture.New()
	inner.Header().Set("Vary", "Accept")
	inner.Header().Set("Cache-Control", "max-age=60")
	inner.FlushTo(outer)
	if got, want := outer.Header()["Vary"], []string{"Origin", "Accept"}; !slices.Equal(got, want) {
		t.Errorf("Vary = %q, want %q", got, want)
	}
	if got, want := outer.Header()["Cache-Control"], []string{"max-age=60"}; !slices.Equal(got, want) {
		t.Errorf("Cache-Control = %q, want %q", got, want)
	}
}

func TestAStatusThatIsNonePanicsAsInNetHTTP(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("WriteHeader(42) returned, want a panic")
		}
	}()
	capture.New().WriteHeader(42)
}

func TestStatusOfAnUntouchedResponseIs200(t *testing.T) {
	response := capture.New()
	if got := response.Status(); got != http.StatusOK || len(response.Body()) != 0 {
		t.Errorf("Status = %d with %d bytes, want 200 without a body", got, len(response.Body()))
	}
}
