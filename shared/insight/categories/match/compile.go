package match

import (
	"slices"

	"github.com/customerai/customerai/shared/insight/categories"
	"github.com/customerai/customerai/shared/insight/categories/phrases"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
)

// Named is a valid rule under its category's name.
type Named struct {
	Name string
	Rule categories.Rule
}

// Set is rules compiled together, so that a text is read once for all of them. It is safe for concurrent use; each goroutine
// matches with a Matcher of its own.
type Set struct {
	names []string
	trees []node   // one for each name
	leafs []leaf   // of all rules
	words []symbol // distinct words of all rules, and their lists
	exact map[string]int32
	tries []trieNode // of beginnings; the first is the root

	phrases []phrase
	nears   []near
}

// node is a condition of which leaves are known to hold or not.
type node struct {
	kind  nodeKind
	leaf  int
	parts []node
}

type nodeKind int

const (
	leafNode nodeKind = iota
	allNode
	anyNode
	notNode
)

// leaf is a condition that one message satisfies or does not.
type leaf struct {
	participant string // "" for anyone
	first, last int    // 0 for no bound
	topics      []topics.Name
	sentiment   *categories.Feeling // with labels of package sentiment
	labels      []sentiment.Label
	mechanical  bool // decided by phrases and nears that name it
}

// symbol is what one word of a text can satisfy: a word of rules, or a list, of which it is one. It says which phrases begin so, and
// at which places of nears it stands.
type symbol struct {
	lists  []int32 // symbols of the lists that hold the word: a long list is looked through now, and not at each word of a text
	begins []int32 // phrases
	nears  []place
}

type place struct{ near, slot int32 }

// phrase is a sequence of symbols.
type phrase struct {
	leaf  int
	slots []int32
}

type near struct {
	leaf, slots, within int
	from                int // of its slots in Matcher.last
}

type trieNode struct {
	next   map[byte]int32
	symbol int32 // of the beginning that ends here, or -1
}

// Compile compiles rules that their Validate found nothing wrong with. Their matches are told in the order of rules.
func Compile(rules []Named) *Set {
	c := compiler{set: &Set{exact: map[string]int32{}, tries: []trieNode{{symbol: -1}}}, beginnings: map[string]int32{}}
	for i := range rules {
		c.lists, c.known = rules[i].Rule.Lists, map[string]int32{}
		c.set.names = append(c.set.names, rules[i].Name)
		c.set.trees = append(c.set.trees, c.condition(&rules[i].Rule.When))
	}
	return c.set
}

// Empty reports whether there is nothing to match.
func (s *Set) Empty() bool { return s == nil || len(s.names) == 0 }

type compiler struct {
	set        *Set
	lists      map[string][]string // of the rule at hand
	known      map[string]int32    // symbols of those that it has named so far
	beginnings map[string]int32
	doc        text.Document
	slots      int // of all nears
}

func (c *compiler) condition(condition *categories.Condition) node {
	switch {
	case condition.All != nil:
		return node{kind: allNode, parts: c.conditions(condition.All)}
	case condition.Any != nil:
		return node{kind: anyNode, parts: c.conditions(condition.Any)}
	case condition.Not != nil:
		return node{kind: notNode, parts: []node{c.condition(condition.Not)}}
	}
	index := len(c.set.leafs)
	l := leaf{participant: condition.Participant, first: condition.First, last: condition.Last}
	if l.participant == categories.Anyone {
		l.participant = ""
	}
	for _, name := range condition.Topics {
		l.topics = append(l.topics, topics.Name(name))
	}
	if l.sentiment = condition.Sentiment; l.sentiment != nil {
		for _, label := range condition.Sentiment.Labels {
			l.labels = append(l.labels, sentiment.Label(label))
		}
	}
	for _, entry := range condition.Words {
		c.phrase(index, entry)
	}
	if condition.Near != nil {
		c.near(index, condition.Near)
	}
	l.mechanical = condition.Words != nil || condition.Near != nil
	c.set.leafs = append(c.set.leafs, l)
	return node{kind: leafNode, leaf: index}
}

func (c *compiler) conditions(conditions []categories.Condition) []node {
	nodes := make([]node, len(conditions))
	for i := range conditions {
		nodes[i] = c.condition(&conditions[i])
	}
	return nodes
}

func (c *compiler) phrase(leaf int, entry string) {
	p := phrase{leaf: leaf}
	for _, w := range phrases.Parse(&c.doc, entry) {
		p.slots = append(p.slots, c.symbol(w))
	}
	first := &c.set.words[p.slots[0]]
	first.begins = append(first.begins, int32(len(c.set.phrases)))
	c.set.phrases = append(c.set.phrases, p)
}

func (c *compiler) near(leaf int, n *categories.Near) {
	index := int32(len(c.set.nears))
	for slot, entry := range n.Words {
		symbol := c.symbol(phrases.Parse(&c.doc, entry)[0])
		word := &c.set.words[symbol]
		word.nears = append(word.nears, place{index, int32(slot)})
	}
	c.set.nears = append(c.set.nears, near{leaf: leaf, slots: len(n.Words), within: n.Within, from: c.slots})
	c.slots += len(n.Words)
}

// list returns the symbol of a list of the rule at hand.
func (c *compiler) list(name string) int32 {
	index, found := c.known[name]
	if found {
		return index
	}
	index = int32(len(c.set.words))
	c.set.words = append(c.set.words, symbol{})
	c.known[name] = index
	for _, value := range c.lists[name] {
		symbol := c.symbol(phrases.Parse(&c.doc, value)[0])
		word := &c.set.words[symbol]
		if !slices.Contains(word.lists, index) {
			word.lists = append(word.lists, index)
		}
	}
	return index
}

func (c *compiler) symbol(w phrases.Word) int32 {
	if w.Kind == phrases.ListName {
		return c.list(w.Text)
	}
	known := c.set.exact
	if w.Kind == phrases.Beginning {
		known = c.beginnings
	}
	index, found := known[w.Text]
	if !found {
		index = int32(len(c.set.words))
		c.set.words = append(c.set.words, symbol{})
		known[w.Text] = index
		if w.Kind == phrases.Beginning {
			c.grow(w.Text, index)
		}
	}
	return index
}

// grow adds a beginning to the trie.
func (c *compiler) grow(beginning string, symbol int32) {
	at := int32(0)
	for i := range len(beginning) {
		next, found := c.set.tries[at].next[beginning[i]]
		if !found {
			next = int32(len(c.set.tries))
			c.set.tries = append(c.set.tries, trieNode{symbol: -1})
			if c.set.tries[at].next == nil {
				c.set.tries[at].next = map[byte]int32{}
			}
			c.set.tries[at].next[beginning[i]] = next
		}
		at = next
	}
	c.set.tries[at].symbol = symbol
}
