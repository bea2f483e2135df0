package rotation_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
	"github.com/customerai/customerai/shared/trust/secrets/rotation"
)

var steps = []rotation.Step{rotation.Create, rotation.Set, rotation.Test, rotation.Finish}

// bench is a secret in a store, its rotator and a clock.
type bench struct {
	*secretstore.Store
	rotator rotation.Rotator
	clock   *time.Time
}

func textOf(t testing.TB, document secrets.Document) string {
	t.Helper()
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func newBench(t *testing.T, document secrets.Document) bench {
	t.Helper()
	at := now
	clock := func() time.Time { return at }
	store := secretstore.New(clock, textOf(t, document))
	config := emulators.Nowhere(t)
	config.HTTPClient, config.Retryer = store, func() aws.Retryer { return aws.NopRetryer{} }
	return bench{store, rotation.Rotator{Store: managersecrets.OpenVersions(config, "bundle"), Now: clock}, &at}
}

func (b bench) wantInForce(t *testing.T, want string) {
	t.Helper()
	if _, id := b.Document(rotation.LabelCurrent); id != want {
		t.Errorf("%s is in force, want %s", id, want)
	}
}

func TestTheFourStepsPutAFreshDocumentInForceAndMayAllBeRepeated(t *testing.T) {
	b := newBench(t, generated(t))
	b.Begin("token")
	var made string
	for i, step := range steps {
		for range 3 {
			if err := b.rotator.Step(t.Context(), step, "token"); err != nil {
				t.Fatalf("%s: %v", step, err)
			}
			label := rotation.LabelPending
			if step == rotation.Finish {
				label = rotation.LabelCurrent
			}
			text, id := b.Document(label)
			if made == "" {
				made = text
			}
			if id != "token" || text != made {
				t.Errorf("%s: the document that step 1 has made is not %s, or another one", step, label)
			}
		}
		if i < len(steps)-1 {
			b.wantInForce(t, "first")
		}
	}
	b.wantInForce(t, "token")
	for _, step := range steps { // late repeats, also after the next rotation
		if err := b.rotator.Step(t.Context(), step, "token"); err != nil {
			t.Errorf("%s again: %v", step, err)
		}
	}
	if got := b.Calls("PutSecretValue"); got != 1 {
		t.Errorf("%d documents were made, want one", got)
	}
}

// Every call to the store is the last one of an invocation once, before it is made and after; then Lambda repeats the step.
func TestACrashAnywhereLeavesTheDocumentInForceOrTheNextOneAndARepeatGoesOn(t *testing.T) {
	document := generated(t)
	for name, fault := range map[string]wire.Fault{
		"before": wire.Never, "after": wire.Lost, "throttled": wire.Refuse(http.StatusBadRequest, "ThrottlingException"),
	} {
		crashes := 0
		for at := 1; at <= 1+crashes; at++ { // as long as there was a call to crash at
			b := newBench(t, document)
			b.Begin("token")
			calls := 0
			b.Fault = func(string) wire.Fault {
				if calls++; calls == at {
					crashes++
					return fault
				}
				return wire.Through
			}
			for _, step := range steps {
				err := b.rotator.Step(t.Context(), step, "token")
				if err != nil {
					if errs.Is(err, errs.Conflict) {
						t.Errorf("%s call %d: %s gives the version up: %v", name, at, step, err)
					}
					err = b.rotator.Step(t.Context(), step, "token")
				}
				if err != nil {
					t.Errorf("%s call %d: %s repeated: %v", name, at, step, err)
				}
			}
			b.wantInForce(t, "token")
		}
		if crashes < 10 {
			t.Errorf("%s: %d crashes, want one at every call of four steps", name, crashes)
		}
	}
}

func TestAClientThatRepeatsALostPromotionFindsItsOwnWorkDone(t *testing.T) {
	b := newBench(t, generated(t))
	config := emulators.Nowhere(t)
	config.HTTPClient = b.Store // with the SDK's own retries
	b.rotator.Store = managersecrets.OpenVersions(config, "bundle")
	b.Begin("token")
	b.Fault = func(action string) wire.Fault {
		if action == "UpdateSecretVersionStage" {
			b.Fault = nil
			return wire.Lost
		}
		return wire.Through
	}
	for _, step := range steps {
		if err := b.rotator.Step(t.Context(), step, "token"); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
	}
	b.wantInForce(t, "token")
	if got := b.Calls("UpdateSecretVersionStage"); got != 2 {
		t.Errorf("%d promotions, want one that was lost and one that finds it done", got)
	}
}

func TestAVersionThatMustNotBecomeCurrentIsGivenUpSoThatTheNextRotationBeginsAnew(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, b bench) // after the first step
		step  rotation.Step
	}{
		"an operator puts another document meanwhile": {func(t *testing.T, b bench) {
			t.Helper()
			b.PutByHand("hand", textOf(t, generated(t)))
		}, rotation.Test},
		"an operator adds a client meanwhile": {func(t *testing.T, b bench) {
			t.Helper()
			text, _ := b.Document(rotation.LabelCurrent)
			b.PutByHand("hand", strings.Replace(text, `"tenant": "main"`, `"tenant": "rival"`, 1))
		}, rotation.Finish},
		"it was made too long ago": {func(_ *testing.T, b bench) { *b.clock = now.Add(rotation.FinishWithin + 1) }, rotation.Finish},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, generated(t))
			b.Begin("token")
			if err := b.rotator.Step(t.Context(), rotation.Create, "token"); err != nil {
				t.Fatal(err)
			}
			c.spoil(t, b)
			_, inForce := b.Document(rotation.LabelCurrent)
			if err := b.rotator.Step(t.Context(), c.step, "token"); !errs.Is(err, errs.Conflict) {
				t.Errorf("%s: got %v, want a conflict", c.step, err)
			}
			b.wantInForce(t, inForce)
			if err := b.rotator.Step(t.Context(), rotation.Finish, "token"); !errs.Is(err, errs.Conflict) {
				t.Errorf("%s of a version that was given up: got %v, want a conflict", rotation.Finish, err)
			}
			if !b.Begin("another") {
				t.Fatal("the next rotation cannot begin")
			}
			for _, step := range steps {
				if err := b.rotator.Step(t.Context(), step, "another"); err != nil {
					t.Errorf("the next rotation: %s: %v", step, err)
				}
			}
			b.wantInForce(t, "another")
		})
	}
}

