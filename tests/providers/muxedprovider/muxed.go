// Package muxedprovider is one provider in two halves, as large providers are while they move from the SDK to the
// framework: `muxed_item` is written with the framework, `muxed_thing` with the SDK.
package muxedprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-mux/tf5to6server"
	"github.com/hashicorp/terraform-plugin-mux/tf6muxserver"
)

// New returns both halves behind one server of protocol 6.
func New(ctx context.Context) (func() tfprotov6.ProviderServer, error) {
	older, err := tf5to6server.UpgradeServer(ctx, sdkHalf().GRPCProvider)
	if err != nil {
		return nil, err
	}
	both, err := tf6muxserver.NewMuxServer(ctx,
		providerserver.NewProtocol6(newFrameworkHalf(older)),
		func() tfprotov6.ProviderServer { return older },
	)
	if err != nil {
		return nil, err
	}
	return both.ProviderServer, nil
}
