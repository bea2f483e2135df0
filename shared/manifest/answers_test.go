package manifest_test

import (
	"net/http"
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

func TestAClientThatIsToWaitIsToldHowLong(t *testing.T) {
	for _, answer := range manifest.Answers {
		waits := answer.Status == http.StatusTooManyRequests || answer.Status == http.StatusServiceUnavailable
		if waits != (answer.RetryAfter > 0) {
			t.Errorf("%s answers %d and asks to wait %d seconds", answer.Occasion, answer.Status, answer.RetryAfter)
		}
		// Who has used up a day's requests has none a second later: it would come back all day, once a second.
		if answer.Occasion == "QUOTA_EXCEEDED" && answer.RetryAfter < 600 {
			t.Errorf("%s asks to wait %d seconds of a day", answer.Occasion, answer.RetryAfter)
		}
	}
}
