package bundle_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// revocations are the ways in which somebody's tokens cease to count before their time.
var revocations = map[string]func(w *world, id, secret, token string){
	"disabled": func(w *world, id, _, _ string) {
		w.field(w.send("PATCH", "/v1/principals/"+id, `{"status":"disabled"}`, w.tokens["administrator"]), "")
	},
	"given other roles": func(w *world, id, _, _ string) {
		w.field(w.send("PATCH", "/v1/principals/"+id, `{"roles":["reviewer"]}`, w.tokens["administrator"]), "")
	},
	"given another secret": func(w *world, id, _, _ string) {
		w.field(w.send("PATCH", "/v1/principals/"+id, `{"newSecret":true}`, w.tokens["administrator"]), "")
	},
	"a token that is revoked": func(w *world, id, secret, token string) {
		w.field(w.ask("/v1/oauth/revoke", id, secret, url.Values{"token": {token}}), "")
	},
}

func TestWhatIsRevokedIsRefusedWithinTheGatewaysMemoryAndNothingElseIs(t *testing.T) {
	for name, revoke := range revocations {
		for _, remember := range []time.Duration{0, 300 * time.Second} {
			w := newWorld(t, remember)
			id, secret := w.ids["analyst"], w.secrets["analyst"]
			other := w.signIn(id, secret)
			status := func(token string) int { return w.send("GET", "/v1/batches", "", token).Code }
			if got := [2]int{status(w.tokens["analyst"]), status(other)}; got != [2]int{http.StatusOK, http.StatusOK} {
				t.Fatalf("before it the analyst gets %v, want 200", got)
			}
			revoke(w, id, secret, w.tokens["analyst"])
			for second := 0; second <= 600; second += 10 {
				got := status(w.tokens["analyst"])
				if refused := got == http.StatusUnauthorized; refused != (time.Duration(second)*time.Second >= remember) {
					t.Errorf("%s, with a memory of %s, %d s after it the analyst gets %d", name, remember, second, got)
				}
				w.now = w.now.Add(10 * time.Second)
			}
			if got, refused := status(other), name != "a token that is revoked"; (got == http.StatusUnauthorized) != refused {
				t.Errorf("%s: the analyst's other token gets %d, want a refusal: %t", name, got, refused)
			}
			if got := status(w.tokens["administrator"]); got != http.StatusOK {
				t.Errorf("%s: the administrator gets %d, want 200", name, got)
			}
		}
	}
}
