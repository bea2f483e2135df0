package record_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/trust/audit/record"
)

func good() record.Fields {
	return record.Fields{
		Tenant: "main", Index: 1, Time: "2026-03-01T12:00:00.000Z", Actor: "ps_0a1b2c3d_" + strings.Repeat("0f", 16), Operation: "eraseSubject",
		Target: "ps_0a1b2c3d_" + strings.Repeat("1e", 16), Outcome: "failed", Code: "not_found", Reason: "support_case",
		Reference: "ps_0a1b2c3d_" + strings.Repeat("2d", 16), RequestID: "request-0001", Previous: record.Start,
	}
}

// The hash is taken over what the package comment says, put together here by hand.
func TestTheHashIsThatOfTheDocumentedBytes(t *testing.T) {
	f := good()
	input := []byte("customerai/audit/record/v1\n")
	if len(input) != 27 {
		t.Errorf("got %d bytes of domain, want the documented 27", len(input))
	}
	for _, text := range []string{
		f.Tenant, "1", f.Time, f.Actor, f.Operation, f.Target, f.Outcome, f.Code, f.Reason, f.Reference, f.RequestID, f.Previous,
	} {
		input = binary.BigEndian.AppendUint32(input, uint32(len(text)))
		input = append(input, text...)
	}
	sum := sha256.Sum256(input)
	if got, want := record.Seal(f).Hash, hex.EncodeToString(sum[:]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestALineIsReadBackAsItWas(t *testing.T) {
	r := record.Seal(good())
	line := string(r.Line())
	got, err := record.Parse([]byte(line))
	if err != nil || got != r || !got.Sealed() {
		t.Errorf("got %+v and %v, want %+v", got, err, r)
	}
	order := "tenant index time actor operation target outcome code reason reference requestId previous hash"
	last := -1
	for name := range strings.FieldsSeq(order) {
		at := strings.Index(line, `"`+name+`":`)
		if at <= last {
			t.Errorf("%s is at %d of the line, want it after the member before", name, at)
		}
		last = at
	}
}

func TestEveryOtherSpellingIsRefused(t *testing.T) {
	line := string(record.Seal(good()).Line())
	for name, other := range map[string]string{
		"white space":      strings.Replace(line, ":", ": ", 1),
		"a line end":       line + "\n",
		"another order":    `{"index":1,` + strings.Replace(line[1:], `"index":1,`, "", 1),
		"another case":     strings.Replace(line, `"index"`, `"Index"`, 1),
		"an escape":        strings.Replace(line, "main", `m\u0061in`, 1),
		"a member too few": strings.Replace(line, `"code":"not_found",`, "", 1),
		"a member more":    strings.Replace(line, "{", `{"more":"",`, 1),
		"a member twice":   strings.Replace(line, "{", `{"tenant":"main",`, 1),
		"half of it":       line[:len(line)/2],
		"nothing":          "",
		"a number in text": strings.Replace(line, `"index":1`, `"index":"1"`, 1),
		"a number as 1.0":  strings.Replace(line, `"index":1`, `"index":1.0`, 1),
		"hash in capitals": line[:len(line)-66] + strings.ToUpper(line[len(line)-66:]),
		"no hash":          line[:len(line)-66] + `"}`,
	} {
		if other == line {
			t.Errorf("%s: the case changes nothing", name)
		}
		if r, err := record.Parse([]byte(other)); err == nil {
			t.Errorf("%s: got %+v, want it refused", name, r)
		}
	}
}

func TestEveryFieldHasItsForm(t *testing.T) {
	if err := good().Check(); err != nil {
		t.Fatal(err)
	}
	for name, breaks := range map[string]func(*record.Fields){
		"tenant":    func(f *record.Fields) { f.Tenant = `ma"in` },
		"index":     func(f *record.Fields) { f.Index, f.Previous = 0, strings.Repeat("1", 64) },
		"time":      func(f *record.Fields) { f.Time = "2026-03-01T12:00:00Z" },
		"actor":     func(f *record.Fields) { f.Actor = "ann" },
		"operation": func(f *record.Fields) { f.Operation = "Erase Subject" },
		"target":    func(f *record.Fields) { f.Target = strings.ToUpper(f.Target) },
		"outcome":   func(f *record.Fields) { f.Outcome = "" },
		"code":      func(f *record.Fields) { f.Code = "" },
		"reason":    func(f *record.Fields) { f.Reason = "she said so" },
		"reference": func(f *record.Fields) { f.Reference = "case 1" },
		"requestId": func(f *record.Fields) { f.RequestID = "short" },
		"previous":  func(f *record.Fields) { f.Previous = strings.Repeat("1", 64) }, // in a first record
	} {
		f := good()
		breaks(&f)
		if err := f.Check(); err == nil || !strings.HasSuffix(err.Error(), ": "+name) {
			t.Errorf("%s: got %v, want it named alone", name, err)
		}
		if _, err := record.Parse(record.Seal(f).Line()); err == nil {
			t.Errorf("%s: the line was read", name)
		}
	}
}

func TestATimeIsCutToTheMillisecondAndInUTC(t *testing.T) {
	zone := time.FixedZone("", 3600)
	if got, want := record.Time(time.Date(2026, 3, 1, 0, 30, 0, 999_999_999, zone)), "2026-02-28T23:30:00.999Z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAWalkStopsAtTheFirstLineThatDoesNotFollow(t *testing.T) {
	previous := record.Start
	var lines [][]byte
	for i := range 4 {
		f := good()
		f.Index, f.Previous = uint64(i+1), previous
		r := record.Seal(f)
		lines, previous = append(lines, r.Line()), r.Hash
	}
	edit := func(change func(*record.Record)) []byte {
		r, err := record.Parse(lines[2])
		if err != nil {
			t.Fatal(err)
		}
		change(&r)
		return r.Line()
	}
	for name, c := range map[string]struct {
		line []byte
		want error
	}{
		"the right one":     {lines[2], nil},
		"one that was left": {lines[3], record.ErrIndex},
		"one again":         {lines[1], record.ErrIndex},
		"another tenant's":  {edit(func(r *record.Record) { r.Tenant = "other" }), record.ErrTenant},
		"of a fork":         {edit(func(r *record.Record) { r.Previous = strings.Repeat("1", 64) }), record.ErrPrevious},
		"an edited one":     {edit(func(r *record.Record) { r.Operation = "readSubject" }), record.ErrHash},
		"a forged hash":     {edit(func(r *record.Record) { r.Hash = strings.Repeat("1", 64) }), record.ErrHash},
	} {
		walk := record.Walk{Tenant: "main", Next: 1, Previous: record.Start}
		for _, line := range lines[:2] {
			if _, err := walk.Step(line); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := walk.Step(c.line); err != c.want { //nolint:errorlint // nothing wraps it
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
		if want := map[bool]uint64{true: 4, false: 3}[c.want == nil]; walk.Next != want {
			t.Errorf("%s: the walk waits for %d, want %d", name, walk.Next, want)
		}
	}
	walk := record.Walk{Tenant: "main", Next: 1, Previous: record.Start}
	if _, err := walk.Step([]byte("{}")); err == nil {
		t.Error("a line that is no record was taken")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(record.Seal(good()).Line())
	f.Add([]byte(`{"tenant":"main","index":1}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := record.Parse(line)
		if err != nil {
			return
		}
		if !bytes.Equal(r.Line(), line) {
			t.Errorf("a second spelling of a record was read: %q", line)
		}
		var members map[string]any
		if err := json.Unmarshal(line, &members); err != nil || len(members) != 13 {
			t.Errorf("got %d members and %v, want 13", len(members), err)
		}
	})
}

func TestFormsAreExact(t *testing.T) {
	hex := strings.Repeat("0f", 16)
	for name, set := range map[string]struct {
		field     func(*record.Fields) *string
		good, bad []string
	}{
		"tenant":    {func(f *record.Fields) *string { return &f.Tenant }, []string{"a", "A_b-9", strings.Repeat("a", 128)}, []string{"", strings.Repeat("a", 129), "a b", "ä", "a#b"}},
		"operation": {func(f *record.Fields) *string { return &f.Operation }, []string{"a", "purge-expired", "listA9"}, []string{"", "A", "9", "a b", "a.b", strings.Repeat("a", 65)}},
		"reason":    {func(f *record.Fields) *string { return &f.Reason }, []string{"", "a", "support_case"}, []string{"_a", "a b", "A", "a9", strings.Repeat("a", 33)}},
		"requestId": {func(f *record.Fields) *string { return &f.RequestID }, []string{"", "12345678", strings.Repeat("A", 64)}, []string{"1234567", "1234 5678", strings.Repeat("A", 65)}},
		"target":    {func(f *record.Fields) *string { return &f.Target }, []string{"", "ps_01234567_" + hex}, []string{"ps_0123456_" + hex, "px_01234567_" + hex, "ps_01234567-" + hex, "ps_0123456g_" + hex, "ps_01234567_" + hex[1:] + "g", "ps_01234567_" + hex + "0", "ps_01234567_" + strings.ToUpper(hex)}},
	} {
		for i, text := range append(slices.Clone(set.good), set.bad...) {
			f := good()
			*set.field(&f) = text
			if err := f.Check(); (err == nil) != (i < len(set.good)) {
				t.Errorf("%s %q: got %v", name, text, err)
			}
		}
	}
}
