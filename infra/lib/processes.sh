# Sourced: processes that outlive the script, each under a supervisor that starts it again, known by process id and start time.
# shellcheck shell=bash disable=SC2154

run_dir=$local_dir/run
log_dir=$local_dir/logs

# start_time PID: when the kernel started it, in ticks since boot; empty when there is no such process.
start_time() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    # The command's name, in parentheses, may hold spaces.
    stat=${stat##*) }
    awk '{ if ($1 != "Z") print $20 }' <<<"$stat"
}

# record FILE PID: a process id is worth something only together with its start time.
record() { printf '%s %s\n' "$2" "$(start_time "$2")" >"$1"; }

# recorded_pid FILE: the process id, if that very process still runs; else returns 1.
recorded_pid() {
    local pid at
    [[ -r $1 ]] && read -r pid at <"$1" || return 1
    [[ -n $at && $(start_time "$pid") == "$at" ]] || return 1
    printf '%s' "$pid"
}

is_running() { recorded_pid "$run_dir/$1.supervisor" >/dev/null; }

# stop_recorded FILE SECONDS: TERM, and KILL when it has not ended by then.
stop_recorded() {
    local pid deadline=$((SECONDS + $2))
    if ! pid=$(recorded_pid "$1"); then
        rm -f "$1"
        return
    fi
    kill -TERM "$pid" 2>/dev/null || true
    while recorded_pid "$1" >/dev/null; do
        if ((SECONDS >= deadline)); then
            kill -KILL "$pid" 2>/dev/null || true
            deadline=$((SECONDS + 5))
        fi
        sleep 0.1
    done
    rm -f "$1"
}

# stop_process NAME: the supervisor first, or it would start the process again; it stops its process itself, unless it was killed.
stop_process() {
    stop_recorded "$run_dir/$1.supervisor" 45
    stop_recorded "$run_dir/$1.pid" 20
    rm -f "$run_dir/$1.command"
}

# start_process NAME COMMAND...: no harm when it runs already with the same command and environment; with another one it is started anew.
start_process() {
    local name=$1
    shift
    local fingerprint
    fingerprint=$(printf '%s\n' "$@")
    # The settings are part of what runs.
    [[ $1 != */with-settings ]] || fingerprint+=$(sha256sum "$2")
    if is_running "$name"; then
        [[ $fingerprint == "$(cat "$run_dir/$name.command" 2>/dev/null)" ]] && return
        stop_process "$name"
    fi
    # A process whose supervisor was killed.
    stop_recorded "$run_dir/$name.pid" 20
    mkdir -p "$run_dir" "$log_dir"
    (
        umask 077
        printf '%s' "$fingerprint" >"$run_dir/$name.command"
    )
    # Not with the lock of infra/up (8), which would be held for as long as the process lives.
    CLOUDORCH_LOCAL=$local_dir setsid "$root/infra/lib/supervise" "$name" "$@" </dev/null >>"$log_dir/$name.log" 2>&1 8>&- &
    record "$run_dir/$name.supervisor" $!
}

# wait_until SECONDS WHAT COMMAND...: asks until it succeeds.
wait_until() {
    local seconds=$1 what=$2
    local deadline=$((SECONDS + seconds))
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || die "not within $seconds s: $what (logs: $log_dir)"
        sleep 0.2
    done
}

# port NAME: a free port of the loopback address, chosen once for this instance and kept in .local/ports.
port() {
    local name=$1 line candidate
    mkdir -p "$local_dir"
    line=$(grep "^$name=" "$local_dir/ports" 2>/dev/null || true)
    if [[ -n $line ]]; then
        printf '%s' "${line#*=}"
        return
    fi
    candidate=$((20000 + 16#$(instance_id | cut -c1-4) % 10000))
    while grep -q "=$candidate\$" "$local_dir/ports" 2>/dev/null || port_is_taken "$candidate"; do
        candidate=$((candidate + 1))
    done
    printf '%s=%s\n' "$name" "$candidate" >>"$local_dir/ports"
    printf '%s' "$candidate"
}

port_is_taken() { [[ -n $(ss -Hltn "sport = :$1" 2>/dev/null) ]]; }
