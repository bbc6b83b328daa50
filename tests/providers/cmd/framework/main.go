// A provider of protocol 6 for the tests, written with terraform-plugin-framework.
package main

import (
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"cellwright.dev/tests/providers/frameworkprovider"
	"cellwright.dev/tests/providers/plugin"
)

func main() {
	provider := frameworkprovider.New("framework")
	plugin.Serve6("registry.terraform.io/cellwright/framework", providerserver.NewProtocol6(provider))
}
