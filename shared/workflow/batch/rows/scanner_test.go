package rows

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/testkit/race"
)

// scanned is a record without the sharing.
type scanned struct {
	start Start
	raw   string
	code  Code
	blank bool
}

func scanAll(s *Scanner) []scanned {
	var all []scanned
	for s.Scan() {
		r := s.Record()
		all = append(all, scanned{r.Start, string(r.Raw), r.Code, r.Blank})
	}
	return all
}

// withLimit lets properties reach the limit with a few bytes.
func withLimit(s *Scanner, limit int) *Scanner {
	s.limit = limit
	return s
}

// referenceRecord measures the record at the front of data one byte at a time, with no memory of earlier records.
func referenceRecord(data []byte, format Format, limit int) (length int, code Code) {
	first := bytes.IndexByte(data, '\n') + 1
	if first == 0 {
		first = len(data)
	}
	if first > limit {
		return first, TooLarge
	}
	if format == JSONL {
		return first, ""
	}
	const (
		fieldStart = iota
		plain
		quoted
		closed
	)
	state := fieldStart
	for i, c := range data[:min(len(data), limit)] {
		switch {
		case c == '"' && state == fieldStart, c == '"' && state == closed:
			state = quoted
		case c == '"' && state == quoted:
			state = closed
		case state == quoted:
		case c == ',':
			state = fieldStart
		case c == '\n':
			return i + 1, ""
		case state == closed && (!bytes.HasPrefix(data[i:], []byte("\r\n")) && (c != '\r' || i+1 < len(data))):
			if i < first {
				return first, TextAfterQuote
			}
			return first, OpenQuote
		case state == fieldStart:
			state = plain
		}
	}
	if state == quoted || len(data) > limit {
		return first, OpenQuote
	}
	return len(data), ""
}

func reference(data string, format Format, limit int) []scanned {
	var all []scanned
	at := Start{Line: 1}
	for rest := []byte(data); len(rest) > 0; {
		length, code := referenceRecord(rest, format, limit)
		raw := string(rest[:length])
		all = append(all, scanned{at, raw, code, code == "" && strings.Trim(raw, "\r\n") == ""})
		at = Start{Line: at.Line + strings.Count(raw, "\n"), Offset: at.Offset + int64(length)}
		rest = rest[length:]
	}
	return all
}

// hostileText is full of what makes CSV hard.
func hostileText() *rapid.Generator[string] {
	pieces := []string{`"`, `"`, `""`, ",", "\n", "\n", "\r\n", "\r", "a", "bc", `","`, "\",\"\n", "a\",\"\n", "\"\n", " "}
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 60), func(p []string) string { return strings.Join(p, "") })
}

func TestTheScannerAgreesWithABytewiseReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := hostileText().Draw(t, "data")
		limit := rapid.IntRange(1, 40).Draw(t, "limit")
		var source io.Reader = strings.NewReader(data)
		if rapid.Bool().Draw(t, "bytewise") {
			source = iotest.OneByteReader(source)
		}
		s := NewScanner(source, CSV, Start{Line: 1})
		if rapid.Bool().Draw(t, "in memory") {
			s = newScannerOf([]byte(data), false, CSV, Start{Line: 1})
		}
		got, want := scanAll(withLimit(s, limit)), reference(data, CSV, limit)
		for i := range got {
			if i < len(want) && got[i].code == TooLarge && strings.HasPrefix(want[i].raw, got[i].raw) && len(got[i].raw) > limit {
				got[i].raw = want[i].raw // a record that is too large is not kept whole
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("limit %d\n got %+v\nwant %+v", limit, got, want)
		}
		if s.Position().Offset != int64(len(data)) {
			t.Errorf("ended at %d, want %d", s.Position().Offset, len(data))
		}
	})
}

func TestAnyStretchFromRecordToRecordGetsTheVerdictsOfTheWholeFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := hostileText().Draw(t, "data")
		limit := rapid.IntRange(1, 40).Draw(t, "limit")
		whole := reference(data, CSV, limit)
		if len(whole) == 0 {
			return
		}
		first := rapid.IntRange(0, len(whole)-1).Draw(t, "first")
		last := rapid.IntRange(first, len(whole)-1).Draw(t, "last")
		want := whole[first : last+1]
		begin, end := want[0].start.Offset, want[len(want)-1].start.Offset+int64(len(want[len(want)-1].raw))
		if got := reference(data[begin:end], CSV, limit); len(got) != len(want) {
			t.Fatalf("stretch of %d records gave %d", len(want), len(got))
		}
		s := withLimit(NewScanner(strings.NewReader(data[begin:end]), CSV, want[0].start), limit)
		for i, got := range scanAll(s) {
			if got.start != want[i].start || got.code != want[i].code || got.blank != want[i].blank {
				t.Fatalf("record %d: got %v, want %v", i, got, want[i])
			}
		}
	})
}

