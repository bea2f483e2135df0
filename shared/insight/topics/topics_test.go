package topics_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
	"github.com/customerai/customerai/shared/testkit/race"
)

func classify(message string) []topics.Score {
	var doc text.Document
	doc.Reset(message)
	return topics.Classify(&doc, nil)
}

func TestMessagesGetTheTopicAPersonWouldName(t *testing.T) {
	for message, want := range map[string]topics.Name{
		"I can't sign in, the code you text me is always wrong":        topics.AccountAccess,
		"please update the home address on my profile":                 topics.AccountManagement,
		"why did you bill me twice in March":                           topics.BillingPayment,
		"what's this foreign transaction fee":                          topics.Fees,
		"these boots are too tight, how do I send them back":           topics.RefundReturn,
		"pls cancel order 88123, picked the wrong one":                 topics.OrderManagement,
		"still no parcel, tracking stuck since Friday":                 topics.ShippingDelivery,
		"do u have the hoodie in green":                                topics.ProductQuestion,
		"turn off auto renewal for my plan":                            topics.Subscription,
		"the app freezes whenever I open the map":                      topics.TechnicalIssue,
		"somebody used my card in Lisbon, it wasn't me":                topics.FraudSecurity,
		"the bank transfer I sent on Monday is still pending":          topics.TransfersCards,
		"what interest would I pay on a car loan":                      topics.LoansCredit,
		"worst customer service I have ever had, absolutely appalling": topics.Complaint,
		"brilliant service, thank you so much":                         topics.Praise,
		"let me talk to a human being please":                          topics.ContactAgent,
		"what's the weather like in Oslo tomorrow":                     topics.Other,
	} {
		if got := classify(message)[0].Name; got != want {
			t.Errorf("%q: got %s, want %s", message, got, want)
		}
	}
}

func TestToneStandsBesideTheSubject(t *testing.T) {
	for message, want := range map[string][2]topics.Name{
		"third time I call about the refund, this is ridiculous": {topics.Complaint, topics.RefundReturn},
		"fast delivery, brilliant, thank you so much":            {topics.Praise, topics.ShippingDelivery},
		"great product, awful delivery":                          {topics.Praise, topics.ShippingDelivery},
		"Great phone, but the delivery was awful.":               {topics.Complaint, topics.ShippingDelivery},
		"cute kettle, hopeless courier":                          {topics.Complaint, topics.ShippingDelivery},
		"rude driver":                                            {topics.Complaint, topics.ShippingDelivery},
	} {
		got := classify(message)
		for _, name := range want {
			found := false
			for _, s := range got {
				found = found || s.Name == name
			}
			if !found {
				t.Errorf("%q: got %v, want %s among them", message, got, name)
			}
		}
	}
}

func TestAgentsAnswersHaveTheSubjectOfTheirMessage(t *testing.T) {
	for message, want := range map[string]topics.Name{
		"I have refunded the difference to your card today":        topics.RefundReturn,
		"Your parcel goes out on Monday":                           topics.ShippingDelivery,
		"I've waived the fee for you":                              topics.Fees,
		"Your account is unlocked, please choose a new password":   topics.AccountAccess,
		"The fault is on our side and engineers are working on it": topics.TechnicalIssue,
		"I have moved your contract to the smaller plan from May":  topics.Subscription,
		"Of course, one moment please":                             topics.Other,
		"Let me look, it takes five minutes":                       topics.Other,
	} {
		if got := classify(message)[0].Name; got != want {
			t.Errorf("%q: got %s, want %s", message, got, want)
		}
	}
}

func TestMessagesThatSayNothingAreOther(t *testing.T) {
	for _, message := range []string{"", "   ", "…", "?!", "ok", "hello", "asdfgh", "lol", "123", "\x00\xff", "👍"} {
		got := classify(message)
		if got[0].Name != topics.Other {
			t.Errorf("%q: got %s, want other", message, got[0].Name)
		}
	}
}

