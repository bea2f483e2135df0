package reading

import (
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// memory is what the messages before have shown of single words, in a lexicon and a model.
type memory struct {
	lexicon lexicon.Lexicon
	rows    model.Index
	words   text.Memory[word]
}

// word is what is known of a single word or mark.
type word struct {
	value float32
	role  lexicon.Role
	mark  byte
	says  Says // and begins
	row   int32
}

// begins is a bit of words that phrases or ratings may begin with.
const begins Says = 1 << 15

// recall returns the memory of a lexicon and a model.
func (m *Message) recall(lex lexicon.Lexicon, rows model.Index) *memory {
	if m.memory == nil || m.memory.lexicon != lex || m.memory.rows != rows {
		m.memory = &memory{lexicon: lex, rows: rows}
	}
	return m.memory
}

// learn finds out what is known of token i by itself.
func (m *memory) learn(d *text.Document, i int) word {
	hash := d.Hash(i)
	entry, _ := m.lexicon.Lookup(hash)
	w := word{value: entry.Value, role: entry.Role, says: Says(says.Of(hash)), row: m.rows.Row(hash)}
	if entry.Settles {
		w.says |= Settles
	}
	if d.Tokens[i].Kind == text.Number || m.lexicon.Hint(hash).Begins() {
		w.says |= begins
	}
	if d.Tokens[i].Kind == text.Punct {
		w.mark = markOf(d.Norm(i))
	}
	return w
}

const ellipsis = '\x01' // the mark of "…"

func markOf(norm []byte) byte {
	if norm[0] < utf8.RuneSelf {
		return norm[0]
	}
	switch string(norm) {
	case "…":
		return ellipsis
	case "–", "—":
		return '-'
	}
	return norm[0]
}
