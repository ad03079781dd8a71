# Sourced: the Docker engine that the instance's node runs on.
# shellcheck shell=bash disable=SC2154

# Own sockets and runtime state, since a socket's path is limited to about a hundred characters.
engine_dir=/run/cloudorch-$(instance_id)

engine_answers() { timeout 5 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# use_engine: `docker` means the instance's engine, whether it runs or not.
use_engine() { [[ ${CLOUDORCH_ENGINE:-machine} != own ]] || export DOCKER_HOST=unix://$engine_dir/docker.sock; }

# ensure_engine: afterwards `docker` reaches an engine; DOCKER_HOST says which, unless it is the machine's own socket.
#   CLOUDORCH_ENGINE=own  starts one for this instance even if the machine has one (tests do, in a network namespace of their own)
#   DOCKER_HOST           names one that somebody else runs
ensure_engine() {
    use_engine
    if [[ ${CLOUDORCH_ENGINE:-machine} == own ]]; then
        :
    elif engine_answers; then
        return
    elif [[ -n ${DOCKER_HOST:-} ]]; then
        die "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST"
    elif [[ -d /run/systemd/system ]]; then
        step "starting the machine's Docker engine (systemctl start docker)"
        as_root systemctl start docker || die "systemctl could not start the Docker engine: see journalctl -u docker"
        engine_answers || die "the Docker engine runs, but this user may not use it: add the user to the group docker, or run this with sudo"
        return
    fi
    if ((EUID != 0)) && ! engine_answers; then
        die "no Docker engine answers, and only root may start one: run this with sudo, or start the engine first"
    fi
    engine_answers || start_engine
}

# engine_command DATA_DIRECTORY RUN_DIRECTORY CGROUP SOCKET: sets the array engine_command to a dockerd that has these to itself.
engine_command() {
    engine_command=(
        dockerd --data-root "$1" --exec-root "$2/exec" --pidfile "$2/docker.pid" --host "$4"
        --cgroup-parent "$3" --log-level warn --shutdown-timeout 5
    )
    # From 28.2 on an engine drops what comes to a container's address from outside, unless it is told not to.
    ! dockerd --help 2>/dev/null | grep -q -e --allow-direct-routing || engine_command+=(--allow-direct-routing)
    [[ -z ${CLOUDORCH_ROOT_IS_RAM:-} ]] || export DOCKER_RAMDISK=true
    mkdir -p "$2"
}

# start_engine: a dockerd under our supervisor, its data in .local.
start_engine() {
    local socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
    local -a engine_command
    step "starting a Docker engine at $socket"
    mkdir -p "$run_dir"
    if [[ ! -e $run_dir/links.before ]]; then
        ip -o link 2>/dev/null | awk -F'[:@] *' '{ print $2 }' >"$run_dir/links.before" || true
        iptables -S FORWARD 2>/dev/null | head -n 1 >"$run_dir/forward.before" || true
    fi
    engine_command "$local_dir/engine" "$engine_dir" "cloudorch-$(instance_id)" "$socket"
    rm -f "$engine_dir/docker.pid"
    start_process engine "${engine_command[@]}"
    wait_until 60 "the Docker engine answers" engine_answers
}

# stop_engine: only the one that we started, and only when nobody else's container runs in it.
stop_engine() {
    is_running engine || [[ -e $run_dir/engine.pid ]] || return 0
    # What the agent started carries its label; so did the agent's network.
    local foreign
    foreign=$(docker ps -q --no-trunc 2>/dev/null | while read -r id; do
        docker inspect --format '{{.Id}} {{range $k, $v := .Config.Labels}}{{$k}} {{end}}' "$id" 2>/dev/null
    done | grep -cvF 'io.cloudorch.agent' || true)
    if ((${foreign:-0} > 0)); then
        note "the Docker engine that was started here runs $foreign containers of others: it stays (process $(recorded_pid "$run_dir/engine.pid"))"
        return 0
    fi
    step "stopping the Docker engine"
    docker network ls --quiet --filter driver=bridge 2>/dev/null | while read -r network; do
        docker network inspect --format '{{with index .Options "com.docker.network.bridge.name"}}{{.}}{{else}}br-{{slice .Id 0 12}}{{end}}' "$network"
    done >"$run_dir/bridges" 2>/dev/null || true
    stop_process engine
    remove_engine_traces
}

# An engine leaves mounts, bridges, control groups, its chains and a policy behind when it stops.
remove_engine_traces() {
    local bridge table rule
    kill_engine_processes "cloudorch-$(instance_id)" "$engine_dir/"
    remove_mounts "$local_dir/engine/" "$engine_dir/"
    remove_cgroups "cloudorch-$(instance_id)"
    while read -r bridge; do
        grep -qx "$bridge" "$run_dir/links.before" || ip link del "$bridge" 2>/dev/null || true
        for table in filter nat raw; do
            iptables -t "$table" -S 2>/dev/null | awk -v bridge="$bridge" '/^-A/ && index($0 " ", " " bridge " ") { sub(/^-A/, "-D"); print }' |
                while read -r rule; do xargs iptables -t "$table" <<<"$rule" 2>/dev/null || true; done
        done
    done < <(cat "$run_dir/bridges" 2>/dev/null || true)
    # The chains are one set for all engines of a network namespace.
    another_engine_runs_here || remove_engine_chains
    rm -f "$run_dir/bridges" "$run_dir/chains" "$run_dir/links.before" "$run_dir/forward.before"
    rm -rf "$engine_dir"
}

# engine_processes CGROUP RUN_DIRECTORY/: what runs in its containers, its helpers, and what was to become a container when an engine ended:
# such a process waits for ever, and may not be in its control group yet; only its environment says whose it is.
engine_processes() {
    local pid about
    find /sys/fs/cgroup/*/"$1" "/sys/fs/cgroup/$1" -name cgroup.procs -exec cat {} + 2>/dev/null || true
    for pid in $(pgrep '^(containerd|runc)'); do
        about=$({ tr '\0' '\n' <"/proc/$pid/environ" | grep '^_LIBCONTAINER_STATEDIR='; tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null) || true
        [[ $about != *"$2"* ]] || printf '%s\n' "$pid"
    done
}

# kill_engine_processes CGROUP RUN_DIRECTORY/: what is left of an engine that has ended.
kill_engine_processes() {
    local deadline=$((SECONDS + 10)) pids
    while pids=$(engine_processes "$@" | sort -u) && [[ -n $pids ]]; do
        ((SECONDS < deadline)) || die "these processes of a Docker engine do not end: ${pids//$'\n'/ }"
        xargs kill -KILL <<<"$pids" 2>/dev/null || true
        sleep 0.1
    done
}

# remove_mounts DIRECTORY/...: those below, and the directory itself: an engine binds its own where that is no mount point.
remove_mounts() {
    local mounted directory
    for directory in "$@"; do
        awk -v d="$directory" 'index($2 "/", d) == 1 { print $2 }' /proc/self/mounts | sort -r |
            while read -r mounted; do umount -l "$mounted" 2>/dev/null || true; done
    done
}

remove_cgroups() {
    local group
    for group in /sys/fs/cgroup/*/"$1" "/sys/fs/cgroup/$1"; do
        [[ ! -d $group ]] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
}

another_engine_runs_here() {
    local pid
    for pid in $(pgrep -x dockerd); do
        [[ $(readlink "/proc/$pid/ns/net") != "$(readlink /proc/self/ns/net)" ]] || return 0
    done
    return 1
}

remove_engine_chains() {
    local table rule chain
    for table in filter nat raw; do
        iptables -t "$table" -S 2>/dev/null | sed -n '/-j DOCKER/s/^-A/-D/p' |
            while read -r rule; do xargs iptables -t "$table" <<<"$rule" 2>/dev/null || true; done
        iptables -t "$table" -S 2>/dev/null | sed -n 's/^-N \(DOCKER[A-Z0-9-]*\)$/\1/p' >"$run_dir/chains"
        while read -r chain; do iptables -t "$table" -F "$chain" 2>/dev/null || true; done <"$run_dir/chains"
        while read -r chain; do iptables -t "$table" -X "$chain" 2>/dev/null || true; done <"$run_dir/chains"
    done
    ! grep -q ACCEPT "$run_dir/forward.before" 2>/dev/null || iptables -P FORWARD ACCEPT 2>/dev/null || true
}
