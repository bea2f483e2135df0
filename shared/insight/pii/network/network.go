// Package network finds addresses of the network: e-mail, URLs and domains, IP and MAC addresses.
//
// Normal use: each function is called at the character that gives an address away.
//
//	network.Email(s, at)
//
// It refuses endings that are rather a file or a missing space, and addresses that belong to nobody, such as the loopback.
package network

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/text"
)

// Email finds the address around the '@' at offset at. RFC 5321 allows 64 bytes before it and 253 behind.
func Email(s *evidence.Sheet, at int) {
	begin := at
	for begin > max(0, at-64) {
		r, n := utf8.DecodeLastRuneInString(s.Text[:begin])
		if !isAlnumRune(r) && !strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r) {
			break
		}
		begin -= n
	}
	// A quotation mark, a slash or an equals sign before an address is rather part of the sentence.
	if cut := strings.LastIndexAny(s.Text[begin:at], "'`{}|=/!?#$%&*^~"); cut >= 0 && !strings.Contains(s.Text[begin:at], "+") {
		begin += cut + 1
	}
	for begin < at && strings.IndexByte(".-+", s.Text[begin]) >= 0 {
		begin++
	}
	if begin == at || s.Text[at-1] == '.' {
		return
	}
	end, labels, last := at+1, 0, at+1
	for end < len(s.Text) && end < at+254 {
		r, n := utf8.DecodeRuneInString(s.Text[end:])
		switch {
		case isAlnumRune(r) || r == '-':
			end += n
			continue
		case r == '.' && end > last && end+1 < len(s.Text) && evidence.WordAt(s.Text, end+1):
			labels++
			end++
			last = end
			continue
		}
		break
	}
	for end > last && s.Text[end-1] == '-' {
		end--
	}
	if labels == 0 || !topLevel(s.Text[last:end]) {
		return
	}
	s.Add("network/e-mail", pii.EmailAddress, begin, end, evidence.Proven(0.5))
}

func isAlnumRune(r rune) bool {
	return '0' <= r && r <= '9' || evidence.IsLetter(r)
}

// topLevel reports whether a label can be a top-level domain: letters of any script or punycode, and no file ending.
func topLevel(label string) bool {
	if len(label) < 2 || len(label) > 24 {
		return strings.HasPrefix(label, "xn--") && len(label) < 60
	}
	for i := range len(label) {
		if evidence.IsDigit(label[i]) || label[i] == '-' {
			return strings.HasPrefix(label, "xn--")
		}
	}
	switch label {
	case "png", "jpg", "jpeg", "gif", "pdf", "txt", "csv", "svg", "webp":
		return false
	}
	return true
}

// Domain finds a bare domain, with a path or without, whose first label is [begin, end). Endings that are also words or
// file endings are left out: people forget the space behind a full stop more often than they write such a domain.
func Domain(s *evidence.Sheet, begin, end int) int {
	if begin < s.DomainEnd || begin > 0 && (s.Text[begin-1] == '@' || s.Text[begin-1] == '-' || s.Text[begin-1] == '.' || s.Text[begin-1] == '_') {
		return end
	}
	stop, last := end, begin
	for stop < len(s.Text) && stop < begin+253 {
		c := s.Text[stop]
		if c == '.' && stop+1 < len(s.Text) && evidence.IsAlnum(s.Text[stop+1]) {
			last = stop + 1
		} else if !evidence.IsAlnum(c) && c != '-' {
			break
		}
		stop++
	}
	s.DomainEnd = stop
	if last == begin || last == begin+4 && strings.EqualFold(s.Text[begin:end], "www") || stop < len(s.Text) && (s.Text[stop] == '@' || s.Text[stop] == '_') || s.Text[begin:end] == s.Text[last:stop] {
		return end
	}
	www := strings.EqualFold(s.Text[begin:end], "www")
	if !www && !commonEnding(s.Text[last:stop]) || www && !topLevel(s.Text[last:stop]) {
		return end
	}
	if stop < len(s.Text) && (s.Text[stop] == '/' || s.Text[stop] == ':' && stop+1 < len(s.Text) && evidence.IsDigit(s.Text[stop+1])) {
		stop = text.EndOfURL(s.Text, stop)
	}
	s.Add("network/domain", pii.URL, begin, stop, evidence.Alone(0.5))
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

// Colons finds an IPv6 or a MAC address that begins at begin and has its first colon at colon; it returns its end, or
// colon.
func Colons(s *evidence.Sheet, begin, colon int) int {
	if colon-begin > 4 || evidence.WordBefore(s.Text, begin) || begin > 1 && s.Text[begin-1] == ':' && (evidence.IsHex(s.Text[begin-2]) || s.Text[begin-2] == ':') {
		return colon
	}
	if colon-begin == 2 {
		if stop := MAC(s, begin, ':'); stop > colon {
			return stop
		}
	}
	stop, count := begin, 0
	for stop < len(s.Text) && stop < begin+46 && (evidence.IsHex(s.Text[stop]) || s.Text[stop] == ':' || s.Text[stop] == '.' && count > 0) {
		if s.Text[stop] == ':' {
			count++
		}
		stop++
	}
	for stop > begin && (s.Text[stop-1] == '.' || s.Text[stop-1] == ':' && !strings.HasSuffix(s.Text[begin:stop], "::")) {
		stop--
	}
	if count < 2 || stop-begin < 3 || evidence.WordAt(s.Text, stop) || stop == begin+46 {
		return colon
	}
	if count < 7 && !strings.Contains(s.Text[begin:stop], "::") && (count < 6 || !strings.Contains(s.Text[begin:stop], ".")) {
		return colon // a time
	}
	address, err := netip.ParseAddr(s.Text[begin:stop])
	if err != nil {
		return colon
	}
	AddAddress(s, address, begin, stop)
	return stop
}

// AddAddress records an address that can belong to somebody: not the loopback or the unspecified one.
func AddAddress(s *evidence.Sheet, address netip.Addr, begin, end int) {
	if address.IsLoopback() || address.IsUnspecified() {
		return
	}
	if i := end; i+1 < len(s.Text) && s.Text[i] == '/' && evidence.IsDigit(s.Text[i+1]) {
		for i++; i < len(s.Text) && evidence.IsDigit(s.Text[i]) && i < end+4; i++ {
		}
		end = i
	}
	s.Add("network/ip", pii.IPAddress, begin, end, evidence.Alone(0.6))
}

// MAC finds six pairs of hexadecimal digits.
func MAC(s *evidence.Sheet, begin int, sep byte) int {
	const size = 17
	if len(s.Text)-begin < size || evidence.WordAt(s.Text, begin+size) {
		return begin
	}
	for i := range size {
		c := s.Text[begin+i]
		if i%3 == 2 && c != sep || i%3 != 2 && !evidence.IsHex(c) {
			return begin
		}
	}
	s.Add("network/mac", pii.MACAddress, begin, begin+size, evidence.Alone(0.6))
	return begin + size
}
