// Package text turns a message into tokens that all engines share, so that a message is read once.
//
// Normal use: keep one Document per worker and reset it for each message; nothing is allocated once its buffers have grown.
//
//	var doc text.Document
//	doc.Reset(message)
//	for i := range doc.Tokens { … doc.Norm(i) … }
//
// It refuses nothing: any string, valid UTF-8 or not, gives tokens in order that do not overlap, in time linear in its length.
package text