// The document in force is replaced after it was read and before the label moves: the store compares.
func TestAnOperatorWhoIsInTheMiddleOfTheLastStepWins(t *testing.T) {
	b := newBench(t, generated(t))
	b.Begin("token")
	for _, step := range steps[:3] {
		if err := b.rotator.Step(t.Context(), step, "token"); err != nil {
			t.Fatal(err)
		}
	}
	hand := textOf(t, generated(t))
	b.rotator.Store = interrupted{b.rotator.Store, func() { b.PutByHand("hand", hand) }}
	if err := b.rotator.Step(t.Context(), rotation.Finish, "token"); !errs.Is(err, errs.Conflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	b.wantInForce(t, "hand")
}

type interrupted struct {
	rotation.Store
	by func()
}

func (i interrupted) Promote(ctx context.Context, version, instead string) error {
	i.by()
	return i.Store.Promote(ctx, version, instead)
}

func TestWhatNobodyBeganOrCannotBeRotatedChangesNothing(t *testing.T) {
	bad := generated(t)
	delete(bad, secrets.PseudonymKey)
	for name, c := range map[string]struct {
		document secrets.Document
		step     rotation.Step
		version  string
		code     errs.Code
	}{
		"a step that is none":              {generated(t), "dropSecret", "token", errs.Invalid},
		"a version that is none":           {generated(t), rotation.Create, "none", errs.Conflict},
		"a version that is empty":          {generated(t), rotation.Test, "token", errs.NotFound},
		"a document with a problem":        {bad, rotation.Create, "token", errs.Conflict},
		"a rotation that has not settled":  {next(t, generated(t), now), rotation.Create, "token", errs.Conflict},
		"a document that would grow large": {large(t), rotation.Create, "token", errs.Conflict},
	} {
		b := newBench(t, c.document)
		b.Begin("token")
		if err := b.rotator.Step(t.Context(), c.step, c.version); errs.CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
		b.wantInForce(t, "first")
		if got := b.Calls("PutSecretValue"); got != 0 {
			t.Errorf("%s: %d documents were made", name, got)
		}
	}
	b := newBench(t, secrets.Document{})
	b.PutByHand("hand", "hunter2")
	b.Begin("token")
	if err := b.rotator.Step(t.Context(), rotation.Create, "token"); !errs.Is(err, errs.Conflict) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("what is no document: got %v, want a conflict and no value", err)
	}
}

func large(t *testing.T) secrets.Document {
	document := generated(t)
	document["OTHER"] = []byte(`"` + strings.Repeat("x", secrets.MaxDocument-len(textOf(t, document))-100) + `"`)
	return document
}
