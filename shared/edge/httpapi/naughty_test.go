package httpapi

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

const naughtyStrings = "../../../../shared/data/security/blns.json"

// Every naughty string in every place a client can put a string: it comes back exactly or is refused, and nothing forges a
// log line.
func TestNaughtyStrings(t *testing.T) {
	raw, err := os.ReadFile(naughtyStrings)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("not run: the shared data folder with the naughty strings is not beside the repository")
	}
	var all []string
	if err := errors.Join(err, json.Unmarshal(raw, &all)); err != nil || len(all) < 500 {
		t.Fatalf("read %d strings: %v", len(all), err)
	}
	places := map[string]func(string) *http.Request{
		"body": func(s string) *http.Request { return naughty("", "t", map[string]any{"name": s}) },
		"map value": func(s string) *http.Request {
			return naughty("", "t", map[string]any{"name": "x", "notes": map[string]string{"k": s}})
		},
		"map name": func(s string) *http.Request {
			return naughty("", "t", map[string]any{"name": "x", "notes": map[string]string{s: "v"}})
		},
		"field name": func(s string) *http.Request { return naughty("", "t", map[string]any{"name": "x", s: 1}) },
		"nested": func(s string) *http.Request {
			return naughty("", "t", map[string]any{"name": "x", "parts": []part{{s}}})
		},
		"email": func(s string) *http.Request {
			return naughty("", "t", map[string]any{"name": "x", "email": s, "site": s})
		},
		"path": func(s string) *http.Request { return naughty("", s, map[string]any{"name": "x"}) },
		"query": func(s string) *http.Request {
			return naughty("mode="+url.QueryEscape(s), "t", map[string]any{"name": "x"})
		},
		"query list": func(s string) *http.Request {
			return naughty("tags="+url.QueryEscape(s), "t", map[string]any{"name": "x"})
		},
		"query name": func(s string) *http.Request {
			return naughty(url.QueryEscape(s)+"=1", "t", map[string]any{"name": "x"})
		},
		"raw query": func(s string) *http.Request { return naughty(s, "t", map[string]any{"name": "x"}) },
		"token": func(s string) *http.Request {
			r := request("GET", "/v1/things", "")
			r.URL.RawQuery = "nextToken=" + url.QueryEscape(s)
			return r
		},
		"key":          func(s string) *http.Request { return naughtyHeader("Idempotency-Key", s) },
		"request id":   func(s string) *http.Request { return naughtyHeader("X-Request-Id", s) },
		"accept":       func(s string) *http.Request { return naughtyHeader("Accept", s) },
		"content type": func(s string) *http.Request { r := naughty("", "t", nil); r.Header.Set("Content-Type", s); return r },
		"origin":       func(s string) *http.Request { return naughtyHeader("Origin", s) },
		"raw body":     func(s string) *http.Request { return request("POST", "/v1/things/t", s) },
	}
	for place, build := range places {
		t.Run(place, func(t *testing.T) {
			s := newSample(t, app)
			for _, text := range all {
				s.log.Reset()
				w := s.do(build(text))
				if w.Code >= 500 || w.Code < 200 {
					t.Errorf("%q = %d %s", text, w.Code, w.Body)
				}
				if log := s.log.String(); strings.Count(log, "\n") != 1 || !json.Valid([]byte(log)) {
					t.Errorf("%q forged a log line: %s", text, log)
				}
				if place == "body" && w.Code == http.StatusCreated {
					var out struct{ Name string }
					if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || out.Name != text {
						t.Errorf("%q came back as %q, %v", text, out.Name, err)
					}
				}
			}
		})
	}
}

func naughty(query, id string, body map[string]any) *http.Request {
	encoded, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	r := request("POST", "/v1/things/t", string(encoded))
	r.URL = &url.URL{Path: "/v1/things/" + id, RawPath: "/v1/things/" + url.PathEscape(id), RawQuery: query}
	return r
}

func naughtyHeader(name, value string) *http.Request {
	r := request("POST", "/v1/things/t", `{"name":"x"}`)
	r.Header[http.CanonicalHeaderKey(name)] = []string{value}
	return r
}
