package detect

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii"
)

// email finds the address around the '@' at offset at. RFC 5321 allows 64 bytes before it and 253 behind.
func (s *scanner) email(at int) {
	begin := at
	for begin > max(0, at-64) {
		r, n := utf8.DecodeLastRuneInString(s.text[:begin])
		if !isAlnumRune(r) && !strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r) {
			break
		}
		begin -= n
	}
	// A quotation mark, a slash or an equals sign before an address is rather part of the sentence.
	if cut := strings.LastIndexAny(s.text[begin:at], "'`{}|=/!?#$%&*^~"); cut >= 0 && !strings.Contains(s.text[begin:at], "+") {
		begin += cut + 1
	}
	for begin < at && strings.IndexByte(".-+", s.text[begin]) >= 0 {
		begin++
	}
	if begin == at || s.text[at-1] == '.' {
		return
	}
	end, labels, last := at+1, 0, at+1
	for end < len(s.text) && end < at+254 {
		r, n := utf8.DecodeRuneInString(s.text[end:])
		switch {
		case isAlnumRune(r) || r == '-':
			end += n
			continue
		case r == '.' && end > last && end+1 < len(s.text) && wordAt(s.text, end+1):
			labels++
			end++
			last = end
			continue
		}
		break
	}
	for end > last && s.text[end-1] == '-' {
		end--
	}
	if labels == 0 || !topLevel(s.text[last:end]) {
		return
	}
	s.add("network/e-mail", pii.EmailAddress, begin, end, proven(0.5))
}

func isAlnumRune(r rune) bool {
	return '0' <= r && r <= '9' || isLetter(r)
}

// topLevel reports whether a label can be a top-level domain: letters of any script or punycode, and no file ending.
func topLevel(label string) bool {
	if len(label) < 2 || len(label) > 24 {
		return strings.HasPrefix(label, "xn--") && len(label) < 60
	}
	for i := range len(label) {
		if isDigit(label[i]) || label[i] == '-' {
			return strings.HasPrefix(label, "xn--")
		}
	}
	switch label {
	case "png", "jpg", "jpeg", "gif", "pdf", "txt", "csv", "svg", "webp":
		return false
	}
	return true
}

// domain finds a bare domain, with a path or without, whose first label is [begin, end). Endings that are also words or
// file endings are left out: people forget the space behind a full stop more often than they write such a domain.
func (s *scanner) domain(begin, end int) int {
	if begin < s.domainEnd || begin > 0 && (s.text[begin-1] == '@' || s.text[begin-1] == '-' || s.text[begin-1] == '.' || s.text[begin-1] == '_') {
		return end
	}
	stop, last := end, begin
	for stop < len(s.text) && stop < begin+253 {
		c := s.text[stop]
		if c == '.' && stop+1 < len(s.text) && isAlnum(s.text[stop+1]) {
			last = stop + 1
		} else if !isAlnum(c) && c != '-' {
			break
		}
		stop++
	}
	s.domainEnd = stop
	if last == begin || last == begin+4 && strings.EqualFold(s.text[begin:end], "www") || stop < len(s.text) && (s.text[stop] == '@' || s.text[stop] == '_') || s.text[begin:end] == s.text[last:stop] {
		return end
	}
	www := strings.EqualFold(s.text[begin:end], "www")
	if !www && !commonEnding(s.text[last:stop]) || www && !topLevel(s.text[last:stop]) {
		return end
	}
	if stop < len(s.text) && (s.text[stop] == '/' || s.text[stop] == ':' && stop+1 < len(s.text) && isDigit(s.text[stop+1])) {
		stop = urlEnd(s.text, stop)
	}
	s.add("network/domain", pii.URL, begin, stop, alone(0.5))
	return stop
}

