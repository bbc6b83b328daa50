package frameworkprovider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// shout is a function: it says a text louder.
type shout struct{}

// Metadata names the function.
func (shout) Metadata(_ context.Context, _ function.MetadataRequest, response *function.MetadataResponse) {
	response.Name = "shout"
}

// Definition declares one parameter and any number of further ones.
func (shout) Definition(_ context.Context, _ function.DefinitionRequest, response *function.DefinitionResponse) {
	response.Definition = function.Definition{
		Summary:           "Says it louder.",
		Parameters:        []function.Parameter{function.StringParameter{Name: "text"}},
		VariadicParameter: function.StringParameter{Name: "more"},
		Return:            function.StringReturn{},
	}
}

// Run does it.
func (shout) Run(ctx context.Context, request function.RunRequest, response *function.RunResponse) {
	var text string
	var more []string
	response.Error = request.Arguments.Get(ctx, &text, &more)
	if response.Error == nil && text == "silence" {
		response.Error = function.NewArgumentFuncError(0, "There is no louder silence.")
	}
	if response.Error == nil {
		response.Error = response.Result.Set(ctx, strings.ToUpper(strings.Join(append([]string{text}, more...), " ")))
	}
}
