package desk

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"xinfangd/gateway/practice"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
	"xinfangd/rules"
)

// BenchmarkReceive registers a backlog in batches as a box hands them over: one
// receipt and one dispatch for each letter, on the disk.
func BenchmarkReceive(b *testing.B) {
	const batch = 100
	for _, driver := range []string{"sqlite", "postgres"} {
		b.Run(driver, func(b *testing.B) {
			dir := b.TempDir()
			dsn := filepath.Join(dir, "register.db")
			if driver == "postgres" {
				dsn = postgrestest.Durable(b)
			}
			settings := testSettings(b)
			write(b, dir+"/all.yaml", "rules:\n  - {id: rest, name: 其余, when: {size: {under: 1000MB}}, then: {division: power, category: 其余}}\n")
			settings.Rules, _ = rules.Load(dir + "/all.yaml")
			d, err := New(settings, Options{Store: openStore(b, store.Options{Driver: driver, DSN: dsn, Prefix: "SFJX", Location: shanghai, Key: []byte("0123456789abcdef0123456789abcdef")})})
			if err != nil {
				b.Fatal(err)
			}
			now := time.Date(2026, 3, 2, 9, 0, 0, 0, shanghai)
			letters := practice.Backlog(b.N, 1)
			b.ResetTimer()
			for done := 0; done < len(letters); done += batch {
				var in []Incoming
				for i, raw := range letters[done:min(done+batch, len(letters))] {
					in = append(in, Incoming{Box: "director", UIDValidity: 1, UID: uint32(done + i + 1), Arrived: now, Raw: raw})
				}
				durable, err := d.Receive(b.Context(), in, now)
				if err != nil {
					b.Fatal(err)
				}
				for i, ok := range durable {
					if !ok {
						b.Fatal(fmt.Errorf("letter %d is not durable", done+i))
					}
				}
			}
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
		})
	}
}
