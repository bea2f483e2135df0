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
