package pii

import "strings"

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
	switch size := len(word); {
	case size == 20 && w.lower == 0 && awsPrefix(word[:4]):
		s.add(AWSAccessKey, begin, end, certain)
		return end
	case size == 17 && w.digits > 1 && w.digits < 17:
		var upper [17]byte
		for i := range upper {
			upper[i] = upperOf(word[i])
		}
		if vinChecksum(upper[:]) {
			s.add(VIN, begin, end, certain)
			return end
		}
	case size == 10 && w.digits == 4 && panShape(word):
		s.addWithCue(PAN, begin, end, 0.5, cuePAN)
		return end
	case (size == 8 || size == 11) && w.lower == 0 && swiftShape(word):
		s.addWithCue(Swift, begin, end, 0.3, cueSwift)
		return end
	}
	if w.digits > 0 {
		return s.documentCode(begin, end, w)
	}
	return end
}

// addWithCue records a candidate whose nearest number cue is want with a boost, and with its base score when it has none.
func (s *scanner) addWithCue(t Type, begin, end int, base float64, want cue) {
	switch near := s.nearest(begin, end, cueNumber|want); {
	case near&want != 0:
		s.add(t, begin, end, boosted(base))
	case near == 0:
		s.add(t, begin, end, base)
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
			s.add(Passport, begin, end, boosted(0.1))
		}
	case cueLicence:
		if size >= 5 && w.digits >= 3 {
			s.add(DriverLicense, begin, end, boosted(0.1))
		}
	case cuePlate:
		if size <= 8 && w.lower == 0 {
			if end+4 <= len(s.text) && s.text[end] == ' ' && isUpper(s.text[end+1]) && isUpper(s.text[end+2]) && isUpper(s.text[end+3]) && !wordAt(s.text, end+4) {
				end += 4 // the British form: AB12 CDE
			}
			s.add(LicensePlate, begin, end, boosted(0.1))
		}
	case cueAccount:
		if w.lower == 0 && w.digits >= 8 {
			s.add(BankNumber, begin, end, boosted(0.05))
		}
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
	return ibanLength(s[4:6]) > 0 || strings.Contains("US CA AU NZ JP CN HK SG IN ZA MX KR TW TH MY ID PH AR CL CO PE VN NG KE", s[4:6])
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
	size := ibanLength(string(country[:]))
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
	if mod97(buf[:4], mod97(buf[4:size], 0)) != 1 {
		return begin
	}
	s.add(IBAN, begin, i, certain)
	return i
}

// ibanLength returns the length of the IBANs of a country by the SWIFT registry, 0 for a country without them.
func ibanLength(country string) int {
	switch country {
	case "NO":
		return 15
	case "BE":
		return 16
	case "DK", "FI", "FO", "FK", "GL", "NL", "SD":
		return 18
	case "MK", "SI":
		return 19
	case "AT", "BA", "EE", "KZ", "LT", "LU", "XK", "MN":
		return 20
	case "CH", "CR", "HR", "LI", "LV":
		return 21
	case "BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA":
		return 22
	case "AE", "GI", "IL", "IQ", "OM", "SO", "TL":
		return 23
	case "AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG":
		return 24
	case "LY", "PT", "ST":
		return 25
	case "IS", "TR":
		return 26
	case "BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM":
		return 27
	case "AL", "AZ", "BY", "CY", "DO", "GT", "HN", "HU", "LB", "NI", "PL", "SV":
		return 28
	case "BR", "EG", "PS", "QA", "UA":
		return 29
	case "JO", "KW", "MU", "YE":
		return 30
	case "MT", "SC":
		return 31
	case "LC":
		return 32
	case "RU":
		return 33
	}
	return 0
}

// insuranceNumber finds a British National Insurance number, AB123456C or AB 12 34 56 C, in capitals or beside its name.
func (s *scanner) insuranceNumber(begin, end int) int {
	var buf [9]byte
	n, i := 0, begin
	for n < len(buf) && i < len(s.text) {
		c := s.text[i]
		switch {
		case isAlnum(c):
			buf[n] = upperOf(c)
			n++
		case c == ' ' && n > 1 && n%2 == 0 && s.text[i-1] != ' ':
		default:
			return begin
		}
		i++
	}
	if n < len(buf) || i < end || wordAt(s.text, i) || !validInsurance(buf) {
		return begin
	}
	s.addWithCue(NINO, begin, i, 0.5, cueNINO)
	return i
}

// validInsurance applies the rules of HM Revenue and Customs for prefix and suffix.
func validInsurance(n [9]byte) bool {
	for i, c := range n {
		if isDigit(c) != (i >= 2 && i < 8) {
			return false
		}
	}
	prefix := string(n[:2])
	if strings.ContainsAny(prefix, "DFIQUV") || n[1] == 'O' || n[8] > 'D' {
		return false
	}
	switch prefix {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ":
		return false
	}
	return true
}

// postcode finds a British or a Canadian postcode in capitals whose first half is [begin, end).
func (s *scanner) postcode(begin, end int) int {
	if size := end - begin; size < 2 || size > 4 || end+4 > len(s.text) || s.text[end] != ' ' || wordAt(s.text, end+4) {
		return begin
	}
	second := s.text[end+1 : end+4]
	if !isDigit(second[0]) || !isAlpha(second[1]) {
		return begin
	}
	first, score := s.text[begin:end], 0.0
	switch {
	case isUpper(second[1]) && isUpper(second[2]) && outward(first) && !strings.ContainsAny(second[1:], "CIKMOV"):
		score = 0.5
	case len(first) == 3 && isUpper(first[0]) && isDigit(first[1]) && isUpper(first[2]) && isDigit(second[2]) && isUpper(second[1]):
		score = 0.5
	}
	if score == 0 || s.nearest(begin, end+4, cueNumber) == cueReference || s.nearest(begin, end+4, cuePlate) != 0 {
		return begin
	}
	s.add(Location, begin, end+4, score)
	return end + 4
}

// outward checks the first half of a British postcode: one or two letters, a digit, a digit or letter. Some letters are not
// used in some positions, to tell postcodes from other codes and digits from letters.
func outward(s string) bool {
	if s == "GIR" {
		return true
	}
	if strings.IndexByte("QVX", s[0]) >= 0 || strings.IndexByte("IJZ", s[1]) >= 0 {
		return false
	}
	i := 0
	for i < len(s) && isUpper(s[i]) {
		i++
	}
	if i == 0 || i > 2 || i == len(s) || !isDigit(s[i]) {
		return false
	}
	return i+1 == len(s) || i+2 == len(s) && isAlnum(s[i+1])
}
