package bundle_test

import (
	"crypto/rand"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/testkit/race"
)

// row is what the access table has to know of an operation beside the manifest: the body of a request that succeeds, and what it
// is about. In path and body, {id} stands for the object, and {version} for that of the sentiment settings.
type row struct {
	object  string // a kind of thing: see objects; "" when the request is about none
	body    string
	missing int // the status when the object is not there, or is another's; 0: 404
}

// access has one row for every route with a scope. A new route needs one line here, and one in objects when it is about a new
// kind of thing.
var access = map[string]row{
	"analyzeMessages":     {body: `{"documents":[{"id":"1","text":"good"}]}`},
	"analyzeConversation": {body: `{"turns":[{"participant":"CUSTOMER","text":"good"}]}`},
	"createBatch":         {body: `{"fileName":"messages.csv"}`},
	"listBatches":         {},
	"getBatch":            {object: "batch"},
	"listBatchResults":    {object: "batch"},
	"listBatchErrors":     {object: "batch"},
	"createPrincipal":     {body: `{"kind":"client","scopes":["analyze"]}`},
	"listPrincipals":      {},
	"getPrincipal":        {object: "principal"},
	"updatePrincipal":     {object: "principal", body: `{"status":"active"}`},
	"detectPII":           {body: `{"documents":[{"id":"1","text":"good"}]}`},
	"anonymiseTexts":      {body: `{"documents":[{"id":"1","text":"good"}]}`},
	"restoreTexts": {object: "subject", body: `{"subjectId":"{id}","conversationId":"talk","documents":[{"id":"1","text":"<PERSON_1>"}],` +
		`"reason":"support_case","reference":"case 1"}`},
	"exportSubject":        {object: "subject"},
	"eraseSubject":         {object: "subject", missing: 200}, // a receipt says that nothing is held, too
	"holdSubject":          {object: "subject", missing: 200, body: `{"reason":"litigation","reference":"case 1"}`},
	"releaseSubject":       {object: "subject", missing: 204},
	"listAuditRecords":     {},
	"verifyAudit":          {},
	"exportAudit":          {},
	"putCategory":          {object: "category", missing: 409, body: `{"version":1,"status":"DRAFT","rule":{"when":{"words":["cancel"]}}}`},
	"getCategory":          {object: "category"},
	"listCategories":       {},
	"deleteCategory":       {object: "category"},
	"backtestCategory":     {object: "category", body: `{"rows":1}`},
	"getSentimentSettings": {},
	"putSentimentSettings": {body: `{"version":{version}}`},
	"calibrateSentiment":   {body: `{"messages":[` + strings.Repeat(`{"text":"good","label":"NEUTRAL"},`, 49) + `{"text":"bad","label":"NEGATIVE"}]}`},
}

// objects says how a kind of thing is made by somebody who may do everything in a tenant, and how it goes away.
var objects = map[string]struct {
	make  func(w *world, token string) (id string)
	erase func(w *world, tenant, token, id string)
	shown string // the path that shows it
	lasts bool   // no operation takes it away
}{
	"batch": {
		func(w *world, token string) string {
			return w.field(w.send("POST", "/v1/batches", `{"fileName":"messages.csv"}`, token), "batchId")
		},
		func(w *world, tenant, _, id string) {
			w.remove(table.Key{Partition: tenant + "#batch#" + id, Sort: "batch"})
			listed, err := table.All(w.t.Context(), w.b.Table(), table.Query{Partition: tenant + "#batches"})
			if err != nil {
				w.t.Fatal(err)
			}
			for _, item := range listed {
				if strings.HasSuffix(item.Sort, "#"+id) {
					w.remove(item.Key)
				}
			}
		},
		"/v1/batches/{id}", true,
	},
	"principal": {
		func(w *world, token string) string {
			return w.field(w.send("POST", "/v1/principals", `{"kind":"client","scopes":["analyze"]}`, token), "principalId")
		},
		func(w *world, tenant, _, id string) { w.remove(table.Key{Partition: tenant + "#principals", Sort: id}) },
		"/v1/principals/{id}", true,
	},
	"subject": {
		func(w *world, token string) string {
			id := "customer-" + rand.Text()
			w.field(w.send("POST", "/v1/privacy/anonymise", `{"documents":[{"id":"1","text":"I am Maria Lopez."}],"subjectId":"`+id+`",`+
				`"conversationId":"talk","operators":[{"type":"DEFAULT","operator":"pseudonymise"}]}`, token), "results")
			return id
		},
		func(w *world, _, token, id string) { w.field(w.send("DELETE", "/v1/subjects/"+id, "", token), "") },
		"/v1/subjects/{id}/export", false,
	},
	"category": {
		func(w *world, token string) string {
			name := rand.Text()
			w.field(w.send("PUT", "/v1/categories/"+name, `{"status":"DRAFT","rule":{"when":{"words":["cancel"]}}}`, token), "name")
			return name
		},
		func(w *world, _, token, id string) { w.field(w.send("DELETE", "/v1/categories/"+id, "", token), "") },
		"/v1/categories/{id}", false,
	},
}

// ownerships are whose the object of a request is. Things belong to tenants, so that what is somebody's own and what is a
// colleague's are both made by the tenant's administrator: each is a thing of its own.
var ownerships = []string{"own", "same tenant", "other tenant", "none", "erased"}

