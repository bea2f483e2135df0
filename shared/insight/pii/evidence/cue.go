package evidence

// Cue is what a context word says about what stands near it, as a set.
type Cue uint64

// What words announce. Those without a comment announce what their name says.
const (
	CuePhone Cue = 1 << iota
	CueAccount
	CueRouting
	CueSSN
	CueITIN
	CuePassport
	CueLicence
	CuePlate
	CueVIN
	CueCard
	CueCVV
	CueExpiry
	CuePIN
	CueSwift
	CueNHS
	CueNINO
	CueUTR
	CueSIN
	CueAadhaar
	CuePAN
	CuePostcode
	CueBirth
	CueAWS
	CueVersion   // what follows is a version
	CueReference // what follows is an order, a ticket, a product: not personal
	CueHome      // where somebody is or lives
	CuePESEL
	CueTaxID // of Germany
	CueNIR
	CueBSN
	CuePersonnummer
	CueABN
	CueACN
	CueTFN
	CueMedicare
	CueVAT
	CueIdentity // another identity number
)

// CueNumber are the cues that say what a plain number is.
const CueNumber = CuePhone | CueAccount | CueRouting | CueSSN | CueITIN | CuePassport | CueLicence | CueCard | CueCVV | CuePIN |
	CueNHS | CueUTR | CueSIN | CueAadhaar | CuePostcode | CueReference | CueVersion | CuePlate | CueVIN |
	CuePESEL | CueTaxID | CueNIR | CueBSN | CuePersonnummer | CueABN | CueACN | CueTFN | CueMedicare | CueVAT | CueIdentity

// CueOf returns what a normalised word is a cue of.
func CueOf(word []byte) Cue {
	switch string(word) { // does not allocate
	case "phone", "phones", "telephone", "tel", "mobile", "cell", "cellphone", "call", "calling", "ring", "dial", "fax", "sms",
		"whatsapp", "reach", "contact", "voicemail", "answering", "handy", "telefon", "téléphone", "teléfono", "landline",
		"mob", "ph", "phone-number", "text", "texts", "texted", "texting", "message", "messages", "callback", "hotline", "office", "desk":
		return CuePhone
	case "account", "acct", "acc", "a/c", "checking", "savings", "bank", "deposit", "iban", "sort":
		return CueAccount
	case "routing", "aba", "rtn", "transit":
		return CueRouting
	case "ssn", "ssns", "social":
		return CueSSN
	case "itin", "taxpayer", "tax":
		return CueITIN
	case "passport", "passports":
		return CuePassport
	case "dl", "dln", "driving-licence", "dmv":
		return CueLicence
	case "plate", "plates", "registration", "numberplate", "reg":
		return CuePlate
	case "vin", "chassis", "vehicle":
		return CueVIN
	case "card", "cards", "visa", "mastercard", "amex", "credit", "debit", "maestro", "discover", "jcb", "diners", "cc":
		return CueCard
	case "cvv", "cvc", "cvv2", "cvc2", "csc", "cid":
		return CueCVV
	case "expiry", "expires", "expire", "expiring", "expiration", "exp", "valid", "thru", "expired":
		return CueExpiry
	case "pin", "pins", "passcode":
		return CuePIN
	case "swift", "bic":
		return CueSwift
	case "nhs":
		return CueNHS
	case "nino", "insurance", "ni":
		return CueNINO
	case "utr":
		return CueUTR
	case "sin":
		return CueSIN
	case "aadhaar", "aadhar", "uidai", "uid":
		return CueAadhaar
	case "pan", "permanent":
		return CuePAN
	case "zip", "zipcode", "postcode", "postal", "plz", "zip-code", "post-code":
		return CuePostcode
	case "born", "birth", "birthday", "dob", "birthdate", "d.o.b", "date-of-birth":
		return CueBirth
	case "aws", "secret", "aws_secret_access_key", "secret_access_key", "secretkey", "secretaccesskey":
		return CueAWS
	case "version", "firmware", "build", "release", "v", "ios":
		return CueVersion
	case "order", "orders", "ordered", "ticket", "case", "reference", "ref", "invoice", "tracking", "confirmation", "booking", "sku",
		"item", "items", "model", "serial", "parcel", "package", "shipment", "transaction", "id", "product", "part", "isbn", "ean",
		"upc", "po", "rma", "return", "receipt", "voucher", "coupon", "code", "claim", "quote", "policy", "reservation", "imei":
		return CueReference
	case "live", "lives", "living", "lived", "based", "moved", "moving", "reside", "resides", "residing", "resident", "located",
		"address", "hometown", "addresses", "relocated", "originally", "city", "town", "country", "home", "where", "grew", "flew":
		return CueHome
	case "pesel":
		return CuePESEL
	case "steuer-id", "steuerid", "steueridentifikationsnummer", "steuernummer", "idnr", "steuer-idnr", "steuer":
		return CueTaxID
	case "nir", "insee", "sécu", "vitale":
		return CueNIR
	case "bsn", "burgerservicenummer", "sofinummer", "sofi":
		return CueBSN
	case "personnummer", "samordningsnummer", "personnr":
		return CuePersonnummer
	case "abn":
		return CueABN
	case "acn":
		return CueACN
	case "tfn":
		return CueTFN
	case "medicare":
		return CueMedicare
	case "vat", "vat-id", "ust-idnr", "ust-id", "ustid", "ust", "tva", "btw", "mwst", "moms":
		return CueVAT
	case "nif", "dni", "nie", "nric", "fin", "hetu", "henkilötunnus", "codice", "fiscale", "bitcoin", "wallet", "crypto", "ethereum":
		return CueIdentity
	}
	return 0
}
