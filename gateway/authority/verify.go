package authority

import "context"

func (j *judge) verify(_ context.Context, _ signature) (ok, later bool) { return false, true }
