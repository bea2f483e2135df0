package batch

import (
	"regexp"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

func TestParseUploadKey(t *testing.T) {
	id := idPrefix + strings.Repeat("A", 26)
	for name, test := range map[string]struct {
		key  string
		want place
	}{
		"an announced upload":           {"main/" + id + "/a.csv", place{"main", id, "a.csv"}},
		"a dropped file":                {"acme/a.csv", place{"acme", "", "a.csv"}},
		"a dropped file in a folder":    {"acme/2026/a.csv", place{"acme", "", "a.csv"}},
		"a file in nobody's folder":     {"a.csv", place{"main", "", "a.csv"}},
		"a folder that is almost an id": {"main/" + id[:29] + "/a.csv", place{"main", "", "a.csv"}},
		"a name with odd letters":       {"main/März (1).csv.gz", place{"main", "", "M-rz--1-.csv.gz"}},
		"a tenant that is none":         {"Main#x/a.csv", place{}},
		"a name that leaves nothing":    {"main/---", place{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseUploadKey(test.key, "main")
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if (test.want == place{}) {
				mustBe(t, err, errs.Invalid)
			}
		})
	}
	_, err := parseUploadKey("a.csv", "")
	mustBe(t, err, errs.Invalid)
}

func TestEveryKeyBeginsWithTheTenantAndIsValid(t *testing.T) {
	id := idPrefix + strings.Repeat("A", 26)
	for _, key := range []string{
		chunkObject("main", id, 1), resultsObject("main", id, 1), rejectionsObject("main", id, 1), uploadKey("main", id, "a.csv"),
	} {
		if err := blob.ValidKey(key); err != nil || !strings.HasPrefix(key, "main/"+id+"/") {
			t.Errorf("object key %q: %v", key, err)
		}
	}
	for _, key := range []string{
		recordKey("main", id).Partition, chunkKey("main", id, 1).Partition, deltaKey("main", id, 1).Partition,
		listKey("main", id, noon).Partition, originalKey("main", id, noon).Partition,
	} {
		if !strings.HasPrefix(key, "main#") {
			t.Errorf("partition %q", key)
		}
	}
}

func TestContentIDsLookLikeAllOthersAndDependOnAllTheyAreMadeOf(t *testing.T) {
	ids := map[string]bool{}
	for _, of := range [][3]string{
		{"a", "b", "c"}, {"a", "c", "c"}, {"b", "b", "c"}, {"ab", "", "c"}, {"", "ab", "c"}, {"1:a", "b", "c"}, {"a", "b", "d"}, {"a", "bc", ""},
	} {
		id := contentID(of[0], of[1], of[2])
		if !idForm().MatchString(id) {
			t.Errorf("id %q", id)
		}
		ids[id] = true
	}
	if len(ids) != 8 {
		t.Errorf("%d ids of 8", len(ids))
	}
}

func TestSafeFileNameKeepsTheFormat(t *testing.T) {
	got := safeFileName(strings.Repeat("long ", 100) + ".jsonl.gz")
	if len(got) > maxFileName || !strings.HasSuffix(got, ".jsonl.gz") {
		t.Errorf("got %q", got)
	}
	if got := safeFileName(`C:\data\.hidden.csv`); got != "hidden.csv" {
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
		p, err := parseUploadKey(key, defaultTenant)
		if err != nil {
			mustBe(t, err, errs.Invalid)
			return
		}
		if !tenantForm().MatchString(p.tenant) || !safe.MatchString(p.fileName) || p.id != "" && !idForm().MatchString(p.id) {
			t.Errorf("%q is read as %+v", key, p)
		}
		again := p.tenant + "/" + p.fileName
		if p.id != "" {
			again = p.tenant + "/" + p.id + "/" + p.fileName
		}
		if got, err := parseUploadKey(again, ""); err != nil || got != p {
			t.Errorf("%q is read as %+v, and that as %+v, %v", key, p, got, err)
		}
	})
}
