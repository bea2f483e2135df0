package cli

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
)

func version(_ context.Context, p Process, args []string) error {
	if _, err := p.parse("version", args, func(*flag.FlagSet) {}); err != nil {
		return err
	}
	p.say(fmt.Sprintf("customerai %s %s %s/%s", build(), runtime.Version(), runtime.GOOS, runtime.GOARCH))
	return nil
}

// build is the module's version, or the commit when built from a checkout.
func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return info.Main.Version
}
