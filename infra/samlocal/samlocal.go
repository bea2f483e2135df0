// Package samlocal runs every function of template.yaml in a container, on its sample events, by `sam local invoke`.
//
// Normal use: its test, `make sam-local`. It needs SAM, which `make check-sam` installs, and podman:
//
//	apt-get install --no-install-recommends podman runc buildah iptables
//
// It invokes as a developer does: what the functions are told is in samconfig.toml and the file that it names, samlocal.json.
//
// The container has nothing but the function and AWS's own emulator of its runtime, which comes with SAM: nothing is
// fetched. There is no store behind the functions, and they have to say so.
//
// It refuses an answer that is neither what the manifest promises nor what a function says that does not reach its store.
package samlocal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/manifest"
)

// Judge returns what is wrong with what a function answered to an event, or nil.
func Judge(f manifest.Function, event, answer []byte) error {
	var failed struct{ ErrorMessage, ErrorType string }
	if json.Unmarshal(answer, &failed) == nil && failed.ErrorMessage != "" {
		switch {
		case f.Authorizer && failed.ErrorMessage == "Unauthorized":
			return nil // a sample's token is nobody's
		case (f.Schedule != "" || f.Rotation) && failed.ErrorType != "" && stored(f):
			return nil // it says so, and comes again
		}
		return fmt.Errorf("the invocation ended in the error %q", failed.ErrorMessage)
	}
	switch {
	case f.Routes != nil:
		return judgeResponse(f, event, answer)
	case f.Queue != nil:
		return judgeBatch(event, answer)
	case f.Authorizer:
		return fmt.Errorf("got %s, want Unauthorized", answer)
	case !json.Valid(answer):
		return fmt.Errorf("got %q, want JSON", answer)
	}
	return nil
}

// stored reports whether a function uses anything besides the secrets, which development makes.
func stored(f manifest.Function) bool {
	return f.Rotation || slices.ContainsFunc(f.Grants, func(g manifest.Grant) bool { return g.Resource != manifest.Secrets })
}

// judgeResponse wants the route's status, or a problem: 503 of a function that has a store, and 401 or 400 of one that
// issues tokens, because a sample's credentials and refresh token are nobody's.
func judgeResponse(f manifest.Function, event, answer []byte) error {
	var request struct{ HTTPMethod, Resource string }
	var response struct {
		StatusCode        int
		MultiValueHeaders map[string][]string
		Body              string
	}
	if err := json.Unmarshal(event, &request); err != nil {
		return fmt.Errorf("read the event: %w", err)
	}
	if err := json.Unmarshal(answer, &response); err != nil {
		return fmt.Errorf("got %s, want a response of an HTTP function", answer)
	}
	at := slices.IndexFunc(f.Routes, func(r manifest.Route) bool { return r.Method == request.HTTPMethod && r.Path == request.Resource })
	if at < 0 {
		return fmt.Errorf("%s %s is no route of %s", request.HTTPMethod, request.Resource, f.Name)
	}
	route := f.Routes[at]
	kind := strings.Join(response.MultiValueHeaders["Content-Type"], ",")
	if response.MultiValueHeaders["X-Content-Type-Options"] == nil || response.MultiValueHeaders["X-Request-Id"] == nil {
		return fmt.Errorf("got the headers %v, want those of every response", response.MultiValueHeaders)
	}
	switch status := response.StatusCode; {
	case status == route.Success && kind != "application/problem+json":
		return nil
	case status == http.StatusUnauthorized && route.OperationID == "createToken":
		return judgeBody(response.Body, "error", "invalid_client")
	case status == http.StatusBadRequest && (route.OperationID == "createToken" || route.OperationID == "changePassword"):
		return judgeBody(response.Body, "error", "invalid_grant")
	case status == http.StatusServiceUnavailable && stored(f):
		if strings.HasPrefix(route.Path, "/health/") {
			return judgeBody(response.Body, "status", "degraded")
		}
		return judgeBody(response.Body, "code", "unavailable")
	}
	return fmt.Errorf("got %d %s %s, want %d", response.StatusCode, kind, response.Body, route.Success)
}

func judgeBody(body, member, want string) error {
	var members map[string]any
	if err := json.Unmarshal([]byte(body), &members); err != nil || members[member] != want {
		return fmt.Errorf("got %s, want %s %q in it", body, member, want)
	}
	return nil
}

// judgeBatch wants a list of failures, each of them of a message of the event.
func judgeBatch(event, answer []byte) error {
	var sent struct{ Records []struct{ MessageID string } }
	var got struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(event, &sent); err != nil {
		return fmt.Errorf("read the event: %w", err)
	}
	if err := json.Unmarshal(answer, &got); err != nil || got.BatchItemFailures == nil {
		return fmt.Errorf("got %s, want a list of failures", answer)
	}
	for _, failure := range got.BatchItemFailures {
		if !slices.ContainsFunc(sent.Records, func(r struct{ MessageID string }) bool { return r.MessageID == failure.ItemIdentifier }) {
			return fmt.Errorf("got the failure of %s, which is no message of the event", failure.ItemIdentifier)
		}
	}
	return nil
}
