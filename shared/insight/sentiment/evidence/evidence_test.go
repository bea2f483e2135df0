package evidence_test

import (
	"math"
	"testing"

	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
)

func TestEveryTokenOfAPhraseAndItsNegatorAddTheAmount(t *testing.T) {
	var total evidence.Total
	total.Add(3, 2, 1, evidence.Positive, 0.5)
	total.AddTo(7, evidence.Positive, 1)
	total.AddTo(-1, evidence.Bias, 1)
	if got, want := total.Sums[evidence.Positive], float32(2.5); got != want {
		t.Errorf("got the sum %v, want %v", got, want)
	}
	if got, want := total.Present, uint32(1<<evidence.Positive|1<<evidence.Bias); got != want {
		t.Errorf("got the channels %b, want %b", got, want)
	}
	if got, want := total.Pieces[0], (evidence.Piece{Token: 3, Negator: 1, Amount: 0.5, Channel: evidence.Positive, Span: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestChannelsAreBounded(t *testing.T) {
	for _, c := range []struct {
		name    string
		channel evidence.Channel
		sum     float32
		want    float64
	}{
		{"a count nears 1", evidence.PositiveCount, 2, 0.5},
		{"many negations", evidence.Unmet, 1e6, 1},
		{"a valence", evidence.Negative, 1, 0.25},
		{"a valence nears 1", evidence.AskedPositive, 1e6, 1},
		{"a mean is bounded by what it is", evidence.PositiveMean, 1.5, 1.5},
		{"the brevity", evidence.Brevity, 0.2, 0.2},
		{"an amount of nothing", evidence.Positive, 0, 0},
	} {
		var total evidence.Total
		total.AddTo(0, c.channel, c.sum)
		total.Squash()
		if got := float64(total.Values[c.channel]); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("%s: got %v of %v, want %v", c.name, got, c.sum, c.want)
		}
	}
}

func TestResetLeavesNothing(t *testing.T) {
	var total evidence.Total
	for c := range evidence.Channel(evidence.Channels) {
		total.AddTo(0, c, 1)
	}
	total.Squash()
	total.Reset()
	if len(total.Pieces) != 0 || total.Present != 0 || total.Sums != [evidence.Channels]float32{} || total.Values != [evidence.Channels]float32{} {
		t.Errorf("got %+v", total)
	}
}

func TestNegativeChannelsFollowTheirTwins(t *testing.T) {
	for positive, negative := range map[evidence.Channel]evidence.Channel{
		evidence.Positive: evidence.Negative, evidence.AskedPositive: evidence.AskedNegative, evidence.PositiveCount: evidence.NegativeCount,
		evidence.PositiveMean: evidence.NegativeMean, evidence.PositiveStrong: evidence.NegativeStrong, evidence.PositiveLast: evidence.NegativeLast,
		evidence.PositiveFace: evidence.NegativeFace, evidence.NegatedPositive: evidence.NegatedNegative, evidence.PositiveExclaimed: evidence.NegativeExclaimed,
	} {
		if c, amount := evidence.Signed(positive, -2); c != negative || amount != 2 {
			t.Errorf("channel %d of a complaint: got %d, %v, want %d, 2", positive, c, amount, negative)
		}
		if c, amount := evidence.Signed(positive, 2); c != positive || amount != 2 {
			t.Errorf("channel %d of praise: got %d, %v", positive, c, amount)
		}
	}
}
