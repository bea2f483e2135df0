// Package codes tells what words of letters and digits are: bank codes, numbers of identity, documents, vehicles, wallets.
//
// Normal use: Find, for each word that has digits or is in capitals.
//
//	next := codes.Find(s, begin, end, shape)
//
// It refuses what is part of a longer identifier, and what only a context word could tell when there is none.
package codes

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/address"
	"github.com/customerai/customerai/shared/insight/pii/checkdigit"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
)

// Find finds what the word of letters and digits [begin, end) is, and returns the end of what it used, or end.
func Find(s *evidence.Sheet, begin, end int, w Shape) int {
	word := s.Text[begin:end]
	if len(word) >= 4 && evidence.IsAlpha(word[0]) && evidence.IsAlpha(word[1]) && evidence.IsDigit(word[2]) && evidence.IsDigit(word[3]) {
		if stop := iban(s, begin); stop > begin {
			return stop
		}
	}
	if begin > 0 && (s.Text[begin-1] == '-' || s.Text[begin-1] == '_' || s.Text[begin-1] == '#') && evidence.WordBefore(s.Text, begin-1) {
		return end // part of a longer identifier
	}
	if stop := address.Postcode(s, begin, end); stop > begin {
		return stop
	}
	if stop := insuranceNumber(s, begin, end); stop > begin {
		return stop
	}
	if stop := IdentityCode(s, begin, end); stop > begin {
		return stop
	}
	switch size := len(word); {
	case size == 20 && w.Lower == 0 && awsPrefix(word[:4]):
		s.Add("secret/access key prefix", pii.AWSAccessKey, begin, end, evidence.Proven(0.5))
		return end
	case size == 17 && w.Digits > 1 && w.Digits < 17:
		var upper [17]byte
		for i := range upper {
			upper[i] = evidence.UpperOf(word[i])
		}
		if checkdigit.VIN(upper[:]) {
			s.Add("vehicle/vin", pii.VIN, begin, end, evidence.Proven(0.3))
			return end
		}
	case size == 10 && w.Digits == 4 && panShape(word):
		s.AddWithCue("identity/pan", pii.PAN, begin, end, 0.5, evidence.CuePAN)
		return end
	case (size == 8 || size == 11) && w.Lower == 0 && swiftShape(word):
		s.AddWithCue("bank/bic", pii.Swift, begin, end, 0.3, evidence.CueSwift)
		return end
	}
	if w.Digits > 0 {
		return documentCode(s, begin, end, w)
	}
	return end
}

// documentCode finds what only its context word tells: passports, licences, number plates.
func documentCode(s *evidence.Sheet, begin, end int, w Shape) int {
	size := end - begin
	if size > 16 {
		return end
	}
	switch s.Nearest(begin, end, evidence.CueNumber) {
	case evidence.CuePassport:
		if size == 9 && w.Digits == 8 && evidence.IsAlpha(s.Text[begin]) || evidence.Between(7, size, 9) && w.Digits >= 6 && w.Lower == 0 {
			s.Add("identity/passport", pii.Passport, begin, end, s.Boosted(0.1))
		}
	case evidence.CueLicence:
		if size >= 5 && w.Digits >= 3 {
			s.Add("identity/driving licence", pii.DriverLicense, begin, end, s.Boosted(0.1))
		}
	case evidence.CuePlate:
		if size <= 8 && w.Lower == 0 {
			if end+4 <= len(s.Text) && s.Text[end] == ' ' && evidence.IsUpper(s.Text[end+1]) && evidence.IsUpper(s.Text[end+2]) && evidence.IsUpper(s.Text[end+3]) && !evidence.WordAt(s.Text, end+4) {
				end += 4 // the British form: AB12 CDE
			}
			s.Add("vehicle/plate", pii.LicensePlate, begin, end, s.Boosted(0.1))
		}
	case evidence.CueAccount:
		if w.Lower == 0 && w.Digits >= 8 {
			s.Add("bank/account", pii.BankNumber, begin, end, s.Boosted(0.05))
		}
	default: // the other cues are of plain numbers
	}
	return end
}

func awsPrefix(s string) bool {
	switch s {
	case "AKIA", "ASIA", "AROA", "AIDA", "AGPA", "ANPA", "AIPA":
		return true
	}
	return false
}

// panShape checks an Indian Permanent Account Number: five letters, the fourth the kind of holder, four digits, a letter.
func panShape(s string) bool {
	for i := range len(s) {
		if evidence.IsDigit(s[i]) != (i >= 5 && i < 9) {
			return false
		}
	}
	return strings.IndexByte("ABCFGHJLPT", evidence.UpperOf(s[3])) >= 0 && evidence.Value([]byte(s[5:9])) > 0
}

// swiftShape checks a business identifier code, ISO 9362: bank, country, place, branch.
func swiftShape(s string) bool {
	for i := range 6 {
		if !evidence.IsAlpha(s[i]) {
			return false
		}
	}
	if checkdigit.IBANLength(s[4:6]) > 0 {
		return true
	}
	switch s[4:6] { // countries without IBANs
	case "US", "CA", "AU", "NZ", "JP", "CN", "HK", "SG", "IN", "ZA", "MX", "KR", "TW", "TH", "MY", "ID", "PH", "AR", "CL", "CO", "PE", "VN", "NG", "KE":
		return true
	}
	return false
}

// iban finds an international bank account number at begin, in one piece or in groups of up to four, in either case. It
// returns its end, or begin when the length of the country or the checksum does not hold.
func iban(s *evidence.Sheet, begin int) int {
	var country [2]byte
	country[0], country[1] = evidence.UpperOf(s.Text[begin]), evidence.UpperOf(s.Text[begin+1])
	size := checkdigit.IBANLength(string(country[:]))
	if size == 0 {
		return begin
	}
	var buf [34]byte
	n, i := 0, begin
	for n < size && i < len(s.Text) {
		c := s.Text[i]
		switch {
		case evidence.IsAlnum(c):
			buf[n] = evidence.UpperOf(c)
			n++
		case (c == ' ' || c == '-') && n > 3 && i > begin && evidence.IsAlnum(s.Text[i-1]):
		default:
			return begin
		}
		i++
	}
	if n < size || evidence.WordAt(s.Text, i) {
		return begin
	}
	if checkdigit.Mod97(buf[:4], checkdigit.Mod97(buf[4:size], 0)) != 1 {
		return begin
	}
	s.Add("bank/iban", pii.IBAN, begin, i, evidence.Proven(0.5))
	return i
}

// Shape counts the characters of a word.
type Shape struct {
	Digits, Upper, Lower, Other int
}
