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
		{"mail and network", map[string]string{
			"Write to jane.doe+shop@mail.example.co.uk.":       "Write to [EMAIL_ADDRESS].",
			"mail:info@münchen.de":                             "mail:[EMAIL_ADDRESS]",
			"<jane@example.com>, 'joe@example.org'":            "<[EMAIL_ADDRESS]>, '[EMAIL_ADDRESS]'",
			"user@localhost and logo@2x.png are not":           "user@localhost and logo@2x.png are not",
			"from 203.0.113.7 and 2001:db8::8a2e:370:7334":     "from [IP_ADDRESS] and [IP_ADDRESS]",
			"range 10.0.0.0/8 is blocked":                      "range [IP_ADDRESS] is blocked",
			"127.0.0.1, 0.0.0.0, ::1 belong to nobody":         "127.0.0.1, 0.0.0.0, ::1 belong to nobody",
			"version 10.2.0.4, v1.2.3.4, 1.2.3.4.5, 1.2.3.999": "version 10.2.0.4, v1.2.3.4, 1.2.3.4.5, 1.2.3.999",
			"adapter 00:1B:44:11:3A:B7 or 00-1b-44-11-3a-b7":   "adapter [MAC_ADDRESS] or [MAC_ADDRESS]",
			"it was 10:30:45 then":                             "it was 10:30:45 then",
			"see https://example.com/a?b=1. Or www.foo.org!":   "see [URL]. Or [URL]!",
			"shop.example.com/cart is down":                    "[URL] is down",
			"http://microsoft is no address":                   "http://microsoft is no address",
		}},
		{"cards and banks", map[string]string{
			"card 4111 1111 1111 1111 exp 09/27 cvv 123":     "card [CREDIT_CARD] exp [CARD_EXPIRY] cvv [CARD_CVV]",
			"paid with 3782-822463-10005":                    "paid with [CREDIT_CARD]",
			"30569309025904 and 6011577631711174":            "[CREDIT_CARD] and [CREDIT_CARD]",
			"1111000011110000 is no card":                    "1111000011110000 is no card",
			"order paid by Visa-4111111111111111":            "order paid by Visa-[CREDIT_CARD]",
			"the security code is 4821, valid thru 01/2028":  "the security code is [CARD_CVV], valid thru [CARD_EXPIRY]",
			"IBAN DE89 3704 0044 0532 0130 00":               "IBAN [IBAN_CODE]",
			"gb29nwbk60161331926819":                         "[IBAN_CODE]",
			"DE89370400440532013001 has a wrong digit":       "DE89370400440532013001 has a wrong digit",
			"SWIFT DEUTDEFF500":                              "SWIFT [SWIFT_CODE]",
			"routing 021000021, account number 123456789012": "routing [ABA_ROUTING], account number [US_BANK_NUMBER]",
			"routing 3222-7162-7":                            "routing [ABA_ROUTING]",
			"order 021000021 is late":                        "order 021000021 is late",
			"account ending in 1234":                         "account ending in 1234",
			"sort code 20-00-00 account 55779911":            "sort code [US_BANK_NUMBER] account [US_BANK_NUMBER]",
		}},
		{"telephone numbers", map[string]string{
			"(415) 555-0132, 415.555.0132, 1-415-555-0132": "[PHONE_NUMBER], [PHONE_NUMBER], [PHONE_NUMBER]",
			"+1 (415) 555-0132 ext. 12":                    "[PHONE_NUMBER]",
			"+44 20 7946 0958 or 020 7946 0958":            "[PHONE_NUMBER] or [PHONE_NUMBER]",
			"07700900123":                                  "[PHONE_NUMBER]",
			"030/1234567 or +49 (0)30 1234567":             "[PHONE_NUMBER] or [PHONE_NUMBER]",
			"01 84 17 61 18, 01.84.17.61.18":               "[PHONE_NUMBER], [PHONE_NUMBER]",
			"call 4155550132":                              "call [PHONE_NUMBER]",
			"4155550132 is an id":                          "4155550132 is an id",
			"call about order 4155550132":                  "call about order 4155550132",
			"case ABC-4155550132-7":                        "case ABC-4155550132-7",
			"电话+8613812345678号":                            "电话[PHONE_NUMBER]号",
		}},
		{"identity numbers", map[string]string{
			"SSN 536-22-1234":                            "SSN [US_SSN]",
			"ssn: 536221234":                             "ssn: [US_SSN]",
			"536-22 1234 mixes its delimiters":           "536-22 1234 mixes its delimiters",
			"SSN 078-05-1120, 123-45-6789, 000-12-3456":  "SSN 078-05-1120, 123-45-6789, 000-12-3456",
			"order 536-22-1234":                          "order 536-22-1234",
			"ITIN 912-70-1234":                           "ITIN [US_ITIN]",
			"passport no. C03005988, passport 123456789": "passport no. [US_PASSPORT], passport [US_PASSPORT]",
			"driver's license F1628235":                  "driver's license [US_DRIVER_LICENSE]",
			"license plate AB12 CDE":                     "license plate [LICENSE_PLATE]",
			"VIN 1M8GDM9AXKP042788":                      "VIN [VIN]",
			"NHS number 943 476 5919":                    "NHS number [UK_NHS]",
			"national insurance AB 12 34 56 C":           "national insurance [UK_NINO]",
			"UTR 1123456789":                             "UTR [UK_UTR]",
			"social insurance number 130 692 544":        "social insurance number [CA_SIN]",
			"Aadhaar 2341 2341 2346":                     "Aadhaar [IN_AADHAAR]",
			"PAN ABCPE1234F":                             "PAN [IN_PAN]",
		}},
		{"identity numbers of other countries", map[string]string{
			"my TFN is 876 543 210":                            "my TFN is [AU_TFN]",
			"tax file number 876543210":                        "tax file number [AU_TFN]",
			"ABN 51 824 753 556, ACN 005 499 981":              "ABN [AU_ABN], ACN [AU_ACN]",
			"Medicare card 2123 45670 1":                       "Medicare card [AU_MEDICARE]",
			"PESEL 44051401359, BSN 111222333":                 "PESEL [PL_PESEL], BSN [NL_BSN]",
			"BSN 1112.22.333":                                  "BSN [NL_BSN]",
			"Steuer-ID 86 095 742 719":                         "Steuer-ID [DE_TAX_ID]",
			"numéro de sécurité sociale 2 55 08 14 168 025 38": "numéro de sécurité sociale [FR_NIR]",
			"USt-IdNr. DE 136 695 976, VAT DE-136-695-976":     "USt-IdNr. [EU_VAT], VAT [EU_VAT]",
			"NIE Y8063915-Z":                                   "NIE [ES_NIE]",
			"DNI 12345678Z, NIE X1234567L":                     "DNI [ES_NIF], NIE [ES_NIE]",
			"codice fiscale RSSMRA85T10A562S":                  "codice fiscale [IT_FISCAL_CODE]",
			"hetu 131052-308T, 131052A308T":                    "hetu [FI_PERSONAL_IDENTITY_CODE], [FI_PERSONAL_IDENTITY_CODE]",
			"personnummer 811228-9874, 8112289874":             "personnummer [SE_PERSONNUMMER], [SE_PERSONNUMMER]",
			"NRIC S1234567D":                                   "NRIC [SG_NRIC_FIN]",
			"USt-IdNr. DE136695976, VAT NL123456789B01":        "USt-IdNr. [EU_VAT], VAT [EU_VAT]",
			"wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa":        "wallet [CRYPTO]",
			"876543210 and 51824753556 are called nothing":     "876543210 and 51824753556 are called nothing",
			"TFN 876543211, PESEL 44051401358":                 "TFN 876543211, PESEL 44051401358",
			"order 12345678Z, item S1234567D":                  "order 12345678Z, item S1234567D",
		}},
		{"secrets", map[string]string{
			"my password is hunter2.":                             "my password is [PASSWORD].",
			"Password: Tr0ub4dor&3":                               "Password: [PASSWORD]",
			"username = jdoe99, pin 4821":                         "username = [USERNAME], pin [PIN]",
			"key AKIAIOSFODNN7EXAMPLE":                            "key [AWS_ACCESS_KEY]",
			"aws secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY": "aws secret [AWS_SECRET_KEY]",
			"my password is wrong":                                "my password is wrong",
		}},
		{"dates and ages", map[string]string{
			"born on 12 March 1985 or 03/12/1985":  "born on [DATE_TIME] or [DATE_TIME]",
			"DOB: 1985-03-12, March 12th, 1985":    "DOB: [DATE_TIME], [DATE_TIME]",
			"my birthday is 5 May":                 "my birthday is [DATE_TIME]",
			"at 2024-02-29T14:05:10.5Z exactly":    "at [DATE_TIME] exactly",
			"2023-02-29 and 31.04.2024 never were": "2023-02-29 and 31.04.2024 never were",
			"It came on 5 May, 20240131 says":      "It came on [DATE_TIME], 20240131 says",
			"a customer since 2019":                "a customer since [DATE_TIME]",
			"moved in March 2021, on May 3rd":      "moved in [DATE_TIME], on [DATE_TIME]",
			"in 2000 words, it may 5 times":        "in 2000 words, it may 5 times",
			"order 2019, see you on Monday":        "order 2019, see you on Monday",
			"I am 42 years old":                    "I am [AGE] years old",
			"a 42-year-old man, aged 43":           "a [AGE]-year-old man, aged [AGE]",
			"my phone is 3 years old":              "my phone is 3 years old",
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
		{"places", map[string]string{
			"12 Main Street, Springfield, IL 62704":     "[LOCATION]",
			"Flat 3, 24-26 High Rd, London SW1A 1AA":    "Flat 3, 24-[LOCATION]",
			"I live at 5 rue de Rivoli":                 "I live at [LOCATION]",
			"Hauptstraße 12, 10115 Berlin":              "[LOCATION]",
			"Send it to P.O. Box 1234, Reno, NV 89501.": "Send it to [LOCATION].",
			"my zip code is 94107":                      "my zip code is [LOCATION]",
			"K1A 0B1 is in Canada":                      "[LOCATION] is in [LOCATION]",
			"I live in Denmark and grew up in Flateyri": "I live in [LOCATION] and grew up in [LOCATION]",
			"Do you ship to Canada?":                    "Do you ship to [LOCATION]?",
			"the store in Manchester":                   "the store in [LOCATION]",
			"South Africa won":                          "[LOCATION] won",
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
