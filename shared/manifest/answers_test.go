package manifest_test

import (
	"slices"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
)

func TestEveryAnswerHasOneOccasionACodeOfErrsAndItsStatus(t *testing.T) {
	statuses := map[errs.Code][]int{
		errs.Invalid: {400, 415}, errs.Unauthorized: {401}, errs.Forbidden: {403}, errs.NotFound: {404}, errs.TooLarge: {413},
		errs.RateLimited: {429}, errs.Internal: {500}, errs.Unavailable: {503},
	}
	seen := map[string]bool{}
	for _, answer := range manifest.Answers {
		if seen[answer.Occasion] {
			t.Errorf("%s has two answers", answer.Occasion)
		}
		seen[answer.Occasion] = true
		if !slices.Contains(statuses[errs.Code(answer.Code)], answer.Status) || answer.Detail == "" {
			t.Errorf("%s answers %d with code %q and detail %q, want a code of errs with its status, and a detail",
				answer.Occasion, answer.Status, answer.Code, answer.Detail)
		}
	}
}
