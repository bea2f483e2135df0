package evidence

import (
	"math/bits"

	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// Sense is what a word says to the recognisers: of what it is a cue, which month it is, what may begin at it. Zero is the sense
// of most words.
type Sense uint32

// Lowest in a sense are the number of a cue, from 1, and that of a month.
const (
	cueBits   = 6
	monthBits = 4
)

// What may begin at a word.
const (
	Password  Sense = 1 << (iota + cueBits + monthBits)
	UserName        // also "id" and "name", but only behind "user" and "login"
	SecretKey       // of AWS
	Years           // an age in one word, "42yo"
	PostBox         // the number of one
	Flat            // and other parts of a building
	Street          // the name of a street, in languages that put such a word first
	twofold         // nothing, but it is a cue, or another one, beside some words
)

// What a word does beside names. Function words are what half of any message is made of.
const (
	Function    Sense = 1 << (iota + 24)
	Particle          // stands inside family names, in lower case
	Opening           // an ordinary word that places of several words begin with
	besideNames = Function | Particle | Opening
)

// Sense returns what token i says, in whatever case, but for what it does beside names.
func (s *Sheet) Sense(i int) Sense {
	sense, _ := s.Word(i)
	return sense &^ besideNames
}

// Word returns what token i says, and what the gazetteer says of its normal form.
func (s *Sheet) Word(i int) (Sense, gazetteer.Flags) {
	w := s.word(i)
	return Sense(w.Meaning), w.Flags
}

// BeginsPlace reports whether places of several words begin with the normal form of token i.
func (s *Sheet) BeginsPlace(i int) bool { return s.word(i).Begins(gazetteer.Key(s.Doc.FNV(i))) }

func (s *Sheet) word(i int) *gazetteer.Word {
	if s.Words == nil {
		s.Words = new(gazetteer.Memory)
	}
	w, known := s.Words.Of(s.Doc.Hash(i))
	if !known {
		*w = gazetteer.Learn(s.Doc, i, &senses)
	}
	return w
}

// Month returns the month that a word names, or 0.
func (s Sense) Month() int { return int(s >> cueBits & (1<<monthBits - 1)) }

// cue returns what a word by itself is a cue of.
func (s Sense) cue() Cue { return 1 << (s & (1<<cueBits - 1)) >> 1 }

func of(c Cue) Sense { return Sense(bits.TrailingZeros64(uint64(c)) + 1) }

func month(n Sense) Sense { return n << cueBits }

var senses = text.Vocabulary{Meanings: func() (meanings []text.Meaning) {
	for sense, words := range map[Sense]string{ //nolint:gosec // words, none a credential
		of(CuePhone): "phone phones telephone tel mobile cell cellphone call calling ring dial fax sms whatsapp reach contact voicemail " +
			"answering handy telefon téléphone teléfono landline mob ph phone-number text texts texted texting message " +
			"messages callback hotline office desk",
		of(CueAccount):  "account acct acc checking savings bank deposit iban sort",
		of(CueRouting):  "routing aba rtn transit",
		of(CueSSN):      "ssn ssns social",
		of(CueITIN):     "itin taxpayer tax",
		of(CuePassport): "passport passports",
		of(CueLicence):  "dl dln driving-licence dmv",
		of(CuePlate):    "plate plates registration numberplate reg",
		of(CueVIN):      "vin chassis vehicle",
		of(CueCard):     "card cards visa mastercard amex credit debit maestro discover jcb diners cc",
		of(CueCVV):      "cvv cvc cvv2 cvc2 csc cid",
		of(CueExpiry):   "expiry expires expire expiring expiration exp valid thru expired",
		of(CuePIN):      "pin pins passcode",
		of(CueSwift):    "swift bic",
		of(CueNHS):      "nhs",
		of(CueNINO):     "nino ni",
		of(CueUTR):      "utr",
		of(CueSIN):      "sin",
		of(CueAadhaar):  "aadhaar aadhar uidai uid",
		of(CuePAN):      "pan permanent",
		of(CuePostcode): "zip zipcode postcode postal plz zip-code post-code",
		of(CueBirth):    "born birth birthday dob birthdate date-of-birth",
		of(CueAWS):      "aws secret aws_secret_access_key secret_access_key secretkey secretaccesskey",
		of(CueVersion):  "version firmware build release v ios",
		of(CueReference): "order orders ordered ticket case reference ref invoice tracking confirmation booking sku item items model serial " +
			"parcel package shipment transaction id product part isbn ean upc po rma return receipt voucher coupon code claim " +
			"quote policy reservation imei",
		of(CueHome): "live lives living lived based moved moving reside resides residing resident located address hometown addresses " +
			"relocated originally city town country home where grew flew",
		of(CuePESEL):        "pesel",
		of(CueTaxID):        "steuer-id steuerid steueridentifikationsnummer steuernummer idnr steuer-idnr steuer",
		of(CueNIR):          "nir insee sécu vitale",
		of(CueBSN):          "bsn burgerservicenummer sofinummer sofi",
		of(CuePersonnummer): "personnummer samordningsnummer personnr",
		of(CueABN):          "abn",
		of(CueACN):          "acn",
		of(CueTFN):          "tfn",
		of(CueMedicare):     "medicare",
		of(CueVAT):          "vat vat-id ust-idnr ust-id ustid ust tva btw mwst moms",
		of(CueIdentity):     "nif dni nie nric fin hetu henkilötunnus codice fiscale bitcoin wallet crypto ethereum",

		month(1):  "january jan janvier januar enero",
		month(2):  "february feb février februar febrero",
		month(3):  "march mar mars märz marzo",
		month(4):  "april apr avril abril",
		month(5):  "may mai mayo",
		month(6):  "june jun juin juni junio",
		month(7):  "july jul juillet juli julio",
		month(8):  "august aug août agosto",
		month(9):  "september sep sept septembre septiembre",
		month(10): "october oct octobre oktober octubre",
		month(11): "november nov novembre noviembre",
		month(12): "december dec décembre dezember diciembre",

		Password:  "password passwd pwd passcode passphrase",
		UserName:  "username user-name login userid user-id id name",
		SecretKey: "secret aws_secret_access_key secret_access_key secretaccesskey aws",
		Years:     "0yo",
		PostBox:   "box",
		Flat:      "apt suite apartment ste",
		Street: "rue calle via viale piazza corso avenida boulevard avenue chemin rua travessa largo praça ulica ul plaza paseo " +
			"carrer strada straße strasse plac aleja quai impasse allée calea bulevardul place piazzale vicolo contrada " +
			"camino rúa út",
		Function: "a i the to my and it is of in for on that was you have not this with be are me your at from or we as an so if " +
			"but they no do can been has had how what when by get there would up out all still just which were their where why who about after back now its " +
			"could then than did does our more only some because into over too very also am her his he she us it's",
		Particle: "de van von der den di da la del bin ibn al el ter ten zu dos du le della e y",
		Opening: "new san los las hong south north united saint saudi costa salt fort santa west east el st puerto port great buenos " +
			"rio the long little grand palm sierra",
		twofold: "license licence licenses licences code id document post driver insurance social card file sociale c b",
	} {
		meanings = append(meanings, text.Meaning{Bits: uint32(sense), Words: words})
	}
	return meanings
}}
