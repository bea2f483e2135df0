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
		"passport no. C03005988":                       "passport no. [US_PASSPORT]",
		"driver's license F1628235":                    "driver's license [US_DRIVER_LICENSE]",
		"license plate AB12 CDE":                       "license plate [LICENSE_PLATE]",
		"VIN 1M8GDM9AXKP042788":                        "VIN [VIN]",
		"national insurance AB 12 34 56 C":             "national insurance [UK_NINO]",
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
