package numbers

import (
	"net/netip"

	"github.com/customerai/customerai/shared/insight/pii/digits"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/network"
)

// ipv4 finds an address of four groups, and returns how many groups it used. What looks like one and is a version or out of
// range is passed over.
func ipv4(s *evidence.Sheet, r *digits.Run, g int) int {
	if g+4 > r.N || !r.Uniform(g, g+4, '.') || g > 0 && r.Sep(g) == '.' || s.Text[r.Groups[g].Begin] == '0' && r.Sizes(g, 2, 2, 2, 2, 2) {
		return 0
	}
	h := g + 4
	for h < r.N && r.Sep(h) == '.' {
		h++
	}
	if h > g+4 {
		return h - g
	}
	var octets [4]byte
	for i := range octets {
		group := r.Groups[g+i]
		if group.Len() > 3 {
			return 0
		}
		value := evidence.Value([]byte(s.Text[group.Begin:group.End]))
		if value > 255 || group.Len() > 1 && s.Text[group.Begin] == '0' {
			return 4
		}
		octets[i] = byte(value)
	}
	begin, end := r.Groups[g].Begin, r.Groups[g+3].End
	if s.Nearest(begin, end, evidence.CueVersion) == 0 {
		network.AddAddress(s, netip.AddrFrom4(octets), begin, end)
	}
	return 4
}
