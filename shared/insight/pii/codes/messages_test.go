package codes_test

import (
	"testing"

	"github.com/customerai/customerai/shared/testkit/anonymised"
)

// What is found and what is left, as the whole of detection leaves it.
func TestCodesInMessages(t *testing.T) {
	anonymised.Want(t, map[string]string{
		"IBAN DE89 3704 0044 0532 0130 00":             "IBAN [IBAN_CODE]",
		"gb29nwbk60161331926819":                       "[IBAN_CODE]",
		"DE89370400440532013001 has a wrong digit":     "DE89370400440532013001 has a wrong digit",
		"SWIFT DEUTDEFF500":                            "SWIFT [SWIFT_CODE]",
		"SSN 536-22-1234":                              "SSN [US_SSN]",
		"ssn: 536221234":                               "ssn: [US_SSN]",
		"536-22 1234 mixes its delimiters":             "536-22 1234 mixes its delimiters",
		"SSN 078-05-1120, 123-45-6789, 000-12-3456":    "SSN 078-05-1120, 123-45-6789, 000-12-3456",
		"order 536-22-1234":                            "order 536-22-1234",
		"ITIN 912-70-1234":                             "ITIN [US_ITIN]",
		"passport no. C03005988, passport 123456789":   "passport no. [US_PASSPORT], passport [US_PASSPORT]",
		"driver's license F1628235":                    "driver's license [US_DRIVER_LICENSE]",
		"license plate AB12 CDE":                       "license plate [LICENSE_PLATE]",
		"VIN 1M8GDM9AXKP042788":                        "VIN [VIN]",
		"NHS number 943 476 5919":                      "NHS number [UK_NHS]",
		"national insurance AB 12 34 56 C":             "national insurance [UK_NINO]",
		"UTR 1123456789":                               "UTR [UK_UTR]",
		"social insurance number 130 692 544":          "social insurance number [CA_SIN]",
		"Aadhaar 2341 2341 2346":                       "Aadhaar [IN_AADHAAR]",
		"PAN ABCPE1234F":                               "PAN [IN_PAN]",
		"USt-IdNr. DE 136 695 976, VAT DE-136-695-976": "USt-IdNr. [EU_VAT], VAT [EU_VAT]",
		"NIE Y8063915-Z":                               "NIE [ES_NIE]",
		"DNI 12345678Z, NIE X1234567L":                 "DNI [ES_NIF], NIE [ES_NIE]",
		"codice fiscale RSSMRA85T10A562S":              "codice fiscale [IT_FISCAL_CODE]",
		"hetu 131052-308T, 131052A308T":                "hetu [FI_PERSONAL_IDENTITY_CODE], [FI_PERSONAL_IDENTITY_CODE]",
		"NRIC S1234567D":                               "NRIC [SG_NRIC_FIN]",
		"USt-IdNr. DE136695976, VAT NL123456789B01":    "USt-IdNr. [EU_VAT], VAT [EU_VAT]",
		"wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa":    "wallet [CRYPTO]",
		"order 12345678Z, item S1234567D":              "order 12345678Z, item S1234567D",
		"key AKIAIOSFODNN7EXAMPLE":                     "key [AWS_ACCESS_KEY]",
	})
}
