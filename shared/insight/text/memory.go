package text

// Memory holds what was found out of the words that were asked for last: most of a message is words that the messages before it had, too,
// and what is known of a few thousand lies closer together than in the tables that know all words. What is found out must depend on
// nothing but the hash. The zero value is empty. It is not safe for concurrent use.
//
//	what, known := memory.Of(doc.Hash(i))
//	if !known {
//		*what = findOut(doc.Hash(i))
//	}
type Memory[T any] struct {
	slots [memorySize]memorySlot[T]
}

type memorySlot[T any] struct {
	key  uint64 // 0 in an empty slot
	what T
}

const memorySize = 1 << 13

// Of returns where what is known of a hash stands, or what the caller must find out and write there. It may be overwritten by the next call.
func (m *Memory[T]) Of(hash uint64) (what *T, known bool) {
	slot, key := &m.slots[hash>>1%memorySize], hash|1
	if slot.key == key {
		return &slot.what, true
	}
	slot.key = key
	return &slot.what, false
}
