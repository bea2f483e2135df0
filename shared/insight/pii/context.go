package pii

import "github.com/customerai/customerai/shared/insight/text"

// cue is what a context word says about what stands near it, as a set.
type cue uint32

const (
	cuePhone cue = 1 << iota
	cueAccount
	cueRouting
	cueSSN
	cueITIN
	cuePassport
	cueLicence
	cuePlate
	cueVIN
	cueCard
	cueCVV
	cueExpiry
	cuePIN
	cueSwift
	cueNHS
	cueNINO
	cueUTR
	cueSIN
	cueAadhaar
	cuePAN
	cuePostcode
	cueBirth
	cueAWS
	cueVersion   // what follows is a version
	cueReference // what follows is an order, a ticket, a product: not personal
	cueHome      // where somebody is or lives
	cueName      // what follows is a name: "called"
	cueRelation  // who is meant: "manager", "wife"
)

// cueNumber are the cues that say what a plain number is.
const cueNumber = cuePhone | cueAccount | cueRouting | cueSSN | cueITIN | cuePassport | cueLicence | cueCard | cueCVV | cuePIN |
	cueNHS | cueUTR | cueSIN | cueAadhaar | cuePostcode | cueReference | cueVersion | cuePlate | cueVIN

// cueOf returns what a normalised word is a cue of.
func cueOf(word []byte) cue {
	switch string(word) { // does not allocate
	case "phone", "phones", "telephone", "tel", "mobile", "cell", "cellphone", "call", "calling", "ring", "dial", "fax", "sms",
		"whatsapp", "reach", "contact", "voicemail", "answering", "handy", "telefon", "téléphone", "teléfono", "landline",
		"mob", "ph", "phone-number", "text", "texts", "texted", "texting", "message", "messages", "callback", "hotline", "office", "desk":
		return cuePhone
	case "account", "acct", "acc", "a/c", "checking", "savings", "bank", "deposit", "iban", "sort":
		return cueAccount
	case "routing", "aba", "rtn", "transit":
		return cueRouting
	case "ssn", "ssns", "social":
		return cueSSN
	case "itin", "taxpayer", "tax":
		return cueITIN
	case "passport", "passports":
		return cuePassport
	case "dl", "dln", "driving-licence", "dmv":
		return cueLicence
	case "plate", "plates", "registration", "numberplate", "reg":
		return cuePlate
	case "vin", "chassis", "vehicle":
		return cueVIN
	case "card", "cards", "visa", "mastercard", "amex", "credit", "debit", "maestro", "discover", "jcb", "diners", "cc":
		return cueCard
	case "cvv", "cvc", "cvv2", "cvc2", "csc", "cid":
		return cueCVV
	case "expiry", "expires", "expire", "expiring", "expiration", "exp", "valid", "thru", "expired":
		return cueExpiry
	case "pin", "pins", "passcode":
		return cuePIN
	case "swift", "bic":
		return cueSwift
	case "nhs":
		return cueNHS
	case "nino", "insurance", "ni":
		return cueNINO
	case "utr":
		return cueUTR
	case "sin":
		return cueSIN
	case "aadhaar", "aadhar", "uidai", "uid":
		return cueAadhaar
	case "pan", "permanent":
		return cuePAN
	case "zip", "zipcode", "postcode", "postal", "plz", "zip-code", "post-code":
		return cuePostcode
	case "born", "birth", "birthday", "dob", "birthdate", "d.o.b", "date-of-birth":
		return cueBirth
	case "aws", "secret", "aws_secret_access_key", "secret_access_key", "secretkey", "secretaccesskey":
		return cueAWS
	case "version", "firmware", "build", "release", "v", "ios":
		return cueVersion
	case "order", "orders", "ordered", "ticket", "case", "reference", "ref", "invoice", "tracking", "confirmation", "booking", "sku",
		"item", "items", "model", "serial", "parcel", "package", "shipment", "transaction", "id", "product", "part", "isbn", "ean",
		"upc", "po", "rma", "return", "receipt", "voucher", "coupon", "code", "claim", "quote", "policy", "reservation", "imei":
		return cueReference
	case "live", "lives", "living", "lived", "based", "moved", "moving", "reside", "resides", "residing", "resident", "located",
		"address", "hometown", "addresses", "relocated", "originally", "city", "town", "country", "home", "where", "grew", "flew":
		return cueHome
	case "name", "named", "names", "called", "surname", "firstname", "lastname", "attn", "attention":
		return cueName
	case "colleague", "manager", "agent", "representative", "rep", "advisor", "adviser", "husband", "wife", "son", "daughter",
		"brother", "sister", "mother", "father", "mum", "mom", "dad", "friend", "boss", "partner", "spoke", "speak", "speaking",
		"talked", "spoken", "met", "customer", "guest", "patient", "nurse", "technician", "assistant", "girlfriend", "boyfriend",
		"uncle", "aunt", "cousin", "neighbour", "neighbor", "guardian", "signed", "thank", "thanks", "ask", "asked", "tell", "told", "grandmother", "grandfather":
		return cueRelation
	}
	return 0
}

