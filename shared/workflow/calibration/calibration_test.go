package calibration_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/priors"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/frozen"
	"github.com/customerai/customerai/shared/testkit/rivals"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/workflow/calibration"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func newService(t *testing.T) *calibration.Service {
	t.Helper()
	stored := memtable.New(noon)
	return &calibration.Service{Table: stored, Audit: audittest.New(t, stored, noon), Now: noon}
}

// neutral are samples of a customer to whom most messages are neutral, read by an engine that finds them even.
func neutral(n int) []priors.Sample {
	samples := make([]priors.Sample, n)
	for i := range samples {
		samples[i] = priors.Sample{Label: sentiment.Neutral, Scores: sentiment.Scores{Positive: 0.4, Negative: 0.3, Neutral: 0.3}}
		if i%10 == 0 {
			samples[i] = priors.Sample{Label: sentiment.Negative, Scores: sentiment.Scores{Positive: 0.1, Negative: 0.8, Neutral: 0.1}}
		}
	}
	return samples
}

func mustPut(t *testing.T, s *calibration.Service, tenant string, offsets sentiment.Offsets, version int64) calibration.Setting {
	t.Helper()
	setting, err := s.Put(t.Context(), tenant, offsets, version)
	if err != nil {
		t.Fatal(err)
	}
	return setting
}

func TestNothingIsSetUntilSomebodySetsIt(t *testing.T) {
	got, err := newService(t).Current(t.Context(), "main")
	if err != nil || got != (calibration.Setting{}) {
		t.Errorf("got %+v, %v, want version 0 and no offsets", got, err)
	}
}

func TestEveryChangeMakesAVersionAndKeepsTheOnesBefore(t *testing.T) {
	s := newService(t)
	for version := range int64(11) { // beyond one digit, in which order 10 would come before 2
		saved := mustPut(t, s, "main", sentiment.Offsets{Neutral: float64(version) / 10}, version)
		if saved.Version != version+1 || !saved.UpdatedAt.Equal(noon()) {
			t.Errorf("got version %d of %v, want %d of noon", saved.Version, saved.UpdatedAt, version+1)
		}
	}
	for version, want := range map[int64]float64{0: 1, 1: 0, 3: 0.2, 11: 1} {
		got, err := s.Get(t.Context(), "main", version)
		if err != nil || got.Offsets.Neutral != want {
			t.Errorf("version %d: got %+v, %v, want neutral at %v", version, got, err, want)
		}
	}
	if _, err := s.Get(t.Context(), "main", 12); !errs.Is(err, errs.NotFound) {
		t.Errorf("version 12: got %v, want not found", err)
	}
}

func TestAChangeNamesTheVersionItChanges(t *testing.T) {
	s := newService(t)
	mustPut(t, s, "main", sentiment.Offsets{Neutral: 1}, 0)
	for _, version := range []int64{0, 2} {
		if _, err := s.Put(t.Context(), "main", sentiment.Offsets{}, version); !errs.Is(err, errs.Conflict) {
			t.Errorf("put over version %d: got %v, want a conflict", version, err)
		}
		if _, err := s.Calibrate(t.Context(), "main", neutral(60), calibration.Apply{Yes: true, Version: version}); !errs.Is(err, errs.Conflict) {
			t.Errorf("calibrate over version %d: got %v, want a conflict", version, err)
		}
	}
}

func TestOfManyWritersOfOneVersionOneSucceeds(t *testing.T) {
	s := newService(t)
	rivals.OneSucceeds(t, func() error {
		_, err := s.Put(t.Context(), "main", sentiment.Offsets{Neutral: 1}, 0)
		return err
	})
}

func TestACalibrationIsShownFirstAndAppliedWhenAsked(t *testing.T) {
	s := newService(t)
	shown, err := s.Calibrate(t.Context(), "main", neutral(100), calibration.Apply{})
	if err != nil || shown.Version != 0 || shown.Offsets.Neutral <= 0 || shown.Fitted.After.Accuracy <= shown.Fitted.Before.Accuracy {
		t.Fatalf("got %+v, %v, want offsets that help and are not applied", shown, err)
	}
	if held, err := s.Current(t.Context(), "main"); err != nil || held.Version != 0 {
		t.Errorf("the setting is %+v, %v, want none yet", held, err)
	}
	applied, err := s.Calibrate(t.Context(), "main", neutral(100), calibration.Apply{Yes: true})
	if err != nil || applied.Version != 1 || applied.Offsets != shown.Offsets {
		t.Fatalf("got %+v, %v, want version 1 with the offsets that were shown", applied, err)
	}
	held, err := s.Current(t.Context(), "main")
	if err != nil || held.Offsets != applied.Offsets || held.Fitted.Rows != 100 || held.Fitted.After.Accuracy != applied.Fitted.After.Accuracy {
		t.Errorf("the setting is %+v, %v, want what was applied, with its report", held, err)
	}
	if reset := mustPut(t, s, "main", sentiment.Offsets{}, 1); reset.Fitted != nil || reset.Offsets != (sentiment.Offsets{}) {
		t.Errorf("got %+v, want nothing left of the calibration", reset)
	}
}

