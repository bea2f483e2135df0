package auth

import "strings"

// Bearer returns the token of a request's Authorization headers (RFC 6750 section 2.1; the scheme in any case), or an
// errs.Unauthorized whose Refusal is Missing or Malformed. Two headers are refused even when they are equal: what stands
// between the client and us may have read the other one.
func Bearer(headers []string) (string, error) {
	if len(headers) == 0 {
		return "", refuseToken(Missing)
	}
	scheme, token, found := strings.Cut(headers[0], " ")
	if len(headers) > 1 || !found || len(token) > MaxToken || !strings.EqualFold(scheme, "Bearer") {
		return "", refuseToken(Malformed)
	}
	return strings.TrimLeft(token, " "), nil
}