// cueAt returns what token i is a cue of. Some words are one only beside another.
func (s *scanner) cueAt(i int) cue {
	if s.doc.Tokens[i].Kind != text.Word {
		return 0
	}
	word := s.doc.Norm(i)
	switch string(word) {
	case "license", "licence", "licenses", "licences":
		if s.wordIs(i-1, "driver", "drivers", "driver's", "drivers'", "driving") {
			return cueLicence
		}
		return 0
	case "code":
		if s.wordIs(i-1, "security", "verification") {
			return cueCVV
		}
		if s.wordIs(i-1, "zip", "post", "postal", "sort", "pin") {
			return s.cueAt(i - 1)
		}
	case "id":
		if s.wordIs(i-1, "driver", "drivers", "driver's") {
			return cueLicence
		}
	case "document":
		if s.wordIs(i-1, "travel") {
			return cuePassport
		}
	case "post":
		if s.wordIs(i+1, "code") {
			return cuePostcode
		}
	case "driver":
		if s.wordIs(i+1, "license", "licence", "id") {
			return cueLicence
		}
	case "insurance":
		if s.wordIs(i-1, "national") {
			return cueNINO
		}
		if s.wordIs(i-1, "social") {
			return cueSIN
		}
		return 0
	case "social":
		if s.wordIs(i+1, "insurance") {
			return cueSIN
		}
	}
	return cueOf(word)
}

// wordIs reports whether token i is one of the words, which are in normal form.
func (s *scanner) wordIs(i int, words ...string) bool {
	if i < 0 || i >= len(s.doc.Tokens) {
		return false
	}
	norm := s.doc.Norm(i)
	for _, word := range words {
		if string(norm) == word {
			return true
		}
	}
	return false
}

// reach says which words are looked at for a cue, the nearest first: negative ones stand before.
var reach = [...]int{-1, -2, 1, -3, 2, -4, 3, -5}

// window is how many tokens are looked through for words, which keeps a text of bare numbers linear.
const window = 12

// nearest returns the cue, of those in among, of the word nearest to the span; zero when none of five words before and
// three behind is one. Behind, a sentence's end is not crossed.
func (s *scanner) nearest(begin, end int, among cue) cue {
	tokens := s.doc.Tokens
	first := s.tokenAt(begin)
	next := first
	for next < len(tokens) && int(tokens[next].Begin) < end {
		next++
	}
	before, after := first, next-1 // the words last looked at
	for _, distance := range reach {
		i := -1
		if distance < 0 {
			for before--; before >= first-window && before >= 0 && tokens[before].Kind != text.Word; before-- {
			}
			if before >= first-window {
				i = before
			}
		} else if after < len(tokens) {
			after = s.wordAfter(after)
			i = after
		}
		if i < 0 || i >= len(tokens) {
			continue
		}
		if c := s.cueAt(i) & among; c != 0 {
			return c
		}
	}
	return 0
}

// wordAfter returns the next word of the sentence behind token i, or the number of tokens.
func (s *scanner) wordAfter(i int) int {
	tokens := s.doc.Tokens
	for limit := i + window; i+1 < len(tokens) && i < limit; {
		if i++; tokens[i].Break {
			break
		}
		switch tokens[i].Kind {
		case text.Word:
			return i
		case text.Punct:
			if c := s.text[tokens[i].Begin]; c == '.' || c == '!' || c == '?' || c == ';' {
				return len(tokens)
			}
		}
	}
	return len(tokens)
}

// tokenAt returns the first token that ends behind offset.
func (s *scanner) tokenAt(offset int) int {
	lo, hi := 0, len(s.doc.Tokens)
	for lo < hi {
		mid := (lo + hi) / 2
		if int(s.doc.Tokens[mid].End) > offset {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
