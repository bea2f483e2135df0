package sessions_test

import (
	"context"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/sessions"
)

// FuzzFind: a refresh token that is accepted is, to the byte, one that was given out, to the client that asked for it. It stands in
// the texts as TOKEN, since it is another one in every process that fuzzes.
func FuzzFind(f *testing.F) {
	h := newHouse()
	_, token, err := h.Start(context.Background(), ann, dashboard)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("TOKEN", dashboard)
	f.Add("TOKEN", "")
	f.Add("TOKEN=", dashboard)
	f.Add(token[:len(token)-1], dashboard)
	f.Add(strings.ToLower(token), dashboard)
	f.Add(strings.Replace(token, "main", "mainz", 1), dashboard)
	f.Add(strings.Replace(token, ".", "#", 1), dashboard)
	f.Fuzz(func(t *testing.T, given, client string) {
		given = strings.ReplaceAll(given, "TOKEN", token)
		_, err := h.Find(t.Context(), given, client)
		switch {
		case err == nil && (given != token || client != dashboard):
			t.Errorf("%q of %q is accepted", given, client)
		case err == nil && !sessions.IsToken(given):
			t.Errorf("%q is accepted and is no token", given)
		case err != nil && !errs.Is(err, errs.Unauthorized):
			t.Errorf("Find = %v, want unauthorized", err)
		}
	})
}
