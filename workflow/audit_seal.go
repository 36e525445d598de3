package workflow

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"hearback/ent/generated/ent"
)

// sealVersion is the first byte of the canonical form. Another form gets another number, and entries of both are believed.
const sealVersion = 1

// seal is the hash of an entry: SHA-256, in hex, over its canonical form. That is the version byte, then each field as four bytes
// of length (big-endian) and the bytes themselves, in this order: the hash of the entry before, number (decimal), id, time
// (microseconds since 1970, decimal), hour, act, actor, role, place, about, record, subject, why.
func seal(e *ent.AuditEntry) string {
	form := []byte{sealVersion}
	for _, field := range []string{
		e.Previous, strconv.Itoa(e.Number), string(e.ID), strconv.FormatInt(e.CreatedAt.UnixMicro(), 10), e.Hour, string(e.Act), string(e.ActorID),
		string(e.Role), string(e.PlaceID), string(e.AboutID), string(e.RecordID), string(e.SubjectID), e.Why,
	} {
		form = binary.BigEndian.AppendUint32(form, uint32(len(field))) //nolint:gosec // columns are shorter than 4 GiB
		form = append(form, field...)
	}
	sum := sha256.Sum256(form)
	return hex.EncodeToString(sum[:])
}
