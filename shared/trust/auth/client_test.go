package auth_test

import (
	"encoding/base64"
	"runtime"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/auth"
)

const goodSecret = "correct-horse-battery-staple"

func client(id string) auth.Client {
	return auth.Client{ID: id, Tenant: "main", Scopes: []string{"analyze"}, Secret: auth.HashSecret(goodSecret, [16]byte([]byte(id)[:16]))}
}

func TestAClientIsKnownByItsSecretAlone(t *testing.T) {
	clients, err := auth.NewClients([]auth.Client{client("cli_alicealicealicealice"), client("cli_bobbobbobbobbobbobbo")})
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for name, test := range map[string]struct {
		id, secret string
		want       auth.Refusal
	}{
		"the right secret":       {"cli_alicealicealicealice", goodSecret, ""},
		"a wrong secret":         {"cli_alicealicealicealice", goodSecret + "x", auth.WrongSecret},
		"no secret":              {"cli_alicealicealicealice", "", auth.WrongSecret},
		"an unknown client":      {"cli_carolcarolcarolcarol", goodSecret, auth.UnknownClient},
		"no client":              {"", "", auth.UnknownClient},
		"an id in another case":  {"CLI_alicealicealicealice", goodSecret, auth.UnknownClient},
		"a secret with a NUL":    {"cli_alicealicealicealice", goodSecret + "\x00", auth.WrongSecret},
		"a secret of 8 KB":       {"cli_alicealicealicealice", strings.Repeat("a", 8<<10), auth.WrongSecret},
		"the hash as the secret": {"cli_alicealicealicealice", client("cli_alicealicealicealice").Secret.PHC(), auth.WrongSecret},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := clients.Authenticate(test.id, test.secret)
			if test.want == "" {
				if err != nil || got.ID != test.id {
					t.Errorf("Authenticate = %s, %v, want %s", got.ID, err, test.id)
				}
				return
			}
			if cause := auth.RefusalOf(err); cause != test.want || got.ID != "" {
				t.Errorf("Authenticate = %q, %v, want refusal %s", got.ID, err, test.want)
			}
			public := errs.Public(err)
			shown[string(public.Code)+public.Message] = true
		})
	}
	if len(shown) != 1 {
		t.Errorf("the client can tell refusals apart: %v", shown)
	}
}

func TestAnUnknownClientTakesAsMuchWorkAsAWrongSecret(t *testing.T) {
	clients, err := auth.NewClients([]auth.Client{client("cli_alicealicealicealice")})
	if err != nil {
		t.Fatal(err)
	}
	work := func(id string) int64 { // memory is argon2's work, and does not depend on the machine
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := clients.Authenticate(id, "wrong"); err == nil {
			t.Fatal("accepted")
		}
		runtime.ReadMemStats(&after)
		return int64(after.TotalAlloc - before.TotalAlloc)
	}
	known, unknown := work("cli_alicealicealicealice"), work("cli_carolcarolcarolcarol")
	if least := int64(auth.DefaultCost.MemoryKiB) << 10; known < least || unknown < least || max(known, unknown)-min(known, unknown) > least/100 {
		t.Errorf("a wrong secret takes %d bytes, an unknown client %d; want the same, at least %d", known, unknown, least)
	}
}

func TestUnusableClientsAreAllNamed(t *testing.T) {
	_, err := auth.NewClients([]auth.Client{
		client("cli_alicealicealicealice"), client("cli_alicealicealicealice"),
		{ID: "short", Tenant: "a b", Scopes: []string{""}},
	})
	for _, want := range []string{"[1].id is another", "[2].id must", "[2].tenant must", "[2].scopes must", "[2].secretHash must"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("NewClients = %v, want it to say %q", err, want)
		}
	}
	if err != nil && strings.Contains(err.Error(), "short") {
		t.Errorf("NewClients = %v, want no value in it", err)
	}
	if _, err := auth.NewClients(nil); err == nil {
		t.Error("NewClients of nobody = nil, want an error")
	}
	if _, err := (auth.Clients{}).Authenticate("", ""); err == nil {
		t.Error("an empty register knows somebody")
	}
}

