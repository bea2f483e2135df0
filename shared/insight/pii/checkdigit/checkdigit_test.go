package checkdigit

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/pii"
)

func national(t pii.Type) func([]byte) bool { return func(n []byte) bool { return National(t, n) } }

func TestChecksums(t *testing.T) {
	iban := func(b []byte) bool { return Mod97(b[:4], Mod97(b[4:], 0)) == 1 }
	for name, test := range map[string]struct {
		check  func([]byte) bool
		number string
		want   bool
	}{
		"a Visa test number":                        {Luhn, "4111111111111111", true},
		"an American Express test number":           {Luhn, "378282246310005", true},
		"a Diners Club test number":                 {Luhn, "30569309025904", true},
		"a Discover test number":                    {Luhn, "6011577631711174", true},
		"ones and zeros that look like a card":      {Luhn, "1111000011110000", false},
		"a card with two digits swapped":            {Luhn, "4111111111111114", false},
		"the routing number of the Federal Reserve": {ABA, "021000021", true},
		"a routing number with a wrong digit":       {ABA, "021000022", false},
		"the German example of the IBAN registry":   {iban, "DE89370400440532013000", true},
		"the British example of the IBAN registry":  {iban, "GB29NWBK60161331926819", true},
		"an IBAN with two digits swapped":           {iban, "DE89370400440532010300", false},
		"the example of the NHS":                    {nhs, "9434765919", true},
		"an NHS number with a wrong check digit":    {nhs, "9434765918", false},
		"Verhoeff's example":                        {verhoeff, "2363", true},
		"Verhoeff's example with a transposition":   {verhoeff, "2633", false},
		"a Canadian number":                         {national(pii.SIN), "046454286", false},
		"a Canadian number that can be issued":      {national(pii.SIN), "130692544", true},
		"a taxpayer reference":                      {utr, "1123456789", true},
		"a taxpayer reference with a wrong digit":   {utr, "2123456789", false},
		"the VIN of ones":                           {VIN, "11111111111111111", true},
		"a VIN with X for ten":                      {VIN, "1M8GDM9AXKP042788", true},
		"a VIN with a wrong check digit":            {VIN, "1M8GDM9A1KP042788", false},
		"a VIN with a letter that none has":         {VIN, "1M8GDM9AXKO042788", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.check([]byte(test.number)); got != test.want {
				t.Errorf("check = %v, want %v", got, test.want)
			}
		})
	}
}

func TestOneDigitChangedIsAlwaysNoticed(t *testing.T) {
	for name, test := range map[string]struct {
		check  func([]byte) bool
		number string
	}{
		"Luhn":     {Luhn, "4111111111111111"},
		"routing":  {ABA, "021000021"},
		"NHS":      {nhs, "9434765919"},
		"Verhoeff": {verhoeff, "2363"},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range test.number {
				for digit := byte('0'); digit <= '9'; digit++ {
					changed := []byte(test.number)
					changed[i] = digit
					if got, want := test.check(changed), digit == test.number[i]; got != want {
						t.Errorf("digit %d set to %c: check = %v, want %v", i, digit, got, want)
					}
				}
			}
		})
	}
}

// issued are numbers that the issuers, or handbooks, give as examples.
var issued = map[pii.Type][]string{
	pii.SIN: {"130692544"}, pii.NHSNumber: {"9434765919"}, pii.UTR: {"1123456789"}, pii.Aadhaar: {"234123412346"},
	pii.BSN: {"111222333", "123456782"}, pii.ACN: {"000000019", "005499981", "006249976"}, pii.TFN: {"876543210", "123456782"},
	pii.ABN: {"51824753556"}, pii.Medicare: {"2123456701"}, pii.PESEL: {"44051401359"}, pii.TaxID: {"86095742719", "36574261809"},
	pii.NIR: {"255081416802538"}, pii.Personnummer: {"8112289874", "6408233234", "198112289874"},
}

func TestNationalNumbersOfTheIssuersHold(t *testing.T) {
	for kind, numbers := range issued {
		for _, n := range numbers {
			if !National(kind, []byte(n)) {
				t.Errorf("National(%s, %s) = false, want true", kind, n)
			}
		}
	}
}

func TestNationalNumbersRefuse(t *testing.T) {
	for kind, numbers := range map[pii.Type][]string{
		pii.BSN: {"000000000", "111222334", "11122233"}, pii.ACN: {"824753557"}, pii.TFN: {"824753557"}, pii.ABN: {"51824753557", "01824753556"},
		pii.Medicare: {"9123456701", "2123456711"}, pii.PESEL: {"44051401358", "44991401359"}, pii.TaxID: {"12345678903", "11111111111", "06095742719"},
		pii.NIR: {"255081416802539", "355081416802538"}, pii.Personnummer: {"8113289874", "8112289875"}, pii.Person: {"123"}, pii.SIN: {"046454286"},
	} {
		for _, n := range numbers {
			if National(kind, []byte(n)) {
				t.Errorf("National(%s, %s) = true, want false", kind, n)
			}
		}
	}
}

