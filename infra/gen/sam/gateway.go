package sam

import (
	"fmt"
	"net/http"

	"github.com/customerai/customerai/shared/manifest"
)

// gatewayResponse is an answer of the gateway as the template asks for it.
type gatewayResponse struct{ manifest.Answer }

func gatewayResponses() []gatewayResponse {
	responses := make([]gatewayResponse, len(manifest.Answers))
	for i, answer := range manifest.Answers {
		responses[i] = gatewayResponse{answer}
	}
	return responses
}

// Body is problem details (RFC 9457) in the form that the functions give them, and nothing of the request.
func (g gatewayResponse) Body() string {
	return fmt.Sprintf(`{"type":"about:blank","title":%q,"status":%d,"detail":%q,"code":%q,"requestId":"$context.requestId"}`,
		http.StatusText(g.Status), g.Status, g.Detail, g.Code)
}

// Authenticate reports whether the client is told how to authenticate.
func (g gatewayResponse) Authenticate() bool { return g.Status == http.StatusUnauthorized }
