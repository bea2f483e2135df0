package sentiment_test

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// minds are sentences of our own with a clause of praise beside one of complaint, and sentences that look so but are not:
// the past, what was expected, what is settled, what others say or promise, and politeness are no second mind.
var minds = []golden{
	{"two minds", sentiment.Mixed, "Great phone, but the delivery was awful."},
	{"two minds", sentiment.Mixed, "Lovely shoes, but the parcel came two weeks late."},
	{"two minds", sentiment.Mixed, "delicious but the waiter was rude"},
	{"two minds", sentiment.Mixed, "The staff were lovely, the queue was endless"},
	{"two minds", sentiment.Mixed, "App is beautiful. Support is useless."},
	{"two minds", sentiment.Mixed, "The food was delicious but the waiter was rude"},
	{"two minds", sentiment.Mixed, "Beautiful rooms, filthy bathroom"},
	{"two minds", sentiment.Mixed, "I love the coverage. I hate the bill."},
	{"two minds", sentiment.Mixed, "The website is easy to use, yet checkout fails every time"},
	{"two minds", sentiment.Mixed, "Good price, poor quality"},
	{"two minds", sentiment.Mixed, "Nice design. Keeps crashing."},
	{"two minds", sentiment.Mixed, "Works well, but customer service is a joke"},
	{"two minds", sentiment.Mixed, "The branch manager was brilliant, the app is a disaster"},
	{"two minds", sentiment.Mixed, "Wonderful holiday, shame about the rude guide"},
	{"two minds", sentiment.Mixed, "The camera is fantastic and the battery is dreadful"},
	{"two minds", sentiment.Mixed, "Easy to set up, impossible to cancel"},
	{"two minds", sentiment.Mixed, "The sofa looks gorgeous, but it arrived with a broken leg"},
	{"two minds", sentiment.Mixed, "Love the product, hate the packaging"},
	{"two minds", sentiment.Mixed, "Your colleague was very helpful; however, I was charged twice"},
	{"two minds", sentiment.Mixed, "The coach was clean and comfortable. Sadly it was three hours late."},
	{"two minds", sentiment.Mixed, "Superb coffee, appalling service!"},
	{"two minds", sentiment.Mixed, "Polite on the phone, useless in practice"},
	{"two minds", sentiment.Mixed, "Excellent network at home, no signal at work"},
	{"two minds", sentiment.Mixed, "The new dashboard is great, the export is broken"},
	{"two minds", sentiment.Mixed, "the interest rate is excellent but the fees are outrageous"},
	{"two minds", sentiment.Mixed, "Really friendly driver. The parcel was damaged though."},
	{"two minds", sentiment.Mixed, "Loved the hotel, hated the flight"},
	{"two minds", sentiment.Mixed, "The loan adviser was patient and kind, but the paperwork was a nightmare"},
	{"two minds", sentiment.Mixed, "Speed is excellent, support is terrible"},
	{"two minds", sentiment.Mixed, "Your driver was friendly, but he broke the vase"},
	{"two minds", sentiment.Mixed, "Although the agent was kind, my problem was never solved"},
	{"one mind", sentiment.Positive, "I thought it would be awful but it was great"},
	{"one mind", sentiment.Positive, "was broken, now fixed, thank you"},
	{"one mind", sentiment.Positive, "My parcel was lost, but you sent a new one the next day, thank you so much, brilliant service"},
	{"one mind", sentiment.Positive, "I was worried at first, but everything went smoothly"},
	{"one mind", sentiment.Positive, "No problems, great service"},
	{"one mind", sentiment.Positive, "I expected the worst and got the best"},
	{"one mind", sentiment.Positive, "The issue was sorted quickly, very happy"},
	{"one mind", sentiment.Positive, "Sorry for the late review, great service"},
	{"one mind", sentiment.Positive, "Sorry to bother you, love the app"},
	{"one mind", sentiment.Positive, "Great food and friendly staff, will come again"},
	{"one mind", sentiment.Positive, "Nothing bad to say, excellent"},
	{"one mind", sentiment.Positive, "It was declined once, but you sorted it straight away, thanks"},
	{"one mind", sentiment.Positive, "I was nervous about the terrible reviews, but the stay was perfect"},
	{"one mind", sentiment.Positive, "Can't fault the service, no complaints"},
	{"one mind", sentiment.Positive, "The app is fast and the support is great"},
	{"one mind", sentiment.Positive, "It is working again, thanks"},
	{"one mind", sentiment.Positive, "The new router just works"},
	{"one mind", sentiment.Positive, "Hats off to your night shift"},
	{"one mind", sentiment.Negative, "not bad but not great"},
	{"one mind", sentiment.Negative, "Still waiting for my refund, thanks"},
	{"one mind", sentiment.Negative, "Thank you, but this did not help at all"},
	{"one mind", sentiment.Negative, "It was great at first, now it is terrible"},
	{"one mind", sentiment.Negative, "I used to love this shop, but now it is awful"},
	{"one mind", sentiment.Negative, "Thanks for nothing, terrible service"},
	{"one mind", sentiment.Negative, "Please help, this is awful"},
	{"one mind", sentiment.Negative, "Terrible food and rude staff, never again"},
	{"one mind", sentiment.Negative, "I wish I could say it was good, but it was dreadful"},
	{"one mind", sentiment.Negative, "Would love to use it, but it keeps crashing"},
	{"one mind", sentiment.Negative, "Would be nice if it worked, but it is broken again"},
	{"one mind", sentiment.Negative, "Oh great, another delay, just what I needed"},
	{"one mind", sentiment.Negative, "So much for great service, still waiting"},
	{"one mind", sentiment.Negative, "Everyone says it is great, but I think it is terrible"},
	{"one mind", sentiment.Negative, "Hello, hope you are well, my order never arrived"},
	{"one mind", sentiment.Negative, "The good reviews are lies, awful company"},
	{"one mind", sentiment.Negative, "The app is slow and the support is useless"},
	{"one mind", sentiment.Negative, "My refund was promised last month and still nothing"},
	{"one mind", sentiment.Negative, "You promised me a call back, nobody called back"},
	{"one mind", sentiment.Negative, "The router keeps dropping since the update"},
	{"one mind", sentiment.Negative, "No signal in the whole village"},
	{"one mind", sentiment.Negative, "The boiler part came damaged"},
	{"one mind", sentiment.Negative, "My suitcase went missing in Rome"},
	{"one mind", sentiment.Negative, "Internet is down again"},
	{"one mind", sentiment.Negative, "Bus was two hours late"},
	{"one mind", sentiment.Negative, "I was billed twice in May"},
	{"one mind", sentiment.Negative, "It's been weeks and still no contract"},
	{"one mind", sentiment.Negative, "The website is unusable on my phone"},
	{"one mind", sentiment.Negative, "The wardrobe arrived with a scratched door"},
	{"one mind", sentiment.Negative, "They promised excellent support, nobody answers"},
	{"one mind", sentiment.Negative, "The website says great service, what I got was rude staff"},
	{"one mind", sentiment.Negative, "Good luck getting a refund from these thieves"},
	{"one mind", sentiment.Positive, "Lovely service, lovely food, lovely view"},
	{"one mind", sentiment.Neutral, "Please send the invoice to my accountant"},
	{"one mind", sentiment.Neutral, "Could you refund the second ticket?"},
	{"one mind", sentiment.Neutral, "Which plan includes roaming in Turkey?"},
}

func TestMinds(t *testing.T) {
	for _, g := range minds {
		if r := analyze(g.text); r.Label != g.want {
			t.Errorf("%s: %q: got %s %+v, want %s", g.capability, g.text, r.Label, r.Scores, g.want)
		}
	}
}

// What the fit of MIXED learns from must be of the message at hand, not of one before it.
func TestMindsAreThoseOfTheMessage(t *testing.T) {
	engine := sentiment.Engine{Lexicon: lexicon.Embedded(), Model: model.Embedded()}
	evidence := func(s string) model.Minds {
		var d text.Document
		d.Reset(s)
		return engine.Minds(&d)
	}
	const long = "The staff were lovely, the queue was endless, and nobody knew where the blue forms were kept"
	first := evidence(minds[0].text)
	if got := evidence(long); got == first {
		t.Errorf("got the same evidence of two messages, %v", got)
	}
	if got := evidence(minds[0].text); got != first {
		t.Errorf("after another message: got %v, want %v", got, first)
	}
}
