package gateway

import (
	"context"
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
