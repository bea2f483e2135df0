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

func TestMonths(t *testing.T) {
	for month, names := range map[int][]string{
		1: {"january", "jan", "enero"}, 2: {"february", "février"}, 3: {"march", "märz"}, 4: {"april", "abril"}, 5: {"may", "mai"}, 6: {"june", "juin"},
		7: {"july", "julio"}, 8: {"august", "août"}, 9: {"september", "sept"}, 10: {"october", "oktober"}, 11: {"november", "nov"}, 12: {"december", "dezember"},
		0: {"monday", ""},
	} {
		for _, name := range names {
			if got := MonthOf([]byte(name)); got != month {
				t.Errorf("MonthOf(%s) = %d, want %d", name, got, month)
			}
		}
	}
}
