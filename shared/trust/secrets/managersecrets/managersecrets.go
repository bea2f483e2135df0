// Package managersecrets is the Source of secrets on AWS: one secret of Secrets Manager that holds the whole document.
//
// Normal use, at cold start, before the first invocation:
//
//	source, err := managersecrets.Open(ctx, managersecrets.Config{AWS: config, ID: id, Now: time.Now, Logger: logger})
//
// Open reads the document; its error names every problem. From then on Current seldom waits:
//
//	age of the set         Current
//	below RefreshAfter     gives it
//	below MaxAge           gives it, and renews it in the background
//	below MaxStale         renews it first; gives it when the store does not answer
//	from MaxStale on       renews it first; errs.Unavailable when the store does not answer
//
// However many ask, one request is under way, and after one that went wrong none is made for RetryAfter. A document that
// has become unusable counts as no answer: the one in use is still good.
//
// Only AWSCURRENT is read. A key that is being replaced stays in its keyset until nothing made with it is alive, so that
// the current document alone verifies and opens everything that the previous one did.
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

// The life of a set that was read.
const (
	RefreshAfter = 4 * time.Minute
	MaxAge       = 300 * time.Second
	MaxStale     = time.Hour
	RetryAfter   = 20 * time.Second
)

// fetchWithin ends a request to the store. It is shorter than any function's timeout.
const fetchWithin = 4 * time.Second

// Config says which secret, and from where. All fields are required.
type Config struct {
	AWS    aws.Config
	ID     string // name or ARN
	Now    func() time.Time
	Logger *slog.Logger // hears how old the secret is, and of renewals that went wrong, which no caller may be there to hear of
}

// Source is a secrets.Source. Make it with Open.
type Source struct {
	client *secretsmanager.Client
	config Config

	mu      sync.Mutex
	set     secrets.Set
	read    time.Time     // when set was asked for
	failed  time.Time     // when a renewal began that went wrong; zero after one that did not
	renewal chan struct{} // closed when the renewal that is under way has ended; nil when none is
}

// Open reads the document for the first time.
func Open(ctx context.Context, config Config) (*Source, error) {
	s := &Source{client: secretsmanager.NewFromConfig(config.AWS), config: config}
	s.read = config.Now()
	var err error
	if s.set, err = s.fetch(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Current implements secrets.Source.
func (s *Source) Current(ctx context.Context) (secrets.Set, error) {
	for {
		set, age, renewal := s.look() //nolint:contextcheck // a renewal belongs to no request
		switch {
		case age < MaxAge, age < MaxStale && renewal == nil:
			return set, nil
		case renewal == nil:
			return secrets.Set{}, errs.New(errs.Unavailable, "the secrets could not be renewed for too long")
		}
		select {
		case <-renewal: // look again: it has brought a new set, or is not tried again for a while
		case <-ctx.Done():
			if age < MaxStale {
				return set, nil
			}
			return secrets.Set{}, ctx.Err()
		}
	}
}

// look returns the set and its age, and the renewal that is under way, which it begins when it is time for one.
func (s *Source) look() (set secrets.Set, age time.Duration, renewal <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	age = now.Sub(s.read)
	due := age >= RefreshAfter && (s.failed.IsZero() || now.Sub(s.failed) >= RetryAfter)
	if due && s.renewal == nil {
		s.renewal = make(chan struct{})
		go s.renew(now, s.renewal)
	}
	return s.set, age, s.renewal
}

// renew reads the document again. It belongs to no request: the one that began it may be over before it is.
func (s *Source) renew(begun time.Time, done chan<- struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchWithin)
	defer cancel()
	set, err := s.fetch(ctx)
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

func (s *Source) fetch(ctx context.Context) (secrets.Set, error) {
	output, err := s.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &s.config.ID})
	if err != nil {
		return secrets.Set{}, fmt.Errorf("secrets: the secret that SECRETS_ID names cannot be read: %w", reason(err))
	}
	if output.SecretString == nil {
		return secrets.Set{}, errors.New("secrets: the secret that SECRETS_ID names is empty or binary: it must be text")
	}
	set, err := secrets.Parse([]byte(*output.SecretString))
	if err == nil && output.CreatedDate != nil {
		// An alarm reads this figure, so that nobody has to remember when the keys were last changed.
		age := s.config.Now().Sub(*output.CreatedDate)
		s.config.Logger.InfoContext(ctx, "secrets read", slog.Float64("secretAgeDays", max(age.Hours()/24, 0)))
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
