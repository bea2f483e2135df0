package keys

import (
	"regexp"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

func TestParseUploadKey(t *testing.T) {
	id := IDPrefix + strings.Repeat("A", 26)
	for name, test := range map[string]struct {
		key  string
		want Upload
	}{
		"an announced upload":           {"main/" + id + "/a.csv", Upload{"main", id, "a.csv"}},
		"a dropped file":                {"acme/a.csv", Upload{"acme", "", "a.csv"}},
		"a dropped file in a folder":    {"acme/2026/a.csv", Upload{"acme", "", "a.csv"}},
		"a file in nobody's folder":     {"a.csv", Upload{"main", "", "a.csv"}},
		"a folder that is almost an id": {"main/" + id[:29] + "/a.csv", Upload{"main", "", "a.csv"}},
		"a name with odd letters":       {"main/März (1).csv.gz", Upload{"main", "", "M-rz--1-.csv.gz"}},
		"a tenant that is none":         {"Main#x/a.csv", Upload{}},
		"a name that leaves nothing":    {"main/---", Upload{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseUpload(test.key, "main")
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if (test.want == Upload{}) {
				mustBe(t, err, errs.Invalid)
			}
		})
	}
	_, err := ParseUpload("a.csv", "")
	mustBe(t, err, errs.Invalid)
}

func TestEveryKeyBeginsWithTheTenantAndIsValid(t *testing.T) {
	id := IDPrefix + strings.Repeat("A", 26)
	for _, key := range []string{
		Chunk("main", id, 1), Results("main", id, 1), Rejections("main", id, 1), Upload{"main", id, "a.csv"}.Key(),
	} {
		if err := blob.ValidKey(key); err != nil || !strings.HasPrefix(key, "main/"+id+"/") {
			t.Errorf("object key %q: %v", key, err)
		}
	}
}

func TestContentIDsLookLikeAllOthersAndDependOnAllTheyAreMadeOf(t *testing.T) {
	ids := map[string]bool{}
	for _, of := range [][3]string{
		{"a", "b", "c"}, {"a", "c", "c"}, {"b", "b", "c"}, {"ab", "", "c"}, {"", "ab", "c"}, {"1:a", "b", "c"}, {"a", "b", "d"}, {"a", "bc", ""},
	} {
		id := ContentID(of[0], of[1], of[2])
		if !ValidID(id) {
			t.Errorf("id %q", id)
		}
		ids[id] = true
	}
	if len(ids) != 8 {
		t.Errorf("%d ids of 8", len(ids))
	}
}

func TestFileNameKeepsTheFormat(t *testing.T) {
	got := FileName(strings.Repeat("long ", 100) + ".jsonl.gz")
	if len(got) > maxFileName || !strings.HasSuffix(got, ".jsonl.gz") {
		t.Errorf("got %q", got)
	}
	if got := FileName(`C:\data\.hidden.csv`); got != "hidden.csv" {
		t.Errorf("got %q, want hidden.csv", got)
	}
}

// FuzzUploadKey: whatever the key of an object is, what is kept of it is a tenant, perhaps the id of a batch, and a file's name that
// every file system and log takes; and it is read again as what it is.
func FuzzUploadKey(f *testing.F) {
	for _, seed := range []string{
		"main/bat_AAAAAAAAAAAAAAAAAAAAAAAAAA/a.csv", "main/a.csv", "a.csv", "", "/", "main/", "../a.csv", "main/../x/a.csv", "main/a\\b.csv", "main/\x00.csv",
		"Main/a.csv", "main/bat_A/a.csv", "main/" + strings.Repeat("a", 300) + ".csv.gz", "main/\u202egnp.csv",
	} {
		f.Add(seed, "")
		f.Add(seed, "main")
	}
	safe := regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$`)
	f.Fuzz(func(t *testing.T, key, defaultTenant string) {
		p, err := ParseUpload(key, defaultTenant)
		if err != nil {
			mustBe(t, err, errs.Invalid)
			return
		}
		if !ValidTenant(p.Tenant) || !safe.MatchString(p.FileName) || p.ID != "" && !ValidID(p.ID) {
			t.Errorf("%q is read as %+v", key, p)
		}
		again := p.Tenant + "/" + p.FileName
		if p.ID != "" {
			again = p.Tenant + "/" + p.ID + "/" + p.FileName
		}
		if got, err := ParseUpload(again, ""); err != nil || got != p {
			t.Errorf("%q is read as %+v, and that as %+v, %v", key, p, got, err)
		}
	})
}

func mustBe(t testing.TB, err error, code errs.Code) {
	t.Helper()
	if !errs.Is(err, code) {
		t.Errorf("error = %v (%s), want %s", err, errs.CodeOf(err), code)
	}
}