func TestClientsOfDifferentCostAreRefused(t *testing.T) {
	dear := client("cli_bobbobbobbobbobbobbo")
	phc := strings.Replace(dear.Secret.PHC(), "t=2", "t=3", 1)
	var err error
	if dear.Secret, err = auth.ParseSecretHash(phc); err != nil {
		t.Fatal(err)
	}
	if _, err := auth.NewClients([]auth.Client{client("cli_alicealicealicealice"), dear}); err == nil {
		t.Error("NewClients = nil, want an error: time would tell known clients from unknown ones")
	}
}

func TestASecretHashIsReadInOneSpelling(t *testing.T) {
	good := auth.HashSecret(goodSecret, [16]byte{1, 2, 3})
	read, err := auth.ParseSecretHash(good.PHC())
	if err != nil || read != good || !read.Matches(goodSecret) || read.Matches("other") {
		t.Fatalf("ParseSecretHash(PHC) = %v, want the same hash", err)
	}
	salt, sum := base64.RawStdEncoding.EncodeToString(make([]byte, 16)), base64.RawStdEncoding.EncodeToString(make([]byte, 32))
	form := func(parameters string) string { return "$argon2id$v=19$" + parameters + "$" + salt + "$" + sum }
	if _, err := auth.ParseSecretHash(form("m=19456,t=2,p=1")); err != nil {
		t.Fatalf("the form itself is refused: %v", err)
	}
	for name, phc := range map[string]string{
		"nothing": "", "a bare secret": goodSecret, "bcrypt": "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		"argon2i": strings.Replace(good.PHC(), "argon2id", "argon2i", 1), "an older version": strings.Replace(good.PHC(), "v=19", "v=16", 1),
		"too little memory": form("m=19455,t=2,p=1"), "one pass": form("m=65536,t=1,p=1"), "no lane": form("m=19456,t=2,p=0"),
		"absurd memory": form("m=4294967295,t=2,p=1"), "memory over 32 bits": form("m=4294986752,t=2,p=1"), "absurd passes": form("m=19456,t=1000000,p=1"),
		"absurd lanes": form("m=19456,t=2,p=255"), "a negative": form("m=-19456,t=2,p=1"), "a plus": form("m=+19456,t=2,p=1"),
		"a leading zero": form("m=019456,t=2,p=1"), "hexadecimal": form("m=0x4c00,t=2,p=1"), "another order": form("t=2,m=19456,p=1"),
		"padding": form("m=19456,t=2,p=1") + "=", "trailing text": good.PHC() + " x", "a newline": good.PHC() + "\n", "no salt": "$argon2id$v=19$m=19456,t=2,p=1$$" + sum,
		"a short salt": "$argon2id$v=19$m=19456,t=2,p=1$AAAA$" + sum, "a short hash": "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$AAAA",
		"a part more": good.PHC() + "$AAAA", "another alphabet": strings.ReplaceAll(strings.ReplaceAll(form("m=19456,t=2,p=1"), "A", "-"), "/", "_"),
	} {
		if got, err := auth.ParseSecretHash(phc); err == nil {
			t.Errorf("%s: ParseSecretHash = %s, want an error", name, got.PHC())
		} else if strings.Contains(err.Error(), goodSecret) || strings.Contains(err.Error(), salt) {
			t.Errorf("%s: the error %q shows the value", name, err)
		}
	}
	if (auth.SecretHash{}).Matches("") {
		t.Error("the zero hash matches the empty secret")
	}
	if a, b := auth.HashSecret("a", [16]byte{1}), auth.HashSecret("a", [16]byte{2}); a == b {
		t.Error("two salts give one hash")
	}
}

func FuzzParseSecretHash(f *testing.F) {
	f.Add(auth.HashSecret(goodSecret, [16]byte{1}).PHC())
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$$")
	f.Fuzz(func(t *testing.T, phc string) {
		if h, err := auth.ParseSecretHash(phc); err == nil && h.PHC() != phc {
			t.Errorf("ParseSecretHash(%q) reads as %q", phc, h.PHC())
		}
	})
}

func BenchmarkMatches(b *testing.B) {
	hash := auth.HashSecret(goodSecret, [16]byte{1})
	b.ReportAllocs()
	for b.Loop() {
		hash.Matches("wrong")
	}
}
