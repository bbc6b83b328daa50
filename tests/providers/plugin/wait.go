package plugin

import (
	"context"
	"errors"
	"time"
)

// Wait takes some seconds, unless Terraform tells the provider to stop.
func Wait(ctx context.Context, seconds float64) error {
	select {
	case <-time.After(time.Duration(seconds * float64(time.Second))):
		return nil
	case <-ctx.Done():
		return errors.New("stopped while waiting")
	}
}
