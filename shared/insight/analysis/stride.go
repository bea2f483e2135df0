package analysis

import (
	"iter"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/detect"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
)

// Stride is how many messages Each analyses in one go. The code of one engine stays in the cache that a processor has for it, that of
// all of them together does not: so an engine reads every message of a stride before the next engine has its turn.
const Stride = 16

// strideBytes is how long the messages of a stride are together at most, so that what is known of them stays near, too. A longer
// message is a stride of its own, so that it is one place that grows with the longest.
const strideBytes = 4 << 10

// reading is what the engines say of a message.
type reading struct {
	document  text.Document
	sentiment sentiment.Result
	topics    []topics.Score
	entities  []pii.Entity
}

// Each yields the row of each message, in their order, and is faster than one call of Analyze after the other. Lines count from 1. A
// row is overwritten by the next.
func (a *Analyzer) Each(messages []Message, unit text.Unit) iter.Seq2[int, *Row] {
	return func(yield func(int, *Row) bool) {
		for begin := 0; begin < len(messages); {
			end := begin + stride(messages[begin:])
			readings := a.read(messages[begin:end])
			for i := range readings {
				if !yield(begin+i, a.report(&readings[i], &messages[begin+i], begin+i+1, unit)) {
					return
				}
			}
			begin = end
		}
	}
}

// stride returns how many messages are the first stride.
func stride(messages []Message) int {
	n, bytes := 0, 0
	for n < min(len(messages), Stride) {
		bytes += len(messages[n].Text)
		if n > 0 && bytes > strideBytes {
			break
		}
		n++
	}
	return n
}

// read lets the engines read the messages of a stride.
func (a *Analyzer) read(messages []Message) []reading {
	for len(a.readings) < len(messages) {
		a.readings = append(a.readings, reading{})
	}
	readings := a.readings[:len(messages)]
	for i := range messages {
		readings[i].document.Reset(messages[i].Text)
	}
	for i := range readings {
		sentiment.AnalyzeFor(a.Calibration, &readings[i].document, &readings[i].sentiment)
	}
	for i := range readings {
		r := &readings[i]
		r.topics = topics.Classify(&r.document, r.topics[:0])
	}
	for i := range readings {
		r := &readings[i]
		r.entities = detect.Entities(&r.document, r.entities[:0])
	}
	return readings
}
