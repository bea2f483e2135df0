package numbers

import "testing"

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
