package dates_test

import (
	"testing"

	"github.com/customerai/customerai/shared/testkit/anonymised"
)

// What is found and what is left, as the whole of detection leaves it.
func TestDatesInMessages(t *testing.T) {
	anonymised.Want(t, map[string]string{
		"2024/02/29, 29.02.2024, 29/2/24":               "[DATE_TIME], [DATE_TIME], [DATE_TIME]",
		"29.2.24, 13/13/2024, 1899-01-01":               "29.2.24, 13/13/2024, 1899-01-01",
		"born 2.3.85":                                   "born [DATE_TIME]",
		"on 2024-02-29 at 14:05 or 2024-02-29 14:05:10": "on [DATE_TIME] at 14:05 or [DATE_TIME]",
		"the 3rd of March of 2021, 3 de mayo":           "the [DATE_TIME], [DATE_TIME]",
		"31 April, 32 May, march 3 miles":               "31 April, 32 May, march 3 miles",
		"he is 42, she's 43, I'm 44":                    "he is [AGE], she's [AGE], I'm [AGE]",
		"aged 42, age: 43, turned 44":                   "aged [AGE], age: [AGE], turned [AGE]",
		"I am 42% sure, it is 150 years old":            "I am 42% sure, it is 150 years old",
		"since 2019 2020":                               "since [DATE_TIME] 2020",
		"born on 12 March 1985 or 03/12/1985":           "born on [DATE_TIME] or [DATE_TIME]",
		"DOB: 1985-03-12, March 12th, 1985":             "DOB: [DATE_TIME], [DATE_TIME]",
		"my birthday is 5 May":                          "my birthday is [DATE_TIME]",
		"at 2024-02-29T14:05:10.5Z exactly":             "at [DATE_TIME] exactly",
		"2023-02-29 and 31.04.2024 never were":          "2023-02-29 and 31.04.2024 never were",
		"It came on 5 May, 20240131 says":               "It came on [DATE_TIME], 20240131 says",
		"a customer since 2019":                         "a customer since [DATE_TIME]",
		"moved in March 2021, on May 3rd":               "moved in [DATE_TIME], on [DATE_TIME]",
		"in 2000 words, it may 5 times":                 "in 2000 words, it may 5 times",
		"order 2019, see you on Monday":                 "order 2019, see you on Monday",
		"I am 42 years old":                             "I am [AGE] years old",
		"my son is 12yo, route 12y":                     "my son is [AGE]yo, route 12y",
		"D.O.B. 2.3.85, d.o.b: 2.3.85":                  "D.O.B. [DATE_TIME], d.o.b: [DATE_TIME]",
		"d.o.g. 2.3.85":                                 "d.o.g. 2.3.85",
		"a 42-year-old man, aged 43":                    "a [AGE]-year-old man, aged [AGE]",
		"my phone is 3 years old":                       "my phone is 3 years old",
	})
}
