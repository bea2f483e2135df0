package invocation_test

import (
	"context"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/customerai/customerai/shared/testkit/invocation"
)

func TestAFunctionIsHandedItsEventAndItsAnswerComesBack(t *testing.T) {
	if invocation.Inside() {
		lambda.Start(func(_ context.Context, event map[string]string) (string, error) {
			return "hello, " + event["name"], nil
		})
		return
	}
	if got, want := invocation.Run(t, `{"name":"Ann"}`), `"hello, Ann"`; got != want {
		t.Errorf("answer = %s, want %s", got, want)
	}
}
