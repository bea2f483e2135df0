package secrets_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/customerai/customerai/shared/trust/secrets"
)

func TestAScheduleThatNobodyCanReadIsAProblemAndOneThatHasPassedIsNot(t *testing.T) {
	good, _ := mustGenerate(t)
	for name, c := range map[string]struct{ value, want string }{
		"none":                      {"", ""},
		"a text":                    {`"hunter2"`, "is malformed"},
		"null":                      {`null`, "is malformed"},
		"no time":                   {`{"until":{}}`, "is malformed"},
		"a time that is none":       {`{"effective":"hunter2"}`, "is malformed"},
		"a key that is none":        {`{"effective":"2026-03-01T12:00:00Z","until":{"JWT_SECRET_KEY":"hunter2"}}`, "is malformed"},
		"a key that is not there":   {`{"effective":"2026-03-01T12:00:00Z","until":{"JWT_SECRET_KEY":1}}`, ""},
		"something that is to come": {`{"effective":"2026-03-01T12:00:00Z","until":{},"more":1}`, ""},
	} {
		document := maps.Clone(good)
		if c.value != "" {
			document[secrets.Rotation] = jsontext.Value(c.value)
		}
		_, problems := document.Open()
		err := secrets.Join(problems)
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), "ROTATION "+c.want) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: got %v, want %q and no value", name, err, c.want)
		}
		// Development goes on with the primaries.
		made, _, err := document.Repair()
		if _, problems := document.Open(); err != nil || len(problems) > 0 || (len(made) == 1) != (c.want != "") {
			t.Errorf("%s: repaired with %v, %v, and left %v", name, made, err, problems)
		}
	}
}
