package batch

import "github.com/customerai/customerai/shared/workflow/batch/rows"

// size bounds a chunk: it ends before the record with which it would pass either bound, and holds one record at least.
type size struct {
	bytes int64
	rows  int
}

// chunk is a stretch of a file from one record to another.
type chunk struct {
	number  int        // from 1
	start   rows.Start // of its first record
	length  int64      // bytes, up to the next chunk's first record
	data    []byte     // the records, when they are kept
	longest int        // bytes of its longest record
	damaged bool       // the file ends here, too early
}

// cutter cuts the records of a file into chunks.
type cutter struct {
	scanner *rows.Scanner
	size    size
	keep    bool // the records are wanted, not only where they are

	number int
	ahead  bool // the scanner stands on a record that is in no chunk yet
}

// next returns the next chunk, with its records in buffer when they are kept, and whether there was one.
func (c *cutter) next(buffer []byte) (chunk, bool) {
	if !c.ahead && !c.scanner.Scan() {
		return chunk{}, false
	}
	c.number++
	first := c.scanner.Record()
	cut := chunk{number: c.number, start: first.Start, data: buffer[:0]}
	for held := 0; ; {
		record := c.scanner.Record()
		cut.longest = max(cut.longest, len(record.Raw))
		if record.Code == rows.Damaged {
			cut.damaged = true
		} else if c.keep {
			cut.data = keep(cut.data, record)
		}
		if !record.Blank {
			held++
		}
		c.ahead = c.scanner.Scan()
		end := c.scanner.Position().Offset
		if c.ahead {
			end = c.scanner.Record().Offset
		}
		cut.length = end - first.Offset
		if !c.ahead || held >= c.size.rows || cut.length+int64(len(c.scanner.Record().Raw)) > c.size.bytes {
			return cut, true
		}
	}
}

// keep appends a record. Of one that is too large it is the first bytes, so it needs a line end to be one record again.
func keep(data []byte, record rows.Record) []byte {
	data = append(data, record.Raw...)
	if record.Code == rows.TooLarge && data[len(data)-1] != '\n' {
		data = append(data, '\n')
	}
	return data
}
