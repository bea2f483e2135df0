package detect_test

import (
	"os"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/pii/detect"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/insight/text"
)

// anonymise is what most callers do.
func anonymise(s string) string {
	var d text.Document
	d.Reset(s)
	return operators.Policy{}.Apply(s, detect.Entities(&d, nil))
}

func TestEntities(t *testing.T) {
	for _, group := range []struct {
		name  string
		cases map[string]string // message to anonymised message
	}{
		{"secrets", map[string]string{
			"my password is hunter2.":                             "my password is [PASSWORD].",
			"Password: Tr0ub4dor&3":                               "Password: [PASSWORD]",
			"username = jdoe99, pin 4821":                         "username = [USERNAME], pin [PIN]",
			"key AKIAIOSFODNN7EXAMPLE":                            "key [AWS_ACCESS_KEY]",
			"aws secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY": "aws secret [AWS_SECRET_KEY]",
			"my password is wrong":                                "my password is wrong",
		}},
		{"people", map[string]string{
			"My name is John Smith.":                 "My name is [PERSON].",
			"my name is siobhan":                     "my name is [PERSON]",
			"Hi Maria, this is Grace":                "Hi [PERSON], this is [PERSON]",
			"Mr. Baker and Dr. Grün called":          "Mr. [PERSON] and Dr. [PERSON] called",
			"I'm still waiting.\nRegards,\nWill":     "I'm still waiting.\nRegards,\n[PERSON]",
			"I spoke to Anna Kowalska's manager":     "I spoke to [PERSON]'s manager",
			"Mary J. Blige and Aino J Paavolainen":   "[PERSON] and [PERSON]",
			"Mark told me to wait":                   "[PERSON] told me to wait",
			"MY NAME IS MARIA GARCIA AND I AM ANGRY": "MY NAME IS [PERSON] AND I AM ANGRY",
			"Name: José Álvarez":                     "Name: [PERSON]",
			"The branch of the Johnson Bank":         "The branch of the Johnson Bank",
		}},
		{"one of everything", map[string]string{
			"Hi Maria, card 4111 1111 1111 1111 exp 09/27, call (415) 555-0132 or jane@example.com":     "Hi [PERSON], card [CREDIT_CARD] exp [CARD_EXPIRY], call [PHONE_NUMBER] or [EMAIL_ADDRESS]",
			"I live at 12 Main Street, Springfield, IL 62704 since 12 March 2019, from 203.0.113.7":     "I live at [LOCATION] since [DATE_TIME], from [IP_ADDRESS]",
			"I am 42 years old, IBAN DE89 3704 0044 0532 0130 00, 550e8400-e29b-41d4-a716-446655440000": "I am [AGE] years old, IBAN [IBAN_CODE], 550e8400-e29b-41d4-a716-446655440000",
		}},
	} {
		t.Run(group.name, func(t *testing.T) {
			for message, want := range group.cases {
				if got := anonymise(message); got != want {
					t.Errorf("anonymised %q\n got %q\nwant %q", message, got, want)
				}
			}
		})
	}
}

func TestNothingPersonal(t *testing.T) {
	everyday, err := os.ReadFile("testdata/everyday.txt")
	if err != nil {
		t.Fatal(err)
	}
	messages := strings.Split(strings.TrimSpace(string(everyday)), "\n")
	if len(messages) < 200 {
		t.Fatalf("%d everyday messages, want at least 200", len(messages))
	}
	for _, message := range append(messages,
		"order 123456780", "20240131", "550e8400-e29b-41d4-a716-446655440000", "12345678-1234-1234-1234-123456789012",
		"1699999999", "1699999999123", "p1699999999123456", "1699999999.123456", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8 public policy 0123456",
		"v2.14.0-rc.1", "999.999.999.999", "You can reach 5 courts", "",
	) {
		if got := anonymise(message); got != message {
			t.Errorf("anonymised %q to %q, want it as it is", message, got)
		}
	}
}

func TestScores(t *testing.T) {
	for name, test := range map[string]struct {
		message string
		want    float64
	}{
		"a checksum makes certain":                      {"4111111111111111", 1},
		"a context word adds to a pattern":              {"SSN 536-22-1234", 0.85},
		"a pattern alone has its base score":            {"536-22-1234", 0.5},
		"a context word lifts a weak pattern to 0.4":    {"account 12345678", 0.4},
		"a context word five words before still counts": {"account of mine since then 12345678", 0.4},
	} {
		t.Run(name, func(t *testing.T) {
			var d text.Document
			d.Reset(test.message)
			found := detect.Entities(&d, nil)
			if len(found) != 1 || found[0].Score < test.want-1e-9 || found[0].Score > test.want+1e-9 {
				t.Errorf("Entities = %v, want one entity with score %v", found, test.want)
			}
		})
	}
	if got, want := anonymise("account of mine since then and now 12345678"), "account of mine since then and now 12345678"; got != want {
		t.Errorf("with the context word seven words before: got %q, want %q", got, want)
	}
	if got, want := anonymise("the accountant wrote 12345678"), "the accountant wrote 12345678"; got != want {
		t.Errorf("with a longer word than the context word: got %q, want %q", got, want)
	}
}

func TestEntitiesReusesItsBuffer(t *testing.T) {
	var d text.Document
	d.Reset("jane@example.com and joe@example.com")
	found := detect.Entities(&d, nil)
	d.Reset("joe@example.com")
	again := detect.Entities(&d, found)
	if len(again) != 1 || &again[0] != &found[0] {
		t.Errorf("Entities = %v in another array, want one entity in the first", again)
	}
	if n := testing.AllocsPerRun(20, func() { found = detect.Entities(&d, found) }); n != 0 {
		t.Errorf("Entities allocates %v times, want 0", n)
	}
}
