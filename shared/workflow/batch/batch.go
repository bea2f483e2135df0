// Package batch analyses whole files of customer messages: cut into chunks, analysed chunk by chunk, counted chunk by chunk.
//
// Normal use: three services for three functions. A file at hand needs none of them, but one call of stream.Analyze.
//
//	upload, err := service.Create(ctx, tenant, "messages.csv.gz")  // batches: an address to put the file to
//	err = splitter.Split(ctx, key)                                 // split-batch: for each notification of an upload
//	err = analyzer.Analyze(ctx, message)                           // analyze-chunk: for each chunk message
//	detail, err := service.Get(ctx, tenant, upload.BatchID)        // batches: progress and summary
//
// Everything that is kept is either a whole object under a key of its own (keys) or an item that is put once (ledger), so every
// step may be repeated, come twice, come out of order, or die: what a chunk counted is one item, a batch is complete when it has
// as many of them as chunks, and its summary is their sum.
//
// It refuses a bad row with a rejection and a bad file with a failed batch. It refuses to keep or log a message's text that
// is not anonymised, and to tell one tenant whether another's batch exists.
package batch
