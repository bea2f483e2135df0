package chunks

import "github.com/customerai/customerai/shared/workflow/batch/rows"

// Size bounds a chunk: it ends before the record with which it would pass either bound, and holds one record at least.
type Size struct {
	Bytes int64
	Rows  int
}

// Chunk is a stretch of a file from one record to another.
type Chunk struct {
	Number  int        // from 1
	Start   rows.Start // of its first record
	Length  int64      // bytes, up to the next chunk's first record
	Data    []byte     // the records, when they are kept
	Longest int        // bytes of its longest record
	Damaged bool       // the file ends here, too early
}

// Cutter cuts the records of a file into chunks.
type Cutter struct {
	Scanner *rows.Scanner
	Size    Size
	Keep    bool // the records are wanted, not only where they are

	number int
	ahead  bool // the scanner stands on a record that is in no chunk yet
}

// Next returns the next chunk, with its records in buffer when they are kept, and whether there was one.
func (c *Cutter) Next(buffer []byte) (Chunk, bool) {
	if !c.ahead && !c.Scanner.Scan() {
		return Chunk{}, false
	}
	c.number++
	first := c.Scanner.Record()
	cut := Chunk{Number: c.number, Start: first.Start, Data: buffer[:0]}
	for held := 0; ; {
		record := c.Scanner.Record()
		cut.Longest = max(cut.Longest, len(record.Raw))
		if record.Code == rows.Damaged {
			cut.Damaged = true
		} else if c.Keep {
			cut.Data = keep(cut.Data, record)
		}
		if !record.Blank {
			held++
		}
		c.ahead = c.Scanner.Scan()
		end := c.Scanner.Position().Offset
		if c.ahead {
			end = c.Scanner.Record().Offset
		}
		cut.Length = end - first.Offset
		if !c.ahead || held >= c.Size.Rows || cut.Length+int64(len(c.Scanner.Record().Raw)) > c.Size.Bytes {
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
