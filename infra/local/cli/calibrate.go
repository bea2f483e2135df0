package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/priors"
	"github.com/customerai/customerai/shared/workflow/calibration"
)

// calibrate fits the engine's priors to a file of labelled messages and shows what that is worth on messages that it was not
// fitted to.
func calibrate(ctx context.Context, p Process, args []string) error {
	var out, folder string
	var apply bool
	files, err := p.parse("calibrate", args, func(flags *flag.FlagSet) {
		flags.StringVar(&out, "out", "", "file for the offsets, as JSON")
		flags.BoolVar(&apply, "apply", false, "make the offsets the setting of the folder, for requests and for files dropped in")
		flags.StringVar(&folder, "data", dataFolder, "with -apply: folder of the store")
	})
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return errors.New("calibrate: name one CSV file with the columns text and label")
	}
	samples, err := readSamples(ctx, files[0])
	if err != nil {
		return fmt.Errorf("calibrate %s: %w", files[0], err)
	}
	offsets, report, err := priors.Calibrate(samples)
	if err != nil {
		return fmt.Errorf("calibrate %s: %w", files[0], err)
	}
	p.sayGain(report)
	encoded, err := json.Marshal(offsets)
	if err != nil {
		return fmt.Errorf("encode offsets: %w", err)
	}
	p.say("\noffsets " + string(encoded))
	if out != "" {
		if err := os.WriteFile(out, append(encoded, '\n'), 0o600); err != nil {
			return fmt.Errorf("write offsets: %w", err)
		}
		p.say("Written to " + out)
	}
	if !apply {
		return nil
	}
	return p.withFolder(ctx, folder, "POST /v1/settings/sentiment/calibrate", func(b *bundle.Bundle) error {
		return p.apply(ctx, b, samples)
	})
}

// sayGain shows figures before and after.
func (p Process) sayGain(report priors.Report) {
	before, after := report.Before, report.After
	p.say(fmt.Sprintf("%d messages; \"after\" is measured on fifths that the offsets were not fitted to.\n", report.Rows))
	p.say("            before   after")
	for _, row := range []struct {
		name          string
		before, after float64
	}{{"accuracy", before.Accuracy, after.Accuracy}, {"macro-F1", before.MacroF1, after.MacroF1}, {"ECE", before.ECE, after.ECE}} {
		p.say(fmt.Sprintf("  %-9s %6.3f  %6.3f", row.name, row.before, row.after))
	}
	if after.Accuracy <= before.Accuracy && after.MacroF1 <= before.MacroF1 {
		p.say("\nNeither accuracy nor macro-F1 rises: these messages are better read without offsets.")
	}
}

// apply makes the offsets that the samples give the setting of the folder, whatever holds there now.
func (p Process) apply(ctx context.Context, b *bundle.Bundle, samples []priors.Sample) error {
	service := b.Calibration()
	current, err := service.Current(ctx, bundle.Tenant)
	if err != nil {
		return err
	}
	ctx = b.Audit().Begin(ctx, bundle.Tenant, operator.Subject, "calibrateSentiment", "", "")
	applied, err := service.Calibrate(ctx, bundle.Tenant, samples, calibration.Apply{Yes: true, Version: current.Version})
	if err != nil {
		return fmt.Errorf("apply offsets: %w", err)
	}
	p.say(fmt.Sprintf("Applied as version %d of the sentiment settings", applied.Version))
	return nil
}

// readSamples analyses the messages of a CSV file with a header.
func readSamples(ctx context.Context, path string) (samples []priors.Sample, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	rows := csv.NewReader(file)
	rows.ReuseRecord = true
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("read its header: %w", err)
	}
	columns := make([]string, len(header))
	for i, name := range header {
		columns[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\uFEFF")))
	}
	textAt, labelAt := slices.Index(columns, "text"), slices.Index(columns, "label")
	if textAt < 0 || labelAt < 0 {
		return nil, errors.New("it lacks the column text or label")
	}
	var reader priors.Reader
	for ctx.Err() == nil {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return samples, nil
		}
		if err != nil {
			return nil, err
		}
		label := sentiment.Label(strings.ToUpper(strings.TrimSpace(row[labelAt])))
		switch label {
		case sentiment.Positive, sentiment.Negative, sentiment.Neutral, sentiment.Mixed:
		default:
			line, _ := rows.FieldPos(labelAt)
			return nil, fmt.Errorf("line %d: the label is none of POSITIVE, NEGATIVE, NEUTRAL, MIXED", line)
		}
		samples = append(samples, reader.Read(row[textAt], label))
	}
	return nil, ctx.Err()
}

// readOffsets returns what calibrate wrote to path, or none for no path.
func readOffsets(path string) (o sentiment.Offsets, err error) {
	if path == "" {
		return o, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return o, err
	}
	if err := json.Unmarshal(content, &o, json.RejectUnknownMembers(true)); err != nil {
		return o, fmt.Errorf("%s: these are no offsets of 'customerai calibrate'", path)
	}
	if len(o.Validate("")) > 0 {
		return o, fmt.Errorf("%s: an offset is beyond %d", path, sentiment.MaxOffset)
	}
	return o, nil
}
