package auth_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/auth"
)

func TestWhatIsMintedIsVerified(t *testing.T) {
	f := newForge(t)
	name := rapid.StringMatching(`[A-Za-z0-9_-]{1,128}`)
	rapid.Check(t, func(t *rapid.T) {
		want := auth.Principal{
			Subject: name.Draw(t, "subject"), Tenant: name.Draw(t, "tenant"),
			Scopes: rapid.SliceOfNDistinct(rapid.StringMatching(`[!#-\[\]-~]{1,30}`), 1, 20, rapid.ID).Draw(t, "scopes"),
		}
		want.UsageKey = want.Subject
		token, err := f.tokens.Mint(want, name.Draw(t, "id"), now)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.tokens.Verify(token, now)
		if err != nil || got.Subject != want.Subject || got.Tenant != want.Tenant || got.UsageKey != want.UsageKey || !slices.Equal(got.Scopes, want.Scopes) {
			t.Fatalf("Verify = %+v, %v, want %+v", got, err, want)
		}
	})
}

func TestAPrincipalThatNoTokenCanCarryIsNotMinted(t *testing.T) {
	f := newForge(t)
	for name, spoil := range map[string]func(*auth.Principal, *string){
		"without a subject":      func(p *auth.Principal, _ *string) { p.Subject = "" },
		"without a tenant":       func(p *auth.Principal, _ *string) { p.Tenant = "" },
		"of a tenant with a key": func(p *auth.Principal, _ *string) { p.Tenant = "main#batches" },
		"without a scope":        func(p *auth.Principal, _ *string) { p.Scopes = nil },
		"with a scope of two":    func(p *auth.Principal, _ *string) { p.Scopes = []string{"a b"} },
		"with a scope twice":     func(p *auth.Principal, _ *string) { p.Scopes = []string{"a", "a"} },
		"with endless scopes":    func(p *auth.Principal, _ *string) { p.Scopes = []string{strings.Repeat("a", 1024)} },
		"without an id":          func(_ *auth.Principal, id *string) { *id = "" },
		"with a subject of 129":  func(p *auth.Principal, _ *string) { p.Subject = strings.Repeat("a", 129) },
	} {
		p, id := alice, "tok_1"
		spoil(&p, &id)
		if token, err := f.tokens.Mint(p, id, now); err == nil {
			t.Errorf("%s: Mint = %d bytes, want an error", name, len(token))
		}
	}
}

func TestATokenLivesForItsTimeAndNoSecondMore(t *testing.T) {
	f := newForge(t)
	token := f.mint(t)
	for name, test := range map[string]struct {
		after time.Duration
		want  auth.Refusal
	}{
		"a second before the clocks may differ": {-auth.ClockSkew - time.Second, auth.Untrusted},
		"as early as the clocks may differ":     {-auth.ClockSkew, ""},
		"at once":                               {0, ""},
		"in its last second":                    {auth.Lifetime - time.Second, ""},
		"as late as the clocks may differ":      {auth.Lifetime + auth.ClockSkew - time.Second, ""},
		"when the clocks cannot differ more":    {auth.Lifetime + auth.ClockSkew, auth.Expired},
		"a second later":                        {auth.Lifetime + auth.ClockSkew + time.Second, auth.Expired},
		"the day after":                         {24 * time.Hour, auth.Expired},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.tokens.Verify(token, now.Add(test.after))
			got := auth.RefusalOf(err)
			if got != test.want || (err == nil) != (test.want == "") {
				t.Errorf("Verify = %v, want refusal %q", err, test.want)
			}
		})
	}
}

func TestATokenIsGoodInItsOwnStageOnly(t *testing.T) {
	f := newForge(t)
	for _, minted := range []env.Stage{env.Production, env.Staging, env.Development} {
		f.tokens.Stage = minted
		token := f.mint(t)
		for _, verified := range []env.Stage{env.Production, env.Staging, env.Development} {
			_, err := auth.Tokens{MAC: f.tokens.MAC, Stage: verified}.Verify(token, now)
			if (err == nil) != (minted == verified) {
				t.Errorf("a token of %v in %v: %v", minted, verified, err)
			}
		}
	}
}

func TestEveryCauseIsOneRefusalToTheClientAndItsOwnInTheLog(t *testing.T) {
	f := newForge(t)
	token := f.mint(t)
	for want, refused := range map[auth.Refusal]func() error{
		auth.Malformed: func() error { _, err := f.tokens.Verify(token+"=", now); return err },
		auth.Untrusted: func() error {
			_, err := f.tokens.Verify(token[:len(token)-43]+strings.Repeat("A", 43), now)
			return err
		},
		auth.Expired: func() error { _, err := f.tokens.Verify(token, now.Add(time.Hour)); return err },
	} {
		err := refused()
		if got := auth.RefusalOf(err); got != want {
			t.Errorf("cause = %q, want %q", got, want)
		}
		public := errs.Public(err)
		if public.Code != errs.Unauthorized || public.Message != "the access token is missing or not valid" {
			t.Errorf("%s shows as %v %q", want, public.Code, public.Message)
		}
	}
}

