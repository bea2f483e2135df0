// Package coldstart turns the environment of a Lambda function into what its main puts together, before the first poll.
//
// Normal use, and all that a main does besides naming its adapters:
//
//	start := coldstart.New("split-batch", os.LookupEnv)
//	h := handler.New(handler.Deps{Table: dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now), …})
//	if err := start.Queue(h.Handle); err != nil { os.Exit(1) } // returns only when it cannot start
//
// Functions behind the gateway use package httpstart for the last step. What is wrong on the way, be it a setting, the
// configuration of AWS or the secrets, is collected and becomes one line that names every problem and no value.
//
// In development a missing setting is one warning, and a stand-in takes its place; without SECRETS_ID the secrets come
// from the environment, or are made.
//
// It refuses to serve with anything missing or with a name that cannot be one, and to hand out settings that the manifest does
// not give to the function.
package coldstart

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/customerai/customerai/shared/edge/awsconfig"
	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/edge/lambdalog"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
)

// Start is a function that is starting. Its fields are ready for use, but what they are used for may only begin with the
// last step, which looks at the problems.
type Start struct {
	Stage    env.Stage
	Logger   *slog.Logger
	Now      func() time.Time
	AWS      aws.Config
	Secrets  secrets.Renewer
	Settings *env.Reader // for settings that are more than a name; see Setting for the others

	function manifest.Function
	reading  *reading // nil when the secrets were there at once
	problems []error
}

// New reads what every function needs: stage, logger, AWS and secrets. The logger becomes the process's.
func New(function string, lookup env.Lookup) *Start {
	level := env.NewReader(lookup).LogLevel("LOG_LEVEL") // needed before anything can be told; read again with the others
	logger := lambdalog.New(level)
	slog.SetDefault(logger)
	return begin(function, lookup, logger)
}

func begin(function string, lookup env.Lookup, logger *slog.Logger) *Start {
	s := &Start{Logger: logger, Now: time.Now}
	s.Stage = env.NewReader(lookup).Stage("ENVIRONMENT")
	if s.Stage == env.Development {
		lookup = standIns(lookup, logger)
	}
	s.Settings = env.NewReader(lookup)
	s.AWS = awsconfig.Read(s.Settings, lookup)
	s.openSecrets(lookup)
	s.Settings.LogLevel("LOG_LEVEL")
	var known bool
	if s.function, known = manifest.Find(function); !known {
		s.problems = append(s.problems, fmt.Errorf("the manifest has no function %s", function))
	}
	return s
}

// Setting returns a setting that must be there, such as the name of a table.
func (s *Start) Setting(name string) string {
	if !slices.Contains(s.function.Env, name) {
		s.problems = append(s.problems, fmt.Errorf("the manifest does not give %s to %s", name, s.function.Name))
	}
	return s.name(name)
}

// name reads the name of something that is not this process's.
func (s *Start) name(setting string) string {
	value := s.Settings.String(setting)
	if problem := flaw(setting, value); problem != "" {
		s.Settings.Problem(setting, problem)
	}
	return value
}

// Keeps returns how long a kind of data is kept: what its setting says, or what holds where nobody sets it.
func (s *Start) Keeps(kind manifest.Retention) time.Duration {
	return time.Duration(s.Settings.Int(kind.Setting, kind.Days, 1, manifest.MaxRetentionDays)) * 24 * time.Hour
}

func (s *Start) openSecrets(lookup env.Lookup) {
	var err error
	if s.Stage == env.Development && s.Settings.Optional("SECRETS_ID", "") == "" {
		var made []secrets.Problem
		s.Secrets, made, err = envsecrets.New(s.Stage, lookup)
		for _, problem := range made {
			s.Logger.Warn("made a development secret", slog.String("setting", problem.Setting), slog.String("problem", problem.Message))
		}
	} else if id := s.name("SECRETS_ID"); s.Settings.Err() == nil {
		s.reading = read(managersecrets.Config{AWS: s.AWS, ID: id, Now: s.Now, Logger: s.Logger})
		s.Secrets = s.reading
	}
	if err != nil {
		s.problems = append(s.problems, err)
	}
}

// Ready waits for the secrets. It returns nil, or logs and returns one error that names everything that keeps the function
// from starting. More is what went wrong after New; it is told only when nothing that could have caused it is.
func (s *Start) Ready(more error) error {
	problems := slices.Clone(s.problems)
	if s.reading != nil {
		if err := s.reading.wait(); err != nil {
			problems = append(problems, err)
		}
	}
	if err := s.Settings.Err(); err != nil {
		problems = slices.Insert(problems, 0, err)
	}
	if len(problems) == 0 && more != nil {
		problems = append(problems, more)
	}
	if len(problems) == 0 {
		return nil
	}
	err := fmt.Errorf("start %s: %s", s.function.Name, strings.ReplaceAll(errors.Join(problems...).Error(), "\n", "; "))
	s.Logger.Error("the function does not start", slog.String("cause", err.Error()))
	return err
}

// Queue serves the messages of a queue. It returns only when the function cannot start.
func (s *Start) Queue(handle func(ctx context.Context, body string) error) error {
	return serve(s, lambdaevent.SQS(s.Logger, handle))
}

// Schedule serves the clock: handle is given the time that was scheduled. It returns only when the function cannot start.
func (s *Start) Schedule(handle func(ctx context.Context, scheduled time.Time) error) error {
	return serve(s, lambdaevent.Schedule(s.Logger, handle))
}

// Invoke serves invocations of any other kind, each with a context that ends in time to answer. It returns only when the
// function cannot start.
func Invoke[E, R any](s *Start, handle func(context.Context, E) (R, error)) error {
	return serve(s, lambdaevent.InTime(handle))
}

func serve[E, R any](s *Start, handle func(context.Context, E) (R, error)) error {
	if err := s.Ready(nil); err != nil {
		return err
	}
	lambdaevent.Start(handle)
	return nil
}

// CheckSecrets reports whether the secrets can be used; the check of a readiness probe.
func (s *Start) CheckSecrets(ctx context.Context) error {
	_, err := s.Secrets.Current(ctx)
	return err
}
