package auditchain

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
)

// The members of a record, in their order.
var names = [...]string{
	"tenant", "index", "time", "actor", "operation", "target", "outcome", "code", "reason", "reference", "requestId", "previous", "hash",
}

const (
	indexMember    = 1
	previousMember = len(names) - 2
	hashMember     = len(names) - 1
)

// before is what stands in front of each member's text, and after what ends it.
var before, after = func() (before, after [len(names)][]byte) {
	for i, name := range names {
		separator, quote := ",", `"`
		if i == 0 {
			separator = "{"
		}
		if i == indexMember {
			quote = ""
		}
		before[i], after[i] = []byte(separator+`"`+name+`":`+quote), []byte(quote)
	}
	return before, after
}()

// members of a line, cut out of it.
type members struct {
	members [len(names)][]byte
	index   uint64
}

// parse reads a line in the one spelling of a record.
func parse(line []byte) (r members, ok bool) {
	for i := range names {
		if !bytes.HasPrefix(line, before[i]) {
			return r, false
		}
		line = line[len(before[i]):]
		n := 0
		for n < len(line) && plain(line[n], i == indexMember) {
			n++
		}
		r.members[i] = line[:n]
		line = line[n:]
		if !bytes.HasPrefix(line, after[i]) {
			return r, false
		}
		line = line[len(after[i]):]
	}
	r.index, ok = number(r.members[indexMember])
	return r, ok && string(line) == "}"
}

// plain reports whether a byte may be in a text, which never needs an escape, or in a number.
func plain(c byte, numeric bool) bool {
	if numeric {
		return '0' <= c && c <= '9'
	}
	return ' ' <= c && c <= '~' && c != '"' && c != '\\'
}

// number reads a decimal number without leading zeros, from 1.
func number(text []byte) (n uint64, ok bool) {
	if len(text) == 0 || len(text) > 19 || text[0] == '0' {
		return 0, false
	}
	for _, c := range text {
		n = 10*n + uint64(c-'0')
	}
	return n, true
}

// hash is SHA-256 over the domain, and then the length and the text of each member but the hash itself.
func (r *members) hash(scratch *[]byte) [sha256.Size]byte {
	input := append((*scratch)[:0], "customerai/audit/record/v1\n"...)
	for _, text := range r.members[:hashMember] {
		input = binary.BigEndian.AppendUint32(input, uint32(len(text))) //nolint:gosec // a line is not that long
		input = append(input, text...)
	}
	*scratch = input
	return sha256.Sum256(input)
}