// object returns an id of the kind for an ownership.
func (w *world) object(kind, ownership string) string {
	w.t.Helper()
	admin := w.tokens["administrator"]
	switch ownership {
	case "other tenant":
		return objects[kind].make(w, w.tokens[rival])
	case "none":
		return strings.Map(func(r rune) rune {
			if r >= 'A' && r <= 'Z' {
				return 'Q'
			}
			return r
		}, objects[kind].make(w, admin))
	case "erased":
		id := objects[kind].make(w, admin)
		objects[kind].erase(w, "main", admin, id)
		return id
	}
	return objects[kind].make(w, admin)
}

var parameter = regexp.MustCompile(`\{[a-zA-Z]+\}`)

// cell is one decision of the table.
type cell struct{ operation, role, ownership string }

// decide runs the whole table and returns the status of each cell.
func (w *world) decide() map[cell]int {
	w.t.Helper()
	decisions := map[cell]int{}
	shared := map[string]string{} // things that last
	for _, route := range manifest.Routes() {
		row := access[route.OperationID]
		if route.Scope == "" {
			continue
		}
		var answers [2]string // to requests about another tenant's and about nothing
		for role, token := range w.tokens {
			if role == rival {
				continue
			}
			for _, ownership := range ownerships {
				id := ""
				if row.object != "" {
					if id = shared[row.object+ownership]; id == "" || !objects[row.object].lasts {
						id = w.object(row.object, ownership)
						shared[row.object+ownership] = id
					}
				}
				path, body := parameter.ReplaceAllString(route.Path, id), strings.ReplaceAll(row.body, "{id}", id)
				if strings.Contains(body, "{version}") {
					settings := w.send("GET", "/v1/settings/sentiment", "", w.tokens["administrator"])
					body = strings.ReplaceAll(body, "{version}", w.field(settings, "version"))
				}
				answer := w.send(route.Method, path, body, token)
				c := cell{route.OperationID, role, ownership}
				decisions[c] = answer.Code
				if want := row.want(route, role, ownership); answer.Code != want {
					w.t.Errorf("%s as %s about %q of kind %q: %d %s, want %d", c.operation, role, ownership, row.object, answer.Code, answer.Body, want)
				}
				if ownership == "other tenant" && row.object != "" {
					if shown := w.send("GET", strings.ReplaceAll(objects[row.object].shown, "{id}", id), "", w.tokens[rival]); shown.Code != http.StatusOK {
						w.t.Errorf("after %s as %s the other tenant's is answered %d %s, want it as it was", c.operation, role, shown.Code, shown.Body)
					}
				}
				if i := slices.Index([]string{"other tenant", "none"}, ownership); i >= 0 && row.object != "" && role == "administrator" {
					answers[i] = withoutIDs(answer.Body.String(), id)
				}
			}
		}
		if answers[0] != answers[1] {
			w.t.Errorf("%s: another tenant's is answered %s, and what is not there %s", route.OperationID, answers[0], answers[1])
		}
	}
	return decisions
}

// want is the decision that the table asks for.
func (r row) want(route manifest.Route, role, ownership string) int {
	scopes, _ := manifest.ScopesOf(role)
	switch {
	case role == "nobody":
		return http.StatusUnauthorized
	case !slices.Contains(scopes, route.Scope):
		return http.StatusForbidden
	case r.object == "" || ownership == "own" || ownership == "same tenant":
		return route.Success
	case r.missing != 0:
		return r.missing
	}
	return http.StatusNotFound
}

var changing = regexp.MustCompile(`"(requestId|id|at|since|auditIndex|auditHash)":("[^"]*"|[0-9]+)`)

func withoutIDs(body, id string) string {
	return changing.ReplaceAllString(strings.ReplaceAll(body, id, "ID"), "")
}

func TestEveryRouteHasARowAndEveryRowARoute(t *testing.T) {
	rows := map[string]bool{}
	for _, route := range manifest.Routes() {
		if route.Scope == "" {
			continue
		}
		rows[route.OperationID] = true
		row, ok := access[route.OperationID]
		if !ok {
			t.Errorf("%s has no row: add a line to access in infra/local/bundle/access_test.go", route.OperationID)
		}
		if strings.Contains(route.Path, "{") && row.object == "" {
			t.Errorf("%s is about something, and its row does not say of which kind", route.OperationID)
		}
		if row.object != "" && objects[row.object].make == nil {
			t.Errorf("%s is about a %s, which has no line in objects", route.OperationID, row.object)
		}
	}
	for operation := range access {
		if !rows[operation] {
			t.Errorf("the row %s has no route", operation)
		}
	}
}

func TestEveryRoleGetsWhatTheTableSaysAndTheGatewaysMemoryChangesNothing(t *testing.T) {
	race.Skip(t, "slows request after request, one at a time")
	fresh := newWorld(t, 0).decide()
	remembered := newWorld(t, 300*time.Second).decide()
	protected := len(access)
	if want := protected * (len(manifest.Roles) + 1) * len(ownerships); len(fresh) != want {
		t.Errorf("%d cells were decided, want %d", len(fresh), want)
	}
	for c, status := range fresh {
		if remembered[c] != status {
			t.Errorf("%+v is decided %d with the gateway's memory and %d without", c, remembered[c], status)
		}
	}
	t.Logf("%d cells, each with and without the gateway's memory", len(fresh))
}
