package rows

import "bytes"

// quotedRecord measures the CSV record at the front of the window, whose first physical line has first bytes and holds a
// quote. When its quotes do not work out within MaxRecord the record is that first line, whatever it was meant to be: the
// scan goes on with the next line, so that one stray quote cannot swallow good rows.
//
// Text after a closing quote has a code of its own only where the first line shows it: a stretch that ends before the
// text is reached must come to the same verdict.
func (s *Scanner) quotedRecord(first int) (length int, code Code) {
	end, field := first, 0 // end of the current physical line, start of the current field
	crossed := int64(0)    // where the last line began that was entered inside quotes
	for field < end {
		if s.window()[field] != '"' {
			comma := bytes.IndexByte(s.window()[field:end], ',')
			if comma < 0 {
				return end, ""
			}
			field += comma + 1
			continue
		}
		after := s.closingQuote(field+1, end)
		for after < 0 {
			from, next, ok := s.cross(end, crossed)
			if !ok {
				return first, OpenQuote
			}
			crossed, end = s.next.Offset+int64(from), next
			after = s.closingQuote(from, end)
		}
		rest := s.window()[after:end]
		switch {
		case len(rest) > 0 && rest[0] == ',':
			field = after + 1
		case len(trimLineEnd(rest)) == 0:
			return end, ""
		case end == first:
			return first, TextAfterQuote
		default:
			s.failed = failedQuote{from: s.next.Offset, to: crossed, dead: true}
			return first, OpenQuote
		}
	}
	return end, ""
}

// closingQuote returns the place behind the quote that closes the quoted text at from, or -1 when the line ends first.
func (s *Scanner) closingQuote(from, end int) int {
	line := s.window()[:end]
	for {
		i := bytes.IndexByte(line[from:], '"')
		if i < 0 {
			return -1
		}
		from += i + 1
		if from == end || line[from] != '"' {
			return from
		}
		from++ // two quotes stand for one
	}
}

// cross goes on inside quotes behind the line that ends at end, and returns the line to go on with. crossed is where the
// record's previous such line began, 0 if there was none. It is not ok when the record can no longer be completed.
func (s *Scanner) cross(end int, crossed int64) (from, next int, ok bool) {
	if at := s.next.Offset + int64(end); s.failed.from < at && at <= s.failed.to {
		if s.failed.dead {
			return 0, 0, false
		}
		crossed = s.failed.to
		end = int(crossed - s.next.Offset)
	}
	next, whole := s.lineEnd(end)
	if next > end && whole {
		return end, next, true
	}
	if crossed > 0 {
		s.failed = failedQuote{from: s.next.Offset, to: crossed, dead: next == end}
	}
	return 0, 0, false
}

func trimLineEnd(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
}
