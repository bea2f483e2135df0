package lambdaevent_test

import (
	"context"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/testkit/invocation"
)

func TestStartServesInvocations(t *testing.T) {
	if invocation.Inside() {
		lambdaevent.Start(func(_ context.Context, event events.SQSEvent) (string, error) { return event.Records[0].Body, nil })
		return
	}
	if got := invocation.Run(t, `{"Records":[{"messageId":"m","body":"hello"}]}`); got != `"hello"` {
		t.Errorf("answer = %s, want \"hello\"", got)
	}
}
