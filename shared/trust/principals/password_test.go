package principals_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
)

func TestAPasswordIsLongAndNotGuessedFirst(t *testing.T) {
	h := newHouse(t)
	n := 0
	for password, good := range map[string]bool{
		"correct horse battery": true, "zwölf Zeichen": true, "xk2 vf9 qp1 zz": true, strings.Repeat("ab ", 80): true,
		"elevenchars": false, "password1234": false, "PassWord1234": false, "123456789012": false, "abcdefghijklm": false,
		"aaaaaaaaaaaaaa": false, "zyxwvutsrqpon": false, "i am ann.smith": false, strings.Repeat("ab ", 90): false, "\xff\xfe long and broken": false,
	} {
		n++
		_, _, err := h.Create(t.Context(), h.set, admin, principals.Draft{
			Kind: principals.Person, Username: fmt.Sprintf("ann.smith@%d", n), Password: password, Roles: []string{"analyst"},
		})
		if (err == nil) != good {
			t.Errorf("%q: %v, want accepted = %v", password, err, good)
		}
	}
}

func TestANameOfTwoLettersDoesNotSpoilEverySentence(t *testing.T) {
	h := newHouse(t)
	for username, good := range map[string]bool{"e@shop.example": true, "ed@shop.example": true, "fed@shop.example": false} {
		_, _, err := h.Create(t.Context(), h.set, admin, principals.Draft{
			Kind: principals.Person, Username: username, Password: "they fed the horse", Roles: []string{"analyst"},
		})
		if (err == nil) != good {
			t.Errorf("%s: %v, want accepted = %v", username, err, good)
		}
	}
}

func TestAPasswordIsChangedForWhoHasJustShownThePresentOne(t *testing.T) {
	const next = "another fine sentence"
	h := newHouse(t)
	ann := h.person(t, "ann", "analyst")
	signIn := func(password string) (auth.Principal, error) {
		return h.Authenticate(t.Context(), h.set, principals.Person, "ann", password)
	}
	before, err := signIn(password)
	if err != nil {
		t.Fatal(err)
	}
	after, err := h.ChangePassword(t.Context(), before, "ANN", next)
	if err != nil || after.Epoch != before.Epoch+1 {
		t.Fatalf("ChangePassword = %+v, %v, want the person of the next epoch", after, err)
	}
	if _, err := signIn(password); !errs.Is(err, errs.Unauthorized) {
		t.Errorf("with the old password: %v, want unauthorized", err)
	}
	if got, err := signIn(next); err != nil || got.Epoch != after.Epoch {
		t.Errorf("with the new one: %+v, %v, want ann", got, err)
	}
	if _, err := h.Current(t.Context(), h.set, "main", ann.ID, before.Epoch); !errs.Is(err, errs.Unauthorized) {
		t.Errorf("a session of before: %v, want it ended", err)
	}
	if _, err := h.ChangePassword(t.Context(), before, "ann", "a third fine sentence"); !errs.Is(err, errs.Conflict) {
		t.Errorf("for what was shown before the change: %v, want a conflict", err)
	}
	if _, err := h.ChangePassword(t.Context(), after, "ann", "ann has a short name"); !errs.Is(err, errs.Invalid) {
		t.Errorf("a password with the username: %v, want invalid", err)
	}
	first, err := h.Authenticate(t.Context(), h.set, principals.Person, h.administrator.ID, h.administrator.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ChangePassword(t.Context(), first, h.administrator.ID, next); !errs.Is(err, errs.Conflict) {
		t.Errorf("of the secret document: %v, want a conflict", err)
	}
}