func TestNamesAreThoseOfTheRowContractInItsOrder(t *testing.T) {
	want := "account_access account_management billing_payment fees refund_return order_management shipping_delivery " +
		"product_question subscription technical_issue fraud_security transfers_cards loans_credit complaint praise contact_agent other"
	names := topics.Names()
	var got []string
	for _, n := range names {
		got = append(got, string(n))
	}
	if strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", got, want)
	}
	names[0] = "changed"
	if topics.Names()[0] != topics.AccountAccess {
		t.Error("a caller changed the package's own names")
	}
}

// checkAnswer holds an answer to the contract.
func checkAnswer(t interface{ Fatalf(string, ...any) }, got []topics.Score) {
	if len(got) < 1 || len(got) > 3 {
		t.Fatalf("got %d topics, want one to three", len(got))
	}
	seen := map[topics.Name]bool{}
	for i, s := range got {
		if !(s.Score >= 0 && s.Score <= 1) {
			t.Fatalf("got score %v, want 0 to 1", s.Score)
		}
		if i > 0 && s.Score > got[i-1].Score {
			t.Fatalf("got %v, want the best first", got)
		}
		if seen[s.Name] {
			t.Fatalf("got %s twice", s.Name)
		}
		seen[s.Name] = true
	}
	if seen[topics.Other] && len(got) > 1 {
		t.Fatalf("got %v, want other alone", got)
	}
}

func TestAnyTextGetsAnAnswerWithinTheContract(t *testing.T) {
	words := strings.Fields("refund parcel late card stolen thanks awful loan login fee plan crash agent order size weather ! ? \xff 中文 ❤")
	rapid.Check(t, func(t *rapid.T) {
		checkAnswer(t, classify(rapid.String().Draw(t, "any text")))
		checkAnswer(t, classify(strings.Join(rapid.SliceOf(rapid.SampledFrom(words)).Draw(t, "words"), " ")))
	})
}

func FuzzClassify(f *testing.F) {
	for _, seed := range []string{"", "where is my refund?", "\xff\xfe", strings.Repeat("a", 5000), "e\u0301 🏳️‍🌈 &amp; http://x.y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, message string) { checkAnswer(t, classify(message)) })
}

func TestClassifyOverwritesAndReusesWhatItIsGiven(t *testing.T) {
	var doc text.Document
	doc.Reset("where is my parcel")
	into := make([]topics.Score, 0, 8)
	into = append(into, topics.Score{Name: topics.Praise, Score: 1})
	got := topics.Classify(&doc, into)
	if got[0].Name != topics.ShippingDelivery || &got[0] != &into[0] {
		t.Errorf("got %v, want the answer alone in the memory given", got)
	}
}

func TestWhatWasReadBeforeChangesNoAnswer(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	const message = "Third time I call about the refund! Nobody answers, and my antidisestablishmentarianism is worn thin"
	want := classify(message)
	for i := range 20_000 { // more words than are remembered
		classify(strconv.FormatInt(int64(i)*1_234_567, 36) + "x")
	}
	if got := classify(message); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v as the first time", got, want)
	}
}

func TestManyGoroutinesGetTheSameAnswer(t *testing.T) {
	want := classify("third time I call about the refund")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if got := classify("third time I call about the refund"); got[0] != want[0] {
					t.Errorf("got %v, want %v", got, want)
				}
			}
		})
	}
	all.Wait()
}

// message has 120 bytes.
const message = "Hello, I ordered the blue running shoes two weeks ago and the tracking has not moved since Monday. Where is my parcel??!"

func TestClassifyAllocatesNothingOnceWarm(t *testing.T) {
	race.Skip(t, "makes sync.Pool drop buffers")
	var doc text.Document
	var scores []topics.Score
	doc.Reset(message)
	got := testing.AllocsPerRun(200, func() { scores = topics.Classify(&doc, scores) })
	if got >= 1 {
		t.Errorf("got %v allocations a message, want none", got)
	}
}

func BenchmarkClassify(b *testing.B) {
	var doc text.Document
	var scores []topics.Score
	doc.Reset(message)
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	for b.Loop() {
		scores = topics.Classify(&doc, scores)
	}
}
