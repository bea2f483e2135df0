package wire

import (
	"encoding/json"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
)

// Service is what every stand-in for a service of AWS has, for it to embed: it counts its calls, and breaks those that a test
// chooses.
type Service struct {
	Fault func(action string) Fault // what happens to a call; nil: nothing goes wrong. Set before the first call.

	mu    sync.Mutex
	calls map[string]int
}

// Calls returns how often an action was asked for.
func (s *Service) Calls(action string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[action]
}

// Serve answers a request in a JSON protocol.
func Serve[In any](s *Service, request *http.Request, answer func(action string, in In) Fault) (*http.Response, error) {
	action := strings.TrimPrefix(path.Ext(request.Header.Get("X-Amz-Target")), ".")
	return s.fault(action)(func() (*http.Response, error) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		var in In
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, err
		}
		return answer(action, in)(nil)
	})
}

func (s *Service) fault(action string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls == nil {
		s.calls = map[string]int{}
	}
	s.calls[action]++
	if s.Fault == nil {
		return Through
	}
	return s.Fault(action)
}

// With answers with an output of a JSON protocol.
func With(output map[string]any) Fault {
	body, err := json.Marshal(output)
	if err != nil {
		panic(err) // outputs are made of texts, numbers and bytes
	}
	return Answer(http.StatusOK, string(body))
}
