package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
)

const secret = "hunter2"

func TestEveryProblemWithTheInputIsReportedAtOnceAndNoValue(t *testing.T) {
	for _, test := range []struct{ name, target, body, want string }{
		{
			"a body with a problem in every field", "/v1/things/t",
			`{"email":"hunter2","site":"hunter2://%zz","count":9,"notes":{"a":1,"b":"ok"},"parts":[{"label":"HUNTER2 hunter2"},{"label":7},{}]}`,
			"count: expected number <= 5\nemail: expected string to be RFC 5322 email\nname: is required\nnotes.a: expected string\n" +
				"parts[0].label: expected string to match pattern ^[a-z]+$\nparts[1].label: expected string\nparts[2].label: is required\nsite: expected string to be RFC 3986 uri",
		},
		{
			"query, path and body together", "/v1/things/" + strings.Repeat("x", 41) + "?mode=hunter2&since=hunter2&bogus=hunter2&hunter2%40example.com=1&tags=a&tags=b",
			`{"name":""}`,
			"?: is not a known query parameter\nbogus: is not a known query parameter\nmode: expected value to be one of \"fast, slow\"\nname: expected length >= 1\n" +
				"since: invalid date/time for format 2006-01-02T15:04:05.999999999Z07:00\ntags: is there more than once\nthingId: expected length <= 40",
		},
		{
			"unknown fields", "/v1/things/t", `{"name":"x","NAME2":"hunter2","jane@example.com":"hunter2","parts":[{"label":"a","4111 1111":1}]}`,
			"?: is not a known field\nNAME2: is not a known field\nparts[0].?: is not a known field",
		},
		{
			"names with dots and brackets, which shift nothing after them", "/v1/things/t",
			`{"a.b":1,"a[0]":2,"c\u001fd":3,"notes":{"x.y":"ok","x[":"ok","p.q":7,"p\u001fdq":8,"p\u001fudq":9},"parts":[{"label":"A"}],"name":""}`,
			"?: is not a known field\n?: is not a known field\n?: is not a known field\nname: expected length >= 1\n" +
				"notes.?: expected string\nnotes.?: expected string\nnotes.?: expected string\nparts[0].label: expected string to match pattern ^[a-z]+$",
		},
		{"a field in another case", "/v1/things/t", `{"Name":"hunter2"}`, "Name: is not a known field\nname: is required"},
		{"a query problem and a body that is not JSON", "/v1/things/t?bogus=1", `{"name":hunter2}`, "bogus: is not a known query parameter\nbody: is not valid JSON at byte 8"},
		{"a name twice", "/v1/things/t", `{"name":"x","name":"hunter2"}`, "name: is there twice"},
		{"the wrong kind of body", "/v1/things/t", `["hunter2"]`, "body: expected object"},
		{"null", "/v1/things/t", `null`, "body: expected object"},
		{
			"null where a value may be left out", "/v1/things/t", `{"name":"x","email":null,"count":null,"notes":{"a.b":null},"parts":null}`,
			"count: expected integer\nemail: expected string\nnotes.?: expected string\nparts: expected array",
		},
		{"too many parts", "/v1/things/t", `{"name":"x","parts":[{"label":"a"},{"label":"a"},{"label":"a"},{"label":"a"}]}`, "parts: expected array length <= 3"},
		{"an integer out of range", "/v1/things/t", `{"name":"x","count":1e99}`, "count: expected number <= 5"},
		{"a fraction for an integer", "/v1/things/t", `{"name":"x","count":1.5}`, "count: expected integer"},
		{"a query that is not well formed", "/v1/things/t?mode=%zz", `{"name":"x"}`, "query: is not well formed"},
		{"a semicolon in the query", "/v1/things/t?mode=fast;x=1", `{"name":"x"}`, "query: is not well formed"},
		{"a query that is not UTF-8", "/v1/things/t?tags=%ff", `{"name":"x"}`, "tags: is not valid UTF-8"},
		{"the key beside the rest", "/v1/things/t?bogus=1", `{}`, "bogus: is not a known query parameter\nname: is required"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSample(t)
			r := request("POST", "/", test.body)
			r.URL.RawQuery = ""
			path, query, _ := strings.Cut(test.target, "?")
			r.URL.Path, r.URL.RawQuery = path, query
			w := s.do(r)
			p := problemtest.Want(t, w, http.StatusBadRequest)
			if got := problemtest.Fields(p); got != test.want {
				t.Errorf("errors:\n%s\nwant:\n%s", got, test.want)
			}
			if strings.Contains(strings.ToLower(w.Body.String()+s.log.String()), secret) {
				t.Errorf("%s appears in the answer %s or the log %s", secret, w.Body, s.log.String())
			}
			if s.calls != 0 {
				t.Errorf("the operation ran %d times, want 0", s.calls)
			}
		})
	}
}

func TestQueryProblemsAreReportedWhereThereIsNoBody(t *testing.T) {
	s := newSample(t)
	for target, want := range map[string]string{
		"/v1/things?x=1":                        "x: is not a known query parameter",
		"/v1/things?limit=0":                    "limit: expected number >= 1",
		"/v1/things?limit=1001":                 "limit: expected number <= 1000",
		"/v1/things?limit=x&x":                  "limit: invalid integer\nx: is not a known query parameter",
		"/v1/things?limit=1&limit=2":            "limit: is there more than once",
		"/v1/things?nextToken=x":                "nextToken: must be the nextToken of this list's last answer, unchanged",
		"/v1/things?Limit=1":                    "Limit: is not a known query parameter",
		"/page?x=1":                             "x: is not a known query parameter",
		"/v1/things?limit=99999999999999999999": "limit: invalid integer",
	} {
		p := problemtest.Want(t, s.do(request("GET", target, "")), http.StatusBadRequest)
		if got := problemtest.Fields(p); got != want {
			t.Errorf("GET %s:\n%s\nwant:\n%s", target, got, want)
		}
	}
}
