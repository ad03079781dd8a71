# Sourced: one cluster in the local Azure, one node of it on this machine, and something that runs there.
# shellcheck shell=bash disable=SC2154

readonly cluster=local
node_name=${CLOUDORCH_NODE:-$(hostname | tr '[:upper:]_' '[:lower:]-' | cut -c1-63)}
agent_dir=$local_dir/agent
export KUBECONFIG=$local_dir/kubeconfig
# kubectl remembers what an address serves; another instance may have had this one's port.
export KUBECACHEDIR=$local_dir/kubectl-cache

kube() { kubectl --cache-dir "$KUBECACHEDIR" "$@"; }

# json PATH: a field of the JSON document on standard input, as text.
json() { node -e 'const d = JSON.parse(require("fs").readFileSync(0)); const v = process.argv[1].split(".").reduce((o, k) => o?.[k], d); process.stdout.write(v === undefined ? "" : String(v))' "$1"; }

# pod_range: 256 nodes' worth of addresses that no other instance and no route of this machine has; chosen once.
pod_range() {
    local file=$local_dir/pod-range byte
    if [[ ! -s $file ]]; then
        byte=$((16 + 16#$(instance_id | cut -c5-8) % 48))
        while [[ -n $(ip route show to root "10.$byte.0.0/16" 2>/dev/null) ]]; do
            byte=$((byte < 63 ? byte + 1 : 16))
        done
        printf '10.%s.0.0/16' "$byte" >"$file"
    fi
    cat "$file"
}

create_cluster() {
    step "cluster «$cluster» and its kubeconfig"
    if ! call GET "/apis/management.cloudorch.io/v1/clusters/$cluster" >/dev/null 2>&1; then
        call POST /apis/management.cloudorch.io/v1/clusters \
            "{\"apiVersion\":\"management.cloudorch.io/v1\",\"kind\":\"Cluster\",\"metadata\":{\"name\":\"$cluster\"},\"spec\":{\"podCidr\":\"$(pod_range)\"}}" >/dev/null ||
            die "the cluster could not be created"
    fi
    write_kubeconfig "$local_dir/kubeconfig" "$cluster" "$(administrator_token)"
    wait_until 30 "the cluster answers" kube get namespace default
}

# write_kubeconfig FILE CLUSTER TOKEN
write_kubeconfig() {
    (
        umask 077
        cat >"$1.new" <<YAML
apiVersion: v1
kind: Config
current-context: $2
clusters:
- name: $2
  cluster:
    server: $(api_url)/clusters/$2
    certificate-authority-data: $(base64 -w0 <"$tls_dir/ca.pem")
users:
- name: $2
  user:
    token: $3
contexts:
- name: $2
  context:
    cluster: $2
    user: $2
YAML
    )
    mv "$1.new" "$1"
}

# join_token CLUSTER [USES] [SECONDS]: a new one, printed.
join_token() {
    call POST /apis/management.cloudorch.io/v1/jointokens \
        "{\"apiVersion\":\"management.cloudorch.io/v1\",\"kind\":\"JoinToken\",\"metadata\":{\"name\":\"up-$(head -c 5 /dev/urandom | od -An -tx1 | tr -d ' \n')\"},
          \"spec\":{\"clusterName\":\"$1\",\"maxUses\":${2:-1},\"expirationSeconds\":${3:-3600}}}" | json status.token
}

start_agent() {
    step "the agent, as node «$node_name»"
    mkdir -p "$agent_dir"
    chmod 700 "$agent_dir"
    # The token is needed once; whoever is enrolled has a key.
    [[ -s $agent_dir/identity.json && -s $local_dir/secrets/join-token ]] || new_join_token 1
    agent_settings | settings_file agent >/dev/null
    run_agent
    wait_until 60 "node $node_name exists" kube get node "$node_name"
    kube wait --for=condition=Ready "node/$node_name" --timeout=60s >/dev/null || die "the node is not Ready (log: $log_dir/agent.log)"
}

# new_join_token USES
new_join_token() {
    (umask 077 && join_token "$cluster" "$1" >"$local_dir/secrets/join-token")
    [[ -s $local_dir/secrets/join-token ]] || die "no join token for the nodes"
}

# start_agents N: one on each of so many hosts of the lab, under one join token.
start_agents() {
    local n=$1 i enrolled=yes
    local -a names=()
    step "an agent on each of $n hosts"
    for ((i = 1; i <= n; i++)); do
        names+=("node/host-$i")
        [[ -s $local_dir/agents/host-$i/identity.json ]] || enrolled=
    done
    [[ -n $enrolled && -s $local_dir/secrets/join-token ]] || new_join_token "$n"
    for ((i = 1; i <= n; i++)); do
        run_host_agent "$i"
    done
    wait_until 90 "${names[*]} exist" kube get "${names[@]}"
    kube wait --for=condition=Ready "${names[@]}" --timeout=60s >/dev/null || die "not all of them are Ready (logs: $log_dir)"
}

# run_host_agent I
run_host_agent() {
    # The settings are written from these.
    local agent node_name=host-$1 agent_dir=$local_dir/agents/host-$1 DOCKER_HOST
    DOCKER_HOST=$(lab_socket "$1")
    mkdir -p "$agent_dir"
    chmod 700 "$local_dir/agents"
    agent=$(install_program agent/CloudOrch.Agent.Docker cloudorch-agent)
    start_process "agent-$1" "$root/infra/lib/with-settings" "$(agent_settings | settings_file "agent-$1")" nsenter --net="/run/netns/$(lab_host "$1")" "$agent"
}

run_agent() {
    local agent
    agent=$(install_program agent/CloudOrch.Agent.Docker cloudorch-agent)
    if [[ -d /run/systemd/system && $EUID == 0 && ${CLOUDORCH_ENGINE:-machine} != own ]]; then
        start_agent_unit "$agent"
    else
        start_process agent "$root/infra/lib/with-settings" "$local_dir/settings/agent.env" "$agent"
    fi
}

agent_settings() {
    cat <<SETTINGS
CLOUDORCH_AGENT_SERVER=$(api_url)
CLOUDORCH_AGENT_JOIN_TOKEN_FILE=$local_dir/secrets/join-token
CLOUDORCH_AGENT_NODE_NAME=$node_name
CLOUDORCH_AGENT_DATA=$agent_dir
SSL_CERT_FILE=$tls_dir/bundle.pem
SETTINGS
    [[ -z ${DOCKER_HOST:-} ]] || printf 'DOCKER_HOST=%s\n' "$DOCKER_HOST"
    [[ -z ${DOTNET_ROOT:-} ]] || printf 'DOTNET_ROOT=%s\n' "$DOTNET_ROOT"
}

# remove_network NETWORK: a few times, since an engine forgets the endpoints of removed containers some moments after them; one that was killed may never.
remove_network() {
    local endpoint tries
    for ((tries = 0; tries < 5; tries++)); do
        ((tries == 0)) || sleep 1
        for endpoint in $(docker network inspect --format '{{range .Containers}}{{.Name}} {{end}}' "$1"); do
            docker network disconnect --force "$1" "$endpoint" 2>/dev/null || true
        done
        docker network rm "$1" >/dev/null && return
    done
    return 1
}

# remove_containers: those of this instance's agent, known by its id, and its network.
remove_containers() {
    local id
    local -a found
    id=$(json agentId <"$agent_dir/identity.json" 2>/dev/null) || return 0
    [[ -n $id ]] && engine_answers || return 0
    step "removing the containers and the network of node «$node_name»"
    mapfile -t found < <(docker ps --all --quiet --filter "label=io.cloudorch.agent=$id")
    ((${#found[@]} == 0)) || docker rm --force --volumes "${found[@]}" >/dev/null
    mapfile -t found < <(docker network ls --quiet --filter "label=io.cloudorch.agent=$id")
    local network
    for network in "${found[@]}"; do
        remove_network "$network" || note "network $network stays in the engine"
    done
}

agent_unit() { printf 'cloudorch-agent-%s.service' "$(instance_id)"; }

# A transient unit: nothing of it is left on the machine when it is stopped.
start_agent_unit() {
    local unit
    unit=$(agent_unit)
    ! systemctl is-active --quiet "$unit" || systemctl stop "$unit"
    systemd-run --quiet --unit "$unit" --description "CloudOrch agent of $local_dir" --property Restart=always --property RestartSec=200ms --property StartLimitIntervalSec=0 \
        --property "EnvironmentFile=$local_dir/settings/agent.env" --property KillMode=process \
        --property "StandardOutput=append:$log_dir/agent.log" --property "StandardError=append:$log_dir/agent.log" "$1"
}

stop_agent() {
    step "stopping the agent; its containers stay, but for fenced ones"
    [[ ! -d /run/systemd/system ]] || systemctl stop "$(agent_unit)" 2>/dev/null || true
    stop_process agent
    stop_watchdog "$agent_dir"
}

stop_agents() {
    local i
    step "stopping the agents on $(nodes) hosts"
    for ((i = 1; i <= $(nodes); i++)); do
        (
            stop_process "agent-$i"
            stop_watchdog "$local_dir/agents/host-$i"
        ) &
    done
    wait
}

# stop_watchdog DATA: what an agent left to guard its pods with fenced identities; it kills them first.
stop_watchdog() { stop_recorded "$1/fence-watchdog.pid" 10; }

# nodes: how many hosts of the lab are nodes of this instance; nothing when its node is the machine itself.
nodes() { cat "$local_dir/nodes" 2>/dev/null || true; }

load_image() {
    step "image busybox:1"
    "$root/infra/images/busybox"
}

apply_sample() {
    local address=127.0.0.1 host
    step "the sample application"
    [[ -z $(nodes) ]] || address=0.0.0.0
    sed "s/HOST_PORT/$(port sample)/; s/HOST_ADDRESS/$address/" "$root/infra/sample/sample.yaml" | kube apply -f - >/dev/null
    kube --namespace sample rollout status deployment/hello --timeout=90s >/dev/null || die "the sample did not come up: kubectl -n sample describe pods"
    if [[ -n $(nodes) ]]; then
        host=$(kube --namespace sample get pods --output 'jsonpath={.items[0].spec.nodeName}')
        address=$(lab_address "${host#host-}")
    fi
    sample_url=http://$address:$(port sample)/
    wait_until 20 "$sample_url answers" curl --silent --fail --max-time 2 "$sample_url"
    kube get nodes -o wide
    kube --namespace sample get deployments,pods -o wide
    note "$sample_url says: $(curl --silent --max-time 5 "$sample_url")"
}
