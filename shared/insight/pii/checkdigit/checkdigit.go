// Package checkdigit tells numbers that somebody was given from numbers that only look like them.
//
// Normal use: each function takes the digits of a number, without spaces, or its letters and digits, upper-case.
//
//	checkdigit.Luhn([]byte("4111111111111111"))
//	checkdigit.National(pii.PESEL, digits)
//
// The rules are those of the issuers. It refuses what could not have been issued, such as a birthday that is none, besides
// wrong check digits; that a number was issued it cannot know.
package checkdigit

import "github.com/customerai/customerai/shared/insight/pii"

// Lengths returns the shortest and the longest number of a kind that National knows, or 0, 0.
func Lengths(t pii.Type) (shortest, longest int) {
	switch t {
	case pii.SIN, pii.BSN, pii.ACN, pii.TFN:
		return 9, 9
	case pii.NHSNumber, pii.UTR, pii.Medicare:
		return 10, 10
	case pii.PESEL, pii.TaxID, pii.ABN:
		return 11, 11
	case pii.Aadhaar:
		return 12, 12
	case pii.Personnummer:
		return 10, 12
	case pii.NIR:
		return 15, 15
	default: // has letters, or no check digits
		return 0, 0
	}
}

// National reports whether the digits n are a number of the kind t, one of those with Lengths.
func National(t pii.Type, n []byte) bool {
	if shortest, longest := Lengths(t); len(n) < shortest || len(n) > longest || shortest == 0 || same(n) {
		return false
	}
	switch t {
	case pii.SIN:
		return n[0] != '0' && n[0] != '8' && Luhn(n)
	case pii.NHSNumber:
		return nhs(n)
	case pii.UTR:
		return utr(n)
	case pii.Aadhaar:
		return n[0] >= '2' && verhoeff(n)
	case pii.BSN:
		return (weighted(n[:8], 9, 8, 7, 6, 5, 4, 3, 2)-digit(n[8])+11)%11 == 0
	case pii.ACN:
		return (10-weighted(n[:8], 8, 7, 6, 5, 4, 3, 2, 1)%10)%10 == digit(n[8])
	case pii.TFN:
		return weighted(n, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0
	case pii.ABN:
		return n[0] > '0' && (weighted(n, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)-10)%89 == 0
	case pii.Medicare:
		return '2' <= n[0] && n[0] <= '6' && weighted(n[:8], 1, 3, 7, 9, 1, 3, 7, 9)%10 == digit(n[8])
	case pii.PESEL:
		month := value(n[2:4]) % 20
		return 1 <= month && month <= 12 && day(n[4:6]) && weighted(n, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)%10 == 0
	case pii.TaxID:
		return n[0] != '0' && oneDigitRepeats(n[:10]) && mod11And10(n)
	case pii.NIR:
		month := value(n[3:5])
		return (n[0] == '1' || n[0] == '2') && (1 <= month && month <= 12 || month >= 20) && 97-value(n[:13])%97 == value(n[13:])
	case pii.Personnummer:
		n = n[len(n)-10:]
		date := value(n[4:6])
		if date > 60 {
			date -= 60 // a coordination number
		}
		return between(1, value(n[2:4]), 12) && between(1, date, 31) && Luhn(n)
	default:
		return false
	}
}

// oneDigitRepeats reports whether one digit comes twice or three times and every other at most once: a rule of the German
// tax number.
func oneDigitRepeats(n []byte) bool {
	var counts [10]int
	for _, c := range n {
		counts[digit(c)]++
	}
	repeated := 0
	for _, count := range counts {
		if count > 3 {
			return false
		}
		if count > 1 {
			repeated++
		}
	}
	return repeated == 1
}

// day reports a day of some month.
func day(n []byte) bool { return between(1, value(n), 31) }

func between(low, n, high int) bool { return low <= n && n <= high }

func digit(c byte) int { return int(c - '0') }

// value is the number that a few digits write.
func value(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = n*10 + digit(c)
	}
	return n
}

// weighted is the sum of the digits, each times its weight.
func weighted(n []byte, weights ...int) int {
	sum := 0
	for i, c := range n {
		sum += digit(c) * weights[i]
	}
	return sum
}

func same(n []byte) bool {
	for _, c := range n {
		if c != n[0] {
			return false
		}
	}
	return true
}
