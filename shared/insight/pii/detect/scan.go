package detect

import (
	"strings"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii"
)

// scanBytes reads the text once from left to right for what is recognised by its characters: numbers, addresses of the
// network, codes of letters and digits. Whatever is read is not read again; look-ahead is bounded or remembered.
func (s *scanner) scanBytes() {
	var r run
	for i := 0; i < len(s.text); {
		switch c := s.text[i]; {
		case isAlnum(c) || c >= utf8.RuneSelf:
			i = s.scanWord(i, &r)
		case c == '+' || c == '(':
			next := i + 1
			if c == '+' && next < len(s.text) && s.text[next] == '(' {
				next++
			}
			if next < len(s.text) && isDigit(s.text[next]) && !wordBefore(s.text, i) {
				if end := s.readRun(i, &r); r.n > 0 {
					s.numbers(&r)
					i = end
					continue
				}
			}
			i++
		case c == '@':
			s.email(i)
			i++
		case c == ':':
			i = max(i+1, s.colons(i, i))
		default:
			i++
		}
	}
}

// shape counts the characters of a word.
type shape struct {
	digits, upper, lower, other int
}

// scanWord reads the word at i, or the run of numbers that it begins, and returns where to go on.
func (s *scanner) scanWord(i int, r *run) int {
	end, w := s.wordEnd(i)
	if end == i { // a symbol outside ASCII
		_, n := utf8.DecodeRuneInString(s.text[i:])
		return i + n
	}
	next := byte(0)
	if end < len(s.text) {
		next = s.text[end]
	}
	switch {
	case next == ':' && w.other == 0:
		if stop := s.scheme(i, end); stop > end {
			return stop
		}
		if stop := s.colons(i, end); stop > end {
			return stop
		}
	case (next == '.' || next == '-') && w.other == 0:
		if stop := s.domain(i, end); stop > end {
			return stop
		}
		if next == '-' && w.lower+w.upper+w.digits <= 8 {
			if stop := s.hyphens(i, end); stop > end {
				return stop
			}
		}
	}
	if w.digits == end-i {
		if (next == '-' || next == '+') && w.digits == 6 {
			if stop := s.identityCode(i, end); stop > end {
				return stop
			}
		}
		stop := s.readRun(i, r)
		s.numbers(r)
		return max(stop, end)
	}
	if w.digits > 0 && w.other == 0 || w.upper >= 2 && w.lower == 0 {
		return max(end, s.code(i, end, w))
	}
	return end
}

// wordEnd returns the end of the letters and digits at i and their shape.
func (s *scanner) wordEnd(i int) (int, shape) {
	var w shape
	for i < len(s.text) {
		c := s.text[i]
		switch {
		case isDigit(c):
			w.digits++
		case isUpper(c):
			w.upper++
		case isAlpha(c):
			w.lower++
		case c < utf8.RuneSelf:
			return i, w
		default:
			r, n := utf8.DecodeRuneInString(s.text[i:])
			if !isLetter(r) {
				return i, w
			}
			w.other++
			i += n - 1
		}
		i++
	}
	return i, w
}

// hyphens passes over a GUID, so that its groups are not taken for numbers, or finds a MAC address with hyphens.
func (s *scanner) hyphens(begin, end int) int {
	switch end - begin {
	case 8:
		const guid = "00000000-0000-0000-0000-000000000000"
		if len(s.text)-begin < len(guid) || wordAt(s.text, begin+len(guid)) {
			return end
		}
		for i := range guid {
			if c := s.text[begin+i]; guid[i] == '-' && c != '-' || guid[i] == '0' && !isHex(c) {
				return end
			}
		}
		return begin + len(guid)
	case 2:
		if stop := s.mac(begin, '-'); stop > end {
			return stop
		}
	}
	return end
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// scheme finds a URL whose scheme is [begin, end).
func (s *scanner) scheme(begin, end int) int {
	if !strings.HasPrefix(s.text[end:], "://") || end-begin > 8 {
		return end
	}
	switch scheme := s.text[begin:end]; {
	case strings.EqualFold(scheme, "http"), strings.EqualFold(scheme, "https"), strings.EqualFold(scheme, "ftp"), strings.EqualFold(scheme, "sftp"):
	default:
		return end
	}
	stop := urlEnd(s.text, end+3)
	host := s.text[end+3 : stop]
	if cut := strings.IndexAny(host, "/?#"); cut >= 0 {
		host = host[:cut]
	}
	if strings.ContainsAny(host, ".:") {
		s.add("network/url", pii.URL, begin, stop, alone(0.6))
	}
	return stop
}

// urlEnd returns the end of the characters of a URL, without the marks that belong to the sentence around it.
func urlEnd(s string, i int) int {
	end := i
	for end < len(s) && s[end] > ' ' && s[end] != '"' && s[end] != '<' && s[end] != '>' && s[end] != 0x7F {
		end++
	}
	for end > i && strings.IndexByte(".,;:!?'*)]}", s[end-1]) >= 0 {
		end--
	}
	return end
}
