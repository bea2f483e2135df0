package gateway

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// remembered asks the authorizer once for each Authorization header and uses its answer for as long as API Gateway does. A
// refusal is not kept: the gateway keeps none that is not a policy.
func remembered(authorize Authorize, keep time.Duration, now func() time.Time) Authorize {
	if keep <= 0 {
		return authorize
	}
	type answer struct {
		response events.APIGatewayCustomAuthorizerResponse
		until    time.Time
	}
	var mu sync.Mutex
	answers := map[string]answer{}
	return func(ctx context.Context, event events.APIGatewayCustomAuthorizerRequestTypeRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
		headers := event.MultiValueHeaders["Authorization"]
		if len(headers) != 1 {
			return authorize(ctx, event)
		}
		mu.Lock()
		known, ok := answers[headers[0]]
		mu.Unlock()
		if ok && now().Before(known.until) {
			return known.response, nil
		}
		response, err := authorize(ctx, event)
		if err != nil {
			return response, err
		}
		mu.Lock()
		defer mu.Unlock()
		for header, old := range answers {
			if !now().Before(old.until) {
				delete(answers, header)
			}
		}
		answers[headers[0]] = answer{response, now().Add(keep)}
		return response, nil
	}
}
