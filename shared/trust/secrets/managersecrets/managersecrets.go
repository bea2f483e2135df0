// Package managersecrets is the Source of secrets on AWS: one secret of Secrets Manager that holds the whole document.
//
// Normal use, at cold start, before the first invocation:
//
//	source, err := managersecrets.Open(ctx, managersecrets.Config{AWS: config, ID: id, Now: time.Now, Logger: logger})
//
// Open reads the document; its error names every problem. From then on:
//
//	age of the set         Current
//	below secrets.MaxAge   gives it
//	below secrets.MaxStale renews it first; gives it when the store does not answer
//	from then on           renews it first; errs.Unavailable when the store does not answer
//
// However many ask, one request is under way, and after one that went wrong none is made for RetryAfter. A document that
// has become unusable counts as no answer: the one in use is still good. Nothing is renewed between requests: Lambda would
// freeze it halfway.
//
// Only AWSCURRENT is read, so that a pending key is nobody's. A key that is being replaced stays in its keyset until
// nothing made with it is alive, and a fresh one makes nothing before everybody must have read it: see package rotation,
// whose Store is Versions.
//
// It refuses a secret that is not text, and never shows what is in it.
package managersecrets

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/secrets"
)

const (
	// RetryAfter is how long nothing is asked of a store that did not answer.
	RetryAfter = 20 * time.Second
	// RenewAfter is how long nothing is asked for the sake of Renewed after any other request. What makes it ask is what
	// anybody can send: a token that names an unknown key.
	RenewAfter = 30 * time.Second

	fetchWithin = 4 * time.Second // ends a request to the store. It is shorter than any function's timeout
)

// levelFigure is above every LOG_LEVEL: an alarm reads the line, so that nobody may silence it.
const levelFigure = slog.LevelError + 4

// Config says which secret, and from where. All fields are required.
type Config struct {
	AWS    aws.Config
	ID     string // name or ARN
	Now    func() time.Time
	Logger *slog.Logger // hears how old the secret is, whatever its level, and of renewals that went wrong
}

// Source is a secrets.Renewer. Make it with Open.
type Source struct {
	client *secretsmanager.Client
	config Config

	mu      sync.Mutex
	set     secrets.Set
	read    time.Time     // when set was asked for
	asked   time.Time     // when the last request began, however it went
	failed  time.Time     // when the last request began, if it went wrong; zero otherwise
	renewal chan struct{} // closed when the request that is under way has ended; nil when none is
}

// Open reads the document for the first time.
func Open(ctx context.Context, config Config) (*Source, error) {
	s := &Source{client: secretsmanager.NewFromConfig(config.AWS), config: config}
	s.read = s.now()
	s.asked = s.read
	var err error
	if s.set, err = s.fetch(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// now is the time by the calendar: the clock that only runs forward may stand still while Lambda has frozen the environment, and
// a set would be taken for younger than it is.
func (s *Source) now() time.Time { return s.config.Now().Round(0) }

// Current implements secrets.Source.
func (s *Source) Current(ctx context.Context) (secrets.Set, error) { return s.get(ctx, false) }

// Renewed implements secrets.Renewer.
func (s *Source) Renewed(ctx context.Context) (secrets.Set, error) { return s.get(ctx, true) }

func (s *Source) get(ctx context.Context, forced bool) (secrets.Set, error) {
	for {
		set, age, renewal := s.look(forced) //nolint:contextcheck // a renewal belongs to no request
		switch {
		case renewal == nil && age < secrets.MaxStale:
			return set, nil
		case renewal == nil:
			return secrets.Set{}, errs.New(errs.Unavailable, "the secrets could not be renewed for too long")
		case age < secrets.MaxAge && !forced: // somebody else's renewal, which is forced
			return set, nil
		}
		select {
		case <-renewal: // look again: it has brought a new set, or is not tried again for a while
			forced = false
		case <-ctx.Done():
			if age < secrets.MaxStale {
				return set, nil
			}
			return secrets.Set{}, ctx.Err()
		}
	}
}

// look returns the set that is in force and its age, and the renewal that is under way, which it begins when one is due.
func (s *Source) look(forced bool) (set secrets.Set, age time.Duration, renewal <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	age = now.Sub(s.read)
	due := age >= secrets.MaxAge && (s.failed.IsZero() || now.Sub(s.failed) >= RetryAfter) ||
		forced && now.Sub(s.asked) >= RenewAfter
	if due && s.renewal == nil {
		s.asked = now
		s.renewal = make(chan struct{})
		go s.renew(now, s.renewal)
	}
	return s.set.At(now), age, s.renewal
}

// renew reads the document again. It belongs to no request: the one that began it may be over before it is. It is tried
// once, because that is what RetryAfter counts.
func (s *Source) renew(begun time.Time, done chan<- struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchWithin)
	defer cancel()
	set, err := s.fetch(ctx, func(o *secretsmanager.Options) { o.Retryer = aws.NopRetryer{} })
	if err != nil {
		s.config.Logger.WarnContext(ctx, "secrets not renewed", slog.String("cause", err.Error()))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.set, s.read, s.failed = set, begun, time.Time{}
	} else {
		// When it began, not when it ended: Lambda may have frozen the environment in between, and then nothing is known
		// of the store today.
		s.failed = begun
	}
	s.renewal = nil
	close(done)
}

func (s *Source) fetch(ctx context.Context, how ...func(*secretsmanager.Options)) (secrets.Set, error) {
	output, err := s.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &s.config.ID}, how...)
	if err != nil {
		return secrets.Set{}, fmt.Errorf("secrets: the secret that SECRETS_ID names cannot be read: %w", reason(err))
	}
	if output.SecretString == nil {
		return secrets.Set{}, errors.New("secrets: the secret that SECRETS_ID names is empty or binary: it must be text")
	}
	set, err := secrets.Parse([]byte(*output.SecretString))
	if err == nil && output.CreatedDate != nil {
		// An alarm reads this figure, so that nobody has to remember when the keys were last changed. Whoever edits anything else in
		// the document makes it a new one, and its keys no younger.
		made := *output.CreatedDate
		if rotated := set.Rotated(); !rotated.IsZero() && rotated.Before(made) {
			made = rotated
		}
		age := s.now().Sub(made)
		s.config.Logger.Log(ctx, levelFigure, "secrets read", slog.Float64("secretAgeDays", max(age.Hours()/24, 0)))
	}
	return set, err
}

// reason is what may be told of a failure. The service's messages quote the name that was asked for, and a secret may
// have been put there by mistake.
func reason(err error) error {
	switch e, ok := errors.AsType[smithy.APIError](err); {
	case ok:
		return errors.New(e.ErrorCode())
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	case errors.Is(err, context.Canceled):
		return context.Canceled
	}
	return errors.New("the store did not answer")
}