func TestOneChangedDigitOfANationalNumberIsNoticed(t *testing.T) {
	for _, kind := range []pii.Type{pii.SIN, pii.Aadhaar, pii.BSN, pii.ABN, pii.PESEL, pii.TaxID, pii.NIR, pii.Personnummer} {
		for _, n := range issued[kind] {
			rapid.Check(t, func(t *rapid.T) {
				changed := []byte(n)
				at, to := rapid.IntRange(max(0, len(n)-10), len(n)-1).Draw(t, "at"), byte('0'+rapid.IntRange(0, 9).Draw(t, "to"))
				if changed[at] == to {
					return
				}
				if changed[at] = to; National(kind, changed) {
					t.Errorf("National(%s, %s) = true, and so it was for %s", kind, changed, n)
				}
			})
		}
	}
}

func TestCodes(t *testing.T) {
	for code, want := range map[string]pii.Type{
		"12345678Z": pii.NIF, "12345678A": "", "X1234567L": pii.NIE, "Y1234567X": pii.NIE, "X1234567M": "", "RSSMRA85T10A562S": pii.FiscalCode,
		"RSSMRA85T10A562T": "", "RSSMRA85G10A562S": "", "131052-308T": pii.Hetu, "131052A308T": pii.Hetu, "131052-308U": "", "321052-308T": "",
		"S1234567D": pii.NRIC, "S1234567E": "", "T0000001E": pii.NRIC, "F1234567N": pii.NRIC, "G1234567X": pii.NRIC, "": "", "ABCDEFGHI": "", "131052x308T": "",
	} {
		if got := Code([]byte(code)); got != want {
			t.Errorf("Code(%s) = %q, want %q", code, got, want)
		}
	}
}

func TestVAT(t *testing.T) {
	for number, want := range map[string]Verdict{
		"DE136695976": Checked, "DE136695977": Wrong, "ATU13585627": Checked, "BE0428759497": Checked, "DK13585628": Checked, "FI20774740": Checked,
		"FR40303265045": Checked, "EL094259216": Checked, "HR33392005961": Checked, "IT00743110157": Checked, "LU15027442": Checked, "PL8567346215": Checked,
		"PT501964843": Checked, "SE123456789701": Checked, "SK2022749619": Checked, "NL123456789B01": Shaped, "ESX1234567L": Shaped, "IE6433435F": Shaped,
		"CZ25123891": Shaped, "NL123456789C01": Wrong, "US123456789": Wrong, "DE": Wrong, "FR40303265046": Wrong, "ATX13585627": Wrong,
	} {
		if got := VAT([]byte(number)); got != want {
			t.Errorf("VAT(%s) = %v, want %v", number, got, want)
		}
	}
}

func TestWallets(t *testing.T) {
	for address, want := range map[string]Verdict{
		"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa": Checked, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb": Wrong, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy": Checked,
		"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq": Checked, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp": Wrong,
		"bc1p5d7rjq7g6rdk2yhzks9smlaqtedr4dekq08ge8ztwac72sfr9rusxg3297": Checked, "0x52908400098527886E0F7030069857D2E4169EE7": Shaped,
		"0x52908400098527886E0F7030069857D2E4169EEG": Wrong, "1A1zP1eP5QGefi2DMPTfTL5SLmv7Di0fNa": Wrong, "x": Wrong, "bc1bar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq": Wrong,
	} {
		if got := Wallet(address); got != want {
			t.Errorf("Wallet(%s) = %v, want %v", address, got, want)
		}
	}
}

func FuzzCodes(f *testing.F) {
	for _, seed := range []string{"", "12345678Z", "DE136695976", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "0x", "\xff\xff\xff\xff\xff\xff\xff\xff\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := Code([]byte(s)); got != "" && len(s) < 9 {
			t.Errorf("Code(%q) = %s, want nothing: it is too short", s, got)
		}
		if VAT([]byte(s)) != Wrong && len(s) < 10 {
			t.Errorf("VAT(%q) is not wrong, want it to be: it is too short", s)
		}
		if Wallet(s) != Wrong && len(s) < 26 {
			t.Errorf("Wallet(%q) is not wrong, want it to be: it is too short", s)
		}
	})
}