func TestWhatIsNoCalibrationIsRefused(t *testing.T) {
	s := newService(t)
	if _, err := s.Calibrate(t.Context(), "main", neutral(priors.Fewest-1), calibration.Apply{Yes: true}); !errs.Is(err, errs.Invalid) {
		t.Errorf("too few samples: got %v, want invalid", err)
	}
	_, err := s.Put(t.Context(), "main", sentiment.Offsets{Mixed: 11}, 0)
	if fields := errs.Public(err).Fields; !errs.Is(err, errs.Invalid) || len(fields) != 1 || fields[0].Path != "offsets.mixed" {
		t.Errorf("an offset of 11: got %v, want the field", err)
	}
}

func TestEveryChangeIsInTheTenantsChain(t *testing.T) {
	s := newService(t)
	mustPut(t, s, "main", sentiment.Offsets{Neutral: 1}, 0)
	ctx := s.Audit.Begin(t.Context(), "main", "somebody", "calibrateSentiment", "", "request-0001")
	if _, err := s.Calibrate(ctx, "main", neutral(60), calibration.Apply{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range audittest.Records(t, s.Audit, "main") {
		got = append(got, r.Operation)
	}
	if want := "putSentimentSettings calibrateSentiment"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestACacheAsksAgainAfterItsLifetimeAndKeepsTenantsApart(t *testing.T) {
	s := newService(t)
	now := noon()
	cache := calibration.NewCache(s.Table, func() time.Time { return now }, time.Minute)
	want := func(tenant string, neutral float64) {
		t.Helper()
		got, err := cache.Offsets(t.Context(), tenant)
		if err != nil || got.Neutral != neutral {
			t.Errorf("%s: got %+v, %v, want neutral at %v", tenant, got, err, neutral)
		}
	}
	want("main", 0)
	mustPut(t, s, "main", sentiment.Offsets{Neutral: 1}, 0)
	want("main", 0)
	now = now.Add(time.Minute)
	want("main", 1)
	want("other", 0)
	want("main", 1)
	mustPut(t, s, "main", sentiment.Offsets{Neutral: 2}, 1)
	cache = calibration.NewCache(s.Table, noon, 0)
	want("main", 2)
	mustPut(t, s, "main", sentiment.Offsets{Neutral: 3}, 2)
	want("main", 3)
}

func TestACacheCountsItsLifetimeByTheCalendar(t *testing.T) {
	s, clock := newService(t), frozen.New()
	cache := calibration.NewCache(s.Table, clock.Now, time.Minute)
	for version, want := range []float64{0.1, 0.2} {
		mustPut(t, s, "main", sentiment.Offsets{Neutral: want}, int64(version))
		if got, err := cache.Offsets(t.Context(), "main"); err != nil || got.Neutral != want {
			t.Errorf("got %+v, %v, want neutral at %v", got, err, want)
		}
		clock.Freeze(time.Minute)
	}
}

func TestACacheSaysThatTheTableDoesNotAnswer(t *testing.T) {
	stored := memtable.New(noon)
	key := table.Key{Partition: "main#settings#sentiment", Sort: "0000000000000000001"}
	if err := stored.Put(t.Context(), table.Item{Key: key, Value: []byte("damaged")}, table.Absent()); err != nil {
		t.Fatal(err)
	}
	if _, err := calibration.NewCache(stored, noon, time.Minute).Offsets(t.Context(), "main"); err == nil {
		t.Error("got no error of a setting that cannot be read")
	}
}

func TestASettingIsKeptWithoutAMessage(t *testing.T) {
	s := newService(t)
	var reader priors.Reader
	samples := neutral(60)
	samples[0] = reader.Read("my secret words", sentiment.Neutral)
	setting, err := s.Calibrate(t.Context(), "main", samples, calibration.Apply{Yes: true})
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := json.Marshal(setting); err != nil || strings.Contains(string(kept), "secret") {
		t.Errorf("kept %s, %v, want numbers only", kept, err)
	}
}
