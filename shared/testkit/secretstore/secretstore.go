// Package secretstore is one secret of Secrets Manager in memory, for tests that need more than an emulator gives: a clock
// of their own, faults at every call, and a rotation that has begun.
//
// Normal use: it stands behind the SDK's client, so that the real adapters talk to it.
//
//	store := secretstore.New(clock, document)
//	config.HTTPClient = store
//	store.Begin(token)                                // what RotateSecret does before it calls the function
//	store.Fault = func(action string) wire.Fault { … } // nil: nothing goes wrong
//
// Its rules are those of Secrets Manager: labels move or stay, one version holds each, AWSPREVIOUS follows AWSCURRENT, an
// empty version cannot be read, and a token names one content for ever. A test holds it to the emulator where that has them.
//
// Fixed is a source for tests to which it does not matter where secrets come from.
//
// It refuses actions that the bundle does not use.
package secretstore

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/customerai/customerai/shared/testkit/wire"
)

// Store is one secret.
type Store struct {
	wire.Service

	now      func() time.Time
	mu       sync.Mutex
	versions map[string]*version
}

type version struct {
	text    string // "" while it is empty
	created time.Time
	labels  []string
}

const (
	current  = "AWSCURRENT"
	previous = "AWSPREVIOUS"
	pending  = "AWSPENDING"
)

// New returns a secret that holds a document.
func New(now func() time.Time, document string) *Store {
	s := &Store{now: now, versions: map[string]*version{}}
	s.PutByHand("first", document)
	return s
}

// PutByHand puts a document in force, as an operator does.
func (s *Store) PutByHand(id, document string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions[id] = &version{text: document, created: s.now()}
	s.move(current, id)
}

// Begin makes the empty version that RotateSecret makes, unless a rotation is under way.
func (s *Store) Begin(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.versions[s.holder(pending)]; v != nil && !slices.Contains(v.labels, current) {
		return false
	}
	s.versions[token] = &version{created: s.now()}
	s.move(pending, token)
	return true
}

// Document returns what the version with a label holds, and its id.
func (s *Store) Document(label string) (document, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id = s.holder(label); id != "" {
		document = s.versions[id].text
	}
	return document, id
}

// Do implements aws.HTTPClient.
func (s *Store) Do(request *http.Request) (*http.Response, error) {
	return wire.Serve(&s.Service, request, s.answer)
}

type input struct {
	VersionID           string `json:"VersionId"`
	VersionStage        string
	ClientRequestToken  string
	SecretString        string
	VersionStages       []string
	MoveToVersionID     string `json:"MoveToVersionId"`
	RemoveFromVersionID string `json:"RemoveFromVersionId"`
}

func (s *Store) answer(action string, in input) wire.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch action {
	case "DescribeSecret":
		labels := map[string][]string{}
		for id, v := range s.versions {
			if len(v.labels) > 0 {
				labels[id] = v.labels
			}
		}
		return wire.With(map[string]any{"Name": "bundle", "VersionIdsToStages": labels})
	case "GetSecretValue":
		return s.get(in)
	case "PutSecretValue":
		return s.put(in)
	case "UpdateSecretVersionStage":
		return s.update(in)
	}
	panic("secretstore knows no " + action)
}

func (s *Store) get(in input) wire.Fault {
	id := in.VersionID
	if id == "" {
		id = s.holder(first(in.VersionStage, current))
	}
	v := s.versions[id]
	if v == nil || v.text == "" {
		return wire.Refuse(http.StatusBadRequest, "ResourceNotFoundException")
	}
	return wire.With(map[string]any{"Name": "bundle", "VersionId": id, "SecretString": v.text, "VersionStages": v.labels, "CreatedDate": v.created.Unix()})
}

func (s *Store) put(in input) wire.Fault {
	id := in.ClientRequestToken
	v := s.versions[id]
	switch {
	case v == nil:
		v = &version{created: s.now()}
		s.versions[id] = v
	case v.text != "" && v.text != in.SecretString:
		return wire.Refuse(http.StatusBadRequest, "ResourceExistsException")
	}
	v.text = in.SecretString
	for _, label := range in.VersionStages {
		s.move(label, id)
	}
	return wire.With(map[string]any{"Name": "bundle", "VersionId": id})
}

func (s *Store) update(in input) wire.Fault {
	label, to, from, holder := in.VersionStage, in.MoveToVersionID, in.RemoveFromVersionID, s.holder(in.VersionStage)
	for _, id := range []string{to, from} {
		if id != "" && s.versions[id] == nil {
			return wire.Refuse(http.StatusBadRequest, "ResourceNotFoundException")
		}
	}
	if from != holder && (holder != "" || from != "") && to != holder || to == "" && from != holder {
		return wire.Refuse(http.StatusBadRequest, "InvalidParameterException")
	}
	if to == holder && to != "" && from != "" && from != to {
		return wire.Refuse(http.StatusBadRequest, "InvalidParameterException")
	}
	s.move(label, to)
	return wire.With(map[string]any{"Name": "bundle"})
}

// holder returns the id of the version that a label is on.
func (s *Store) holder(label string) string {
	for id, v := range s.versions {
		if slices.Contains(v.labels, label) {
			return id
		}
	}
	return ""
}

// move puts a label onto one version, or onto none.
func (s *Store) move(label, to string) {
	from := s.holder(label)
	if from == to {
		return
	}
	if v := s.versions[from]; v != nil {
		v.labels = slices.DeleteFunc(v.labels, func(l string) bool { return l == label })
		if label == current {
			s.move(previous, from)
		}
	}
	if v := s.versions[to]; v != nil {
		v.labels = append(v.labels, label)
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
