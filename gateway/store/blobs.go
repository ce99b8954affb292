package store

// Compressed is a blob made ready outside of a transaction, so that the work
// of compressing holds up nobody.
type Compressed struct {
	// Digest is the hexadecimal SHA-256 of the original bytes.
	Digest string
	// Size is the number of original bytes.
	Size int64

	packed []byte
}
