package gateway

import (
	"context"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/feed"
)

// publisher writes the public pages into archive.public (C20).
func publisher(c configs.Config) func(context.Context, []desk.Published, time.Time) error {
	return func(_ context.Context, items []desk.Published, now time.Time) error {
		list := make([]feed.Item, len(items))
		for i, item := range items {
			list[i] = feed.Item(item)
		}
		return feed.Write(string(c.Archive.Public), c.Office.Name, list, now.In(c.Office.Location()))
	}
}
