package plugin

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Start is a text that differs with each start of an unsteady provider, and is empty for any other: part of its
// schema.
//
// A test makes a provider unsteady by writing "0" into the file `starts` beside the folder of its package. It is
// outside of the package, whose files must not change, and depends on no variable, which not every process of the
// provider gets.
func Start() string {
	program, err := os.Executable()
	if err != nil {
		return ""
	}
	path := filepath.Join(filepath.Dir(filepath.Dir(program)), "starts")
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	before, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return ""
	}
	start := strconv.Itoa(before + 1)
	if err := os.WriteFile(path, []byte(start), 0o600); err != nil {
		return ""
	}
	return "Start " + start + "."
}
