package detect

// cue is what a context word says about what stands near it, as a set.
type cue uint64

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
	cuePESEL
	cueTaxID // of Germany
	cueNIR
	cueBSN
	cuePersonnummer
	cueABN
	cueACN
	cueTFN
	cueMedicare
	cueVAT
	cueIdentity // another identity number
)

// cueNumber are the cues that say what a plain number is.
const cueNumber = cuePhone | cueAccount | cueRouting | cueSSN | cueITIN | cuePassport | cueLicence | cueCard | cueCVV | cuePIN |
	cueNHS | cueUTR | cueSIN | cueAadhaar | cuePostcode | cueReference | cueVersion | cuePlate | cueVIN |
	cuePESEL | cueTaxID | cueNIR | cueBSN | cuePersonnummer | cueABN | cueACN | cueTFN | cueMedicare | cueVAT | cueIdentity

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
	case "pesel":
		return cuePESEL
	case "steuer-id", "steuerid", "steueridentifikationsnummer", "steuernummer", "idnr", "steuer-idnr", "steuer":
		return cueTaxID
	case "nir", "insee", "sécu", "vitale":
		return cueNIR
	case "bsn", "burgerservicenummer", "sofinummer", "sofi":
		return cueBSN
	case "personnummer", "samordningsnummer", "personnr":
		return cuePersonnummer
	case "abn":
		return cueABN
	case "acn":
		return cueACN
	case "tfn":
		return cueTFN
	case "medicare":
		return cueMedicare
	case "vat", "vat-id", "ust-idnr", "ust-id", "ustid", "ust", "tva", "btw", "mwst", "moms":
		return cueVAT
	case "nif", "dni", "nie", "nric", "fin", "hetu", "henkilötunnus", "codice", "fiscale", "bitcoin", "wallet", "crypto", "ethereum":
		return cueIdentity
	}
	return 0
}
