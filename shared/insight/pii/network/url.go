package network

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/text"
)

// Scheme finds a URL whose scheme is [begin, end).
func Scheme(s *evidence.Sheet, begin, end int) int {
	if !strings.HasPrefix(s.Text[end:], "://") || end-begin > 8 {
		return end
	}
	switch scheme := s.Text[begin:end]; {
	case strings.EqualFold(scheme, "http"), strings.EqualFold(scheme, "https"), strings.EqualFold(scheme, "ftp"), strings.EqualFold(scheme, "sftp"):
	default:
		return end
	}
	stop := text.EndOfURL(s.Text, end+3)
	host := s.Text[end+3 : stop]
	if cut := strings.IndexAny(host, "/?#"); cut >= 0 {
		host = host[:cut]
	}
	if strings.ContainsAny(host, ".:") {
		s.Add("network/url", pii.URL, begin, stop, evidence.Alone(0.6))
	}
	return stop
}
