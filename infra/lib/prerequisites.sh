# Sourced: installs what is missing on a Debian or Ubuntu machine, or says exactly what to install.
# shellcheck shell=bash disable=SC2154

# command it brings:package
readonly -a needed_packages=(
    dockerd:docker.io docker:docker.io iptables:iptables ip:iproute2 nft:nftables busybox:busybox-static ps:procps node:nodejs npm:npm
    curl:curl nsenter:util-linux kubectl:kubernetes-client faketime:faketime
)

# ensure_prerequisites: afterwards every command that the scripts and tests use is there.
ensure_prerequisites() {
    local -a missing=()
    local entry
    PATH=$PATH:/usr/sbin:/sbin:$HOME/.dotnet
    export PATH
    for entry in "${needed_packages[@]}"; do
        command -v "${entry%%:*}" >/dev/null || missing+=("${entry##*:}")
    done
    # The image busybox:1 is made from this one; a busybox that needs libraries would not run in it.
    [[ -x /bin/busybox || -x /usr/bin/busybox ]] || [[ " ${missing[*]} " == *" busybox-static "* ]] || missing+=(busybox-static)
    [[ -e /etc/ssl/certs/ca-certificates.crt ]] || missing+=(ca-certificates)
    ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
    # Newer Debian ships the command in a package of its own.
    command -v docker >/dev/null || install_packages docker-cli
    ensure_dotnet
}

# ensure_registry: for infra/lab only. Where a service manager runs, the package starts a registry for the whole machine, which nobody asked for.
ensure_registry() {
    ! command -v docker-registry >/dev/null || return 0
    install_packages docker-registry
    [[ ! -d /run/systemd/system ]] || as_root systemctl disable --quiet --now docker-registry
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo -n "$@"
    fi
}

install_packages() {
    if ! command -v apt-get >/dev/null; then
        die "these are missing, and there is no apt-get to install them with: $*"
    fi
    if ((EUID != 0)) && ! { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; then
        die "please install what is missing, then run this again: sudo apt-get install -y --no-install-recommends $*"
    fi
    step "installing $*"
    local log=$local_dir/logs/apt.log
    mkdir -p "$local_dir/logs"
    # The package starts a Docker engine where a service manager runs; elsewhere its script asks for one and must not fail.
    if ! { as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        die "apt-get could not install: $* (the whole log: $log)"
    fi
}

ensure_dotnet() {
    find_dotnet
    # Programs that were built look for the runtime in fixed places, and here; not on the PATH.
    local home
    home=$(dirname "$(readlink -f "$(command -v dotnet)")")
    [[ ! -d $home/shared/Microsoft.NETCore.App ]] || export DOTNET_ROOT=${DOTNET_ROOT:-$home}
}

find_dotnet() {
    local wanted major
    wanted=$(sed -n 's/.*"version": *"\([0-9.]*\)".*/\1/p' "$root/global.json")
    major=${wanted%%.*}
    if (cd "$root" && dotnet --version >/dev/null 2>&1); then
        return
    fi
    if apt-cache show "dotnet-sdk-$major.0" >/dev/null 2>&1; then
        install_packages "dotnet-sdk-$major.0"
    else
        step "no .NET SDK $wanted here: trying Microsoft's install script"
        local script
        script=$(mktemp)
        if curl -fsSL --max-time 60 https://dot.net/v1/dotnet-install.sh -o "$script" 2>/dev/null; then
            bash "$script" --channel "$major.0" --install-dir "$HOME/.dotnet" || true
        fi
        rm -f "$script"
        PATH=$HOME/.dotnet:$PATH
        export PATH DOTNET_ROOT=$HOME/.dotnet
    fi
    (cd "$root" && dotnet --version >/dev/null 2>&1) ||
        die "the .NET SDK $wanted or a later $major.0 is missing and could not be fetched: install package dotnet-sdk-$major.0, or put an SDK on the PATH"
}
