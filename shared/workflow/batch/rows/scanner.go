package rows

import (
	"bytes"
	"errors"
	"io"
)

// ErrDamaged in a reader's error says that the bytes up to here are good and no more will come: a compressed file that was
// cut off or spoilt. Every other error but io.EOF ends the scan with that error.
var ErrDamaged = errors.New("the compressed data ends early or is damaged")

// Start is where a stretch begins in its file.
type Start struct {
	Line   int   // physical line of its first byte, from 1
	Offset int64 // of its first byte
}

// Record is a stretch of bytes that belongs together, its line end included. Raw is valid until the next Scan. Of a
// record that is TooLarge it holds the first bytes, enough of them to be too large again. A Damaged record marks the end of
// a damaged file; Raw is what is left of the record that was cut.
type Record struct {
	Start
	Raw   []byte
	Code  Code // "" when the record can be decoded
	Blank bool // nothing but a line end: not a row
}

// Scanner cuts a stream into records. The records cover every byte, in order, so that their lines and offsets are exact.
// It takes time linear in the input on any input and holds at most about 2 MiB.
type Scanner struct {
	source io.Reader
	format Format
	limit  int   // MaxRecord, but for tests
	next   Start // of the record after the current one
	record Record
	lines  int // line ends in the current record

	buf        []byte
	begin, end int   // the window of buf that is read and not yet handed out
	drained    bool  // the source has no more
	failure    error // why, unless it is io.EOF

	searched search
	failed   failedQuote
	skipping bool // the current record is too large and its rest is still to come
	ended    bool // the Damaged record was handed out
}

// search remembers how far a line was searched for its end, so that growing the window does not start over.
type search struct{ line, seen int64 }

// failedQuote remembers the last record whose quotes did not work out. It crossed every line end in (from, to] inside
// quotes, so a later record that crosses one of them inside quotes must fare the same: dead says that it fails, else it may
// go on after to. This keeps files that are full of open quotes linear.
type failedQuote struct {
	from, to int64
	dead     bool
}

// Damage returns r with an end that is ErrDamaged instead of io.EOF.
func Damage(r io.Reader) io.Reader { return io.MultiReader(r, damaged{}) }

type damaged struct{}

func (damaged) Read([]byte) (int, error) { return 0, ErrDamaged }

// NewScanner returns a scanner of r, whose first byte is at start.
func NewScanner(r io.Reader, format Format, start Start) *Scanner {
	return &Scanner{source: r, format: format, limit: MaxRecord, next: start, searched: search{line: -1}}
}

// newScannerOf returns a scanner of data, which it reads where it lies. Damaged data ends early.
func newScannerOf(data []byte, damaged bool, format Format, start Start) *Scanner {
	s := NewScanner(nil, format, start)
	s.buf, s.end, s.drained = data, len(data), true
	if damaged {
		s.failure = ErrDamaged
	}
	return s
}

// Record is the current record.
func (s *Scanner) Record() Record { return s.record }

// Position is where the record after the current one begins; after the last, the end of the stream.
func (s *Scanner) Position() Start { return s.next }

// Err returns what ended the scan early, nil at the end of the stream and for damaged data.
func (s *Scanner) Err() error {
	if errors.Is(s.failure, ErrDamaged) {
		return nil
	}
	return s.failure
}

// Scan advances to the next record and reports whether there is one.
func (s *Scanner) Scan() bool {
	s.skip()
	length, whole := s.lineEnd(0)
	code := Code("")
	if whole && s.format == CSV && bytes.IndexByte(s.window()[:length], '"') >= 0 {
		length, code = s.quotedRecord(length)
	}
	switch {
	case s.Err() != nil:
		return false
	case !whole:
		s.take(length, TooLarge)
		s.skipping = s.lines == 0
		return true
	case s.failure != nil && (length == 0 || s.window()[length-1] != '\n'): // only ErrDamaged comes here
		ended := s.ended
		s.ended = true
		s.take(length, Damaged)
		return !ended
	case length == 0:
		return false
	}
	s.take(length, code)
	s.record.Blank = code == "" && s.lines <= 1 && blank(s.record.Raw, s.format)
	return true
}

// take makes the first length bytes of the window the current record.
func (s *Scanner) take(length int, code Code) {
	raw := s.buf[s.begin : s.begin+length]
	s.record = Record{Start: s.next, Raw: raw, Code: code}
	s.begin += length
	s.lines = bytes.Count(raw, []byte{'\n'})
	s.next = Start{Line: s.next.Line + s.lines, Offset: s.next.Offset + int64(length)}
}

// skip passes over the rest of a record that is too large, without keeping it.
func (s *Scanner) skip() {
	for s.skipping {
		n := bytes.IndexByte(s.window(), '\n') + 1
		s.skipping = n == 0
		if s.skipping {
			n = s.end - s.begin
		} else {
			s.next.Line++
		}
		s.begin += n
		s.next.Offset += int64(n)
		if s.skipping && !s.more() {
			s.skipping = false
		}
	}
}

func blank(raw []byte, format Format) bool {
	for _, c := range raw {
		if c != '\r' && c != '\n' && (format == CSV || c != ' ' && c != '\t') {
			return false
		}
	}
	return true
}

func (s *Scanner) window() []byte { return s.buf[s.begin:s.end] }

// lineEnd returns the end of the physical line that begins at from, behind its line end if it has one, both counted from
// the start of the window. It is not whole when it would end beyond MaxRecord; then it has what the window can hold of it.
func (s *Scanner) lineEnd(from int) (end int, whole bool) {
	line := s.next.Offset + int64(from)
	if s.searched.line != line {
		s.searched = search{line: line, seen: line}
	}
	for {
		seen := int(s.searched.seen - s.next.Offset)
		if i := bytes.IndexByte(s.window()[seen:], '\n'); i >= 0 {
			return seen + i + 1, seen+i+1 <= s.limit
		}
		have := s.end - s.begin
		s.searched.seen = s.next.Offset + int64(have)
		if have > s.limit {
			return have, false
		}
		if !s.more() {
			return have, true
		}
	}
}

const firstBuffer = 64 << 10

// more reads more of the stream into the window and reports whether there was more.
func (s *Scanner) more() bool {
	if s.drained {
		return false
	}
	if free := len(s.buf) - s.end; free < len(s.buf)/4+1 {
		s.makeRoom()
	}
	for range 100 {
		n, err := s.source.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.drained = true
			if err != io.EOF {
				s.failure = err
			}
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.drained, s.failure = true, io.ErrNoProgress
	return false
}

// makeRoom moves the window to the front of its buffer, and into a larger one when it fills more than half of it.
func (s *Scanner) makeRoom() {
	target := s.buf
	if have := s.end - s.begin; have > len(s.buf)/2 || s.buf == nil {
		target = make([]byte, max(2*len(s.buf), firstBuffer))
	}
	s.end = copy(target, s.window())
	s.begin, s.buf = 0, target
}
