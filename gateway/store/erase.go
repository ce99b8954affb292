package store

import (
	"xinfangd/gateway/petition"
)

// EraseCase forgets what a case held, in every table: the personal texts with
// their salts, the bytes of its letters, drafts and mails, addresses, subjects,
// the search index. Rows and digests stay, so that a letter which the server
// shows again is still recognised; bytes that another case shares stay, too.
// The case itself and the ledger entry are the caller's to write.
func (tx *Tx) EraseCase(c petition.Case) error {
	letters, err := tx.LettersOf(c.Number)
	if err != nil {
		return err
	}
	out, err := tx.ListOutgoing(OutgoingFilter{Case: c.Number})
	if err != nil {
		return err
	}
	digests := []string{c.Body}
	for _, l := range letters {
		digests = append(digests, l.Digest)
		if err := tx.IndexLetter(c.Number, l.ID, ""); err != nil {
			return err
		}
	}
	if err := tx.IndexCase(c.Number, ""); err != nil {
		return err
	}
	for _, o := range out {
		digests = append(digests, o.Blob)
	}
	for _, d := range c.Drafts {
		digests = append(digests, d.Message, d.Text)
	}
	for _, o := range c.Opinions {
		digests = append(digests, o.Text)
	}
	if err := tx.flush(); err != nil {
		return err
	}
	tx.own = newOwn() // what was known of the case and its blobs is true no longer
	for _, name := range []string{"erase-texts", "erase-letters", "erase-recipients", "erase-outgoing", "erase-bands", "erase-prints", "erase-held", "erase-query-code"} {
		if err := tx.exec(name, c.Number); err != nil {
			return err
		}
	}
	for _, digest := range digests {
		if err := tx.eraseBlob(c.Number, digest); err != nil {
			return err
		}
	}
	return nil
}

// eraseBlob forgets the bytes of a blob that no other matter needs.
func (tx *Tx) eraseBlob(n petition.Number, digest string) error {
	if !isDigest(digest) {
		return nil
	}
	var uses int
	if err := tx.get(&uses, "blob-uses", digest, n, `%`+digest+`%`); err != nil || uses > 0 {
		return err
	}
	if err := tx.exec("erase-chunks", digest); err != nil {
		return err
	}
	return tx.exec("erase-blob", digest)
}
