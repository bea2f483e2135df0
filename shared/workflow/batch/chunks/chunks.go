// Package chunks cuts a file into stretches of whole records and analyses the rows of one: the two steps that every file goes
// through, at hand or uploaded.
//
// Normal use: whoever has the file cuts it, and whoever has a chunk reads its rows with what the file says of them.
//
//	cutter := chunks.Cutter{Scanner: file.Scanner, Size: chunks.Size{Bytes: 8 << 20, Rows: 50_000}}
//	for c, ok := cutter.Next(nil); ok; c, ok = cutter.Next(c.Data) { … }
//
//	var w chunks.Worker // one for each goroutine
//	delta, err := w.Analyze(ctx, rows.NewReader(data, file.Layout, c.Start), results, rejections)
//
// Where a file is cut changes nothing: neither a line of what its chunks give, nor what they count together. A row that cannot be read
// is a rejection. It refuses to know where files and results are kept.
package chunks
