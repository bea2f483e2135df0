package checkdigit

import "github.com/customerai/customerai/shared/insight/pii"

// Code returns the kind of identity number that letters and digits are, upper-case and without marks, or "": the Spanish
// NIF and NIE, the Italian fiscal code, the Finnish identity code, the number of Singapore.
func Code(s []byte) pii.Type {
	switch {
	case len(s) == 9 && digits(s[:8]) && nifLetter(value(s[:8])) == s[8]:
		return pii.NIF
	case len(s) == 9 && between('X', int(s[0]), 'Z') && digits(s[1:8]):
		if nifLetter(int(s[0]-'X')*10_000_000+value(s[1:8])) == s[8] {
			return pii.NIE
		}
	case len(s) == 9 && digits(s[1:8]) && nric(s):
		return pii.NRIC
	case len(s) == 16 && fiscalCode(s):
		return pii.FiscalCode
	case len(s) == 11 && digits(s[:6]) && digits(s[7:10]) && hetu(s):
		return pii.Hetu
	}
	return ""
}

func digits(s []byte) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func nifLetter(n int) byte { return "TRWAGMYFPDXBNJZSQVHLCKE"[n%23] }

// nric checks the letter of a number of Singapore: of citizens and residents (S, T) and of foreigners (F, G, M).
func nric(s []byte) bool {
	sum := weighted(s[1:8], 2, 7, 6, 5, 4, 3, 2)
	switch s[0] {
	case 'S':
		return "JZIHGFEDCBA"[sum%11] == s[8]
	case 'T':
		return "JZIHGFEDCBA"[(sum+4)%11] == s[8]
	case 'F':
		return "XWUTRQPNMLK"[sum%11] == s[8]
	case 'G':
		return "XWUTRQPNMLK"[(sum+4)%11] == s[8]
	case 'M':
		return "KLJNPQRTUWX"[10-(sum+3)%11] == s[8]
	}
	return false
}

// hetu checks the Finnish identity code: a birthday, a sign for its century, a number and a check character.
func hetu(s []byte) bool {
	switch c := s[6]; {
	case c == '-' || c == '+', between('A', int(c), 'F'), between('U', int(c), 'Y'):
	default:
		return false
	}
	return day(s[:2]) && between(1, value(s[2:4]), 12) && "0123456789ABCDEFHJKLMNPRSTUVWXY"[(value(s[:6])*1000+value(s[7:10]))%31] == s[10]
}

// fiscalCode checks the Italian codice fiscale. Where two people would have the same one, letters stand for digits.
func fiscalCode(s []byte) bool {
	const (
		odd  = "BAFHJNPRTVBAFHJNPRTVCESULDGIMOQKWZYX" // the value of 0 to 9 and A to Z at an odd place, as a letter
		want = "LLLLLLDDLDDLDDDL"
	)
	sum := 0
	for i, c := range s {
		letter := between('A', int(c), 'Z')
		if !letter && !between('0', int(c), '9') || want[i] == 'L' && !letter ||
			want[i] == 'D' && letter && (c < 'L' || c > 'V' || c == 'O') {
			return false
		}
		at := digit(c)
		if letter {
			at = int(c-'A') + 10
		}
		switch {
		case i == 15:
			return byte('A'+sum%26) == c
		case i%2 == 0:
			sum += int(odd[at] - 'A')
		case letter:
			sum += at - 10
		default:
			sum += at
		}
		if i == 8 && (c > 'T' || c == 'F' || c == 'G' || c == 'I' || c == 'J' || c == 'K' || c == 'N' || c == 'O' || c == 'Q') {
			return false // no month
		}
	}
	return false
}
