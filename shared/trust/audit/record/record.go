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
	"regexp"
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
	if json.Unmarshal(line, &r) != nil || !bytes.Equal(r.Line(), line) || r.Check() != nil || !hashForm.MatchString(r.Hash) {
		return Record{}, errNotRecord
	}
	return r, nil
}

// The forms of texts. None lets anything in that a person would call a name, an address or a number of theirs.
var (
	tenantForm    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
	operationForm = regexp.MustCompile(`^[a-z][A-Za-z0-9-]{0,63}$`)
	codeForm      = regexp.MustCompile(`^([a-z][a-z_]{0,31})?$`)
	requestForm   = regexp.MustCompile(`^([A-Za-z0-9-]{8,64})?$`)
	pseudonymForm = regexp.MustCompile(`^(ps_[0-9a-f]{8}_[0-9a-f]{32})?$`)
	hashForm      = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

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
		{"tenant", tenantForm.MatchString(f.Tenant)},
		{"index", f.Index > 0},
		{"time", isTime(f.Time)},
		{"actor", pseudonymForm.MatchString(f.Actor)},
		{"operation", operationForm.MatchString(f.Operation)},
		{"target", pseudonymForm.MatchString(f.Target)},
		{"outcome", f.Outcome == Allowed || f.Outcome == Denied || f.Outcome == Failed},
		{"code", codeForm.MatchString(f.Code) && (f.Code == "") == (f.Outcome == Allowed)},
		{"reason", codeForm.MatchString(f.Reason)},
		{"reference", pseudonymForm.MatchString(f.Reference)},
		{"requestId", requestForm.MatchString(f.RequestID)},
		{"previous", hashForm.MatchString(f.Previous) && (f.Previous == Start) == (f.Index == 1)},
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
