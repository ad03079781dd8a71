# Sourced: hosts on one machine. Each is a network namespace with a link to one bridge, and a Docker engine in it.
# shellcheck shell=bash disable=SC2154

lab_dir=$local_dir/lab
# Sockets and runtime state, since a socket's path is limited to about a hundred characters.
lab_run_dir=/run/cloudorch-lab-$(instance_id)
# The bridge; and what the names of all links and namespaces of this lab begin with (a link's name has 15 characters at most).
lab=lab$(instance_id)

lab_host() { printf '%sh%s' "$lab" "$1"; }
lab_socket() { printf 'unix://%s/%s/docker.sock' "$lab_run_dir" "$1"; }

# lab_range: the first two numbers of addresses that no route of this machine has; chosen once. 10.16 to 10.63 are for pods.
lab_range() {
    local file=$local_dir/lab-range byte
    if [[ ! -s $file ]]; then
        byte=$((64 + 16#$(instance_id | cut -c5-8) % 64))
        while [[ -n $(ip route show to root "10.$byte.0.0/16" 2>/dev/null; ip route show to match "10.$byte.0.0/16" 2>/dev/null | grep -v '^default') ]]; do
            byte=$((byte < 127 ? byte + 1 : 64))
        done
        printf '10.%s' "$byte" >"$file"
    fi
    cat "$file"
}

# The bridge's address, and a host's.
lab_address() { printf '%s.0.%s' "$(lab_range)" "$((${1:+10} + ${1:-1}))"; }
lab_registry() { printf '%s:%s' "$(lab_address)" "$(port lab-registry)"; }

# lab_hosts: how many there are; 0 without a lab.
lab_hosts() { cat "$lab_dir/hosts" 2>/dev/null || printf 0; }

on_host() {
    local host=$1
    shift
    nsenter --net="/run/netns/$(lab_host "$host")" env DOCKER_HOST="$(lab_socket "$host")" "$@"
}

# lab_up N: so many hosts or more; repeating it repairs what is missing.
lab_up() {
    local n=$1 i
    local -a ready=()
    ((EUID == 0)) || die "network namespaces and their Docker engines need root: run this with sudo"
    ensure_registry
    ((n > $(lab_hosts))) || n=$(lab_hosts)
    step "a lab of $n hosts at $(lab_address)"
    mkdir -p "$lab_dir" "$log_dir" "$run_dir"
    printf '%s' "$n" >"$lab_dir/hosts"
    ensure_bridge
    start_registry
    for ((i = 1; i <= n; i++)); do
        ensure_host "$i"
        start_host_engine "$i"
    done
    for ((i = 1; i <= n; i++)); do
        wait_until 120 "the engine of host $i answers" on_host "$i" timeout 5 docker version
        ! on_host "$i" docker image inspect busybox:1 >/dev/null 2>&1 || ready+=("$i")
    done
    wait_until 60 "the registry answers" curl --silent --fail --max-time 2 "http://$(lab_registry)/v2/"
    if ((${#ready[@]} < n)); then
        step "image busybox:1"
        # Made once, so that it is the same one everywhere.
        on_host "${ready[0]:-1}" "$root/infra/images/busybox"
        DOCKER_HOST=$(lab_socket "${ready[0]:-1}") lab_load busybox:1
    fi
}

ensure_bridge() {
    local id
    id=$(instance_id)
    if ! ip link show "$lab" >/dev/null 2>&1; then
        # An address of its own, or it would take that of one of its links and change it with them.
        ip link add "$lab" address "02:${id:0:2}:${id:2:2}:${id:4:2}:${id:6:2}:00" type bridge
        ip address add "$(lab_address)/24" dev "$lab"
        ip link set "$lab" up
    fi
    # An engine that runs on the machine itself sets the policy to DROP, for what crosses a bridge too.
    iptables -C FORWARD -i "$lab+" -j ACCEPT 2>/dev/null || iptables -I FORWARD -i "$lab+" -j ACCEPT
}

start_registry() {
    mkdir -p "$lab_dir/registry"
    cat >"$lab_dir/registry.yml" <<YAML
version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: $lab_dir/registry}
  delete: {enabled: true}
http: {addr: "$(lab_registry)"}
YAML
    start_process lab-registry docker-registry serve "$lab_dir/registry.yml"
}

# ensure_host I: the namespace, its link to the bridge, and its way out.
ensure_host() {
    local host id
    host=$(lab_host "$1")
    id=$(instance_id)
    if [[ ! -e /run/netns/$host ]]; then
        # The first namespace of a machine mounts /run/netns.
        awk '$2 == "/run/netns" { found = 1 } END { exit !found }' /proc/self/mounts || : >"$lab_dir/mounted-netns"
        ip netns add "$host"
        ip -n "$host" link set lo up
    fi
    if ! ip link show "$host" >/dev/null 2>&1; then
        ip link add "$host" type veth peer name eth0 address "02:${id:0:2}:${id:2:2}:${id:4:2}:${id:6:2}:$(printf '%02x' "$1")" netns "$host"
        ip link set "$host" master "$lab" up
        ip -n "$host" address add "$(lab_address "$1")/24" dev eth0
        ip -n "$host" link set eth0 up
        ip -n "$host" route add default via "$(lab_address)"
    fi
}

start_host_engine() {
    local -a engine_command
    engine_command "$lab_dir/$1/engine" "$lab_run_dir/$1" "/cloudorch-lab-$(instance_id)-$1" "$(lab_socket "$1")"
    is_running "lab-engine-$1" || rm -f "$lab_run_dir/$1/docker.pid"
    # Not `ip netns exec`: that mounts a fresh /sys, in which an engine finds no control groups.
    start_process "lab-engine-$1" nsenter --net="/run/netns/$(lab_host "$1")" "${engine_command[@]}" \
        --bip "$(lab_range).$((100 + $1)).1/24" --insecure-registry "$(lab_registry)"
}

# lab_load IMAGE: of the engine that `docker` means, or a tar file that `docker save` wrote; into every engine and the registry.
lab_load() {
    local tar=$1 made='' loaded i image
    if [[ ! -f $1 ]]; then
        docker image inspect "$1" >/dev/null 2>&1 || die "there is no file $1, and the engine at ${DOCKER_HOST:-its usual socket} has no image of that name"
        tar=$lab_dir/load.tar
        made=yes
        docker save --output "$tar" "$1"
    fi
    for ((i = 1; i <= $(lab_hosts); i++)); do
        loaded=$(on_host "$i" docker load --quiet --input "$tar") || die "the engine of host $i did not take $1"
    done
    [[ -z $made ]] || rm -f "$tar"
    sed -n 's/^Loaded image: //p' <<<"$loaded" | while read -r image; do
        on_host 1 docker tag "$image" "$(lab_registry)/$image"
        on_host 1 docker push --quiet "$(lab_registry)/$image" >/dev/null
        on_host 1 docker rmi "$(lab_registry)/$image" >/dev/null
        note "$image: on $(lab_hosts) hosts, and $(lab_registry)/$image"
    done
}

# lab_cut I: what a pulled cable does.
lab_cut() { ip link set "$(lab_host "$1")" down; }

lab_heal() {
    remove_wire "$1"
    ip link set "$(lab_host "$1")" up
}

# lab_reboot I: no process is asked. What has a supervisor is started again by it: the engine, and the agent.
lab_reboot() {
    local network group
    network="net:\[$(stat --dereference --format %i "/run/netns/$(lab_host "$1")")\]"
    group=cloudorch-lab-$(instance_id)-$1
    # Twice, for what one of them had just begun.
    for _ in 1 2; do
        {
            engine_processes "$group" "$lab_run_dir/$1/"
            find /proc -maxdepth 3 -path '/proc/[0-9]*/ns/net' -lname "$network" 2>/dev/null | cut -d/ -f3
        } | sort -u | xargs --no-run-if-empty kill -KILL 2>/dev/null || true
    done
    wait_until 120 "the engine of host $1 answers" on_host "$1" timeout 5 docker version
}

# lab_delay I MS LOSS: a wire between the host's link and the bridge. The host keeps its link, address and neighbours, and so its open connections.
lab_delay() {
    local host=$1 ms=$2 loss=$3 tool wire=${lab}w$1 near=${lab}a$1 far=${lab}b$1 device
    if [[ $ms =~ ^0+$ && $loss =~ ^0+(\.0+)?$ ]]; then
        remove_wire "$host"
        return
    fi
    [[ -x $(program infra/local/CloudOrch.Local cloudorch-local) ]] || build infra/local/CloudOrch.Local
    tool=$(install_program infra/local/CloudOrch.Local cloudorch-local)
    # The devices stay when the wire's process is started again.
    for device in "$near" "$far"; do
        ip link show "$device" >/dev/null 2>&1 || ip tuntap add dev "$device" mode tap
    done
    ip link show "$wire" >/dev/null 2>&1 || ip link add "$wire" type bridge
    ip link set "$near" master "$lab" up
    ip link set "$far" master "$wire" up
    ip link set "$wire" up
    start_process "lab-wire-$host" "$tool" wire --tap "$near" --tap "$far" --round-trip "$ms" --loss "$loss"
    wait_until 20 "the wire relays" has_carrier "$near" "$far"
    ip link set "$(lab_host "$host")" master "$wire"
    printf '%s ms, %s %% lost' "$ms" "$loss" >"$lab_dir/$host/wire"
}

has_carrier() {
    local device
    for device in "$@"; do
        ip -o link show "$device" | grep -q LOWER_UP || return 1
    done
}

remove_wire() {
    local device
    [[ -e $lab_dir/$1/wire || -e $run_dir/lab-wire-$1.supervisor ]] || return 0
    ip link set "$(lab_host "$1")" master "$lab"
    stop_process "lab-wire-$1"
    for device in "${lab}a$1" "${lab}b$1" "${lab}w$1"; do
        ip link del "$device" 2>/dev/null || true
    done
    rm -f "$lab_dir/$1/wire"
}

lab_list() {
    local i state
    (($(lab_hosts) > 0)) || die "there is no lab: ./infra/lab up N makes one"
    printf '%-6s %-14s %-24s %s\n' HOST ADDRESS LINK DOCKER_HOST
    for ((i = 1; i <= $(lab_hosts); i++)); do
        state=up
        [[ ! -e $lab_dir/$i/wire ]] || state=$(<"$lab_dir/$i/wire")
        ip -o link show "$(lab_host "$i")" 2>/dev/null | grep -q '[<,]UP[,>]' || state='cut'
        printf '%-6s %-14s %-24s %s\n' "$i" "$(lab_address "$i")" "$state" "$(lab_socket "$i")"
    done
    printf '\nregistry %s, bridge %s\n' "$(lab_registry)" "$lab"
}

# lab_down: finds what there is by name, also where an `up` was broken off.
lab_down() {
    local name i
    [[ -d $lab_dir ]] || return 0
    step "stopping the lab"
    for name in $(find "$run_dir" -name 'lab-*' -printf '%f\n' | sed -n 's/\.\(supervisor\|pid\)$//p' | sort -u); do
        stop_process "$name" &
    done
    wait
    for ((i = 1; i <= $(lab_hosts); i++)); do
        kill_engine_processes "cloudorch-lab-$(instance_id)-$i" "$lab_run_dir/$i/"
    done
    remove_mounts "$lab_dir/" "$lab_run_dir/"
    for ((i = 1; i <= $(lab_hosts); i++)); do
        remove_cgroups "cloudorch-lab-$(instance_id)-$i"
    done
    for name in $(ip -o link show | sed -n "s/^[0-9]*: \(${lab}[a-z][0-9]*\)[@:].*/\1/p") "$lab"; do
        ip link del "$name" 2>/dev/null || true
    done
    for name in $(ip netns list | sed -n "s/^\(${lab}h[0-9]*\).*/\1/p"); do
        ip netns del "$name"
    done
    if [[ -e $lab_dir/mounted-netns && -z $(ls /run/netns) ]]; then
        umount /run/netns && rmdir /run/netns
    fi
    while iptables -D FORWARD -i "$lab+" -j ACCEPT 2>/dev/null; do :; done
    rm -rf "$lab_run_dir" "$lab_dir"
}
