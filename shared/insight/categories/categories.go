// Package categories lets a tenant say in rules what its messages are about, beside the seventeen topics that all share.
//
// Normal use: validate a rule when it is written; package match says for which messages it holds.
//
//	if problems := rule.Validate("rule"); len(problems) > 0 { … }
//
// It refuses rules that cannot be told apart from a mistake: empty lists, two kinds of condition in one, more than MaxConditions.
package categories

import (
	"regexp"
	"strings"
	"sync"
)

// Limits of a rule.
const (
	MaxConditions = 20  // that are not all, any or not
	MaxDepth      = 6   // of all, any and not within each other
	MaxEntries    = 100 // words of a condition, values of a list
	MaxLists      = 20
	MaxWords      = 10  // of one phrase
	MaxEntryBytes = 200 // of one phrase or value
	MaxDistance   = 50  // in words
	MaxTurns      = 1000
	MaxName       = 200 // bytes

	minBeginning = 2 // letters before a *: fewer would hold of nearly every text
	maxNear      = 5
)

// The forms of names. They are compiled when they are first needed, and not at every cold start.
var (
	nameForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-zA-Z._-]+$`) })
	listForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`) })
)

// ValidName reports whether name can be a category's. Dots alone cannot: no path of an address could hold them.
func ValidName(name string) bool {
	return len(name) <= MaxName && nameForm().MatchString(name) && strings.Trim(name, ".") != ""
}

// Status says whether a category takes part in analysis.
type Status string

// The statuses. A draft can be back-tested and is else without effect.
const (
	Draft     Status = "DRAFT"
	Published Status = "PUBLISHED"
)

// Participants whose messages a condition can look at.
const (
	Customer = "CUSTOMER"
	Agent    = "AGENT"
	Anyone   = "ANY"
)

// Rule is what must hold for a category.
type Rule struct {
	When  Condition           `json:"when" doc:"What must hold"`
	Lists map[string][]string `json:"lists,omitempty" doc:"Words under a name; {name} in words and near stands for any of them"`
}

// Condition is exactly one of all, any, not, words, near, topics and sentiment. The last four hold when one message holds
// them; which messages are asked, participant, first and last say.
type Condition struct {
	All []Condition `json:"all,omitempty" doc:"All of these hold"`
	Any []Condition `json:"any,omitempty" doc:"One of these holds"`
	Not *Condition  `json:"not,omitempty" doc:"This does not hold"`

	Words     []string `json:"words,omitempty" doc:"One of these words or phrases is there; a word that ends in * stands for all that begin so"`
	Near      *Near    `json:"near,omitempty" doc:"Words that stand close together, in any order"`
	Topics    []string `json:"topics,omitempty" doc:"One of these is among the message's topics"`
	Sentiment *Feeling `json:"sentiment,omitempty" doc:"How the message sounds"`

	Participant string `json:"participant,omitempty" doc:"CUSTOMER, AGENT or ANY, which is the default: whose messages are asked"`
	First       int    `json:"first,omitempty,omitzero" doc:"Ask only the first so many messages of the conversation"`
	Last        int    `json:"last,omitempty,omitzero" doc:"Ask only the last so many messages of the conversation"`
}

// Near is a condition on the distance of words: neighbours have a distance of one.
type Near struct {
	Words  []string `json:"words" doc:"Two to five single words, {lists} or beginnings with *"`
	Within int      `json:"within" doc:"The farthest two of them are at most so many words apart"`
}

// Feeling is a condition on the sentiment: one of the labels, and a satisfaction within the bounds, where given.
type Feeling struct {
	Labels          []string `json:"labels,omitempty" doc:"POSITIVE, NEGATIVE, NEUTRAL, MIXED"`
	MinSatisfaction *float64 `json:"minSatisfaction,omitempty" doc:"From 1 to 10"`
	MaxSatisfaction *float64 `json:"maxSatisfaction,omitempty" doc:"From 1 to 10"`
}
