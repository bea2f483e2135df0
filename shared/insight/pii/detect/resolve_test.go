package detect

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/pii"
)

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
