// Package envsecrets is the development Source of secrets: a file in the data folder, or the process environment.
//
// Normal use on a laptop, and for a function that is invoked by hand:
//
//	source, made, err := envsecrets.Open(stage, ".customerai")   // .customerai/secrets.json
//	source, made, err := envsecrets.New(stage, os.LookupEnv)     // settings JWT_SECRET_KEY and so on
//	for _, problem := range made { logger.Warn("made a development secret", …) }
//
// Whatever is missing or unusable gets a fresh value, and made has one problem for each, to be logged as one warning
// each. A file keeps what was made, so that the next start finds it; the environment cannot, so that two processes do
// not share what they made.
//
// A file that changes is read again by whoever has it open, so that Rotate needs no restart:
//
//	err := envsecrets.Rotate(stage, ".customerai", time.Now())
//
// It refuses every stage but development, a file that others may read, and a file that is not a document at all.
package envsecrets

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Where the document keeps the clear-text credentials that were made. No other Source knows the names.
const (
	developmentClient        = "DEVELOPMENT_CLIENT"
	developmentAdministrator = "DEVELOPMENT_ADMINISTRATOR"
)

// Source serves the set of the environment, or of what the file holds.
type Source struct {
	file *watched // nil for the environment, which does not change

	mu            sync.Mutex
	set           secrets.Set
	client        secrets.Credentials
	administrator secrets.Credentials
}

// New takes the settings from the environment, each a JSON text.
func New(stage env.Stage, lookup env.Lookup) (*Source, []secrets.Problem, error) {
	if err := developmentOnly(stage); err != nil {
		return nil, nil, err
	}
	document := secrets.Document{}
	for _, name := range append(secrets.Names(), secrets.Administrator) {
		text, ok := lookup(name)
		value := jsontext.Value(strings.TrimSpace(text))
		if ok && !value.IsValid() { // not JSON: let the document say what is wrong with the words
			quoted, err := jsontext.AppendQuote(nil, strings.ToValidUTF8(text, "?"))
			if err != nil {
				return nil, nil, errors.New("read " + name + " from the environment")
			}
			value = quoted
		}
		if ok {
			document[name] = value
		}
	}
	made, err := repair(document)
	if err != nil {
		return nil, nil, err
	}
	source, err := open(document)
	return source, made, err
}

// Current returns the set.
func (s *Source) Current(context.Context) (secrets.Set, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil && s.file.changed() {
		// A document that is half edited is no reason to stop: the one in use is still good.
		if document, err := read(s.file.path); err == nil {
			if next, err := open(document); err == nil {
				s.set, s.client, s.administrator = next.set, next.client, next.administrator
			}
		}
	}
	return s.set, nil
}

// Renewed is Current, which always looks.
func (s *Source) Renewed(ctx context.Context) (secrets.Set, error) { return s.Current(ctx) }

// Client returns the clear-text credentials of the development client, or errs.NotFound when CLIENTS was given and not
// made. Show the secret only to somebody who asked for it.
func (s *Source) Client() (secrets.Credentials, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client.ID == "" {
		return secrets.Credentials{}, errs.New(errs.NotFound, "the clients of this stage were not made here, so their secrets are not known")
	}
	return s.client, nil
}

// Administrator returns the username and the password of the administrator, or errs.NotFound when ADMINISTRATOR was given
// and not made. Show the password only to somebody who asked for it.
func (s *Source) Administrator() (secrets.Credentials, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.administrator.ID == "" {
		return secrets.Credentials{}, errs.New(errs.NotFound, "the administrator of this stage was not made here, so the password is not known")
	}
	return s.administrator, nil
}

func developmentOnly(stage env.Stage) error {
	if stage != env.Development {
		return errors.New("secrets of " + stage.String() + " must come from Secrets Manager: only ENVIRONMENT=development may make its own")
	}
	return nil
}

// repair makes what is missing, and keeps the clear-text credentials beside a client that was made.
func repair(document secrets.Document) ([]secrets.Problem, error) {
	made, client, err := document.Repair()
	if err != nil || client.ID == "" {
		return made, err
	}
	document[developmentClient], err = json.Marshal(client)
	return made, err
}

// addAdministrator gives a document that has none an administrator, and reports whether it did. Elsewhere a document without
// one is complete; on a laptop somebody wants to look around.
func addAdministrator(document secrets.Document) (bool, error) {
	if _, ok := document[secrets.Administrator]; ok {
		return false, nil
	}
	administrator, err := document.AddAdministrator()
	if err != nil {
		return false, err
	}
	document[developmentAdministrator], err = json.Marshal(administrator)
	return true, err
}

func open(document secrets.Document) (*Source, error) {
	set, problems := document.Open()
	if err := secrets.Join(problems); err != nil {
		return nil, err
	}
	source := &Source{set: set}
	if value, ok := document[developmentClient]; ok {
		// Credentials that no longer open the register are none: somebody has edited CLIENTS.
		if json.Unmarshal(value, &source.client) != nil {
			source.client = secrets.Credentials{}
		} else if _, err := set.Clients.Authenticate(source.client.ID, source.client.Secret); err != nil {
			source.client = secrets.Credentials{}
		}
	}
	if value, ok := document[developmentAdministrator]; ok {
		if json.Unmarshal(value, &source.administrator) != nil || set.Administrator == nil || set.Administrator.Username != source.administrator.ID ||
			!set.Administrator.Secret.Matches(source.administrator.Secret) {
			source.administrator = secrets.Credentials{}
		}
	}
	return source, nil
}