func TestASecondSpellingIsRefusedBeforeAnyKeyIsUsed(t *testing.T) {
	f := newForge(t)
	token := f.mint(t)
	for _, at := range []int{1, strings.IndexByte(token, '.'), strings.LastIndexByte(token, '.') + 5, len(token)} {
		for _, noise := range []string{"\n", "\r\n", "=", " "} {
			_, err := auth.Tokens{Stage: env.Production}.Verify(token[:at]+noise+token[at:], now) // without a key: it would panic
			if auth.RefusalOf(err) != auth.Malformed {
				t.Errorf("Verify with %q at %d = %v, want malformed", noise, at, err)
			}
		}
	}
}

func TestWhatIsHugeCostsNothing(t *testing.T) {
	f := newForge(t)
	for name, headers := range map[string][]string{
		"a megabyte of dots":         {"Bearer " + strings.Repeat(".", 1<<20)},
		"a megabyte of a payload":    {"Bearer e30." + strings.Repeat("e30", 1<<19) + ".e30"},
		"a megabyte of names":        {"Bearer " + strings.Repeat("a.b,", 1<<18)},
		"a megabyte of spaces":       {"Bearer " + strings.Repeat(" ", 1<<20)},
		"a hundred thousand headers": slices.Repeat([]string{"Bearer a.b.c"}, 100_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		fastest := time.Hour
		const rounds = 50
		for range rounds {
			start := time.Now()
			token, err := auth.Bearer(headers)
			if err == nil {
				_, err = f.tokens.Verify(token, now)
			}
			if err == nil {
				t.Fatal("accepted")
			}
			fastest = min(fastest, time.Since(start))
		}
		runtime.ReadMemStats(&after)
		each := (after.TotalAlloc - before.TotalAlloc) / rounds
		t.Logf("%s: %d bytes, %v", name, each, fastest)
		if each > 64<<10 || fastest > time.Millisecond {
			t.Errorf("%s costs %d bytes and %v, want at most 64 KiB and 1 ms", name, each, fastest)
		}
	}
}

func FuzzVerify(f *testing.F) {
	fg := newForge(f)
	minted := map[string]bool{}
	for i := range 4 {
		token, err := fg.tokens.Mint(alice, fmt.Sprintf("tok_%d", i), now)
		if err != nil {
			f.Fatal(err)
		}
		minted[token] = true
		f.Add(token)
	}
	good := fg.sign(fg.header(), object(claims()))
	minted[good] = true
	f.Add(good)
	f.Add(good + "=")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		p, err := fg.tokens.Verify(token, now)
		if err == nil && !minted[token] {
			t.Errorf("a token that was never minted is accepted as %+v", p)
		}
		if err != nil && !errs.Is(err, errs.Unauthorized) {
			t.Errorf("Verify = %v, want unauthorized", err)
		}
	})
}

// FuzzVerifySigned signs what the fuzzer writes. Whatever is accepted must read the same to another JSON decoder.
func FuzzVerifySigned(f *testing.F) {
	fg := newForge(f)
	f.Add(fg.header(), object(claims()))
	f.Add(" "+fg.header()+"\n", object(claims())+" ")
	f.Add(strings.Replace(fg.header(), "alg", `\u0061lg`, 1), strings.Replace(object(claims()), "main", `\u006dain`, 1))
	f.Fuzz(func(t *testing.T, header, payload string) {
		got, err := fg.tokens.Verify(fg.sign(header, payload), now)
		if err != nil {
			return
		}
		var h, p map[string]any
		if err := errors.Join(json.Unmarshal([]byte(header), &h), json.Unmarshal([]byte(payload), &p)); err != nil {
			t.Fatalf("accepted, but another decoder refuses it: %v", err)
		}
		if len(h) != 3 || h["alg"] != "HS256" || h["typ"] != "at+jwt" || h["kid"] != fg.kid {
			t.Errorf("accepted under the header %q", header)
		}
		if len(p) != 10 || p["sub"] != got.Subject || p["tenant"] != got.Tenant || p["scope"] != strings.Join(got.Scopes, " ") ||
			p["aud"] != "customerai-api" || p["iss"] != "customerai-production" {
			t.Errorf("%q is accepted as %+v", payload, got)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	f := newForge(b)
	token := f.mint(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.tokens.Verify(token, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMint(b *testing.B) {
	f := newForge(b)
	b.ReportAllocs()
	for b.Loop() {
		f.mint(b)
	}
}
