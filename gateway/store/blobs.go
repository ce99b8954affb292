package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

const (
	// chunkSize is the greatest number of compressed bytes in one row.
	chunkSize = 1 << 20
	// packWindow bounds the memory of each encoder: what repeats in a letter stands
	// near.
	packWindow = 1 << 20
	// blobLimit is the greatest size a blob unpacks to: no letter that was
	// stored comes near, and a damaged one cannot eat the memory.
	blobLimit = 1 << 30
)

// Compressed is a blob made ready outside of a transaction, so that the work
// of compressing holds up nobody.
type Compressed struct {
	// Digest is the hexadecimal SHA-256 of the original bytes.
	Digest string
	// Size is the number of original bytes.
	Size int64

	packed []byte
}

// Compress makes a blob ready.
func (s *Store) Compress(data []byte) Compressed {
	sum := sha256.Sum256(data)
	return Compressed{
		Digest: hex.EncodeToString(sum[:]),
		Size:   int64(len(data)),
		packed: s.packer.EncodeAll(data, make([]byte, 0, len(data)*3/4+64)),
	}
}

// PutCompressed stores a blob that was made ready, unless it is there.
func (tx *Tx) PutCompressed(c Compressed) error {
	if !isDigest(c.Digest) {
		return fmt.Errorf("store blob: bad digest %q", c.Digest)
	}
	if tx.own.blobs[c.Digest] {
		return nil
	}
	tx.own.blobs[c.Digest] = true
	if len(c.packed) <= chunkSize && tx.store.o.Driver == enginePostgres {
		tx.waiting.bytes += len(c.packed)
		if err := tx.later(lotBlobs, c.Digest, c.Size, int64(len(c.packed)), c.packed); err != nil || tx.waiting.bytes < blobsMost {
			return err
		}
		return tx.flushLot(lotBlobs)
	}
	n, err := tx.affect("insert-blob", c.Digest, c.Size, len(c.packed))
	if err != nil || n == 0 {
		return err
	}
	for i := 0; i*chunkSize < len(c.packed); i++ {
		chunk := c.packed[i*chunkSize : min((i+1)*chunkSize, len(c.packed))]
		if err := tx.exec("insert-chunk", c.Digest, i, chunk); err != nil {
			return err
		}
	}
	return nil
}

// PutBlob stores bytes and returns their digest.
func (tx *Tx) PutBlob(data []byte) (digest string, err error) {
	c := tx.store.Compress(data)
	return c.Digest, tx.PutCompressed(c)
}

// Blob is the stored bytes, checked against the digest; ErrNotFound,
// ErrErased, ErrDamaged.
func (tx *Tx) Blob(digest string) ([]byte, error) {
	var row struct {
		Size   int64 `db:"size"`
		Packed int64 `db:"packed"`
	}
	if err := tx.get(&row, "blob", digest); err != nil {
		return nil, err
	}
	if row.Packed < 0 {
		return nil, fmt.Errorf("blob %s: %w", digest, ErrErased)
	}
	var chunks [][]byte
	if err := tx.list(&chunks, "chunks", digest); err != nil {
		return nil, err
	}
	var packed []byte
	for _, chunk := range chunks {
		packed = append(packed, chunk...)
	}
	if int64(len(packed)) != row.Packed {
		return nil, fmt.Errorf("blob %s: %d of %d packed bytes: %w", digest, len(packed), row.Packed, ErrDamaged)
	}
	data, err := tx.store.unpacker.DecodeAll(packed, make([]byte, 0, min(row.Size, blobLimit)))
	if err != nil {
		return nil, fmt.Errorf("blob %s: %w: %w", digest, err, ErrDamaged)
	}
	if sum(data) != digest {
		return nil, fmt.Errorf("blob %s: %w", digest, ErrDamaged)
	}
	return data, nil
}
