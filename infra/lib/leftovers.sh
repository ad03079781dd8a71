# Sourced: what a run could leave behind on the machine, as text to compare before and after.
# shellcheck shell=bash

# machine_state DIRECTORY: one file for each kind of thing.
machine_state() {
    local to=$1 me=$BASHPID
    mkdir -p "$to"
    # This shell, its parent and what it runs right now do not count, nor do kernel threads.
    ps -eo pid=,ppid=,args= | awk -v me="$me" -v shell="$$" '
        { pid = $1; ppid = $2; $1 = ""; $2 = "" }
        pid != me && pid != shell && ppid != me && ppid != 2 && pid != 2 { print pid $0 }' | sort >"$to/processes"
    { timeout 5 docker ps -a --no-trunc --format '{{.ID}} {{.Names}}' 2>/dev/null || true; } | sort >"$to/containers"
    { ip -o link 2>/dev/null || true; } | awk -F': ' '{ print $2 }' | sort >"$to/links"
    { ip route 2>/dev/null || true; } | sort >"$to/routes"
    { ip netns list 2>/dev/null || true; } | awk '{ print $1 }' | sort >"$to/namespaces"
    { iptables-save 2>/dev/null || true; } | sed -n -e '/^-/p' -e '/^:.* DROP/s/ \[.*//p' | sort >"$to/firewall"
    awk '{ print $2, $3 }' /proc/self/mounts | sort >"$to/mounts"
    { find /sys/fs/cgroup -maxdepth 2 -type d \( -name '*cloudorch*' -o -name 'docker' \) 2>/dev/null || true; } | sort >"$to/cgroups"
    { find "${TMPDIR:-/tmp}" /run -maxdepth 1 -name 'cloudorch*' 2>/dev/null || true; } | sort >"$to/files"
}

# compare_states BEFORE AFTER: prints what is new and returns 1, or returns 0.
compare_states() {
    local kind new rc=0
    for kind in processes containers links routes namespaces firewall mounts cgroups files; do
        new=$(comm -13 "$1/$kind" "$2/$kind")
        if [[ -n $new ]]; then
            printf 'left behind (%s):\n    %s\n' "$kind" "${new//$'\n'/$'\n'    }"
            rc=1
        fi
    done
    return $rc
}
