// Package record is one record of an audit chain: its fields, its one spelling and its hash.
//
// Normal use: seal fields into a record, keep its line, read it back.
//
//	r := record.Seal(record.Fields{Tenant: "main", Index: 1, …, Previous: record.Start})
//	line := r.Line()
//	r, err := record.Parse(line)
//
// What follows is all that a verifier needs to know; infra/evidence is one that shares no code with this package.
//
// A chain is a tenant's records, their indexes 1, 2, 3, … without a gap. A record has thirteen members, each a text of
// printable ASCII without quotation mark and backslash, in this order:
//
//	tenant     whose chain it is
//	index      a decimal number, the one member that JSON shows without quotation marks
//	time       RFC 3339 in UTC with three decimals: 2026-01-02T03:04:05.678Z
//	actor      pseudonym of who did it, empty for nobody known
//	operation  the operation's name
//	target     pseudonym of what it was done to, empty for nothing in particular
//	outcome    allowed, denied or failed
//	code       the code of the refusal or failure, empty when allowed
//	reason     a word for why, from the operation's own list, or empty
//	reference  pseudonym of a ticket or case that the reason rests on, or empty
//	requestId  the request's id in log and answer, or empty
//	previous   the hash of the record before, 64 zeros in the first
//	hash       64 lower-case hexadecimal digits of SHA-256
//
// The hash is taken over these bytes: the 27 of "customerai/audit/record/v1\n", then for each member from tenant to
// previous its length as four bytes, the highest first, and its text. A line is the JSON object of all thirteen, in this
// order, without white space; there is no other spelling of a record, in the table or in an export.
//
// A pseudonym is ps_, the number of its key as eight hexadecimal digits, another _ and 32 hexadecimal digits: the first 16
// bytes of HMAC-SHA256 under that key of PSEUDONYM_KEY over "audit\x00", tenant, "\x00" and the id. Whoever has the key can
// tell whether a record is about an id; nobody else can tell anything.
//
// It refuses every other text.
package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Start is the previous hash of a chain's first record.
const Start = "0000000000000000000000000000000000000000000000000000000000000000"

// domain keeps the hash of a record from ever being that of anything else.
const domain = "customerai/audit/record/v1\n"

const timeForm = "2006-01-02T15:04:05.000Z"

// Fields are what a record says. Texts are in the form that Check asks for.
type Fields struct {
	Tenant    string `json:"tenant"`
	Index     uint64 `json:"index"`
	Time      string `json:"time"`
	Actor     string `json:"actor"`
	Operation string `json:"operation"`
	Target    string `json:"target"`
	Outcome   string `json:"outcome"`
	Code      string `json:"code"`
	Reason    string `json:"reason"`
	Reference string `json:"reference"`
	RequestID string `json:"requestId"`
	Previous  string `json:"previous"`
}

// Record is a sealed record.
type Record struct {
	Fields
	Hash string `json:"hash"`
}

// Time spells a moment as records do.
func Time(t time.Time) string { return t.UTC().Format(timeForm) }

// Seal gives the fields their hash.
func Seal(f Fields) Record { return Record{Fields: f, Hash: f.hash()} }

// hash is in the package comment.
func (f Fields) hash() string {
	text := make([]byte, 0, 512)
	text = append(text, domain...)
	for _, member := range []string{
		f.Tenant, strconv.FormatUint(f.Index, 10), f.Time, f.Actor, f.Operation, f.Target, f.Outcome, f.Code, f.Reason, f.Reference,
		f.RequestID, f.Previous,
	} {
		text = binary.BigEndian.AppendUint32(text, uint32(len(member))) //nolint:gosec // the forms bound every text
		text = append(text, member...)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Sealed reports whether the hash is that of the fields.
func (r Record) Sealed() bool { return r.Hash == r.hash() }

// Line returns the record's one spelling.
func (r Record) Line() []byte {
	line, err := json.Marshal(r)
	if err != nil { // a struct of texts and a number
		panic(err)
	}
	return line
}

var errNotRecord = errors.New("not a record of an audit chain in its one spelling")

// Parse reads a line. It does not ask whether the hash is right; see Sealed.
func Parse(line []byte) (Record, error) {
	var r Record
	if json.Unmarshal(line, &r) != nil || !bytes.Equal(r.Line(), line) || r.Check() != nil || !isHash(r.Hash) {
		return Record{}, errNotRecord
	}
	return r, nil
}

// The letters that texts are made of. No form lets anything in that a person would call a name, an address or a number of
// theirs.
const (
	lower   = "abcdefghijklmnopqrstuvwxyz"
	letters = lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
	hexes   = "0123456789abcdef"
)

// madeOf reports whether a text has low to high bytes, all of them from the alphabet.
func madeOf(text, alphabet string, low, high int) bool {
	if len(text) < low || len(text) > high {
		return false
	}
	for i := range len(text) {
		if strings.IndexByte(alphabet, text[i]) < 0 {
			return false
		}
	}
	return true
}

func isOperation(text string) bool {
	return madeOf(text, letters+digits+"-", 1, 64) && text[0] >= 'a' && text[0] <= 'z'
}

func isWord(text string) bool {
	return text == "" || madeOf(text, lower+"_", 1, 32) && text[0] != '_'
}

func isRequestID(text string) bool { return text == "" || madeOf(text, letters+digits+"-", 8, 64) }

func isHash(text string) bool { return madeOf(text, hexes, 64, 64) }

// isPseudonym accepts ps_01234567_ and 32 more digits.
func isPseudonym(text string) bool {
	return text == "" || len(text) == 44 && text[:3] == "ps_" && text[11] == '_' && madeOf(text[3:11], hexes, 8, 8) && madeOf(text[12:], hexes, 32, 32)
}

// The outcomes.
const (
	Allowed = "allowed"
	Denied  = "denied"
	Failed  = "failed"
)

// Check returns an error that names every field whose text is not of its form.
func (f Fields) Check() error {
	var wrong []string
	for _, field := range []struct {
		name string
		ok   bool
	}{
		{"tenant", madeOf(f.Tenant, letters+digits+"_-", 1, 128)},
		{"index", f.Index > 0},
		{"time", isTime(f.Time)},
		{"actor", isPseudonym(f.Actor)},
		{"operation", isOperation(f.Operation)},
		{"target", isPseudonym(f.Target)},
		{"outcome", f.Outcome == Allowed || f.Outcome == Denied || f.Outcome == Failed},
		{"code", isWord(f.Code) && (f.Code == "") == (f.Outcome == Allowed)},
		{"reason", isWord(f.Reason)},
		{"reference", isPseudonym(f.Reference)},
		{"requestId", isRequestID(f.RequestID)},
		{"previous", isHash(f.Previous) && (f.Previous == Start) == (f.Index == 1)},
	} {
		if !field.ok {
			wrong = append(wrong, field.name)
		}
	}
	if wrong == nil {
		return nil
	}
	return errors.New("not of their form: " + strings.Join(wrong, ", "))
}

func isTime(text string) bool {
	t, err := time.Parse(timeForm, text)
	return err == nil && t.Format(timeForm) == text
}
