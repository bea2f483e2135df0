package address_test

import (
	"testing"

	"github.com/customerai/customerai/shared/testkit/anonymised"
)

// What is found and what is left, as the whole of detection leaves it.
func TestAddressesInMessages(t *testing.T) {
	anonymised.Want(t, map[string]string{
		"PSC 12, Box 34, APO AE 09123":              "[LOCATION]",
		"write to PO Box 99":                        "write to [LOCATION]",
		"Unit 1234 Box 5678":                        "[LOCATION]",
		"it is 0645 Reyes Católicos 17":             "it is [LOCATION]",
		"come to Calle Mayor 5 please":              "come to [LOCATION] please",
		"send to 12 main street":                    "send to [LOCATION]",
		"at 12 Elm St., Apt. 5, Reno, NV 89501":     "at [LOCATION]",
		"at 12 5th Avenue, Flateyri, Iceland":       "at [LOCATION]",
		"12 rue de la Paix, 75002 Paris, France":    "[LOCATION]",
		"Suite 900, Denver, CO 80202":               "[LOCATION]",
		"CO 80202":                                  "[LOCATION]",
		"12 items in the street":                    "12 items in the street",
		"$12 Main Street":                           "$12 [LOCATION]",
		"GIR 0AA, EC1A 1BB, QQ1 1AA":                "[LOCATION], [LOCATION], QQ1 1AA",
		"order EC1A 1BB":                            "order EC1A 1BB",
		"box 12 is open":                            "box 12 is open",
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
	})
}
