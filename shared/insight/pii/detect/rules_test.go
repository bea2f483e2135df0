package detect

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/pii"
)

func TestSocialSecurityRules(t *testing.T) {
	for number, want := range map[string]bool{
		"536221234": true, "899121234": true,
		"000121234": false, "666121234": false, "900121234": false, "999121234": false,
		"536001234": false, "536220000": false,
		"333333333": false, "078051120": false, "123456789": false,
	} {
		if got := ssn([]byte(number)); got != want {
			t.Errorf("ssn(%s) = %v, want %v", number, got, want)
		}
	}
	for number, want := range map[string]bool{
		"900501234": true, "912651234": true, "912701234": true, "912881234": true, "912901234": true, "912921234": true, "912941234": true,
		"912491234": false, "912661234": false, "912891234": false, "912931234": false, "812701234": false,
	} {
		if got := itin([]byte(number)); got != want {
			t.Errorf("itin(%s) = %v, want %v", number, got, want)
		}
	}
}

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

func TestResolve(t *testing.T) {
	const s = "0123456789 0123456789"
	for name, test := range map[string]struct {
		found, want []pii.Entity
	}{
		"of equal spans the better score stays": {
			[]pii.Entity{{Type: pii.PhoneNumber, Begin: 0, End: 9, Score: 0.5}, {Type: pii.NHSNumber, Begin: 0, End: 9, Score: 1}},
			[]pii.Entity{{Type: pii.NHSNumber, Begin: 0, End: 9, Score: 1}},
		},
		"of nested spans the longer stays": {
			[]pii.Entity{{Type: pii.EmailAddress, Begin: 2, End: 5, Score: 1}, {Type: pii.URL, Begin: 0, End: 9, Score: 0.5}},
			[]pii.Entity{{Type: pii.URL, Begin: 0, End: 9, Score: 0.5}},
		},
		"overlapping spans of one type become one": {
			[]pii.Entity{{Type: pii.Person, Begin: 0, End: 5, Score: 0.5}, {Type: pii.Person, Begin: 3, End: 9, Score: 0.8}},
			[]pii.Entity{{Type: pii.Person, Begin: 0, End: 9, Score: 0.8}},
		},
		"neighbours of one type with a space between become one": {
			[]pii.Entity{{Type: pii.Person, Begin: 0, End: 10, Score: 0.5}, {Type: pii.Person, Begin: 11, End: 15, Score: 0.8}},
			[]pii.Entity{{Type: pii.Person, Begin: 0, End: 15, Score: 0.8}},
		},
		"neighbours of two types stay two": {
			[]pii.Entity{{Type: pii.Person, Begin: 0, End: 10, Score: 0.5}, {Type: pii.Location, Begin: 11, End: 15, Score: 0.8}},
			[]pii.Entity{{Type: pii.Person, Begin: 0, End: 10, Score: 0.5}, {Type: pii.Location, Begin: 11, End: 15, Score: 0.8}},
		},
		"the lower score is cut behind": {
			[]pii.Entity{{Type: pii.Location, Begin: 0, End: 5, Score: 0.5}, {Type: pii.Person, Begin: 3, End: 9, Score: 0.8}},
			[]pii.Entity{{Type: pii.Location, Begin: 0, End: 3, Score: 0.5}, {Type: pii.Person, Begin: 3, End: 9, Score: 0.8}},
		},
		"the lower score is cut in front": {
			[]pii.Entity{{Type: pii.Location, Begin: 0, End: 5, Score: 0.8}, {Type: pii.Person, Begin: 3, End: 9, Score: 0.5}},
			[]pii.Entity{{Type: pii.Location, Begin: 0, End: 5, Score: 0.8}, {Type: pii.Person, Begin: 5, End: 9, Score: 0.5}},
		},
		"three in a chain come out disjoint and ordered": {
			[]pii.Entity{{Type: pii.Location, Begin: 4, End: 12, Score: 0.5}, {Type: pii.Person, Begin: 0, End: 6, Score: 0.9}, {Type: pii.DateTime, Begin: 5, End: 14, Score: 0.6}},
			[]pii.Entity{{Type: pii.Person, Begin: 0, End: 6, Score: 0.9}, {Type: pii.Location, Begin: 6, End: 12, Score: 0.5}, {Type: pii.DateTime, Begin: 12, End: 14, Score: 0.6}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := resolve(s, test.found)
			if len(got) != len(test.want) {
				t.Fatalf("resolve = %v, want %v", got, test.want)
			}
			for i := range got {
				if got[i] != test.want[i] {
					t.Errorf("resolve[%d] = %v, want %v", i, got[i], test.want[i])
				}
			}
		})
	}
}
