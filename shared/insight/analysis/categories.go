package analysis

import "github.com/customerai/customerai/shared/insight/categories/match"

// Use matches every message from now on with a tenant's categories, each as a conversation by itself; nil or an empty set
// with none.
func (a *Analyzer) Use(set *match.Set) {
	a.matcher, a.row.Categories = nil, nil
	if !set.Empty() {
		a.matcher = set.Matcher()
	}
}

// categorise puts the categories that a message matches into the row.
func (a *Analyzer) categorise(r *reading, participant string) {
	a.names = a.names[:0]
	for _, topic := range r.topics {
		a.names = append(a.names, topic.Name)
	}
	a.matcher.Begin(1)
	a.matcher.Add(match.Message{
		Document: &r.document, Participant: participant, Topics: a.names,
		Label: r.sentiment.Label, Satisfaction: a.row.Sentiment.Satisfaction,
	})
	a.row.Categories = a.matcher.Matches(a.row.Categories[:0])
}
