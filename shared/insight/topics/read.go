package topics

import "github.com/customerai/customerai/shared/insight/text"

// read returns the log-odds that count: those of the whole text, raised to those of sentences that are sure of themselves. A
// subject that is named once among many sentences would else drown in their sum. A text without features has none.
func (m Model) read(d *text.Document) ([Count]float64, bool) {
	r := reader{memory: recall(m)}
	r.add(d)
	r.memory.keep()
	return r.logOdds()
}

// reader adds up the rows of a text's features, sentence by sentence. A sentence is weighed when the next one has ended,
// because marks alone at the end of a text go with the last.
type reader struct {
	memory     *memory
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
		norm, kind := d.Norm(i), d.Tokens[i].Kind
		if opens(&d.Tokens[i], norm) {
			previous = r.endSentence(previous)
		}
		switch roleOf(kind, norm) {
		case mark:
			r.addRow(wordBucket(d.FNV(i)))
			previous = r.endSentence(previous)
		case word:
			hash := d.FNV(i)
			r.addRow(pairBucket(previous, hash))
			if previous = hash; kind == text.Word {
				r.addWord(norm, hash)
			} else {
				r.addRow(wordBucket(hash))
			}
		default: // has no features
		}
	}
	r.endSentence(previous)
}

func (r *reader) addRow(bucket uint32) {
	r.makeRoom(1)
	r.lanes.addRow(r.memory.model.row(bucket))
}

// addWord adds the rows of a word itself and of the runs of bytes in it.
func (r *reader) addWord(norm []byte, hash uint64) {
	if len(norm) <= longestRemembered {
		lanes := r.memory.word(norm, hash)
		r.makeRoom(lanes.rows)
		r.lanes.add(lanes)
		return
	}
	r.addRow(wordBucket(hash))
	for _, bucket := range r.memory.runs(norm) {
		r.addRow(bucket)
	}
}

func (r *reader) makeRoom(rows uint32) {
	if r.lanes.rows+rows > maxRows {
		r.lanes.empty(&r.total)
	}
}

// endSentence ends a sentence that has a word. It returns what stands before the first word of the next.
func (r *reader) endSentence(previous uint64) uint64 {
	if previous != wordSeed {
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
	z := r.memory.model.logOdds(r.end.less(&r.begin))
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
	r.lanes.empty(&r.total)
	if r.end = r.total; r.sentences > 1 {
		r.weigh()
	}
	z = r.memory.model.logOdds(&r.total)
	if r.some {
		pool(&z, &r.sure)
	}
	return z, true
}
