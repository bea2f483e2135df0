package detect

import (
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii/codes"
	"github.com/customerai/customerai/shared/insight/pii/digits"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/network"
	"github.com/customerai/customerai/shared/insight/pii/numbers"
	"github.com/customerai/customerai/shared/insight/text"
)

// scanBytes reads the text once from left to right for what is recognised by its characters: numbers, addresses of the
// network, codes of letters and digits. Whatever is read is not read again; look-ahead is bounded or remembered.
func scanBytes(s *evidence.Sheet) {
	var r digits.Run
	for i, token := passOver(s, 0, 0); i < len(s.Text); i, token = passOver(s, i, token) {
		switch c := s.Text[i]; {
		case evidence.IsAlnum(c) || c >= utf8.RuneSelf:
			i = scanWord(s, i, &r)
		case c == '+' || c == '(':
			next := i + 1
			if c == '+' && next < len(s.Text) && s.Text[next] == '(' {
				next++
			}
			if next < len(s.Text) && evidence.IsDigit(s.Text[next]) && !evidence.WordBefore(s.Text, i) {
				if end := digits.Read(s, i, &r); r.N > 0 {
					numbers.Find(s, &r)
					i = end
					continue
				}
			}
			i++
		case c == '@':
			network.Email(s, i)
			i++
		case c == ':':
			i = max(i+1, network.Colons(s, i, i))
		default:
			i++
		}
	}
}

// passOver passes over what most of a message is made of: words of letters, when what stands behind them ends them, the usual marks,
// and a space between; but words in capitals may be codes. Token is one that does not begin behind i.
func passOver(s *evidence.Sheet, i, token int) (next, nextToken int) {
	tokens := s.Doc.Tokens
	for token < len(tokens) && int(tokens[token].Begin) < i {
		token++
	}
	for ; token < len(tokens); token++ {
		t := &tokens[token]
		if int(t.Begin) != i || t.Upper || !t.Plain && (t.Kind != text.Punct || !usual(s.Text[i])) {
			break
		}
		if i = int(t.End); i < len(s.Text) && s.Text[i] == ' ' {
			i++
		}
	}
	return i, token
}

// usual reports the marks that stand between words and begin nothing that is recognised.
func usual(c byte) bool {
	switch c {
	case '.', ',', '!', '?', ')', '"', '\'', '-', '/', ';':
		return true
	}
	return false
}

// scanWord reads the word at i, or the run of numbers that it begins, and returns where to go on.
func scanWord(s *evidence.Sheet, i int, r *digits.Run) int {
	end, w := wordEnd(s, i)
	if end == i { // a symbol outside ASCII
		_, n := utf8.DecodeRuneInString(s.Text[i:])
		return i + n
	}
	next := byte(0)
	if end < len(s.Text) {
		next = s.Text[end]
	}
	switch {
	case next == ':' && w.Other == 0:
		if stop := network.Scheme(s, i, end); stop > end {
			return stop
		}
		if stop := network.Colons(s, i, end); stop > end {
			return stop
		}
	case (next == '.' || next == '-') && w.Other == 0:
		if stop := network.Domain(s, i, end); stop > end {
			return stop
		}
		if next == '-' && w.Lower+w.Upper+w.Digits <= 8 {
			if stop := hyphens(s, i, end); stop > end {
				return stop
			}
		}
	}
	if w.Digits == end-i {
		if (next == '-' || next == '+') && w.Digits == 6 {
			if stop := codes.IdentityCode(s, i, end); stop > end {
				return stop
			}
		}
		stop := digits.Read(s, i, r)
		numbers.Find(s, r)
		return max(stop, end)
	}
	if w.Digits > 0 && w.Other == 0 || w.Upper >= 2 && w.Lower == 0 {
		return max(end, codes.Find(s, i, end, w))
	}
	return end
}

// wordEnd returns the end of the letters and digits at i and their shape.
func wordEnd(s *evidence.Sheet, i int) (int, codes.Shape) {
	var w codes.Shape
	for i < len(s.Text) {
		c := s.Text[i]
		switch {
		case evidence.IsDigit(c):
			w.Digits++
		case evidence.IsUpper(c):
			w.Upper++
		case evidence.IsAlpha(c):
			w.Lower++
		case c < utf8.RuneSelf:
			return i, w
		default:
			r, n := utf8.DecodeRuneInString(s.Text[i:])
			if !evidence.IsLetter(r) {
				return i, w
			}
			w.Other++
			i += n - 1
		}
		i++
	}
	return i, w
}

// hyphens passes over a GUID, so that its groups are not taken for numbers, or finds a MAC address with hyphens.
func hyphens(s *evidence.Sheet, begin, end int) int {
	switch end - begin {
	case 8:
		const guid = "00000000-0000-0000-0000-000000000000"
		if len(s.Text)-begin < len(guid) || evidence.WordAt(s.Text, begin+len(guid)) {
			return end
		}
		for i := range guid {
			if c := s.Text[begin+i]; guid[i] == '-' && c != '-' || guid[i] == '0' && !evidence.IsHex(c) {
				return end
			}
		}
		return begin + len(guid)
	case 2:
		if stop := network.MAC(s, begin, '-'); stop > end {
			return stop
		}
	}
	return end
}