func commonEnding(label string) bool {
	switch strings.ToLower(label) { // does not allocate for lower case
	case "com", "org", "net", "edu", "gov", "mil", "info", "biz", "io", "co", "uk", "us", "ca", "au", "nz", "ie", "de", "fr", "es", "nl", "eu",
		"ch", "se", "dk", "fi", "pl", "cz", "pt", "ru", "br", "mx", "cn", "jp", "kr", "za", "dev", "app", "shop", "store", "online", "site",
		"tech", "xyz", "cloud", "ai":
		return true
	}
	return false
}

// colons finds an IPv6 or a MAC address that begins at begin and has its first colon at colon; it returns its end, or
// colon.
func (s *scanner) colons(begin, colon int) int {
	if colon-begin > 4 || wordBefore(s.text, begin) || begin > 1 && s.text[begin-1] == ':' && (isHex(s.text[begin-2]) || s.text[begin-2] == ':') {
		return colon
	}
	if colon-begin == 2 {
		if stop := s.mac(begin, ':'); stop > colon {
			return stop
		}
	}
	stop, count := begin, 0
	for stop < len(s.text) && stop < begin+46 && (isHex(s.text[stop]) || s.text[stop] == ':' || s.text[stop] == '.' && count > 0) {
		if s.text[stop] == ':' {
			count++
		}
		stop++
	}
	for stop > begin && (s.text[stop-1] == '.' || s.text[stop-1] == ':' && !strings.HasSuffix(s.text[begin:stop], "::")) {
		stop--
	}
	if count < 2 || stop-begin < 3 || wordAt(s.text, stop) || stop == begin+46 {
		return colon
	}
	if count < 7 && !strings.Contains(s.text[begin:stop], "::") && (count < 6 || !strings.Contains(s.text[begin:stop], ".")) {
		return colon // a time
	}
	address, err := netip.ParseAddr(s.text[begin:stop])
	if err != nil {
		return colon
	}
	s.addAddress(address, begin, stop)
	return stop
}

// addAddress records an address that can belong to somebody: not the loopback or the unspecified one.
func (s *scanner) addAddress(address netip.Addr, begin, end int) {
	if address.IsLoopback() || address.IsUnspecified() {
		return
	}
	if i := end; i+1 < len(s.text) && s.text[i] == '/' && isDigit(s.text[i+1]) {
		for i++; i < len(s.text) && isDigit(s.text[i]) && i < end+4; i++ {
		}
		end = i
	}
	s.add("network/ip", pii.IPAddress, begin, end, alone(0.6))
}

// mac finds six pairs of hexadecimal digits.
func (s *scanner) mac(begin int, sep byte) int {
	const size = 17
	if len(s.text)-begin < size || wordAt(s.text, begin+size) {
		return begin
	}
	for i := range size {
		c := s.text[begin+i]
		if i%3 == 2 && c != sep || i%3 != 2 && !isHex(c) {
			return begin
		}
	}
	s.add("network/mac", pii.MACAddress, begin, begin+size, alone(0.6))
	return begin + size
}

// ipv4 finds an address of four groups, and returns how many groups it used. What looks like one and is a version or out of
// range is passed over.
func (s *scanner) ipv4(r *run, g int) int {
	if g+4 > r.n || !r.uniform(g, g+4, '.') || g > 0 && r.sep(g) == '.' || s.text[r.groups[g].begin] == '0' && r.sizes(g, 2, 2, 2, 2, 2) {
		return 0
	}
	h := g + 4
	for h < r.n && r.sep(h) == '.' {
		h++
	}
	if h > g+4 {
		return h - g
	}
	var octets [4]byte
	for i := range octets {
		group := r.groups[g+i]
		if group.len() > 3 {
			return 0
		}
		value := number([]byte(s.text[group.begin:group.end]))
		if value > 255 || group.len() > 1 && s.text[group.begin] == '0' {
			return 4
		}
		octets[i] = byte(value)
	}
	begin, end := r.groups[g].begin, r.groups[g+3].end
	if s.nearest(begin, end, cueVersion) == 0 {
		s.addAddress(netip.AddrFrom4(octets), begin, end)
	}
	return 4
}
