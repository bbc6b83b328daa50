// Package plugin serves a provider to Terraform. It notes each call that the provider gets, and crashes in the
// middle of a call where a test asks for that.
package plugin

import (
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"google.golang.org/grpc"
)

// The largest message that the libraries' own Serve functions allow.
const maxMessageSize = 256 << 20

// Serve5 serves a provider of protocol 5 until Terraform ends it.
func Serve5(name string, provider func() tfprotov5.ProviderServer) {
	serve(5, &tf5server.GRPCProviderPlugin{GRPCProvider: provider, Name: name})
}

// Serve6 serves a provider of protocol 6 until Terraform ends it.
func Serve6(name string, provider func() tfprotov6.ProviderServer) {
	serve(6, &tf6server.GRPCProviderPlugin{GRPCProvider: provider, Name: name})
}

// serve does what the Serve functions of terraform-plugin-go do. Those take no interceptors.
func serve(protocol uint, provider plugin.Plugin) {
	note("start")
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion:  protocol,
			MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
			MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		Plugins: plugin.PluginSet{"provider": provider},
		GRPCServer: func(options []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(options,
				grpc.MaxRecvMsgSize(maxMessageSize),
				grpc.MaxSendMsgSize(maxMessageSize),
				grpc.UnaryInterceptor(observeCall),
				grpc.StreamInterceptor(observeStream),
			)...)
		},
	})
}
