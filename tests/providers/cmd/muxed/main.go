// A provider of protocol 6 for the tests, half framework, half SDK.
package main

import (
	"context"
	"log"

	"cellwright.dev/tests/providers/muxedprovider"
	"cellwright.dev/tests/providers/plugin"
)

func main() {
	provider, err := muxedprovider.New(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	plugin.Serve6("registry.terraform.io/cellwright/muxed", provider)
}
