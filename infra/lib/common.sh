# Sourced by every script of infra/: where things are, what they are called, and how the scripts talk.
# shellcheck shell=bash

# The checkout, and the directory that holds all state of one instance; another instance beside it gets another directory.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
local_dir=${CLOUDORCH_LOCAL:-$root/.local}
configuration=${CLOUDORCH_CONFIGURATION:-Release}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true
# A minimal Debian has no ICU; nothing here needs one.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

started_at=$SECONDS

step() { printf '[%3ds] %s\n' "$((SECONDS - started_at))" "$*"; }
note() { printf '       %s\n' "$*"; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Eight hexadecimal digits that no other instance on this machine has: the end of every name that the machine shares.
instance_id() { printf '%s' "$local_dir" | sha256sum | cut -c1-8; }

# program PROJECT_DIRECTORY NAME: the built executable.
program() { printf '%s/%s/bin/%s/net10.0/%s' "$root" "$1" "$configuration" "$2"; }

# build PROJECT...: warnings are errors.
build() {
    local target
    for target in "$@"; do
        dotnet build "$target" --configuration "$configuration" --nologo --verbosity quiet ||
            die "the build of ${target#"$root"/} failed"
    done
}
