package network_test

import (
	"testing"

	"github.com/customerai/customerai/shared/testkit/anonymised"
)

// What is found and what is left, as the whole of detection leaves it.
func TestAddressesOfTheNetworkInMessages(t *testing.T) {
	anonymised.Want(t, map[string]string{
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
	})
}
