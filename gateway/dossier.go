package gateway

import (
	"context"
	"io"
	"path/filepath"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/dossier"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// DossierOptions say where an office's dossiers go and how they look.
func DossierOptions(c configs.Config, s desk.Settings) dossier.Options {
	return dossier.Options{Office: c.Office.Name, Location: c.Office.Location(), Templates: s.Templates, Dir: string(c.Archive.Dir)}
}

// archiver writes the dossier of a finished case into the archive.
func archiver(c configs.Config, settings desk.Settings, s *store.Store) func(context.Context, petition.Number, time.Time) (string, error) {
	o := DossierOptions(c, settings)
	return func(ctx context.Context, n petition.Number, now time.Time) (string, error) {
		return dossier.Export(ctx, s, o, n, now)
	}
}

// cataloguer keeps the catalogue of the archive.
func cataloguer(c configs.Config, settings desk.Settings, s *store.Store) func(context.Context, petition.Policy, int, time.Time) error {
	o := DossierOptions(c, settings)
	return func(ctx context.Context, p petition.Policy, year int, now time.Time) error {
		return dossier.Index(ctx, s, o, p, year, now)
	}
}

// keeper writes the office's own records beside the dossiers.
func keeper(c configs.Config) func(context.Context, string, []byte) error {
	return func(_ context.Context, name string, data []byte) error {
		return dossier.WriteWhole(filepath.Join(string(c.Archive.Dir), filepath.FromSlash(name)), func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		})
	}
}
