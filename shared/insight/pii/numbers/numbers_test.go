package numbers

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/checkdigit"
	"github.com/customerai/customerai/shared/insight/pii/digits"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/text"
)

func TestNumbersThatAreTooShortWouldBeNothing(t *testing.T) {
	for cue := evidence.CuePhone; cue <= evidence.CueIdentity; cue <<= 1 {
		if least, _ := checkdigit.Lengths(identityOf(cue)); least != 0 && least < shortestIdentity {
			t.Errorf("a %s has %d digits, want at least %d", identityOf(cue), least, shortestIdentity)
		}
	}
	for _, message := range []string{"pin 7", "my cvv is 12", "card 4", "zip 99", "call +49", "account (12)", "expires 09", "ssn 00"} {
		var d text.Document
		d.Reset(message)
		s := evidence.Sheet{Doc: &d, Text: message}
		var r digits.Run
		digits.Read(&s, strings.IndexAny(message, "+(0123456789"), &r)
		if one(&s, &r, 0); len(s.Found) > 0 {
			t.Errorf("in %q the number is a %s, want nothing", message, s.Found[0].Type)
		}
	}
	if least, _ := checkdigit.Lengths(pii.BSN); least != shortestIdentity {
		t.Errorf("a BSN has %d digits, want %d as the shortest", least, shortestIdentity)
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
