package tagger

import (
	"strconv"
	"strings"

	"github.com/customerai/customerai/shared/insight/pii/tagger"
)

// slot returns what stands in a slot of a phrase.
func (c *composer) slot(name string) []piece {
	person := func(s string) []piece { return []piece{{s, tagger.PersonBegin}} }
	place := func(s string) []piece { return []piece{{s, tagger.PlaceBegin}} }
	switch name {
	case "first":
		return person(c.first())
	case "last":
		return person(c.last())
	case "full":
		return person(c.full())
	case "city":
		return place(c.city())
	case "country":
		return place(pick(c, c.regions))
	case "place":
		if c.IntN(3) == 0 {
			return place(pick(c, c.regions))
		}
		return place(c.city())
	case "state":
		return place(pick(c, states))
	case "abbr2":
		return place(pick(c, []string{"U.S.", "U.K.", "US", "UK", "USA", "UAE", "U.S.A.", "EU", "Netherlands", "Philippines", "Bahamas"}))
	case "street":
		return place(c.street())
	case "ward":
		return []piece{{pick(c, [][]string{c.family[0], c.cities, c.words}[c.IntN(3)]) + " " + pick(c, wards), tagger.FirmBegin}}
	case "firm":
		return []piece{{c.firm(), tagger.FirmBegin}}
	case "brand":
		return []piece{{pick(c, brands), tagger.FirmBegin}}
	}
	return []piece{{text: c.plainSlot(name)}}
}

