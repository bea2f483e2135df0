package analysis

import (
	"github.com/customerai/customerai/shared/insight/categories"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
)

// Participants of a conversation.
const (
	Customer = categories.Customer
	Agent    = categories.Agent
)

// Conversation is the analysis of a conversation, turn by turn and as a whole. Scores run from -5 to +5.
type Conversation struct {
	Turns        []Turn              `json:"turns" doc:"One for every turn, in the order given"`
	Groups       []Group             `json:"groups" doc:"Consecutive turns of one participant, scored together"`
	Participants []ParticipantScores `json:"participants"`
}

// Turn is the row of one message and who wrote it.
type Turn struct {
	Participant string `json:"participant" enum:"CUSTOMER,AGENT"`
	Row         *Row   `json:"row"`
}

// Group is a run of consecutive turns of one participant.
type Group struct {
	Participant      string          `json:"participant" enum:"CUSTOMER,AGENT"`
	FirstTurn        int             `json:"firstTurn" doc:"Position of its first turn, from 1"`
	LastTurn         int             `json:"lastTurn"`
	Label            sentiment.Label `json:"label" enum:"POSITIVE,NEGATIVE,NEUTRAL,MIXED"`
	ProgressiveScore float64         `json:"progressiveScore" minimum:"-5" maximum:"5"`
}

// ParticipantScores sum up one participant. Shift is the end score less the begin score.
type ParticipantScores struct {
	Participant  string  `json:"participant" enum:"CUSTOMER,AGENT"`
	OverallScore float64 `json:"overallScore" minimum:"-5" maximum:"5"`
	BeginScore   float64 `json:"beginScore" minimum:"-5" maximum:"5"`
	EndScore     float64 `json:"endScore" minimum:"-5" maximum:"5"`
	Shift        float64 `json:"shift" minimum:"-10" maximum:"10"`
}

// Converse analyses a conversation. The messages' Participant says who speaks; each must be Customer or Agent.
func (a *Analyzer) Converse(messages []Message, unit text.Unit) Conversation {
	var c Conversation
	for i, row := range a.Each(messages, unit) {
		participant := messages[i].Participant
		c.Turns = append(c.Turns, Turn{participant, row.clone()})
		if n := len(c.Groups); n > 0 && c.Groups[n-1].Participant == participant {
			c.Groups[n-1].LastTurn = i + 1
			continue
		}
		c.Groups = append(c.Groups, Group{Participant: participant, FirstTurn: i + 1, LastTurn: i + 1})
	}
	for i := range c.Groups {
		c.Groups[i].Label = groupLabel(c.Turns[c.Groups[i].FirstTurn-1 : c.Groups[i].LastTurn])
	}
	for _, participant := range []string{Customer, Agent} {
		c.score(participant)
	}
	return c
}

// groupLabel is the sign of the sum of the turns' signs: one complaint among small talk is a complaint.
func groupLabel(turns []Turn) sentiment.Label {
	if len(turns) == 1 {
		return turns[0].Row.Sentiment.Label
	}
	sum, mixed := 0, false
	for _, turn := range turns {
		sum += sign(turn.Row.Sentiment.Label)
		mixed = mixed || sign(turn.Row.Sentiment.Label) != 0 || turn.Row.Sentiment.Label == sentiment.Mixed
	}
	switch {
	case sum > 0:
		return sentiment.Positive
	case sum < 0:
		return sentiment.Negative
	case mixed:
		return sentiment.Mixed
	}
	return sentiment.Neutral
}

func sign(label sentiment.Label) int {
	switch label {
	case sentiment.Positive:
		return 1
	case sentiment.Negative:
		return -1
	default:
		return 0
	}
}

// score fills in the progressive scores of one participant's groups and adds the participant's sums.
func (c *Conversation) score(participant string) {
	var own []*Group
	var signs []int
	for i := range c.Groups {
		if c.Groups[i].Participant == participant {
			own = append(own, &c.Groups[i])
			signs = append(signs, sign(c.Groups[i].Label))
		}
	}
	if len(own) == 0 {
		return
	}
	series := newSeries(signs)
	for i, group := range own {
		group.ProgressiveScore = round(series.progressive(i), scoreScale)
	}
	begin, end := series.begin(), series.end()
	c.Participants = append(c.Participants, ParticipantScores{
		Participant:  participant,
		OverallScore: round(series.overall(), scoreScale),
		BeginScore:   round(begin, scoreScale),
		EndScore:     round(end, scoreScale),
		Shift:        round(end-begin, scoreScale),
	})
}

// clone returns a copy that outlives the analyzer's next call.
func (r *Row) clone() *Row {
	c := *r
	c.Highlights = append([]Highlight{}, r.Highlights...)
	c.Topics = append([]Topic{}, r.Topics...)
	c.PII = append([]Entity{}, r.PII...)
	c.Categories = append([]string(nil), r.Categories...)
	return &c
}

// AnalyzeAll returns the rows of several messages, in their order, each safe to keep. Lines count from 1.
func (a *Analyzer) AnalyzeAll(messages []Message, unit text.Unit) []*Row {
	rows := make([]*Row, len(messages))
	for i, row := range a.Each(messages, unit) {
		rows[i] = row.clone()
	}
	return rows
}
