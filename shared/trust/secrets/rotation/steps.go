package rotation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Step is one of the steps that Secrets Manager asks for, in this order. Each may be asked for again.
type Step string

// The four steps, in Secrets Manager's words.
const (
	Create Step = "createSecret"
	Set    Step = "setSecret"
	Test   Step = "testSecret"
	Finish Step = "finishSecret"
)

// Staging labels that Secrets Manager gives to versions.
const (
	LabelCurrent  = "AWSCURRENT"
	LabelPrevious = "AWSPREVIOUS"
	LabelPending  = "AWSPENDING"
)

// Store keeps the versions of one secret. Every method returns errs.Unavailable when the store does not answer.
type Store interface {
	// Labels returns the staging labels of a version; none when there is no such version.
	Labels(ctx context.Context, version string) ([]string, error)
	// Read returns the document of a version and that version's id; "" reads the one in force. It returns errs.NotFound
	// when nothing has been put there.
	Read(ctx context.Context, version string) (document []byte, id string, err error)
	// Put fills an empty version that is pending.
	Put(ctx context.Context, version string, document []byte) error
	// Promote puts a version in force instead of another, or returns errs.Conflict when that one is not in force.
	Promote(ctx context.Context, version, instead string) error
	// Abandon takes its label from a pending version. It never changes what is in force.
	Abandon(ctx context.Context, version string) error
}

// Rotator takes the steps. Nothing but the last of them changes what is in force, and that is one call that has happened
// or has not.
type Rotator struct {
	Store Store
	Now   func() time.Time
}

// Step takes one step of the rotation to the version of that id. What a repeat of a step finds done stays as it is.
//
// The store's errors mean: ask again. errs.Conflict means that this version will never be in force; then its label is
// taken from it, so that the next rotation begins anew.
func (r Rotator) Step(ctx context.Context, step Step, version string) error {
	if !slices.Contains([]Step{Create, Set, Test, Finish}, step) {
		return errs.New(errs.Invalid, "there is no such step of a rotation")
	}
	labels, err := r.Store.Labels(ctx, version)
	switch {
	case err != nil:
		return fmt.Errorf("read the labels of the version: %w", err)
	case slices.Contains(labels, LabelCurrent), slices.Contains(labels, LabelPrevious):
		return nil // a late repeat: this rotation has finished
	case !slices.Contains(labels, LabelPending):
		return errs.New(errs.Conflict, "the version is not pending: its rotation was given up, or never begun")
	}
	err = r.take(ctx, step, version)
	if errs.Is(err, errs.Conflict) {
		err = errors.Join(err, r.Store.Abandon(ctx, version))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", step, err)
	}
	return nil
}

func (r Rotator) take(ctx context.Context, step Step, version string) error {
	text, inForce, err := r.Store.Read(ctx, "")
	if err != nil {
		return fmt.Errorf("read the document in force: %w", err)
	}
	current, err := secrets.ParseDocument(text)
	if err != nil {
		return errs.Wrap(errs.Conflict, "the document in force cannot be rotated", err)
	}
	text, _, err = r.Store.Read(ctx, version)
	if step == Create {
		return r.create(ctx, version, current, err)
	}
	if err != nil {
		return fmt.Errorf("read the pending document: %w", err)
	}
	if step == Set {
		return nil // no other system keeps these keys
	}
	if err := r.test(current, text); err != nil {
		return errs.Wrap(errs.Conflict, "the pending document is given up", err)
	}
	if step == Finish {
		return r.finish(ctx, version, inForce)
	}
	return nil
}

func (r Rotator) finish(ctx context.Context, version, instead string) error {
	err := r.Store.Promote(ctx, version, instead)
	if !errs.Is(err, errs.Conflict) {
		return err
	}
	// A repeat inside the client finds its own work done.
	if labels, errLabels := r.Store.Labels(ctx, version); errLabels != nil || slices.Contains(labels, LabelCurrent) {
		return errLabels
	}
	return errs.Wrap(errs.Conflict, "the pending document is given up", err)
}

// create fills the version, unless that was done before.
func (r Rotator) create(ctx context.Context, version string, current secrets.Document, found error) error {
	if !errs.Is(found, errs.NotFound) {
		return found
	}
	now := r.Now()
	next, err := Next(current, now.Add(Delay), now)
	if err != nil {
		return errs.Wrap(errs.Conflict, "there is no next document", err)
	}
	if err := Prove(current, next, now); err != nil {
		return errs.Wrap(errs.Conflict, "the next document does not work", err)
	}
	text, err := next.JSON()
	if err != nil {
		return errs.Wrap(errs.Conflict, "the next document cannot be written", err)
	}
	if len(text) > secrets.MaxDocument {
		return errs.New(errs.Conflict, "the next document would be larger than a secret may be: drop encryption keys that have nothing left to open")
	}
	return r.Store.Put(ctx, version, text)
}

// test proves the pending document, and that there is time left to put it in force.
func (r Rotator) test(current secrets.Document, text []byte) error {
	pending, err := secrets.ParseDocument(text)
	if err != nil {
		return err
	}
	now := r.Now()
	if err := Prove(current, pending, now); err != nil {
		return err
	}
	if schedule, _ := pending.Schedule(); now.After(schedule.Effective.Add(FinishWithin - Delay)) {
		return errors.New("it was made too long ago: its keys would make before everybody has them")
	}
	return nil
}
