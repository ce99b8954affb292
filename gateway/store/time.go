package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// timeLayout has a fixed width, so that in SQLite, which has no type for times,
// texts sort as the times do. PostgreSQL reads the same text as a timestamptz,
// and both keep microseconds.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// Time is how every time goes to and from the database: NULL when zero, else
// UTC in microseconds. A bare time.Time as a parameter would reach SQLite in
// Go's String form, which does not compare.
type Time struct{ time.Time }

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UTC().Format(timeLayout), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		t.Time = time.Time{}
	case time.Time:
		t.Time = v.UTC()
	case string:
		parsed, err := time.Parse(timeLayout, v)
		if err != nil {
			return fmt.Errorf("read time: %w", err)
		}
		t.Time = parsed
	case []byte:
		return t.Scan(string(v))
	default:
		return fmt.Errorf("read time: unexpected %T", value)
	}
	return nil
}
