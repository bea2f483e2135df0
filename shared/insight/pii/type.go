package pii

import (
	"slices"
)

// Type is the canonical name of a kind of personal data.
type Type string

// The kinds that are looked for.
const (
	Person        Type = "PERSON"
	Location      Type = "LOCATION" // street lines, PO boxes, postcodes, and places where they say where a person is
	EmailAddress  Type = "EMAIL_ADDRESS"
	PhoneNumber   Type = "PHONE_NUMBER"
	DateTime      Type = "DATE_TIME" // a calendar date, a birthday among them
	Age           Type = "AGE"
	CreditCard    Type = "CREDIT_CARD"
	CardCVV       Type = "CARD_CVV"
	CardExpiry    Type = "CARD_EXPIRY"
	BankNumber    Type = "US_BANK_NUMBER"
	RoutingNumber Type = "ABA_ROUTING"
	IBAN          Type = "IBAN_CODE"
	Swift         Type = "SWIFT_CODE"
	SSN           Type = "US_SSN"
	ITIN          Type = "US_ITIN"
	Passport      Type = "US_PASSPORT"
	DriverLicense Type = "US_DRIVER_LICENSE"
	LicensePlate  Type = "LICENSE_PLATE"
	VIN           Type = "VIN"
	NHSNumber     Type = "UK_NHS"
	NINO          Type = "UK_NINO"
	UTR           Type = "UK_UTR"
	SIN           Type = "CA_SIN"
	Aadhaar       Type = "IN_AADHAAR"
	PAN           Type = "IN_PAN"
	NIF           Type = "ES_NIF"
	NIE           Type = "ES_NIE"
	FiscalCode    Type = "IT_FISCAL_CODE"
	PESEL         Type = "PL_PESEL"
	TaxID         Type = "DE_TAX_ID"
	NIR           Type = "FR_NIR"
	BSN           Type = "NL_BSN"
	Hetu          Type = "FI_PERSONAL_IDENTITY_CODE"
	Personnummer  Type = "SE_PERSONNUMMER"
	ABN           Type = "AU_ABN"
	ACN           Type = "AU_ACN"
	TFN           Type = "AU_TFN"
	Medicare      Type = "AU_MEDICARE"
	NRIC          Type = "SG_NRIC_FIN"
	VAT           Type = "EU_VAT"
	Wallet        Type = "CRYPTO" // where cryptocurrency is sent to
	IPAddress     Type = "IP_ADDRESS"
	MACAddress    Type = "MAC_ADDRESS"
	URL           Type = "URL"
	Username      Type = "USERNAME"
	Password      Type = "PASSWORD"
	PINCode       Type = "PIN"
	AWSAccessKey  Type = "AWS_ACCESS_KEY"
	AWSSecretKey  Type = "AWS_SECRET_KEY" //nolint:gosec // its name, not a key
)

// Alias is what other services call a kind. An empty name means that the service has none.
type Alias struct {
	Type       Type
	Comprehend string
	Bedrock    string
}

// aliases is in the order of the constants above.
var aliases = [...]Alias{
	{Person, "NAME", "NAME"},
	{Location, "ADDRESS", "ADDRESS"},
	{EmailAddress, "EMAIL", "EMAIL"},
	{PhoneNumber, "PHONE", "PHONE"},
	{DateTime, "DATE_TIME", ""},
	{Age, "AGE", "AGE"},
	{CreditCard, "CREDIT_DEBIT_NUMBER", "CREDIT_DEBIT_CARD_NUMBER"},
	{CardCVV, "CREDIT_DEBIT_CVV", "CREDIT_DEBIT_CARD_CVV"},
	{CardExpiry, "CREDIT_DEBIT_EXPIRY", "CREDIT_DEBIT_CARD_EXPIRY"},
	{BankNumber, "BANK_ACCOUNT_NUMBER", "US_BANK_ACCOUNT_NUMBER"},
	{RoutingNumber, "BANK_ROUTING", "US_BANK_ROUTING_NUMBER"},
	{IBAN, "INTERNATIONAL_BANK_ACCOUNT_NUMBER", "INTERNATIONAL_BANK_ACCOUNT_NUMBER"},
	{Swift, "SWIFT_CODE", "SWIFT_CODE"},
	{SSN, "SSN", "US_SOCIAL_SECURITY_NUMBER"},
	{ITIN, "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER"},
	{Passport, "PASSPORT_NUMBER", "US_PASSPORT_NUMBER"},
	{DriverLicense, "DRIVER_ID", "DRIVER_ID"},
	{LicensePlate, "LICENSE_PLATE", "LICENSE_PLATE"},
	{VIN, "VEHICLE_IDENTIFICATION_NUMBER", "VEHICLE_IDENTIFICATION_NUMBER"},
	{NHSNumber, "UK_NATIONAL_HEALTH_SERVICE_NUMBER", "UK_NATIONAL_HEALTH_SERVICE_NUMBER"},
	{NINO, "UK_NATIONAL_INSURANCE_NUMBER", "UK_NATIONAL_INSURANCE_NUMBER"},
	{UTR, "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER", "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER"},
	{SIN, "CA_SOCIAL_INSURANCE_NUMBER", "CA_SOCIAL_INSURANCE_NUMBER"},
	{Aadhaar, "IN_AADHAAR", ""},
	{PAN, "IN_PERMANENT_ACCOUNT_NUMBER", ""},
	{NIF, "", ""},
	{NIE, "", ""},
	{FiscalCode, "", ""},
	{PESEL, "", ""},
	{TaxID, "", ""},
	{NIR, "", ""},
	{BSN, "", ""},
	{Hetu, "", ""},
	{Personnummer, "", ""},
	{ABN, "", ""},
	{ACN, "", ""},
	{TFN, "", ""},
	{Medicare, "", ""},
	{NRIC, "", ""},
	{VAT, "", ""},
	{Wallet, "", ""},
	{IPAddress, "IP_ADDRESS", "IP_ADDRESS"},
	{MACAddress, "MAC_ADDRESS", "MAC_ADDRESS"},
	{URL, "URL", "URL"},
	{Username, "USERNAME", "USERNAME"},
	{Password, "PASSWORD", "PASSWORD"},
	{PINCode, "PIN", "PIN"},
	{AWSAccessKey, "AWS_ACCESS_KEY", "AWS_ACCESS_KEY"},
	{AWSSecretKey, "AWS_SECRET_KEY", "AWS_SECRET_KEY"},
}

// Aliases returns the kinds with the names that other services give them, in a fixed order.
func Aliases() []Alias { return slices.Clone(aliases[:]) }
