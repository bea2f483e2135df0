// Package calibration keeps the sentiment settings of each tenant: the offsets that fit the engine to the tenant's own messages.
//
// Normal use: a Service where settings are read and changed, a Cache where messages are analysed one request after the other.
//
//	fitted, err := service.Calibrate(ctx, tenant, samples, calibration.Apply{Yes: true, Version: current.Version})
//	offsets, err := cache.Offsets(ctx, tenant)
//
// Every change makes a version and keeps the ones before, so that what was analysed with one can be told later. It refuses a
// change that does not name the version it changes, and to keep any of the messages that offsets were fitted to.
package calibration

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/priors"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
)

// Service works on the settings of all tenants. It is safe for concurrent use. Current and Get need the table alone.
type Service struct {
	Table table.Table
	Audit *audit.Log
	Now   func() time.Time
}

// Setting is a version of a tenant's settings. The zero value is that of a tenant that has never set anything.
type Setting struct {
	Version   int64             `json:"version" doc:"0 while nothing was ever set, one more with every change"`
	Offsets   sentiment.Offsets `json:"offsets" doc:"How much more often, in natural logarithms of odds, messages are of a label; all zero: the engine as it is"`
	Fitted    *priors.Report    `json:"fitted,omitempty" doc:"What the offsets were worth when they were fitted; absent for those set by hand"`
	UpdatedAt time.Time         `json:"updatedAt,omitzero"`
}

// Current returns the settings that hold.
func (s *Service) Current(ctx context.Context, tenant string) (Setting, error) {
	page, err := s.Table.Query(ctx, table.Query{Partition: partition(tenant), Reverse: true, Limit: 1})
	if err != nil {
		return Setting{}, fmt.Errorf("read sentiment settings: %w", err)
	}
	for _, item := range page.Items {
		return decode(item)
	}
	return Setting{}, nil
}

// Get returns the settings as they are with version 0, else as they were in that version. errs.NotFound when there was none.
func (s *Service) Get(ctx context.Context, tenant string, version int64) (Setting, error) {
	if version == 0 {
		return s.Current(ctx, tenant)
	}
	item, err := s.Table.Get(ctx, key(tenant, version))
	if errs.Is(err, errs.NotFound) {
		return Setting{}, errs.New(errs.NotFound, "the sentiment settings have no such version")
	}
	if err != nil {
		return Setting{}, fmt.Errorf("read version of sentiment settings: %w", err)
	}
	return decode(item)
}

func decode(item table.Item) (Setting, error) {
	var setting Setting
	if err := json.Unmarshal(item.Value, &setting); err != nil {
		return Setting{}, fmt.Errorf("decode sentiment settings: %w", err)
	}
	return setting, nil
}

// Put sets offsets by hand; those without any give the engine back as it is. Version is the one it changes. errs.Invalid for
// offsets out of bounds, errs.Conflict when the settings have another version.
func (s *Service) Put(ctx context.Context, tenant string, offsets sentiment.Offsets, version int64) (Setting, error) {
	if problems := offsets.Validate("offsets"); len(problems) > 0 {
		return Setting{}, errs.InvalidFields(problems...)
	}
	return s.save(ctx, audit.Event{Tenant: tenant, Operation: "putSentimentSettings"}, Setting{Offsets: offsets}, version)
}

// Apply says whether the result of a calibration becomes the tenant's setting, and which version that changes.
type Apply struct {
	Yes     bool
	Version int64
}

// Calibrate fits offsets to the samples and says what they are worth; the setting has version 0 unless they were to be
// applied. Errors are those of Put, and errs.Invalid for too few samples.
func (s *Service) Calibrate(ctx context.Context, tenant string, samples []priors.Sample, apply Apply) (Setting, error) {
	offsets, report, err := priors.Calibrate(samples)
	if err != nil {
		return Setting{}, err
	}
	event := audit.Event{Tenant: tenant, Operation: "calibrateSentiment"}
	fitted := Setting{Offsets: offsets, Fitted: &report}
	if apply.Yes {
		return s.save(ctx, event, fitted, apply.Version)
	}
	if _, err := s.Audit.Commit(ctx, event); err != nil {
		return Setting{}, fmt.Errorf("record calibration: %w", err)
	}
	return fitted, nil
}

var errChanged = errs.New(errs.Conflict, "the sentiment settings do not have this version; read them again")

// save puts the setting after the version that it changes. Two that change the same one put the same item, which only one can.
func (s *Service) save(ctx context.Context, event audit.Event, setting Setting, version int64) (Setting, error) {
	current, err := s.Current(ctx, event.Tenant)
	if err != nil {
		return Setting{}, err
	}
	if current.Version != version {
		return Setting{}, errChanged
	}
	setting.Version, setting.UpdatedAt = version+1, s.Now().UTC().Truncate(time.Millisecond)
	value, err := json.Marshal(setting)
	if err != nil {
		return Setting{}, fmt.Errorf("encode sentiment settings: %w", err)
	}
	_, err = s.Audit.Commit(ctx, event, table.Put(table.Item{Key: key(event.Tenant, setting.Version), Value: value}, table.Absent()))
	if errs.Is(err, errs.Conflict) {
		return Setting{}, errChanged
	}
	if err != nil {
		return Setting{}, fmt.Errorf("save sentiment settings: %w", err)
	}
	return setting, nil
}

// Every partition begins with the tenant, and no tenant's name holds the separator.
func partition(tenant string) string { return tenant + "#settings#sentiment" }

func key(tenant string, version int64) table.Key {
	return table.Key{Partition: partition(tenant), Sort: fmt.Sprintf("%019d", version)}
}
