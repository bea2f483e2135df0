package samlocal_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/samlocal"
	"github.com/customerai/customerai/shared/manifest"
)

func TestAnAnswerIsWhatTheManifestPromisesOrSaysThatTheStoreIsNotThere(t *testing.T) {
	table := []manifest.Grant{{Resource: manifest.Table, Access: manifest.Read, Reason: "for the test"}}
	route := []manifest.Route{{OperationID: "getThing", Method: "GET", Path: "/things", Success: 200}}
	ready := []manifest.Route{{OperationID: "getReadiness", Method: "GET", Path: "/health/ready", Success: 200}}
	token := []manifest.Route{{OperationID: "createToken", Method: "POST", Path: "/token", Success: 200}}
	const (
		get     = `{"httpMethod":"GET","resource":"/things"}`
		records = `{"Records":[{"messageId":"1"}]}`
	)
	response := func(status, kind, body string) string {
		return `{"statusCode":` + status + `,"multiValueHeaders":{"X-Content-Type-Options":["nosniff"],"X-Request-Id":["1"],"Content-Type":["` + kind + `"]},"body":"` + body + `"}`
	}
	for name, c := range map[string]struct {
		function      manifest.Function
		event, answer string
		want          string // "" when nothing is wrong
	}{
		"the promised status":         {manifest.Function{Routes: route}, get, response("200", "application/json", "{}"), ""},
		"another status":              {manifest.Function{Routes: route}, get, response("404", "application/problem+json", "{}"), "got 404"},
		"a problem of that status":    {manifest.Function{Routes: route}, get, response("200", "application/problem+json", "{}"), "want 200"},
		"unavailable, with a store":   {manifest.Function{Routes: route, Grants: table}, get, response("503", "application/problem+json", `{\"code\":\"unavailable\"}`), ""},
		"unavailable, without":        {manifest.Function{Routes: route}, get, response("503", "application/problem+json", `{\"code\":\"unavailable\"}`), "got 503"},
		"unavailable, in other words": {manifest.Function{Routes: route, Grants: table}, get, response("503", "application/problem+json", "{}"), "want code"},
		"not ready":                   {manifest.Function{Routes: ready, Grants: table}, `{"httpMethod":"GET","resource":"/health/ready"}`, response("503", "application/json", `{\"status\":\"degraded\"}`), ""},
		"credentials of nobody":       {manifest.Function{Routes: token}, `{"httpMethod":"POST","resource":"/token"}`, response("401", "application/json", `{\"error\":\"invalid_client\"}`), ""},
		"a refresh token of nobody":   {manifest.Function{Routes: token}, `{"httpMethod":"POST","resource":"/token"}`, response("400", "application/json", `{\"error\":\"invalid_grant\"}`), ""},
		"a request that is none":      {manifest.Function{Routes: token}, `{"httpMethod":"POST","resource":"/token"}`, response("400", "application/json", `{\"error\":\"invalid_request\"}`), "want error"},
		"no headers":                  {manifest.Function{Routes: route}, get, `{"statusCode":200}`, "headers"},
		"no response":                 {manifest.Function{Routes: route}, get, `"text"`, "want a response"},
		"no route":                    {manifest.Function{Routes: route}, `{}`, response("200", "application/json", "{}"), "no route"},
		"no event":                    {manifest.Function{Routes: route}, `[`, `{}`, "read the event"},
		"an error":                    {manifest.Function{Routes: route}, get, `{"errorMessage":"broken","errorType":"x"}`, "broken"},
		"a token of nobody":           {manifest.Function{Authorizer: true}, `{}`, `{"errorMessage":"Unauthorized","errorType":"errorString"}`, ""},
		"a token that is let in":      {manifest.Function{Authorizer: true}, `{}`, `{"principalId":"1"}`, "want Unauthorized"},
		"a clock's run without store": {manifest.Function{Schedule: "rate(1 hour)", Grants: table}, `{}`, `{"errorMessage":"not there","errorType":"x"}`, ""},
		"a clock's run that succeeds": {manifest.Function{Schedule: "rate(1 hour)"}, `{}`, `null`, ""},
		"a clock's run that is none":  {manifest.Function{Schedule: "rate(1 hour)"}, `{}`, `{`, "want JSON"},
		"a message that failed":       {manifest.Function{Queue: &manifest.QueueTrigger{}}, records, `{"batchItemFailures":[{"itemIdentifier":"1"}]}`, ""},
		"another's message":           {manifest.Function{Queue: &manifest.QueueTrigger{}}, records, `{"batchItemFailures":[{"itemIdentifier":"2"}]}`, "no message"},
		"no list of failures":         {manifest.Function{Queue: &manifest.QueueTrigger{}}, records, `{}`, "want a list"},
		"a queue's event that is bad": {manifest.Function{Queue: &manifest.QueueTrigger{}}, `[`, `{}`, "read the event"},
	} {
		t.Run(name, func(t *testing.T) {
			err := samlocal.Judge(c.function, []byte(c.event), []byte(c.answer))
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
