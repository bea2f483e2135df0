package gazetteer

import (
	"fmt"
	"slices"
)

// fill is how full the table may be: a word in no list then costs about six probes.
const fill = 0.72

// Encode returns the table of the entries. The same entries give the same bytes. It refuses an entry without flags.
func Encode(entries map[Key]Flags) ([]byte, error) {
	keys := make([]Key, 0, len(entries))
	for k, flags := range entries {
		if flags == 0 || flags >= 1<<flagBits {
			return nil, fmt.Errorf("encode gazetteer: flags %#x of key %#x are out of range", flags, uint64(k))
		}
		keys = append(keys, k)
	}
	slices.Sort(keys)
	slots := uint64(float64(len(keys))/fill) + 1
	table := make([]byte, slots*slotSize)
	for _, k := range keys {
		slot, tag := place(k, slots)
		for table[slot*slotSize] != 0 || table[slot*slotSize+1] != 0 || table[slot*slotSize+2] != 0 {
			slot = (slot + 1) % slots
		}
		entry := tag<<flagBits | uint32(entries[k])
		table[slot*slotSize], table[slot*slotSize+1], table[slot*slotSize+2] = byte(entry&0xFF), byte(entry>>8&0xFF), byte(entry>>16&0xFF)
	}
	return table, nil
}
