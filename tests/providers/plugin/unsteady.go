package plugin

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Unsteady tells whether this start of the provider declares another schema than the one before.
//
// A test installs such a provider by writing "0" into the file `starts` beside the folder of its package. It is
// outside of the package, whose files must not change, and depends on no variable, which not every process of the
// provider gets.
func Unsteady() bool {
	program, err := os.Executable()
	if err != nil {
		return false
	}
	path := filepath.Join(filepath.Dir(filepath.Dir(program)), "starts")
	content, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	starts, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return false
	}
	starts++
	return os.WriteFile(path, []byte(strconv.Itoa(starts)), 0o600) == nil && starts%2 == 0
}
