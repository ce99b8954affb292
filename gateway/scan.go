package gateway

import (
	"context"
	"path/filepath"

	"xinfangd/gateway/letter"
)

// clamdAddress is a configured clamd, a socket's path or host:port, as the
// letter room dials it.
func clamdAddress(clamd string) string {
	if filepath.IsAbs(clamd) {
		return "unix:" + clamd
	}
	return clamd
}

// scan has attachments looked through by the configured clamd; nil when there is
// none.
func scan(clamd string) func(ctx context.Context, data []byte) (string, error) {
	if clamd == "" {
		return nil
	}
	return func(ctx context.Context, data []byte) (string, error) {
		return letter.ScanClamd(ctx, clamdAddress(clamd), data)
	}
}

// probeClamd has nothing looked through.
func probeClamd(ctx context.Context, clamd string) (string, error) {
	_, err := scan(clamd)(ctx, nil)
	return clamd, err
}
