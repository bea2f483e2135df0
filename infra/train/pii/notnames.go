package pii

// notNames are words that name lists hold and customers' messages use for something else: brands, products, assistants,
// days, months, languages and words of courtesy. The table takes them for ordinary words, whatever the lists say.
const notNames = `
Amazon Apple Google Microsoft Alexa Siri Cortana Bixby Visa Mastercard Amex Maestro Discover Paypal Venmo Zelle Klarna
Stripe Revolut Chase Fargo Barclays Santander Lloyds Monzo Halifax Natwest Capital Fidelity Schwab Vanguard Fedex Ups
Dhl Hermes Evri Samsung Sony Nokia Huawei Lenovo Dell Asus Acer Canon Nikon Garmin Fitbit Bosch Siemens Philips Dyson
Braun Miele Nest Ring Arlo Mercedes Benz Bmw Audi Toyota Honda Nissan Tesla Kia Lexus Mazda Porsche Volvo Adidas Nike
Puma Zara Ikea Tesco Asda Aldi Lidl Costco Walmart Target Kohls Macy Sephora Ebay Etsy Uber Lyft Airbnb Netflix
Spotify Disney Hulu Zoom Slack Skype Facebook Instagram Whatsapp Twitter Tiktok Youtube Linkedin Android Windows
Iphone Ipad Macbook Kindle Galaxy Pixel Chrome Safari Firefox Outlook Gmail Excel Word Bluetooth Wifi Xbox Playstation
Nintendo Java Python Adobe Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March July
September October November December English French German Spanish Italian Dutch Polish Russian Chinese Japanese Korean
Portuguese Swedish Danish Norwegian Finnish Greek Turkish Arabic Hindi American British Canadian Irish Scottish Indian
European Christmas Easter Halloween Thanksgiving Black Cyber Prime Plus Premium Pro Mini Air Lite Ultra Hi Hello Hey
Dear Thanks Thank Please Sorry Yes No Ok Okay Regards Cheers Sincerely Team Support Service Customer Manager Sir Madam
Mr Mrs Ms Miss Dr Prof You Your My Me We They He She It This That The And Or But If So As At By In Of On To Up An Am
Is Are Was Be Do Did Has Had Can Not Now How Who What When Where Why Which There Here Then Than Just Only Also Still
Never Ever See Great Well Bank Card Cards Order Store Stores Street Post Sales Speed Sweet Way Wish Usa Uk Eu Us Pm Ca
Ssn Atm Pin Id Url Pdf Sms Vat Usd Eur Gbp Etc Asap Faq Iban Bic Cvv Otp Vpn Epson Sim Esim Aud Cad Chf Jpy Cny Inr Nzd Zar
Africa America Asia Europe Hae
`

// alsoWords are words that the dictionary writes with a capital only.
const alsoWords = `april june august`

// alwaysNames are frequent given names whose ordinary meaning is rare, and rarer still with a capital. The table takes them
// for names alone.
const alwaysNames = `
John Maria Carol Peter Roger Jack Terry Harry Randy Bobby Victor Martin Robin Jimmy Tony Mike Dale Lee Ray Troy Sally Tom Warren
Rosemary Colleen Brad Patsy Ken Bob Nick Matt Ed Josh Lily Hector Derrick Bonnie Billy Marina Eddy Ben Henry Jerry Jake Jenny
Molly Jean Kevin
`
