package detect

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/checkdigit"
)

// code finds what the word of letters and digits [begin, end) is, and returns the end of what it used, or end.
func (s *scanner) code(begin, end int, w shape) int {
	word := s.text[begin:end]
	if len(word) >= 4 && isAlpha(word[0]) && isAlpha(word[1]) && isDigit(word[2]) && isDigit(word[3]) {
		if stop := s.iban(begin); stop > begin {
			return stop
		}
	}
	if begin > 0 && (s.text[begin-1] == '-' || s.text[begin-1] == '_' || s.text[begin-1] == '#') && wordBefore(s.text, begin-1) {
		return end // part of a longer identifier
	}
	if stop := s.postcode(begin, end); stop > begin {
		return stop
	}
	if stop := s.insuranceNumber(begin, end); stop > begin {
		return stop
	}
	if stop := s.identityCode(begin, end); stop > begin {
		return stop
	}
	switch size := len(word); {
	case size == 20 && w.lower == 0 && awsPrefix(word[:4]):
		s.add("secret/access key prefix", pii.AWSAccessKey, begin, end, proven(0.5))
		return end
	case size == 17 && w.digits > 1 && w.digits < 17:
		var upper [17]byte
		for i := range upper {
			upper[i] = upperOf(word[i])
		}
		if checkdigit.VIN(upper[:]) {
			s.add("vehicle/vin", pii.VIN, begin, end, proven(0.3))
			return end
		}
	case size == 10 && w.digits == 4 && panShape(word):
		s.addWithCue("identity/pan", pii.PAN, begin, end, 0.5, cuePAN)
		return end
	case (size == 8 || size == 11) && w.lower == 0 && swiftShape(word):
		s.addWithCue("bank/bic", pii.Swift, begin, end, 0.3, cueSwift)
		return end
	}
	if w.digits > 0 {
		return s.documentCode(begin, end, w)
	}
	return end
}

// addWithCue records a candidate whose nearest number cue is want with a boost, and with its base score when it has none.
func (s *scanner) addWithCue(pattern string, t pii.Type, begin, end int, base float64, want cue) {
	switch near := s.nearest(begin, end, cueNumber|want); {
	case near&want != 0:
		s.add(pattern, t, begin, end, s.boosted(base))
	case near == 0:
		s.add(pattern, t, begin, end, alone(base))
	}
}

// documentCode finds what only its context word tells: passports, licences, number plates.
func (s *scanner) documentCode(begin, end int, w shape) int {
	size := end - begin
	if size > 16 {
		return end
	}
	switch s.nearest(begin, end, cueNumber) {
	case cuePassport:
		if size == 9 && w.digits == 8 && isAlpha(s.text[begin]) || between(7, size, 9) && w.digits >= 6 && w.lower == 0 {
			s.add("identity/passport", pii.Passport, begin, end, s.boosted(0.1))
		}
	case cueLicence:
		if size >= 5 && w.digits >= 3 {
			s.add("identity/driving licence", pii.DriverLicense, begin, end, s.boosted(0.1))
		}
	case cuePlate:
		if size <= 8 && w.lower == 0 {
			if end+4 <= len(s.text) && s.text[end] == ' ' && isUpper(s.text[end+1]) && isUpper(s.text[end+2]) && isUpper(s.text[end+3]) && !wordAt(s.text, end+4) {
				end += 4 // the British form: AB12 CDE
			}
			s.add("vehicle/plate", pii.LicensePlate, begin, end, s.boosted(0.1))
		}
	case cueAccount:
		if w.lower == 0 && w.digits >= 8 {
			s.add("bank/account", pii.BankNumber, begin, end, s.boosted(0.05))
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
		if isDigit(s[i]) != (i >= 5 && i < 9) {
			return false
		}
	}
	return strings.IndexByte("ABCFGHJLPT", upperOf(s[3])) >= 0 && number([]byte(s[5:9])) > 0
}

// swiftShape checks a business identifier code, ISO 9362: bank, country, place, branch.
func swiftShape(s string) bool {
	for i := range 6 {
		if !isAlpha(s[i]) {
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

func upperOf(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 0x20
	}
	return c
}

// iban finds an international bank account number at begin, in one piece or in groups of up to four, in either case. It
// returns its end, or begin when the length of the country or the checksum does not hold.
func (s *scanner) iban(begin int) int {
	var country [2]byte
	country[0], country[1] = upperOf(s.text[begin]), upperOf(s.text[begin+1])
	size := checkdigit.IBANLength(string(country[:]))
	if size == 0 {
		return begin
	}
	var buf [34]byte
	n, i := 0, begin
	for n < size && i < len(s.text) {
		c := s.text[i]
		switch {
		case isAlnum(c):
			buf[n] = upperOf(c)
			n++
		case (c == ' ' || c == '-') && n > 3 && i > begin && isAlnum(s.text[i-1]):
		default:
			return begin
		}
		i++
	}
	if n < size || wordAt(s.text, i) {
		return begin
	}
	if checkdigit.Mod97(buf[:4], checkdigit.Mod97(buf[4:size], 0)) != 1 {
		return begin
	}
	s.add("bank/iban", pii.IBAN, begin, i, proven(0.5))
	return i
}
