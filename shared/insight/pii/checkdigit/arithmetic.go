package checkdigit

// Luhn checks ISO/IEC 7812-1 annex B.
func Luhn(digits []byte) bool { return luhnSum(digits)%10 == 0 }

func luhnSum(digits []byte) int {
	sum := 0
	for i, c := range digits {
		n := int(c - '0')
		if (len(digits)-i)%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum
}

// ABA checks the nine digits of a routing number: 3(d1+d4+d7) + 7(d2+d5+d8) + (d3+d6+d9) ≡ 0 mod 10.
func ABA(digits []byte) bool {
	sum := 0
	for i, c := range digits {
		sum += int(c-'0') * [3]int{3, 7, 1}[i%3]
	}
	return sum%10 == 0
}

// Mod97 returns the remainder of ISO 7064 over letters and digits, a letter counting for 10 to 35, after rem.
func Mod97(s []byte, rem int) int {
	for _, c := range s {
		if c <= '9' {
			rem = (rem*10 + int(c-'0')) % 97
		} else {
			rem = (rem*100 + int(c-'A') + 10) % 97
		}
	}
	return rem
}

// nhs checks the ten digits of an NHS number, modulus 11.
func nhs(digits []byte) bool {
	sum := 0
	for i, c := range digits[:9] {
		sum += int(c-'0') * (10 - i)
	}
	return (11-sum%11)%11 == int(digits[9]-'0')
}

// utr checks the ten digits of a Unique Taxpayer Reference: the first follows from the others, modulus 11.
func utr(digits []byte) bool {
	sum := 0
	for i, c := range digits[1:] {
		sum += int(c-'0') * [9]int{6, 7, 8, 9, 10, 5, 4, 3, 2}[i]
	}
	return "21987654321"[sum%11] == digits[0]
}

// Verhoeff's dihedral group of order ten, and the permutation that is applied once more at each position.
const verhoeffTimes = "0123456789" + "1234067895" + "2340178956" + "3401289567" + "4012395678" +
	"5987604321" + "6598710432" + "7659821043" + "8765932104" + "9876543210"

const verhoeffTurn = "0123456789" + "1576283094" + "5803796142" + "8916043527" + "9453126870" + "4286573901" + "2793806415" + "7046913258"

// verhoeff checks the last digit of an Aadhaar number.
func verhoeff(digits []byte) bool {
	state := 0
	for i := range digits {
		n := int(digits[len(digits)-1-i] - '0')
		state = int(verhoeffTimes[state*10+int(verhoeffTurn[i%8*10+n]-'0')] - '0')
	}
	return state == 0
}

// VIN checks the ninth character of a vehicle identification number, 49 CFR 565.15. Characters are upper-case.
func VIN(s []byte) bool {
	const values = "12345678.12345.7.923456789" // A to Z; I, O and Q do not occur
	sum := 0
	for i, c := range s {
		value := int(c - '0')
		if c >= 'A' {
			if values[c-'A'] == '.' {
				return false
			}
			value = int(values[c-'A'] - '0')
		}
		sum += value * [17]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}[i]
	}
	return "0123456789X"[sum%11] == s[8]
}