// plainSlot returns what is no name.
func (c *composer) plainSlot(name string) string {
	switch name {
	case "thing":
		return pick(c, things)
	case "title":
		return pick(c, []string{"Mr.", "Mr", "Mrs.", "Mrs", "Ms.", "Ms", "Miss", "Dr.", "Dr", "Prof.", "mr", "mrs", "Sir", "Herr", "Frau"})
	case "job":
		return pick(c, jobs)
	case "colour":
		return pick(c, colours)
	case "nrp":
		return pick(c, nations)
	case "dish":
		return pick(c, dishes)
	case "abbr":
		abbreviation := c.initial() + c.initial() + c.initial()[:c.IntN(2)]
		if c.IntN(2) == 0 {
			return strings.Join(strings.Split(abbreviation, ""), ".") + pick(c, []string{"", "."})
		}
		return abbreviation
	case "n":
		return strconv.Itoa(1 + c.IntN(pick(c, []int{9, 99, 9999, 99999999})))
	case "year":
		return strconv.Itoa(1950 + c.IntN(77))
	case "day":
		return pick(c, []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"})
	case "month":
		return pick(c, []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"})
	case "date":
		return strconv.Itoa(1+c.IntN(28)) + "/" + strconv.Itoa(1+c.IntN(12)) + "/" + strconv.Itoa(1950+c.IntN(70))
	case "she":
		return pick(c, []string{"he", "she", "they"})
	case "her":
		return pick(c, []string{"him", "her", "them"})
	}
	panic("no slot is called " + name) // a phrase of ours is wrong
}

func (c *composer) first() string {
	if c.IntN(12) == 0 {
		return c.given1() + pick(c, []string{"-", " ", " "}) + c.given1()
	}
	return c.given1()
}

func (c *composer) given1() string { return pick(c, c.given[min(1, c.IntN(5)/3)]) }

func (c *composer) last() string {
	name := pick(c, c.family[min(1, c.IntN(5)/2)])
	switch c.IntN(24) {
	case 0:
		return pick(c, []string{"O'", "Mc", "Mac", "D'", "De", "Di", "Fitz"}) + name
	case 1:
		return pick(c, []string{"van ", "van der ", "de ", "de la ", "von ", "al-", "Al ", "bin ", "da ", "dos ", "del ", "St. ", "El ", "Van "}) + name
	case 2:
		return name + "-" + pick(c, c.family[0])
	}
	return name
}

func (c *composer) initial() string { return string(rune('A' + c.IntN(26))) }

func (c *composer) full() string {
	switch c.IntN(16) {
	case 0:
		return c.given1() + " " + c.initial() + ". " + c.last()
	case 1:
		return c.initial() + ". " + c.last()
	case 2:
		return c.given1() + " " + c.initial() + " " + c.last()
	case 3:
		return c.given1() + " " + c.given1() + " " + c.last()
	case 4:
		return c.given1() + " " + c.last() + " " + c.last()
	case 5:
		return c.given1() + " " + c.initial() + "."
	case 6:
		return c.initial() + "." + c.initial() + ". " + c.last()
	}
	return c.given1() + " " + c.last()
}

func (c *composer) city() string {
	switch c.IntN(14) {
	case 0:
		return pick(c, []string{"New ", "Port ", "Lake ", "North ", "East ", "West ", "South ", "Saint ", "Fort ", "Mount ", "Bad ", "San ", "Santa "}) + pick(c, c.family[0])
	case 1:
		return pick(c, c.family[0]) + pick(c, []string{"ville", "burg", "ton", "stad", "borough", "land", "fort", "view", "mouth", "furt", "hausen", "berg", "by"})
	}
	return pick(c, c.cities)
}

func (c *composer) street() string {
	name := pick(c, c.family[0])
	if c.IntN(3) == 0 {
		name = pick(c, c.words)
	}
	number := strconv.Itoa(1 + c.IntN(300))
	switch c.IntN(12) {
	case 2:
		return name + " " + number
	case 3:
		return pick(c, []string{"", c.given1() + " "}) + name + pick(c, []string{" u. ", " utca ", " út ", " tér ", " ", " gate ", " vei ", " tee ", " str. ", " Str. "}) + number + pick(c, []string{"", "."})
	case 4:
		return pick(c, []string{"ul. ", "Avda. ", "C/ ", "Calle ", "Via ", "Rua ", "Rue de ", "Ulica ", "P.za ", "Av. "}) + name + pick(c, []string{" ", ", "}) + number
	case 5:
		return name + pick(c, []string{"straße ", "vägen ", "veien ", "vej ", "gata ", "straat ", "laan ", "weg ", "gatan ", "katu ", "tie ", "stræde "}) + number
	case 6:
		return name + " " + pick(c, []string{"Summit", "Cliffs", "Harbor", "Coves", "Bypass", "Loop", "Flats", "Gateway", "Dale", "Meadows", "Ridge", "Crossing", "Mills", "Trail", "Pike", "Run", "Islands", "Fort", "Green", "Row"})
	case 0:
		return pick(c, []string{"Rue ", "Rue de ", "Avenue ", "Calle ", "Via ", "Rua ", "Avenida ", "Ulica ", "Piazza ", "Boulevard "}) + name
	case 1:
		return name + pick(c, []string{"straße", "strasse", "weg", "straat", "laan", "vej", "gatan", "gasse", "platz", "katu"})
	}
	if c.IntN(3) == 0 {
		name = number + " " + name
	}
	return name + " " + pick(c, []string{"Street", "Street", "St", "Road", "Rd", "Avenue", "Ave", "Lane", "Drive", "Way", "Close", "Court", "Boulevard", "Crescent", "Square", "Hill", "Park", "Grove", "Terrace", "Highway"})
}

func (c *composer) firm() string {
	name := pick(c, c.family[0])
	switch c.IntN(7) {
	case 0:
		return name + " and " + pick(c, append([]string{"Sons", "Daughters", "Partners", "Co"}, pick(c, c.family[0])))
	case 1:
		return name + ", " + pick(c, c.family[0]) + " and " + pick(c, c.family[0])
	case 2:
		return pick(c, brands)
	case 3:
		return pick(c, c.words) + pick(c, []string{"", "", " " + pick(c, c.words)}) + pick(c, []string{" Bank", " Mobile", " Energy", " Airlines", " Insurance", "", " Labs", " Store"})
	case 4:
		return name + "-" + pick(c, c.family[0])
	}
	return name + " " + pick(c, []string{"Inc", "Inc.", "LLC", "Ltd", "Ltd.", "PLC", "Group", "GmbH", "Corp", "Corporation", "Company", "Bank", "Insurance", "Foods", "Electronics", "Motors", "Holdings", "& Sons", "& Co"})
}

var things = []string{
	"iPhone 12", "iPhone", "Galaxy S21", "PlayStation 5", "Kindle", "jacket", "laptop", "Dyson V11", "Bose headphones", "phone", "parcel", "blender",
	"washing machine", "ThinkPad", "AirPods", "Surface Pro", "Chromebook", "Fire Stick", "blue dress", "size 42 shoes", "Xbox", "Roomba", "router", "SIM card",
	"gift card", "Pixel 7", "MacBook Air", "Instant Pot", "KitchenAid mixer", "Nespresso machine", "Fitbit", "Apple Watch", "Switch", "card", "Visa card",
}

var jobs = []string{
	"Engineer", "Sales Manager", "Customer Service Agent", "Head of Marketing", "Director", "CEO", "Accountant", "Nurse", "Office Manager", "Consultant",
	"Software Developer", "Teacher", "Project Lead", "Buyer", "Team Leader", "Editor", "Solicitor", "Warehouse Supervisor", "Chief Financial Officer",
}

var brands = strings.Fields(`Amazon Apple Google Microsoft PayPal Visa Mastercard FedEx UPS DHL Hermes Evri Samsung Sony Nokia Huawei Lenovo Dell
	Canon Nikon Garmin Bosch Siemens Philips Dyson Mercedes BMW Audi Toyota Honda Nissan Tesla Adidas Nike Zara IKEA Tesco Asda Aldi Lidl Costco Walmart
	Target eBay Etsy Uber Lyft Airbnb Netflix Spotify Disney Zoom Slack Skype Facebook Instagram WhatsApp Twitter TikTok YouTube LinkedIn Vodafone Orange
	Telekom Verizon Comcast Sprint Barclays Santander Lloyds HSBC Monzo Revolut Klarna Stripe Chase Citi Ryanair EasyJet Lufthansa Delta`)

var colours = strings.Fields("Navy Black White Rose Amber Olive Ruby Jade Coral Ivory Violet Hazel Scarlet Ginger Silver Grey Gray Brown Teal Burgundy Indigo Lilac Mint Sky")

var wards = strings.Fields("House Ward Lodge Centre Center Clinic Unit Hospital Hotel Inn School College Park Court Surgery Mall Arena Stadium Theatre Café Restaurant")

var nations = strings.Fields(`American British English French German Spanish Italian Dutch Polish Russian Chinese Japanese Korean Portuguese Swedish Danish
	Norwegian Finnish Greek Turkish Indian Thai Mexican Vietnamese Irish Scottish Welsh Canadian Australian Brazilian Cuban Hungarian Czech Swiss Austrian
	Belgian Israeli Egyptian Moroccan Nigerian Kenyan Lebanese Persian Pakistani Filipino Indonesian Cypriot Icelandic Romanian Catholic Muslim Jewish
	Christian Buddhist Hindu Democrat Republican Conservative Labour European African Asian Latin`)

var dishes = []string{
	"Pad Thai", "Baba Ganoush", "Khao Soi", "Caesar Salad", "Chicken Tikka Masala", "Philly Cheesesteak", "Margherita", "Pho", "Ramen", "Risotto", "Tiramisu",
	"Fish and Chips", "Peking Duck", "General Tso's", "Eggs Benedict", "Bloody Mary", "Caprese", "Boba Tea", "Yellowtail", "Carpaccio", "Burrito", "alfredo",
	"fettuccine alfredo", "guacamole", "tzatziki", "tacos", "biryani", "Baklava", "Creme Brulee", "Cobb salad", "Filet Mignon", "Chai Latte",
}

var states = strings.Fields("AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC")
