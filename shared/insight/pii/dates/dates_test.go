package dates

import "testing"

func TestCalendar(t *testing.T) {
	for _, test := range []struct {
		year, month, day int
		want             bool
	}{
		{2024, 2, 29, true},
		{2023, 2, 29, false},
		{2000, 2, 29, true},
		{1900, 2, 29, false},
		{2024, 4, 31, false},
		{2024, 13, 1, false},
		{2024, 0, 1, false},
		{2024, 1, 0, false},
		{1899, 12, 31, false},
		{2100, 1, 1, false},
	} {
		if got := validDate(test.year, test.month, test.day); got != test.want {
			t.Errorf("validDate(%d, %d, %d) = %v, want %v", test.year, test.month, test.day, got, test.want)
		}
	}
}
