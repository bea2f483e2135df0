package categories

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/categories/phrases"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
)

// Validate returns every problem of the rule, each with the path of its field below path. A rule without problems compiles in package match.
func (r *Rule) Validate(path string) []errs.Field {
	v := validator{lists: r.Lists}
	if len(r.Lists) > MaxLists {
		v.report(path+".lists", "must be at most %d", MaxLists)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Lists)) {
		at := fmt.Sprintf("%s.lists.%s", path, name)
		if !listForm().MatchString(name) {
			v.report(path+".lists", "names must begin with a lower-case letter and go on with at most 39 of a-z, 0-9 and _")
			continue
		}
		v.entries(at, r.Lists[name], 1, false)
	}
	v.condition(path+".when", &r.When, 1)
	if v.conditions > MaxConditions {
		v.report(path+".when", "must hold at most %d conditions", MaxConditions)
	}
	return v.problems
}

type validator struct {
	lists      map[string][]string
	conditions int // that are not all, any or not
	problems   []errs.Field
}

func (v *validator) report(path, format string, arguments ...any) {
	v.problems = append(v.problems, errs.Field{Path: path, Message: fmt.Sprintf(format, arguments...)})
}

func (v *validator) condition(path string, c *Condition, depth int) {
	if depth > MaxDepth {
		v.report(path, "is nested more than %d deep", MaxDepth)
		return
	}
	kinds := 0
	for _, given := range []bool{
		c.All != nil, c.Any != nil, c.Not != nil, c.Words != nil, c.Near != nil, c.Topics != nil, c.Sentiment != nil,
	} {
		if given {
			kinds++
		}
	}
	if kinds != 1 {
		v.report(path, "must be exactly one of all, any, not, words, near, topics and sentiment")
		return
	}
	switch {
	case c.All != nil:
		v.group(path, "all", c, c.All, depth)
	case c.Any != nil:
		v.group(path, "any", c, c.Any, depth)
	case c.Not != nil:
		v.unscoped(path, c)
		v.condition(path+".not", c.Not, depth+1)
	default:
		v.conditions++
		v.leaf(path, c)
	}
}

func (v *validator) group(path, name string, c *Condition, parts []Condition, depth int) {
	v.unscoped(path, c)
	path += "." + name
	if len(parts) == 0 || len(parts) > MaxConditions {
		v.report(path, "must hold 1 to %d conditions", MaxConditions)
		return
	}
	for i := range parts {
		v.condition(fmt.Sprintf("%s[%d]", path, i), &parts[i], depth+1)
	}
}

// unscoped refuses a scope where it would say nothing: it belongs to the conditions inside.
func (v *validator) unscoped(path string, c *Condition) {
	for _, scope := range []struct {
		name  string
		given bool
	}{{"participant", c.Participant != ""}, {"first", c.First != 0}, {"last", c.Last != 0}} {
		if scope.given {
			v.report(path+"."+scope.name, "belongs to words, near, topics and sentiment")
		}
	}
}

func (v *validator) leaf(path string, c *Condition) {
	switch {
	case c.Words != nil:
		v.entries(path+".words", c.Words, MaxWords, true)
	case c.Near != nil:
		v.near(path+".near", c.Near)
	case c.Topics != nil:
		v.names(path+".topics", c.Topics, topicNames())
	default:
		v.sentiment(path+".sentiment", c.Sentiment)
	}
	if c.Participant != "" && c.Participant != Customer && c.Participant != Agent && c.Participant != Anyone {
		v.report(path+".participant", "must be CUSTOMER, AGENT or ANY")
	}
	if c.First != 0 && c.Last != 0 {
		v.report(path+".last", "cannot stand beside first")
	}
	if c.First < 0 || c.First > MaxTurns {
		v.report(path+".first", "must be 1 to %d", MaxTurns)
	}
	if c.Last < 0 || c.Last > MaxTurns {
		v.report(path+".last", "must be 1 to %d", MaxTurns)
	}
}

func (v *validator) near(path string, n *Near) {
	if len(n.Words) < 2 || len(n.Words) > maxNear {
		v.report(path+".words", "must hold 2 to %d words", maxNear)
	} else {
		v.entries(path+".words", n.Words, 1, true)
	}
	if n.Within < 1 || n.Within > MaxDistance {
		v.report(path+".within", "must be 1 to %d", MaxDistance)
	}
}

func (v *validator) sentiment(path string, s *Feeling) {
	if s.Labels == nil && s.MinSatisfaction == nil && s.MaxSatisfaction == nil {
		v.report(path, "must have labels, minSatisfaction or maxSatisfaction")
	}
	if s.Labels != nil {
		v.names(path+".labels", s.Labels, []string{
			string(sentiment.Positive), string(sentiment.Negative), string(sentiment.Neutral), string(sentiment.Mixed),
		})
	}
	low, high := 1.0, 10.0
	for _, bound := range []struct {
		name  string
		value *float64
		keep  *float64
	}{{"minSatisfaction", s.MinSatisfaction, &low}, {"maxSatisfaction", s.MaxSatisfaction, &high}} {
		if bound.value == nil {
			continue
		}
		if *bound.value >= 1 && *bound.value <= 10 {
			*bound.keep = *bound.value
		} else {
			v.report(path+"."+bound.name, "must be 1 to 10")
		}
	}
	if low > high {
		v.report(path+".maxSatisfaction", "must not be below minSatisfaction")
	}
}

func (v *validator) names(path string, given, allowed []string) {
	if len(given) == 0 || len(given) > len(allowed) {
		v.report(path, "must hold 1 to %d names", len(allowed))
		return
	}
	for i, name := range given {
		if !slices.Contains(allowed, name) {
			v.report(fmt.Sprintf("%s[%d]", path, i), "must be one of %s", strings.Join(allowed, ", "))
		}
	}
}

func topicNames() []string {
	var names []string
	for _, name := range topics.Names() {
		names = append(names, string(name))
	}
	return names
}

// entries checks words and phrases of at most maxWords words.
func (v *validator) entries(path string, entries []string, maxWords int, lists bool) {
	if len(entries) == 0 || len(entries) > MaxEntries {
		v.report(path, "must hold 1 to %d entries", MaxEntries)
		return
	}
	var doc text.Document
	for i, entry := range entries {
		if problem := v.entry(&doc, entry, maxWords, lists); problem != "" {
			v.report(fmt.Sprintf("%s[%d]", path, i), "%s", problem)
		}
	}
}

func (v *validator) entry(doc *text.Document, entry string, maxWords int, lists bool) string {
	if len(entry) > MaxEntryBytes {
		return fmt.Sprintf("must be at most %d bytes", MaxEntryBytes)
	}
	words := phrases.Parse(doc, entry)
	if len(words) == 0 || len(words) > maxWords {
		if maxWords == 1 {
			return "must be one word"
		}
		return fmt.Sprintf("must be 1 to %d words", maxWords)
	}
	for _, w := range words {
		switch {
		case w.Kind == phrases.Malformed:
			return "has a * that does not end a word, or a brace without its partner"
		case w.Kind == phrases.ListName && !lists:
			return "must not name a list"
		case w.Kind == phrases.ListName && v.lists[w.Text] == nil:
			return "names a list that is not there"
		case w.Kind == phrases.Beginning && len(w.Text) < minBeginning:
			return fmt.Sprintf("must have %d letters before the *", minBeginning)
		}
	}
	return ""
}
