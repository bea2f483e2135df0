package rows

import (
	"testing"

	"pgregory.net/rapid"
)

func TestATimeDoesNotDependOnTheOneBefore(t *testing.T) {
	written := rapid.Custom(func(t *rapid.T) string {
		day := rapid.SampledFrom([]string{"2026-11-24", "2026-02-30", "1969-12-31", "1970-01-01", "2199-12-31", "2026-1-024"}).Draw(t, "day")
		clock := rapid.OneOf(
			rapid.StringMatching(`[0-2][0-9]:[0-5][0-9]:[0-5][0-9]`),
			rapid.StringMatching(`[0-9/:.]{8}`),
			rapid.SampledFrom([]string{"24:00:00", "23:60:00", "23:59:60", "1:00:00.5", " 1:00:00"}),
		).Draw(t, "clock")
		return day + rapid.SampledFrom([]string{"T", " ", "t"}).Draw(t, "T") + clock + rapid.SampledFrom([]string{"Z", "", "+02:00"}).Draw(t, "zone")
	})
	rapid.Check(t, func(t *rapid.T) {
		var c calendar
		for _, s := range rapid.SliceOfN(written, 1, 8).Draw(t, "times") {
			got, ok := c.parse(s)
			if want, wantOK := ParseTime(s); !got.Equal(want) || ok != wantOK {
				t.Fatalf("%q is %v, %v, want %v, %v", s, got, ok, want, wantOK)
			}
		}
	})
}
