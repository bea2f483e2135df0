package env_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/env"
)

// FuzzReader: whatever a setting says, what is read is within its bounds, or it is a problem that names the setting and does not
// quote it.
func FuzzReader(f *testing.F) {
	for _, value := range []string{"", " ", "7", "+7", "007", "0x7", "1e1", "99999999999999999999", "-1", "info", "INFO+4", "production", "Staging"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		r := env.NewReader(func(string) (string, bool) { return value, true })
		if n := r.Int("COUNT", 5, 1, 9); n < 1 || n > 9 {
			t.Errorf("Int = %d, want 1 to 9", n)
		}
		r.LogLevel("LEVEL")
		if text := r.String("TEXT"); text != value {
			t.Errorf("String = %q, want it as it is", text)
		}
		if stage := r.Stage("STAGE"); stage != env.Production && stage.String() != value {
			t.Errorf("Stage = %v of %q, want production", stage, value)
		}
		err := r.Err()
		if err == nil {
			return
		}
		if len(value) > 24 && strings.Contains(err.Error(), value) { // shorter ones may be words of ours
			t.Errorf("%q quotes the value", err)
		}
		if !strings.Contains(err.Error(), "COUNT") && !strings.Contains(err.Error(), "LEVEL") && !strings.Contains(err.Error(), "TEXT") {
			t.Errorf("%q names no setting", err)
		}
	})
}
