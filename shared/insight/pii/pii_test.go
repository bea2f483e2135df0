package pii_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/pii"
)

func TestADecisionStandsBehindWhatItTouchesOfItsType(t *testing.T) {
	entities := []pii.Entity{
		{Type: pii.Person, Begin: 0, End: 4}, {Type: pii.Location, Begin: 10, End: 20}, {Type: pii.PhoneNumber, Begin: 20, End: 32},
	}
	for name, test := range map[string]struct {
		decision pii.Entity
		want     bool
	}{
		"the first one":                          {pii.Entity{Type: pii.Person, Begin: 0, End: 4}, true},
		"a part of one":                          {pii.Entity{Type: pii.Location, Begin: 12, End: 14}, true},
		"more than one":                          {pii.Entity{Type: pii.PhoneNumber, Begin: 15, End: 40}, true},
		"its last byte":                          {pii.Entity{Type: pii.PhoneNumber, Begin: 31, End: 40}, true},
		"what ends where one begins":             {pii.Entity{Type: pii.Location, Begin: 4, End: 10}, false},
		"what begins where one ends":             {pii.Entity{Type: pii.Location, Begin: 20, End: 22}, false},
		"the place of one of another type":       {pii.Entity{Type: pii.Person, Begin: 10, End: 20}, false},
		"what lies between":                      {pii.Entity{Type: pii.Person, Begin: 5, End: 9}, false},
		"what lies behind all":                   {pii.Entity{Type: pii.PhoneNumber, Begin: 32, End: 40}, false},
		"one of its type behind one that is not": {pii.Entity{Type: pii.PhoneNumber, Begin: 0, End: 21}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (pii.Decision{Entity: test.decision}).Behind(entities); got != test.want {
				t.Errorf("Behind = %v, want %v", got, test.want)
			}
		})
	}
	if (pii.Decision{Entity: entities[0]}).Behind(nil) {
		t.Error("Behind of no entities = true, want false")
	}
}

func TestBehindIsWhatLookingAtEachEntityWouldSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		types := rapid.SampledFrom([]pii.Type{pii.Person, pii.Location})
		var entities []pii.Entity
		end := 0
		for range rapid.IntRange(0, 8).Draw(t, "entities") {
			begin := end + rapid.IntRange(0, 3).Draw(t, "gap")
			end = begin + rapid.IntRange(1, 4).Draw(t, "length")
			entities = append(entities, pii.Entity{Type: types.Draw(t, "type"), Begin: begin, End: end})
		}
		decision := pii.Entity{Type: types.Draw(t, "type"), Begin: rapid.IntRange(0, end+2).Draw(t, "begin")}
		decision.End = decision.Begin + rapid.IntRange(1, 9).Draw(t, "length")
		want := false
		for _, e := range entities {
			want = want || e.Type == decision.Type && e.Begin < decision.End && decision.Begin < e.End
		}
		if got := (pii.Decision{Entity: decision}).Behind(entities); got != want {
			t.Fatalf("%v behind %v = %v, want %v", decision, entities, got, want)
		}
	})
}
