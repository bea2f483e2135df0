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
// It notes the rows that are remembered with no word, and adds them when a sentence ends: they lie far apart, and one after the other
// without a decision between, many are fetched at once.
type reader struct {
	memory    *memory
	document  *text.Document
	noted     int   // rows
	sentence  tally // without what is noted
	last      tally // of the sentence that ended last
	total     sum   // of those before it
	sentences int
	sure      [Count]float64 // the best of the sentences that are sure of themselves
	some      bool           // there are such sentences
}

func (r *reader) add(d *text.Document) {
	previous := wordSeed
	for i := 0; i < len(d.Tokens); i++ {
		if i, previous = r.addPlainWords(i, previous); i == len(d.Tokens) {
			break
		}
		t, norm := &d.Tokens[i], d.Norm(i)
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

// addPlainWords adds the words from token i on, as long as they are plain ones in one sentence, and remembered. It returns the token
// behind them, and what stands before it.
func (r *reader) addPlainWords(i int, previous uint64) (int, uint64) {
	m, l, tokens, noted := r.memory, &r.sentence.lanes, r.document.Tokens, r.noted
	for ; i < len(tokens) && noted < maxRows; i++ {
		t := &tokens[i]
		if !t.Plain || t.Break || t.End-t.Begin > longestRemembered {
			break
		}
		hash := r.document.FNV(i)
		w := m.slot(hash)
		if low, high := r.document.Spelling(i); low != w.low || high != w.high || l.rows+w.lanes.rows > maxRows {
			break
		}
		m.noted[noted] = pairBucket(previous, hash)
		l.add(&w.lanes)
		noted, previous = noted+1, hash
	}
	r.noted = noted
	return i, previous
}

// addWord adds token i, a word behind another one. It returns what stands before the next.
func (r *reader) addWord(i int, previous uint64) uint64 {
	hash := r.document.FNV(i)
	r.addRow(pairBucket(previous, hash))
	switch norm := r.document.Norm(i); {
	case r.document.Tokens[i].Kind != text.Word:
		r.addRow(wordBucket(hash))
	case len(norm) <= longestRemembered:
		word := r.memory.word(r.document, i)
		r.sentence.makeRoom(int(word.rows))
		r.sentence.lanes.add(word)
	default:
		r.addRow(wordBucket(hash))
		for bucket := range runs(norm) {
			r.addRow(bucket)
		}
	}
	return hash
}

// addRow notes a row.
func (r *reader) addRow(bucket uint32) {
	if r.noted == maxRows {
		r.addNoted()
	}
	r.memory.noted[r.noted] = bucket
	r.noted++
}

func (r *reader) addNoted() {
	r.sentence.makeRoom(r.noted)
	r.sentence.lanes.addRows(r.memory.model, r.memory.noted[:r.noted])
	r.noted = 0
}

// endSentence ends a sentence that has a word. It returns what stands before the first word of the next.
func (r *reader) endSentence(previous uint64) uint64 {
	if previous != wordSeed {
		r.addNoted()
		if r.sentences++; r.sentences > 1 {
			r.weigh()
		}
		r.last = r.sentence
		r.sentence = tally{}
	}
	return wordSeed
}

// weigh adds the sentence that ended last to the total, and notes what it is sure of.
func (r *reader) weigh() {
	r.last.addTo(&r.total)
	if r.last.rest.rows == 0 && !r.memory.maybeSure(&r.last.lanes) {
		return
	}
	var s sum
	r.last.addTo(&s)
	z := logOdds(&r.memory.lines, &s)
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
	r.addNoted()
	r.last.add(&r.sentence)
	r.weigh()
	z = logOdds(&r.memory.lines, &r.total)
	if r.some {
		pool(&z, &r.sure)
	}
	return z, true
}
