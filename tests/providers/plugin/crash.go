package plugin

import (
	"os"
	"sync/atomic"
)

// CrashVariable names the call in which each process of a provider crashes: PlanResourceChange.
const CrashVariable = "PROVIDER_CRASH_IN"

// crashIn is the call that the provider's configuration names.
var crashIn atomic.Value

// CrashIn makes the process crash in the next call of that name.
func CrashIn(call string) {
	crashIn.Store(call)
}

func crashIfWanted(call string) {
	configured, _ := crashIn.Load().(string)
	if call == configured || call == os.Getenv(CrashVariable) {
		panic("a test wants a crash in " + call)
	}
}
