// A provider of protocol 5 for the tests, written with terraform-plugin-sdk/v2.
package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"

	"cellwright.dev/tests/providers/plugin"
	"cellwright.dev/tests/providers/sdkprovider"
)

func main() {
	plugin.Serve5("registry.terraform.io/cellwright/sdk", func() tfprotov5.ProviderServer {
		return sdkprovider.New().GRPCProvider()
	})
}
