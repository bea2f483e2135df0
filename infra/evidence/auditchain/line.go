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

// before is what stands in front of each member's text, ends the byte that ends it, and after what of that is the member's:
// a quotation mark, or, of a number, nothing, because the comma is the next one's.
var before, after, ends = func() (before, after [len(names)][]byte, ends [len(names)]byte) {
	for i, name := range names {
		separator, quote, end := ",", `"`, byte('"')
		if i == 0 {
			separator = "{"
		}
		if i == indexMember {
			quote, end = "", ','
		}
		before[i], after[i] = []byte(separator+`"`+name+`":`+quote), []byte(quote)
		ends[i] = end
	}
	return before, after, ends
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
		n := bytes.IndexByte(line, ends[i])
		if n < 0 {
			return r, false
		}
		r.members[i] = line[:n] // as it is: a text of the writer's never needs an escape
		line = line[n+len(after[i]):]
	}
	r.index, ok = number(r.members[indexMember])
	return r, ok && string(line) == "}"
}

// number reads a decimal number without leading zeros, from 1.
func number(text []byte) (n uint64, ok bool) {
	if len(text) == 0 || len(text) > 19 || text[0] == '0' {
		return 0, false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + uint64(c-'0')
	}
	return n, true
}

// hash is SHA-256 over the domain, and then the length and the text of each member but the hash itself.
func (r *members) hash(scratch *[]byte) [sha256.Size]byte {
	input := (*scratch)[:0]
	input = append(input, "customerai/audit/record/v1\n"...)
	for _, text := range r.members[:hashMember] {
		input = binary.BigEndian.AppendUint32(input, uint32(len(text))) //nolint:gosec // a line is not that long
		input = append(input, text...)
	}
	*scratch = input
	return sha256.Sum256(input)
}
