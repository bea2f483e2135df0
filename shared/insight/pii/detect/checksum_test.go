package detect

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/pii"
)

func TestChecksums(t *testing.T) {
	iban := func(b []byte) bool { return mod97(b[:4], mod97(b[4:], 0)) == 1 }
	for name, test := range map[string]struct {
		check  func([]byte) bool
		number string
		want   bool
	}{
		"a Visa test number":                        {luhn, "4111111111111111", true},
		"an American Express test number":           {luhn, "378282246310005", true},
		"a Diners Club test number":                 {luhn, "30569309025904", true},
		"a Discover test number":                    {luhn, "6011577631711174", true},
		"ones and zeros that look like a card":      {luhn, "1111000011110000", false},
		"a card with two digits swapped":            {luhn, "4111111111111114", false},
		"the routing number of the Federal Reserve": {abaChecksum, "021000021", true},
		"a routing number with a wrong digit":       {abaChecksum, "021000022", false},
		"the German example of the IBAN registry":   {iban, "DE89370400440532013000", true},
		"the British example of the IBAN registry":  {iban, "GB29NWBK60161331926819", true},
		"an IBAN with two digits swapped":           {iban, "DE89370400440532010300", false},
		"the example of the NHS":                    {nhsChecksum, "9434765919", true},
		"an NHS number with a wrong check digit":    {nhsChecksum, "9434765918", false},
		"Verhoeff's example":                        {verhoeff, "2363", true},
		"Verhoeff's example with a transposition":   {verhoeff, "2633", false},
		"a Canadian number":                         {sin, "046454286", false},
		"a Canadian number that can be issued":      {sin, "130692544", true},
		"a taxpayer reference":                      {utrChecksum, "1123456789", true},
		"a taxpayer reference with a wrong digit":   {utrChecksum, "2123456789", false},
		"the VIN of ones":                           {vinChecksum, "11111111111111111", true},
		"a VIN with X for ten":                      {vinChecksum, "1M8GDM9AXKP042788", true},
		"a VIN with a wrong check digit":            {vinChecksum, "1M8GDM9A1KP042788", false},
		"a VIN with a letter that none has":         {vinChecksum, "1M8GDM9AXKO042788", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.check([]byte(test.number)); got != test.want {
				t.Errorf("check = %v, want %v", got, test.want)
			}
		})
	}
}

func TestOneDigitChangedIsAlwaysNoticed(t *testing.T) {
	for name, test := range map[string]struct {
		check  func([]byte) bool
		number string
	}{
		"Luhn":     {luhn, "4111111111111111"},
		"routing":  {abaChecksum, "021000021"},
		"NHS":      {nhsChecksum, "9434765919"},
		"Verhoeff": {verhoeff, "2363"},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range test.number {
				for digit := byte('0'); digit <= '9'; digit++ {
					changed := []byte(test.number)
					changed[i] = digit
					if got, want := test.check(changed), digit == test.number[i]; got != want {
						t.Errorf("digit %d set to %c: check = %v, want %v", i, digit, got, want)
					}
				}
			}
		})
	}
}

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
