// Package handler is the settings function: how the engines are set for a tenant's own messages.
//
// Normal use: New with the table. Offsets are fitted to labelled messages, looked at, and then applied; or set by hand.
//
// It refuses a change that does not name the version it changes, and keeps nothing of the messages that it was given.
package handler

import (
	"context"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/priors"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/workflow/calibration"
)

// Deps are what the function works on. All are required.
type Deps struct {
	Table table.Table
	Now   func() time.Time
	Audit *audit.Log // the one of the httpapi.Config
}

type handler struct{ calibration *calibration.Service }

// New binds the function's operations.
func New(deps Deps, config httpapi.Config) (*httpapi.API, error) {
	api, err := httpapi.New("settings", config)
	if err != nil {
		return nil, err
	}
	h := handler{&calibration.Service{Table: deps.Table, Audit: deps.Audit, Now: deps.Now}}
	httpapi.Bind(api, "getSentimentSettings", h.get)
	httpapi.Bind(api, "putSentimentSettings", h.put)
	httpapi.Bind(api, "calibrateSentiment", h.calibrate)
	return api, nil
}

type getInput struct {
	Version int64 `query:"version" minimum:"0" doc:"An earlier version; absent: the settings as they are"`
}

type settingOutput struct{ Body calibration.Setting }

func (h handler) get(ctx context.Context, in *getInput) (*settingOutput, error) {
	return answer(h.calibration.Get(ctx, auth.TenantFrom(ctx), in.Version))
}

func answer(setting calibration.Setting, err error) (*settingOutput, error) {
	if err != nil {
		return nil, err
	}
	return &settingOutput{setting}, nil
}

type putSettingsInput struct {
	Body struct {
		Version int64              `json:"version,omitempty" minimum:"0" doc:"The version that is changed; absent for the first change"`
		Offsets *sentiment.Offsets `json:"offsets,omitempty" doc:"Absent: the engine as it is"`
	}
}

func (h handler) put(ctx context.Context, in *putSettingsInput) (*settingOutput, error) {
	var offsets sentiment.Offsets
	if in.Body.Offsets != nil {
		offsets = *in.Body.Offsets
	}
	return answer(h.calibration.Put(ctx, auth.TenantFrom(ctx), offsets, in.Body.Version))
}

type calibrateInput struct {
	Body struct {
		Messages []labelled `json:"messages" minItems:"50" maxItems:"2000" doc:"Messages as your customers write them, drawn at random: how often each label occurs is what is learnt"`
		Apply    bool       `json:"apply,omitempty" doc:"Make the offsets the tenant's setting"`
		Version  int64      `json:"version,omitempty" minimum:"0" doc:"With apply: the version that is changed; absent for the first change"`
	}
}

type labelled struct {
	Text  string          `json:"text" minLength:"1"`
	Label sentiment.Label `json:"label" enum:"POSITIVE,NEGATIVE,NEUTRAL,MIXED"`
}

type calibrateOutput struct {
	Body struct {
		Offsets sentiment.Offsets `json:"offsets"`
		Fitted  *priors.Report    `json:"fitted" doc:"What the offsets are worth"`
		Version int64             `json:"version,omitzero" doc:"Of the settings that they have become; absent unless they were applied"`
	}
}

func (h handler) calibrate(ctx context.Context, in *calibrateInput) (*calibrateOutput, error) {
	var reader priors.Reader
	samples := make([]priors.Sample, len(in.Body.Messages))
	for i, m := range in.Body.Messages {
		samples[i] = reader.Read(m.Text, m.Label)
	}
	setting, err := h.calibration.Calibrate(ctx, auth.TenantFrom(ctx), samples, calibration.Apply{Yes: in.Body.Apply, Version: in.Body.Version})
	if err != nil {
		return nil, err
	}
	out := &calibrateOutput{}
	out.Body.Offsets, out.Body.Fitted, out.Body.Version = setting.Offsets, setting.Fitted, setting.Version
	return out, nil
}
