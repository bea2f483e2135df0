package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"hash"
	"net/url"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/auth"
)

func TestNoTokenOfTheAttackMatrixIsAccepted(t *testing.T) {
	f := newForge(t)
	// The forge is good: what it signs without an attack is accepted, so a refusal below is the attack's.
	if got, err := f.tokens.Verify(f.sign(f.header(), object(claims())), now); err != nil || got.Subject != alice.Subject {
		t.Fatalf("Verify of the forge's good token = %+v, %v, want %s", got, err, alice.Subject)
	}
	families := map[string][]string{}
	for name, attack := range map[string]func(forge, func(family string, tokens ...string)){
		"algorithms": algorithms, "signatures": signatures, "encodings": encodings, "shapes": shapes, "headers": headers,
		"names": names, "claims": claimShapes, "values": claimValues,
	} {
		attack(f, func(family string, tokens ...string) {
			families[name+": "+family] = append(families[name+": "+family], tokens...)
		})
	}
	total := 0
	refusals := map[string]int{}
	for family, tokens := range families {
		if len(tokens) == 0 {
			t.Errorf("%s has no token", family)
		}
		for i, token := range tokens {
			total++
			got, err := f.tokens.Verify(token, now)
			if err == nil {
				t.Errorf("%s [%d] is accepted as %+v", family, i, got)
				continue
			}
			public := errs.Public(err)
			refusals[fmt.Sprint(public.Code, public.Message, public.Fields)]++
			if got.Subject != "" || got.Tenant != "" || got.Scopes != nil {
				t.Errorf("%s [%d] is refused but gives %+v", family, i, got)
			}
			if part := token[:min(len(token), 40)]; len(part) > 12 && strings.Contains(err.Error(), part) {
				t.Errorf("%s [%d]: the error %q shows a part of the token", family, i, err)
			}
		}
	}
	t.Logf("%d families, %d tokens", len(families), total)
	if len(families) < 60 || total < 5000 {
		t.Errorf("%d families with %d tokens, want at least 60 with 5,000", len(families), total)
	}
	if len(refusals) != 1 {
		t.Errorf("the client can tell %d refusals apart, want 1: %v", len(refusals), refusals)
	}
}

func algorithms(f forge, add func(string, ...string)) {
	for _, alg := range []string{
		`"none"`, `"None"`, `"NONE"`, `"nOnE"`, `""`, `null`, `[]`, `["HS256"]`, `0`, `256`, `true`, `{}`, `"hs256"`, `"HS256 "`, `" HS256"`,
		`"HS256\u0000"`, `"HS384"`, `"HS512"`, `"RS256"`, `"ES256"`, `"PS256"`, `"EdDSA"`, `"HS1"`, `"dir"`, `"A256GCM"`,
	} {
		add("signed, of another alg", f.withHeader("alg", alg))
		unsigned := f.withHeader("alg", alg)
		add("not signed, of another alg", unsigned[:strings.LastIndex(unsigned, ".")+1])
	}
	add("no alg", f.withHeader("alg", ""))
	header, payload := b64([]byte(f.header())), b64([]byte(object(claims())))
	for name, h := range map[string]func() hash.Hash{"HS384": sha512.New384, "HS512": sha512.New, "HS224": sha256.New224} {
		other := b64([]byte(strings.Replace(f.header(), "HS256", name, 1)))
		add("same secret, other hash", signParts(other, payload, f.key, h), signParts(header, payload, f.key, h))
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		panic(err)
	}
	block := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	for _, alg := range []string{"HS256", "RS256", "ES256", "EdDSA", "PS256"} {
		confused := b64([]byte(strings.Replace(f.header(), "HS256", alg, 1)))
		for _, secret := range []string{block, strings.TrimSpace(block), string(der), `{"kty":"EC","crv":"P-256"}`} {
			add("a public key as the secret", signParts(confused, payload, []byte(secret), sha256.New))
		}
	}
	for _, secret := range []string{
		"", "null", "undefined", "secret", "your-256-bit-secret", "changeme", "password", "0", "key", "jwt", "test", "admin",
		strings.Repeat("\x00", 32), strings.Repeat("a", 32), f.kid, base64.StdEncoding.EncodeToString(f.key), b64(f.key), hex.EncodeToString(f.key),
	} {
		add("a guessed secret", signParts(header, payload, []byte(secret), sha256.New))
	}
	pending := b64([]byte(strings.Replace(f.header(), f.kid, f.pending, 1)))
	add("a key that is not enabled", signParts(pending, payload, f.pendKey, sha256.New), signParts(header, payload, f.pendKey, sha256.New),
		signParts(pending, payload, f.key, sha256.New))
}

