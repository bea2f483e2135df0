package coldstart

import (
	"log/slog"
	"strings"

	"github.com/customerai/customerai/shared/env"
)

// standInFor is what development works with where a setting is missing. Nothing real has these names: a function that
// is invoked by hand starts, and what it then asks of a table or bucket fails with the store's own words.
var standInFor = map[string]string{
	"AWS_REGION":            "us-east-1",
	"AWS_ACCESS_KEY_ID":     "development",
	"AWS_SECRET_ACCESS_KEY": "development",
	"TABLE_NAME":            "development",
	"KEYS_TABLE_NAME":       "development-keys",
	"SUBJECTS_KEY_ID":       "arn:aws:kms:us-east-1:000000000000:key/development",
	"UPLOADS_BUCKET":        "development-uploads",
	"RESULTS_BUCKET":        "development-results",
	"CHECKPOINTS_BUCKET":    "development-checkpoints",
	"CHUNKS_QUEUE_URL":      "http://localhost/000000000000/development-chunks",
}

// standIns returns a lookup that finds a stand-in for what is missing, with one warning each.
func standIns(lookup env.Lookup, logger *slog.Logger) env.Lookup {
	warned := map[string]bool{}
	return func(name string) (string, bool) {
		value, ok := lookup(name)
		other, has := standInFor[name]
		if !has || ok && strings.TrimSpace(value) != "" {
			return value, ok
		}
		if !warned[name] {
			warned[name] = true
			logger.Warn("a setting is missing, a stand-in is used", slog.String("setting", name))
		}
		return other, true
	}
}
