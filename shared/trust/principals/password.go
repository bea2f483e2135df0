package principals

import (
	"context"
	_ "embed"
	"strings"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/auth"
)

// A password is long and not one that everybody tries first. Nothing is asked of its letters: rules of composition make
// passwords that people write down and programs guess.
const (
	minPassword = 12  // characters
	maxPassword = 256 // bytes
)

//go:embed common.txt
var commonText string

// common holds what people choose when twelve characters are asked for, in lower case.
var common = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(commonText) {
		words[word] = true
	}
	return words
}()

// passwordProblem says what is wrong with a password, or "".
func passwordProblem(password, username string) string {
	lower := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return "must have at least 12 characters"
	case len(password) > maxPassword || !utf8.ValidString(password):
		return "must have at most 256 bytes of UTF-8"
	case common[lower], monotonous(lower):
		return "must not be one that is guessed first"
	case holdsName(lower, username):
		return "must not hold the username"
	}
	return ""
}

// ChangePassword gives a person another password, ends its tokens and sessions, and returns it as it is from then on. The person
// is as Authenticate has just returned it for its present password: errs.Conflict when it was changed since, and for the
// administrator of the secret document, whose password is there. errs.Invalid when the new one is not acceptable.
func (s *Service) ChangePassword(ctx context.Context, person auth.Principal, username, next string) (auth.Principal, error) {
	if problem := passwordProblem(next, normalName(username)); problem != "" {
		return auth.Principal{}, errs.InvalidFields(errs.Field{Path: "password", Message: problem})
	}
	item, err := s.get(ctx, person.Tenant, person.Subject)
	if errs.Is(err, errs.NotFound) {
		return auth.Principal{}, errOfDocument
	}
	if err != nil {
		return auth.Principal{}, err
	}
	r, err := decodeRecord(item)
	if err != nil {
		return auth.Principal{}, err
	}
	if r.Kind != Person || r.Status != Active || r.Epoch != person.Epoch {
		return auth.Principal{}, errMoved
	}
	r.setSecret(next)
	event := audit.Event{Tenant: person.Tenant, Actor: person.Subject, Operation: "changePassword", Target: person.Subject}
	if _, err := s.replace(ctx, event, item, &r); err != nil {
		return auth.Principal{}, err
	}
	person.Epoch = r.Epoch
	return person, nil
}

var errOfDocument = errs.New(errs.Conflict, "the password of this administrator is in the secret document, and is changed there")

// holdsName reports whether a password holds the part of the username that people build passwords from. One or two letters are in
// any sentence, and tell nobody what to guess.
func holdsName(password, username string) bool {
	local, _, _ := strings.Cut(username, "@")
	return len(local) > 2 && strings.Contains(password, local)
}

// monotonous reports whether a text repeats or counts: at least three of four letters are their predecessor, or one step from it.
func monotonous(text string) bool {
	letters := []rune(text)
	steps := map[rune]int{}
	for i := 1; i < len(letters); i++ {
		steps[letters[i]-letters[i-1]]++
	}
	for _, step := range []rune{-1, 0, 1} {
		if 4*steps[step] >= 3*(len(letters)-1) {
			return true
		}
	}
	return false
}
