package checkdigit

import "bytes"

// Verdict says what a rule says of a number.
type Verdict uint8

// The verdicts.
const (
	Wrong   Verdict = iota // it is none
	Shaped                 // it has the shape, and there is no check digit that is known here
	Checked                // its check digits hold
)

// VAT judges a number for value added tax of the European Union: the country and what follows it, upper-case.
func VAT(s []byte) Verdict {
	if len(s) < 10 || len(s) > 14 {
		return Wrong
	}
	n := s[2:]
	switch string(s[:2]) {
	case "DE":
		return checked(len(n) == 9 && digits(n) && n[0] != '0' && mod11And10(n))
	case "AT":
		return checked(len(n) == 9 && n[0] == 'U' && digits(n[1:]) && (luhnSum(n[1:8])+digit(n[8])+4)%10 == 0)
	case "BE":
		return checked(len(n) == 10 && digits(n) && n[0] <= '1' && 97-value(n[:8])%97 == value(n[8:]))
	case "DK":
		return checked(len(n) == 8 && digits(n) && weighted(n, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0)
	case "FI":
		return checked(len(n) == 8 && digits(n) && weighted(n, 7, 9, 10, 5, 8, 4, 2, 1)%11 == 0)
	case "FR":
		return checked(len(n) == 11 && digits(n) && (12+3*(value(n[2:])%97))%97 == value(n[:2]))
	case "EL":
		return checked(len(n) == 9 && digits(n) && weighted(n[:8], 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == digit(n[8]))
	case "HR":
		return checked(len(n) == 11 && digits(n) && mod11And10(n))
	case "IT":
		return checked(len(n) == 11 && digits(n) && Luhn(n))
	case "LU":
		return checked(len(n) == 8 && digits(n) && value(n[:6])%89 == value(n[6:]))
	case "PL":
		return checked(len(n) == 10 && digits(n) && weighted(n[:9], 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == digit(n[9]))
	case "PT":
		return checked(len(n) == 9 && digits(n) && (11-weighted(n[:8], 9, 8, 7, 6, 5, 4, 3, 2)%11)%11%10 == digit(n[8]))
	case "SE":
		return checked(len(n) == 12 && digits(n) && bytes.HasSuffix(n, []byte("01")) && Luhn(n[:10]))
	case "SK":
		return checked(len(n) == 10 && digits(n) && value(n)%11 == 0)
	case "NL":
		return shaped(len(n) == 12 && digits(n[:9]) && n[9] == 'B' && digits(n[10:]))
	case "ES":
		return shaped(len(n) == 9 && digits(n[1:8]))
	case "IE":
		return shaped(len(n) >= 8 && len(n) <= 9 && digits(n[2:7]))
	case "CZ", "BG", "CY", "EE", "HU", "LT", "LV", "MT", "RO", "SI":
		return shaped(len(n) <= 12 && digits(n[:len(n)-1]))
	}
	return Wrong
}

func checked(ok bool) Verdict {
	if ok {
		return Checked
	}
	return Wrong
}

func shaped(ok bool) Verdict {
	if ok {
		return Shaped
	}
	return Wrong
}

// mod11And10 checks ISO 7064, MOD 11,10.
func mod11And10(n []byte) bool {
	product := 10
	for _, c := range n[:len(n)-1] {
		sum := (digit(c) + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = 2 * sum % 11
	}
	return (11-product)%10 == digit(n[len(n)-1])
}
