package text

import "strings"

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// hasPrefixFold reports whether s begins with prefix, which is lower-case ASCII, in any case.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// urlEnd returns the end of the URL at i, or i. A scan either becomes the token or is followed by a scan that begins
// beyond all but its trailing punctuation, so that the sum stays linear.
func urlEnd(s string, i int) int {
	rest := s[i:]
	begin := 0
	switch rest[0] | 0x20 {
	case 'h':
		if hasPrefixFold(rest, "http://") {
			begin = len("http://")
		} else if hasPrefixFold(rest, "https://") {
			begin = len("https://")
		}
	case 'f':
		if hasPrefixFold(rest, "ftp://") {
			begin = len("ftp://")
		}
	case 'w':
		if hasPrefixFold(rest, "www.") {
			begin = len("www.")
		}
	}
	if begin == 0 {
		return i
	}
	if end := EndOfURL(s, i+begin); end > i+begin {
		return end
	}
	return i
}

// EndOfURL returns where a URL that was read up to i ends: at white space, a quotation mark or an angle bracket, without
// the punctuation that closes the sentence around it.
func EndOfURL(s string, i int) int {
	end := i
	for end < len(s) && s[end] > ' ' && s[end] != '"' && s[end] != '<' && s[end] != '>' && s[end] != 0x7F {
		end++
	}
	for end > i && strings.IndexByte(".,;:!?'*)]}", s[end-1]) >= 0 {
		end--
	}
	return end
}

// domainEnd returns the end of the bare domain whose first label ends at i, or i. Only common endings count: people leave
// out the space after a full stop more often than they write rare ones.
func domainEnd(s string, i int) int {
	if i >= len(s) || s[i] != '.' || i == 0 || !isAlnum(s[i-1]) {
		return i
	}
	for _, ending := range [...]string{"com", "co.uk", "net", "org", "io", "gov", "edu"} {
		end := i + 1 + len(ending)
		if !hasPrefixFold(s[i+1:], ending) || end < len(s) && (isAlnum(s[end]) || s[end] == '@') {
			continue
		}
		if end < len(s) && s[end] == '/' {
			return EndOfURL(s, end)
		}
		return end
	}
	return i
}

func handleEnd(s string, i int) int {
	for i < len(s) && (isAlnum(s[i]) || s[i] == '_') {
		i++
	}
	return i
}

// emailEnd returns the end of the e-mail address at i, or i.
func (d *Document) emailEnd(i int) int {
	if i < d.emailFailed {
		return i
	}
	if d.nextAt < i {
		d.nextAt = len(d.Text)
		if at := strings.IndexByte(d.Text[i:], '@'); at >= 0 {
			d.nextAt = i + at
		}
	}
	if d.nextAt == len(d.Text) {
		return i
	}
	at := i
	for at < d.nextAt && (isAlnum(d.Text[at]) || strings.IndexByte("._%+-'", d.Text[at]) >= 0) {
		at++
	}
	if at == d.nextAt && d.Text[at-1] != '.' {
		if end := mailDomainEnd(d.Text, at+1); end > at+1 {
			return end
		}
	}
	// Any later start before this character meets the same end.
	d.emailFailed = at
	return i
}

// mailDomainEnd returns the end of the domain at i, or i when it has no dot or ends in less than two letters.
func mailDomainEnd(s string, i int) int {
	end, dot := i, 0
	for end < len(s) && (isAlnum(s[end]) || s[end] == '-' || s[end] == '.') {
		if s[end] == '.' && end+1 < len(s) && isAlnum(s[end+1]) {
			dot = end
		} else if s[end] == '.' {
			break
		}
		end++
	}
	for end > i && s[end-1] == '-' {
		end--
	}
	if dot == 0 || dot == i || end-dot < 3 || '0' <= s[end-1] && s[end-1] <= '9' {
		return i
	}
	return end
}
