package rules

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/customerai/customerai/shared/storage/table"
)

// Fingerprint is equal for two lists of writes exactly when they ask for the same. It stays the same between versions of
// the program, because an engine keeps it for TokenLifetime.
func Fingerprint(writes []table.Write) [sha256.Size]byte {
	hash := sha256.New()
	var scratch []byte
	for _, w := range writes {
		version, hasVersion := w.Condition.AsVersion()
		scratch = binary.AppendVarint(scratch[:0], int64(w.Op))
		scratch = append(scratch, flag(w.Condition.IsAbsent()), flag(w.Condition.IsAny()), flag(hasVersion))
		scratch = binary.AppendVarint(scratch, version)
		scratch = binary.AppendVarint(scratch, Seconds(w.Item.Expires))
		// Lengths before the bytes: without them, keys could trade bytes with each other unseen.
		scratch = binary.AppendUvarint(scratch, uint64(len(w.Item.Partition)))
		scratch = append(scratch, w.Item.Partition...)
		scratch = binary.AppendUvarint(scratch, uint64(len(w.Item.Sort)))
		scratch = append(scratch, w.Item.Sort...)
		scratch = binary.AppendUvarint(scratch, uint64(len(w.Item.Value)))
		hash.Write(scratch)
		hash.Write(w.Item.Value)
	}
	return [sha256.Size]byte(hash.Sum(nil))
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}
