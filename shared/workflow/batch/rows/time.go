package rows

import (
	"strconv"
	"time"
)

// timeFormat is how a timestamp is handed on: RFC 3339 in UTC.
const timeFormat = time.RFC3339Nano

var layouts = []string{
	time.RFC3339,
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02T15:04:05",
	time.DateTime,
	"2006-01-02T15:04",
	"2006-01-02 15:04",
	time.DateOnly,
}

// ParseTime reads a timestamp: RFC 3339, with T or a space; an ISO 8601 date, alone or with hours and minutes and perhaps
// seconds, which counts as UTC; Unix seconds (9 or 10 digits) or milliseconds (12 or 13). Seconds may have a fraction. The
// years go from 1970 to 2199. "" is the zero time. Dates that are written in another order on another continent are refused.
func ParseTime(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	if at, ok := parseUnix(s); ok {
		return at, true
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, s); err == nil {
			at = at.UTC()
			return at, 1970 <= at.Year() && at.Year() < 2200
		}
	}
	return time.Time{}, false
}

// formatTime writes a time that was read from s. Most are written as they are to be handed on.
func formatTime(at time.Time, s string) string {
	if usual(s) {
		return s
	}
	return at.Format(timeFormat)
}

// usual reports whether s has the outline of 2006-01-02T15:04:05Z.
func usual(s string) bool {
	return len(s) == len("2006-01-02T15:04:05Z") && s[10] == 'T' && s[19] == 'Z'
}

// calendar reads timestamps. Rows that follow each other are often of one day, so that it remembers the last.
type calendar struct {
	day      string // as it is written, with the T behind it
	midnight time.Time
}

// parse is ParseTime.
func (c *calendar) parse(s string) (time.Time, bool) {
	if !usual(s) {
		return ParseTime(s)
	}
	day, clock := s[:11], s[11:19]
	if day == c.day && clock[2] == ':' && clock[5] == ':' {
		if hour, minute, second := digits(clock[:2]), digits(clock[3:5]), digits(clock[6:]); hour < 24 && minute < 60 && second < 60 {
			return c.midnight.Add(time.Duration(hour*3600+minute*60+second) * time.Second), true
		}
	}
	at, ok := ParseTime(s)
	if ok {
		c.day, c.midnight = day, at.Truncate(24*time.Hour)
	}
	return at, ok
}

// digits reads two digits, and of anything else makes more than they can say.
func digits(s string) int {
	tens, ones := s[0]-'0', s[1]-'0'
	if tens > 9 || ones > 9 {
		return 100
	}
	return int(tens)*10 + int(ones)
}

func parseUnix(s string) (time.Time, bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return time.Time{}, false
		}
	}
	switch len(s) {
	case 9, 10, 12, 13:
	default:
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	if len(s) <= 10 {
		n *= 1000
	}
	at := time.UnixMilli(n).UTC()
	return at, at.Year() < 2200
}
