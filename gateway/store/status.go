package store

// Status is what `db status` tells.
type Status struct {
	Driver string
	// Version is the schema's version, Newest the one this program knows.
	Version, Newest int64
	Cases           int64
	Letters         int64
	Blobs           int64
	Entries         int64
	Head            string
	// Outgoing counts mails by state.
	Outgoing map[string]int64
	Failed   int64
	// Bytes is the size of the database.
	Bytes int64
}
