package topics

import "github.com/customerai/customerai/shared/insight/text"

// read returns the log-odds that count: those of the whole text, raised to those of sentences that are sure of themselves. A
// subject that is named once among many sentences would else drown in their sum. A text without features has none.
func (m Model) read(d *text.Document) ([Count]float64, bool) {
	r := reader{memory: recall(m), document: d}
	r.add(d)
	z, ok := r.logOdds()
	r.memory.keep()
	return z, ok
}

// reader adds up the rows of a text's features, sentence by sentence. A sentence is weighed when the next one has ended,
// because marks alone at the end of a text go with the last.
//
// It notes what is to be added, and adds when a sentence ends: rows lie far apart, and one after the other without a
// decision between, many are fetched at once.
type reader struct {
	memory     *memory
	document   *text.Document
	rows       int   // buckets that are noted
	words      int   // tokens that are: words to be remembered
	lanes      lanes // not yet in total
	total      sum   // of the text so far
	begin, end sum   // of the text up to the beginning and to the end of the sentence that ended last
	sentences  int
	sure       [Count]float64 // the best of the sentences that are sure of themselves
	some       bool           // there are such sentences
}

func (r *reader) add(d *text.Document) {
	previous := wordSeed
	for i := range d.Tokens {
		t := &d.Tokens[i]
		if t.Kind == text.Word && !t.Break { // as most are
			previous = r.addWord(i, previous)
			continue
		}
		norm := d.Norm(i)
		if opens(t, norm) {
			previous = r.endSentence(previous)
		}
		switch roleOf(t.Kind, norm) {
		case mark:
			r.addRow(wordBucket(d.FNV(i)))
			previous = r.endSentence(previous)
		case word:
			previous = r.addWord(i, previous)
		default: // has no features
		}
	}
	r.endSentence(previous)
}

// addWord notes the rows of token i, a word behind another one. It returns what stands before the next.
func (r *reader) addWord(i int, previous uint64) uint64 {
	hash := r.document.FNV(i)
	r.addRow(pairBucket(previous, hash))
	switch t := &r.document.Tokens[i]; {
	case t.Kind != text.Word:
		r.addRow(wordBucket(hash))
	case t.Plain && t.End-t.Begin <= longestRemembered || len(r.document.Norm(i)) <= longestRemembered:
		if r.words == maxRows {
			r.sum()
		}
		r.memory.pendingWords[r.words] = pendingWord{int32(i), slotOf(hash)}
		r.words++
	default:
		r.addRow(wordBucket(hash))
		for bucket := range runs(r.document.Norm(i)) {
			r.addRow(bucket)
		}
	}
	return hash
}

func (r *reader) addRow(bucket uint32) {
	if r.rows == maxRows {
		r.sum()
	}
	r.memory.pending[r.rows] = bucket
	r.rows++
}

// sum adds what was noted to the lanes.
func (r *reader) sum() {
	r.makeRoom(r.rows)
	r.lanes.addRows(r.memory.model, r.memory.pending[:r.rows])
	r.memory.touch(r.words)
	for _, pending := range r.memory.pendingWords[:r.words] {
		word := r.memory.word(r.document, pending)
		r.makeRoom(int(word.rows))
		r.lanes.add(word)
	}
	r.rows, r.words = 0, 0
}

func (r *reader) makeRoom(rows int) {
	if int(r.lanes.rows)+rows > maxRows {
		r.lanes.empty(&r.total)
	}
}

// endSentence ends a sentence that has a word. It returns what stands before the first word of the next.
func (r *reader) endSentence(previous uint64) uint64 {
	if previous != wordSeed {
		r.sum()
		r.lanes.empty(&r.total)
		if r.sentences++; r.sentences > 1 {
			r.weigh()
		}
		r.begin, r.end = r.end, r.total
	}
	return wordSeed
}

// weigh notes what the sentence that ended last is sure of.
func (r *reader) weigh() {
	z := logOdds(&r.memory.lines, r.end.less(&r.begin))
	switch {
	case !accepted(&z):
	case r.some:
		pool(&r.sure, &z)
	default:
		r.some, r.sure = true, z
	}
}

// logOdds ends the text.
func (r *reader) logOdds() (z [Count]float64, ok bool) {
	if r.sentences == 0 {
		return z, false
	}
	r.sum()
	r.lanes.empty(&r.total)
	if r.end = r.total; r.sentences > 1 {
		r.weigh()
	}
	z = logOdds(&r.memory.lines, &r.total)
	if r.some {
		pool(&z, &r.sure)
	}
	return z, true
}