func TestAQuoteThatFailsAtTheLimitDoesNotFailTheNextOne(t *testing.T) {
	// The first record is in quotes wherever the second is, but would be two bytes too long.
	s := withLimit(NewScanner(strings.NewReader("\"\na\",\"\na\",\"\n\"\n"), CSV, Start{Line: 1}), 12)
	want := []scanned{{Start{1, 0}, "\"\n", OpenQuote, false}, {Start{2, 2}, "a\",\"\na\",\"\n\"\n", "", false}}
	if got := scanAll(s); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAFileFullOfOpenQuotesTakesLinearTime(t *testing.T) {
	race.Skip(t, "takes its own time")
	// Every line opens a quote that the next one closes and opens again: without a memory of the failure each of the
	// records would be searched for MaxRecord bytes, 800,000 times over.
	for name, line := range map[string]string{
		"quotes that never end a record": "\",\",\"\n",
		"quotes that are all doubled":    "\"\"\"\"\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			data := strings.Repeat(line, 800_000) + strings.Repeat("x", MaxRecord-10) + "\n"
			s := NewScanner(strings.NewReader(data), CSV, Start{Line: 1})
			records := 0
			for s.Scan() {
				records++
			}
			if s.Position().Offset != int64(len(data)) || records == 0 {
				t.Errorf("ended at %d after %d records, want %d", s.Position().Offset, records, len(data))
			}
		})
	}
}

// endless is a line without an end.
type endless struct{}

var xs = bytes.Repeat([]byte("x"), 64<<10)

func (endless) Read(p []byte) (int, error) { return copy(p, xs), nil }

func TestALineOfTwoGigabytesIsOneRejectionAndNoMemory(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	const size = 2 << 30
	source := io.MultiReader(strings.NewReader("{}\n"), io.LimitReader(endless{}, size), strings.NewReader("\n{}\n"))
	s := NewScanner(source, JSONL, Start{Line: 1})
	var got []Code
	for s.Scan() {
		got = append(got, s.Record().Code)
	}
	if want := []Code{"", TooLarge, ""}; !slices.Equal(got, want) {
		t.Errorf("codes = %q, want %q", got, want)
	}
	if s.Position() != (Start{Line: 4, Offset: size + 7}) {
		t.Errorf("ended at %+v", s.Position())
	}
	if len(s.buf) > 4*MaxRecord {
		t.Errorf("holds %d bytes", len(s.buf))
	}
}

func TestWhatIsLeftOfADamagedFileIsOneRecord(t *testing.T) {
	for name, test := range map[string]struct {
		data string
		want []scanned
	}{
		"cut inside a record": {"a,b\nc,", []scanned{
			{Start{1, 0}, "a,b\n", "", false}, {Start{2, 4}, "c,", Damaged, false},
		}},
		"cut between records": {"a,b\n", []scanned{
			{Start{1, 0}, "a,b\n", "", false}, {Start{2, 4}, "", Damaged, false},
		}},
		"cut behind what looks like a closing quote": {"a,\"b\n\"", []scanned{
			{Start{1, 0}, "a,\"b\n\"", Damaged, false}, {Start{2, 6}, "", "", false},
		}[:1]},
		"cut before anything": {"", []scanned{{Start{1, 0}, "", Damaged, false}}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range []*Scanner{
				NewScanner(Damage(strings.NewReader(test.data)), CSV, Start{Line: 1}), newScannerOf([]byte(test.data), true, CSV, Start{Line: 1}),
			} {
				if got := scanAll(s); !slices.Equal(got, test.want) {
					t.Errorf("got %+v, want %+v", got, test.want)
				}
				if s.Err() != nil {
					t.Errorf("Err = %v, want nil", s.Err())
				}
			}
		})
	}
}

func TestAReadErrorEndsTheScanWithThatError(t *testing.T) {
	boom := errors.New("boom")
	for _, data := range []string{"a,b\n", "a,\"b\n", "a"} {
		s := NewScanner(io.MultiReader(strings.NewReader(data), iotest.ErrReader(boom)), CSV, Start{Line: 1})
		for s.Scan() {
			if s.Record().Raw[0] != 'a' || len(s.Record().Raw) < 4 {
				t.Errorf("a record that was not read to its end: %q", s.Record().Raw)
			}
		}
		if !errors.Is(s.Err(), boom) {
			t.Errorf("Err = %v, want boom", s.Err())
		}
	}
	s := NewScanner(iotest.ErrReader(nil), CSV, Start{Line: 1})
	if s.Scan() || !errors.Is(s.Err(), io.ErrNoProgress) {
		t.Errorf("a source that never gives anything: Err = %v, want %v", s.Err(), io.ErrNoProgress)
	}
}