func signatures(f forge, add func(string, ...string)) {
	token := f.sign(f.header(), object(claims()))
	dot := strings.LastIndex(token, ".")
	body, signature := token[:dot+1], token[dot+1:]
	for i := range token {
		add("cut off at every length", token[:i])
	}
	for i := range len(signature) * 6 {
		part := []byte(signature)
		at := strings.IndexByte(alphabet, part[i/6])
		part[i/6] = alphabet[at^(1<<(i%6))]
		add("every bit of the signature flipped", body+string(part))
	}
	for i := range dot {
		for bit := range 7 {
			part := []byte(token)
			part[i] ^= 1 << bit
			add("every bit of header and payload flipped", string(part))
		}
	}
	for i := range token {
		add("every letter left out", token[:i]+token[i+1:])
		add("every letter twice", token[:i+1]+token[i:])
		if i > 0 && token[i] != token[i-1] {
			add("every two neighbours swapped", token[:i-1]+token[i:i+1]+token[i-1:i]+token[i+1:])
		}
	}
	for i, c := range []byte(signature) {
		if flipped := c ^ 0x20; c >= 'A' && strings.IndexByte(alphabet, flipped) >= 0 && c != '_' {
			add("the case of a letter changed", body+signature[:i]+string(flipped)+signature[i+1:])
		}
	}
	for _, more := range []string{"A", "AA", "AAAA", signature, ".", "..", "." + signature, "=", "==", "\x00"} {
		add("extended", token+more)
	}
	for _, tag := range [][]byte{{}, {0}, make([]byte, 16), make([]byte, 31), make([]byte, 32), make([]byte, 33), make([]byte, 64)} {
		add("a signature of zeros", body+b64(tag))
	}
	other := f.sign(f.header(), with("sub", `"cli_malloymalloymalloy"`))
	add("another token's signature", body+other[strings.LastIndex(other, ".")+1:])
	add("another token's payload", strings.Join([]string{
		strings.Split(token, ".")[0], strings.Split(other, ".")[1], signature,
	}, "."))
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func encodings(f forge, add func(string, ...string)) {
	header, payload := b64([]byte(f.header())), b64([]byte(object(claims())))
	// The unused bits of a last letter make other spellings of the same bytes.
	padded := object(claims())
	for len(padded)%3 != 1 {
		padded += " "
	}
	for i := range 3 {
		bits := []byte(b64([]byte(padded)))
		last := strings.IndexByte(alphabet, bits[len(bits)-1])
		bits[len(bits)-1] = alphabet[last|(i+1)]
		add("unused bits set, signed", signParts(header, string(bits), f.key, sha256.New))
	}
	good := strings.Split(f.sign(f.header(), object(claims())), ".")
	for part := range good {
		for _, noise := range []string{
			"=", "==", "+", "/", " ", "\t", "\n", "\r\n", "\x00", "\ufeff", "%2E", "%3D", "\u200b", ",", ";", "*", "é", "\xff", "'", "\"", "\\", "~",
		} {
			for _, at := range []int{0, 1, len(good[part]) / 2, len(good[part])} {
				spoiled := append([]string{}, good...)
				spoiled[part] = spoiled[part][:at] + noise + spoiled[part][at:]
				add("noise in a part", strings.Join(spoiled, "."))
				if part < 2 {
					add("noise in a part, signed", signParts(spoiled[0], spoiled[1], f.key, sha256.New))
				}
			}
		}
	}
	std := base64.StdEncoding.EncodeToString
	add("padded standard base64, signed",
		signParts(std([]byte(f.header()+" ")), payload, f.key, sha256.New), signParts(header, std([]byte(padded)), f.key, sha256.New))
	token := strings.Join(good, ".")
	add("encoded as a whole", url.QueryEscape(token)+"%20", b64([]byte(token)), std([]byte(token)), strings.ToUpper(token), strings.ToLower(token))
}

func shapes(f forge, add func(string, ...string)) {
	header, payload, _ := strings.Cut(f.sign(f.header(), object(claims())), ".")
	token := header + "." + payload
	parts := strings.Split(token, ".")
	add("no parts", "", ".", "..", "...", "....")
	add("one part", parts[0], parts[1], parts[2])
	add("two parts", parts[0]+"."+parts[1], parts[1]+"."+parts[2])
	add("four parts", token+"."+parts[2], "."+token, token+".", parts[0]+".."+parts[1]+"."+parts[2])
	add("five parts, as a JWE", strings.Join([]string{parts[0], "", parts[1], "", parts[2]}, "."), token+"."+token[:9]+".a")
	add("an empty part", "."+parts[1]+"."+parts[2], parts[0]+".."+parts[2], parts[0]+"."+parts[1]+".")
	add("a detached payload", signParts(parts[0], "", f.key, sha256.New))
	add("JSON serialization", fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, parts[0], parts[1], parts[2]))
	add("a nested token", f.sign(f.header(), token), f.sign(f.header(), `"`+token+`"`))
	add("two tokens", token+" "+token, token+","+token, token+"\n")
	add("a scheme inside", "Bearer "+token, "bearer "+token, " "+token, token+" ")
	add("a megabyte", strings.Repeat(".", 1<<20), strings.Repeat("A", 1<<20), parts[0]+"."+strings.Repeat("A", 1<<20)+"."+parts[2],
		f.sign(f.header(), with("jti", `"`+strings.Repeat("a", 1<<20)+`"`)))
	add("just too long, signed", f.sign(f.header(), object(claims())+strings.Repeat(" ", auth.MaxToken)))
	for _, text := range []string{"", " ", "null", "true", "1", `""`, "[]", "{}", `[{}]`, "{", "}", `{"a"}`, `{"a":}`, `{,}`, "\x00", "\xff", "\ufeff{}"} {
		add("a payload that is no object of claims", f.sign(f.header(), text))
		add("a header that is no object of ours", f.sign(text, object(claims())))
	}
	add("100 deep", f.sign(f.header(), with("tenant", strings.Repeat("[", 100)+strings.Repeat("]", 100))),
		f.sign(f.header(), with("tenant", strings.Repeat(`{"a":`, 100)+"1"+strings.Repeat("}", 100))))
	add("text after the object", f.sign(f.header(), object(claims())+"{}"), f.sign(f.header(), object(claims())+"x"),
		f.sign(f.header()+"{}", object(claims())), f.sign(f.header(), object(claims())+"\x00"))
	good := object(claims())
	add("lenient JSON", f.sign(f.header(), good[:len(good)-1]+",}"), f.sign(f.header(), strings.ReplaceAll(good, `"`, `'`)),
		f.sign(f.header(), "/**/"+good), f.sign(f.header(), "\ufeff"+good), f.sign(f.header(), strings.Replace(good, `"main"`, "\"ma\xffin\"", 1)),
		f.sign(f.header(), strings.Replace(good, `"main"`, `"\ud800"`, 1)), f.sign(f.header(), strings.Replace(good, `"main"`, "\"ma\nin\"", 1)))
}
