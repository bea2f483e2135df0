// Package topics says what a customer's message is about: at most three of seventeen topics, best first.
//
// Normal use: tokenise once, classify, keep the slice for the next message.
//
//	var doc text.Document
//	var scores []topics.Score
//	doc.Reset("third time I call about the refund")
//	scores = topics.Classify(&doc, scores) // complaint and refund_return
//
// A message that is no customer service, or says nothing, is Other and never the least unlikely topic. The scores are
// probabilities, each topic on its own: a message can be about two things, and Complaint and Praise tell its tone beside its
// subject. The model reads English; docs/models/topics.md says what it was made from and how well it does.
//
// It refuses nothing: any text gets an answer, in time linear in its length.
package topics

import (
	_ "embed"

	"github.com/customerai/customerai/shared/insight/text"
)

// Name is the name of a topic, as clients see it.
type Name string

// The topics.
const (
	AccountAccess     Name = "account_access"     // log in, passwords, codes, locked accounts, registration that does not work
	AccountManagement Name = "account_management" // open, close and change an account, personal details, balance, points, identity
	BillingPayment    Name = "billing_payment"    // bills, invoices, ways to pay, payments, vouchers
	Fees              Name = "fees"               // what a service costs on top: charges, commissions, exchange rates
	RefundReturn      Name = "refund_return"      // money back, goods back, exchange, replacement, warranty claims
	OrderManagement   Name = "order_management"   // place, change, confirm and cancel orders and bookings
	ShippingDelivery  Name = "shipping_delivery"  // where it is, when and where to it is delivered
	ProductQuestion   Name = "product_question"   // before the purchase: properties, price, stock, shops
	Subscription      Name = "subscription"       // plans, contracts, memberships, newsletters: begin, change, pause, end
	TechnicalIssue    Name = "technical_issue"    // app, site, device or line does not work
	FraudSecurity     Name = "fraud_security"     // payments nobody made, stolen cards, phishing, hacked accounts, data protection
	TransfersCards    Name = "transfers_cards"    // transfers, top-ups, cash, bank cards
	LoansCredit       Name = "loans_credit"       // loans, mortgages, interest, credit limit and score
	Complaint         Name = "complaint"          // dissatisfaction with how one is treated
	Praise            Name = "praise"             // satisfaction
	ContactAgent      Name = "contact_agent"      // wants a person, a call, an address, opening hours
	Other             Name = "other"              // none of these
)

// Count is the number of topics.
const Count = 17

// names is in the order of the model's columns. Other stands last: Classify relies on it.
var names = [Count]Name{
	AccountAccess, AccountManagement, BillingPayment, Fees, RefundReturn, OrderManagement, ShippingDelivery, ProductQuestion,
	Subscription, TechnicalIssue, FraudSecurity, TransfersCards, LoansCredit, Complaint, Praise, ContactAgent, Other,
}

// Names returns all topics, in the order of the row contract.
func Names() []Name { return append([]Name(nil), names[:]...) }

// Score is a topic and the probability, from 0 to 1, that the message is about it.
type Score struct {
	Name  Name    `json:"name"`
	Score float64 `json:"score"`
}

//go:embed weights.bin
var weights []byte

// Classify returns the topics of d, best first: one to three, or Other alone. It overwrites into and reuses its memory. It is
// safe for concurrent use with different arguments.
func Classify(d *text.Document, into []Score) []Score {
	return Embedded().Classify(d, into)
}

// Embedded returns the model that ships with the package. It must not be changed.
func Embedded() Model { return weights }
