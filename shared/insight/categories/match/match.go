// Package match tells which of a tenant's categories hold for a message or a conversation.
//
// Normal use: compile all rules of a tenant once, match them against every message or conversation.
//
//	set := match.Compile([]match.Named{{Name: "cancellation", Rule: rule}})
//	matcher := set.Matcher()
//	matcher.Begin(len(turns))
//	for _, turn := range turns {
//		matcher.Add(match.Message{Document: &doc, Participant: "CUSTOMER", …})
//	}
//	names := matcher.Matches(nil)
//
// A message by itself is a conversation of one. It takes rules that are valid, and never refuses a text, which it reads once for all
// rules, in time linear in its length.
package match

import (
	"slices"

	"github.com/customerai/customerai/shared/insight/categories/phrases"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
)

// Message is what conditions ask about: its text, and what the engines said of it.
type Message struct {
	Document     *text.Document
	Participant  string // CUSTOMER, AGENT or "", which only conditions on anyone accept
	Topics       []topics.Name
	Label        sentiment.Label
	Satisfaction float64
}

// Matcher matches conversations, one after the other, and reuses what it needs for that. It is not safe for concurrent use.
type Matcher struct {
	set      *Set
	messages int // of the conversation
	seen     int

	holds []bool // by leaf
	asked []bool // by leaf: whether the message at hand is in its scope

	key    []byte
	now    []int32 // symbols that the word at hand satisfies
	stamp  []int32 // by symbol: the last word, counted from 1, that satisfied it
	active []state
	last   []int32 // by slot of all nears: the last word that satisfied it, or 0
}

// state is a phrase of which so many slots are satisfied.
type state struct{ phrase, done int32 }

// Matcher returns a matcher for the set.
func (s *Set) Matcher() *Matcher {
	slots := 0
	for _, n := range s.nears {
		slots += n.slots
	}
	return &Matcher{
		set: s, holds: make([]bool, len(s.leafs)), asked: make([]bool, len(s.leafs)),
		stamp: make([]int32, len(s.words)), last: make([]int32, slots),
	}
}

// Begin begins a conversation of so many messages.
func (m *Matcher) Begin(messages int) {
	m.messages, m.seen = messages, 0
	clear(m.holds)
}

// Add reads the conversation's next message.
func (m *Matcher) Add(message Message) {
	m.seen++
	mechanical := false
	for i := range m.set.leafs {
		l := &m.set.leafs[i]
		m.asked[i] = !m.holds[i] && l.asks(message.Participant, m.seen, m.messages)
		switch {
		case !m.asked[i]:
		case l.mechanical:
			mechanical = true
		default:
			m.holds[i] = l.satisfied(&message)
		}
	}
	if mechanical {
		m.read(message.Document)
	}
}

// asks reports whether the condition looks at message number of so many, written by participant.
func (l *leaf) asks(participant string, number, of int) bool {
	return (l.participant == "" || l.participant == participant) &&
		(l.first == 0 || number <= l.first) && (l.last == 0 || number > of-l.last)
}

func (l *leaf) satisfied(message *Message) bool {
	if s := l.sentiment; s != nil {
		return (len(l.labels) == 0 || slices.Contains(l.labels, message.Label)) &&
			(s.MinSatisfaction == nil || message.Satisfaction >= *s.MinSatisfaction) &&
			(s.MaxSatisfaction == nil || message.Satisfaction <= *s.MaxSatisfaction)
	}
	for _, name := range message.Topics {
		if slices.Contains(l.topics, name) {
			return true
		}
	}
	return false
}

// Matches appends the names of the categories that the messages read so far satisfy, and returns into.
func (m *Matcher) Matches(into []string) []string {
	for i := range m.set.trees {
		if m.decide(&m.set.trees[i]) {
			into = append(into, m.set.names[i])
		}
	}
	return into
}

func (m *Matcher) decide(n *node) bool {
	switch n.kind {
	case leafNode:
		return m.holds[n.leaf]
	case notNode:
		return !m.decide(&n.parts[0])
	case allNode, anyNode:
		for i := range n.parts {
			if m.decide(&n.parts[i]) == (n.kind == anyNode) {
				return n.kind == anyNode
			}
		}
	}
	return n.kind == allNode
}

// read goes over the words of a text once. At each word it moves on the phrases that are under way, of which there are never
// more than the rules have words, begins those that begin so, and looks back to the last place of each word of a near.
func (m *Matcher) read(d *text.Document) {
	clear(m.stamp)
	clear(m.last)
	m.active = m.active[:0]
	number := int32(0)
	for i := range d.Tokens {
		m.key = phrases.AppendKey(m.key[:0], d, i)
		if len(m.key) == 0 {
			continue
		}
		number++
		m.recognise(number)
		m.advance(number)
		for _, symbol := range m.now {
			for _, phrase := range m.set.words[symbol].begins {
				m.enter(state{phrase, 1})
			}
			for _, p := range m.set.words[symbol].nears {
				m.approach(p, number)
			}
		}
	}
}

// recognise finds the symbols that the word at hand satisfies: itself, every beginning along the trie, and the lists of these.
func (m *Matcher) recognise(number int32) {
	m.now = m.now[:0]
	if symbol, found := m.set.exact[string(m.key)]; found {
		m.satisfy(symbol, number)
	}
	at := int32(0)
	for _, c := range m.key {
		next, found := m.set.tries[at].next[c]
		if !found {
			break
		}
		at = next
		if symbol := m.set.tries[at].symbol; symbol >= 0 {
			m.satisfy(symbol, number)
		}
	}
}

func (m *Matcher) satisfy(word, number int32) {
	m.note(word, number)
	for _, list := range m.set.words[word].lists {
		if m.stamp[list] != number { // it can hold a word twice: itself and its beginning
			m.note(list, number)
		}
	}
}

func (m *Matcher) note(symbol, number int32) {
	m.stamp[symbol] = number
	m.now = append(m.now, symbol)
}

// advance keeps of the phrases under way those that the word at hand goes on with.
func (m *Matcher) advance(number int32) {
	under := m.active
	m.active = m.active[:0]
	for _, s := range under {
		if m.stamp[m.set.phrases[s.phrase].slots[s.done]] == number {
			m.enter(state{s.phrase, s.done + 1})
		}
	}
}

// enter notes a phrase that is complete, or keeps it under way.
func (m *Matcher) enter(s state) {
	p := &m.set.phrases[s.phrase]
	switch {
	case !m.asked[p.leaf] || m.holds[p.leaf]:
	case int(s.done) == len(p.slots):
		m.holds[p.leaf] = true
	default:
		m.active = append(m.active, s)
	}
}

// approach notes where a near's word stands, and whether all its words are then close enough. A slot's last place is its best.
func (m *Matcher) approach(p place, number int32) {
	n := &m.set.nears[p.near]
	if !m.asked[n.leaf] || m.holds[n.leaf] {
		return
	}
	slots := m.last[n.from:][:n.slots]
	slots[p.slot] = number
	if first := slices.Min(slots); first > 0 && int(number-first) <= n.within {
		m.holds[n.leaf] = true
	}
}
