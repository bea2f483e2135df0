package numbers_test

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/pii/detect"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/insight/text"
)

// What is found and what is left, as the whole of detection leaves it.
func TestNumbersInMessages(t *testing.T) {
	for message, want := range map[string]string{
		"call 555-1234":                                        "call [PHONE_NUMBER]",
		"12345678 ext. 9 is nothing":                           "12345678 ext. 9 is nothing",
		"call (030) 1234567x12":                                "call [PHONE_NUMBER]",
		"01234 567890, 00 49 30 123456":                        "[PHONE_NUMBER], [PHONE_NUMBER]",
		"+0 1234567 is none":                                   "+0 1234567 is none",
		"cell 1234567":                                         "cell [PHONE_NUMBER]",
		"license number 12345678":                              "license number 12345678",
		"driver license 12345678":                              "driver license [US_DRIVER_LICENSE]",
		"cvv 123, pin 4821, zip 94107":                         "cvv [CARD_CVV], pin [PIN], zip [LOCATION]",
		"routing 021000021":                                    "routing [ABA_ROUTING]",
		"5500005555555559, 3530111333300000, 6304000000000000": "[CREDIT_CARD], [CREDIT_CARD], [CREDIT_CARD]",
		"card 9111111111111111":                                "card 9111111111111111",
		"card 4111-1111-1111-1111 or #4111111111111111":        "card [CREDIT_CARD] or #[CREDIT_CARD]",
		"abc1-4111111111111111":                                "abc1-4111111111111111",
		"tax id 912701234":                                     "tax id [US_ITIN]",
		"exp 13/27, expires 9/2027":                            "exp 13/27, expires [CARD_EXPIRY]",
		"Aadhaar 234123412346, NHS 9434765919":                 "Aadhaar [IN_AADHAAR], NHS [UK_NHS]",
		"card 4111 1111 1111 1111 exp 09/27 cvv 123":           "card [CREDIT_CARD] exp [CARD_EXPIRY] cvv [CARD_CVV]",
		"paid with 3782-822463-10005":                          "paid with [CREDIT_CARD]",
		"30569309025904 and 6011577631711174":                  "[CREDIT_CARD] and [CREDIT_CARD]",
		"1111000011110000 is no card":                          "1111000011110000 is no card",
		"order paid by Visa-4111111111111111":                  "order paid by Visa-[CREDIT_CARD]",
		"the security code is 4821, valid thru 01/2028":        "the security code is [CARD_CVV], valid thru [CARD_EXPIRY]",
		"IBAN DE89 3704 0044 0532 0130 00":                     "IBAN [IBAN_CODE]",
		"gb29nwbk60161331926819":                               "[IBAN_CODE]",
		"DE89370400440532013001 has a wrong digit":             "DE89370400440532013001 has a wrong digit",
		"SWIFT DEUTDEFF500":                                    "SWIFT [SWIFT_CODE]",
		"routing 021000021, account number 123456789012":       "routing [ABA_ROUTING], account number [US_BANK_NUMBER]",
		"routing 3222-7162-7":                                  "routing [ABA_ROUTING]",
		"order 021000021 is late":                              "order 021000021 is late",
		"account ending in 1234":                               "account ending in 1234",
		"sort code 20-00-00 account 55779911":                  "sort code [US_BANK_NUMBER] account [US_BANK_NUMBER]",
		"(415) 555-0132, 415.555.0132, 1-415-555-0132":         "[PHONE_NUMBER], [PHONE_NUMBER], [PHONE_NUMBER]",
		"+1 (415) 555-0132 ext. 12":                            "[PHONE_NUMBER]",
		"+44 20 7946 0958 or 020 7946 0958":                    "[PHONE_NUMBER] or [PHONE_NUMBER]",
		"07700900123":                                          "[PHONE_NUMBER]",
		"030/1234567 or +49 (0)30 1234567":                     "[PHONE_NUMBER] or [PHONE_NUMBER]",
		"01 84 17 61 18, 01.84.17.61.18":                       "[PHONE_NUMBER], [PHONE_NUMBER]",
		"call 4155550132":                                      "call [PHONE_NUMBER]",
		"4155550132 is an id":                                  "4155550132 is an id",
		"call about order 4155550132":                          "call about order 4155550132",
		"case ABC-4155550132-7":                                "case ABC-4155550132-7",
		"电话+8613812345678号":                                    "电话[PHONE_NUMBER]号",
		"SSN 536-22-1234":                                      "SSN [US_SSN]",
		"ssn: 536221234":                                       "ssn: [US_SSN]",
		"536-22 1234 mixes its delimiters":                     "536-22 1234 mixes its delimiters",
		"SSN 078-05-1120, 123-45-6789, 000-12-3456":            "SSN 078-05-1120, 123-45-6789, 000-12-3456",
		"order 536-22-1234":                                    "order 536-22-1234",
		"ITIN 912-70-1234":                                     "ITIN [US_ITIN]",
		"passport no. C03005988, passport 123456789":           "passport no. [US_PASSPORT], passport [US_PASSPORT]",
		"driver's license F1628235":                            "driver's license [US_DRIVER_LICENSE]",
		"license plate AB12 CDE":                               "license plate [LICENSE_PLATE]",
		"VIN 1M8GDM9AXKP042788":                                "VIN [VIN]",
		"NHS number 943 476 5919":                              "NHS number [UK_NHS]",
		"national insurance AB 12 34 56 C":                     "national insurance [UK_NINO]",
		"UTR 1123456789":                                       "UTR [UK_UTR]",
		"social insurance number 130 692 544":                  "social insurance number [CA_SIN]",
		"Aadhaar 2341 2341 2346":                               "Aadhaar [IN_AADHAAR]",
		"PAN ABCPE1234F":                                       "PAN [IN_PAN]",
		"my TFN is 876 543 210":                                "my TFN is [AU_TFN]",
		"tax file number 876543210":                            "tax file number [AU_TFN]",
		"ABN 51 824 753 556, ACN 005 499 981":                  "ABN [AU_ABN], ACN [AU_ACN]",
		"Medicare card 2123 45670 1":                           "Medicare card [AU_MEDICARE]",
		"PESEL 44051401359, BSN 111222333":                     "PESEL [PL_PESEL], BSN [NL_BSN]",
		"BSN 1112.22.333":                                      "BSN [NL_BSN]",
		"Steuer-ID 86 095 742 719":                             "Steuer-ID [DE_TAX_ID]",
		"numéro de sécurité sociale 2 55 08 14 168 025 38":     "numéro de sécurité sociale [FR_NIR]",
		"personnummer 811228-9874, 8112289874":                 "personnummer [SE_PERSONNUMMER], [SE_PERSONNUMMER]",
		"TFN 876543211, PESEL 44051401358":                     "TFN 876543211, PESEL 44051401358",
	} {
		var d text.Document
		d.Reset(message)
		if got := (operators.Policy{}).Apply(message, detect.Entities(&d, nil)); got != want {
			t.Errorf("anonymised %q\n got %q\nwant %q", message, got, want)
		}
	}
}
