package plugin

import (
	"context"
	"path"
	"strings"

	"google.golang.org/grpc"
)

// observeCall sees each call that has one answer.
func observeCall(
	ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (any, error) {
	if isProviderCall(info.FullMethod) {
		call := path.Base(info.FullMethod)
		note(call)
		crashIfWanted(call)
	}
	return handler(ctx, request)
}

// observeStream sees each call whose answer is a stream: of list resources and actions.
func observeStream(
	server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler,
) error {
	if !isProviderCall(info.FullMethod) {
		return handler(server, stream)
	}
	call := path.Base(info.FullMethod)
	note(call)
	return handler(server, crashingStream{stream, call})
}

// isProviderCall tells a provider's calls from those of go-plugin.
func isProviderCall(method string) bool {
	return strings.HasPrefix(method, "/tfplugin")
}

// crashingStream crashes after the first part of the answer.
type crashingStream struct {
	grpc.ServerStream
	call string
}

func (s crashingStream) SendMsg(message any) error {
	if err := s.ServerStream.SendMsg(message); err != nil {
		return err
	}
	crashIfWanted(s.call)
	return nil
}
