package secrets_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/trust/secrets"
)

func TestADocumentMayNameAnAdministrator(t *testing.T) {
	document, _, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	if set, problems := document.Open(); len(problems) > 0 || set.Administrator != nil {
		t.Fatalf("a document without one has %v and %v, want neither", problems, set.Administrator)
	}
	credentials, err := document.AddAdministrator()
	if err != nil {
		t.Fatal(err)
	}
	set, problems := document.Open()
	if len(problems) > 0 || set.Administrator == nil {
		t.Fatalf("problems = %v, want an administrator", problems)
	}
	a := set.Administrator
	if a.Username != credentials.ID || a.Tenant != secrets.DefaultTenant || !a.Secret.Matches(credentials.Secret) || a.Secret.Matches("hunter2") {
		t.Error("the administrator is not who the credentials sign in")
	}
	if text, err := document.JSON(); err != nil || strings.Contains(string(text), credentials.Secret) {
		t.Errorf("the document holds the password, or %v", err)
	}
	if got := fmt.Sprintf("%v %+v %s", *a, *a, *a); strings.Contains(got, a.Username) || !strings.Contains(got, a.ID) {
		t.Errorf("a person prints as %q, want the id alone", got)
	}
}

func TestAnAdministratorThatIsNotUsableIsNamedAndNeverShown(t *testing.T) {
	good, _, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := good.AddAdministrator(); err != nil {
		t.Fatal(err)
	}
	whole := string(good[secrets.Administrator])
	for name, value := range map[string]string{
		"null": `null`, "a blank": `" "`, "a placeholder": `"changeme"`, "a list": `[]`, "an empty object": `{}`, "another member": strings.Replace(whole, "{", `{"role":"c4n4ry",`, 1),
		"an id that is none":           strings.Replace(whole, "usr_", "c4n4ry_", 1),
		"an id that is too long":       strings.Replace(whole, `usr_`, `usr_C4N4RY`, 1),
		"a tenant with a separator":    strings.Replace(whole, `"main"`, `"c4n4ry#"`, 1),
		"a tenant without a name":      strings.Replace(whole, `"main"`, `""`, 1),
		"a tenant of 129 letters":      strings.Replace(whole, `"main"`, `"`+strings.Repeat("c4n4ry", 22)[:129]+`"`, 1),
		"a username that is a mark":    strings.Replace(whole, `"administrator"`, `".c4n4ry"`, 1),
		"a username of 129 letters":    strings.Replace(whole, `"administrator"`, `"`+strings.Repeat("c4n4ry", 22)[:129]+`"`, 1),
		"no username":                  strings.Replace(whole, `"administrator"`, `""`, 1),
		"a username in capitals":       strings.Replace(whole, `"administrator"`, `"C4n4ry"`, 1),
		"a hash that is none":          strings.Replace(whole, "$argon2id", "$c4n4ry", 1),
		"a hash that costs too little": strings.Replace(whole, "m=19456", "m=1024", 1),
	} {
		document, _, err := secrets.Generate()
		if err != nil {
			t.Fatal(err)
		}
		document[secrets.Administrator] = []byte(value)
		set, problems := document.Open()
		if err := secrets.Join(problems); err == nil || !strings.Contains(err.Error(), "ADMINISTRATOR") || strings.Contains(err.Error(), "4n4ry") || set.Administrator != nil {
			t.Errorf("%s: %v, want ADMINISTRATOR named and no value", name, err)
		}
		made, _, err := document.Repair()
		if _, kept := document[secrets.Administrator]; err != nil || kept || len(made) != 1 {
			t.Errorf("%s: repaired with %v, kept = %v, %v; want it taken out", name, made, kept, err)
		}
	}
}
