# Sourced: what Azure provides, on this machine, and the functions app on it.
# shellcheck shell=bash disable=SC2154

tls_dir=$local_dir/tls
issuer_dir=$local_dir/issuer

# The application that tokens are for, and one tenant with one administrator: fixed, since nothing outside this machine ever sees them.
readonly audience=5f0d6a1e-6c0d-4a8e-9a52-0c10ad0c0001
readonly tenant=5f0d6a1e-6c0d-4a8e-9a52-0c10ad0c0002
readonly administrator=5f0d6a1e-6c0d-4a8e-9a52-0c10ad0c0003

# shown PATH: as a person would write it from where he is.
shown() { if [[ $1 == "$PWD"/* ]]; then printf '%s' "${1#"$PWD"/}"; else printf '%s' "$1"; fi; }

# secret NAME BYTES: random, made once, base64.
secret() {
    local file=$local_dir/secrets/$1
    if [[ ! -s $file ]]; then
        mkdir -p "$local_dir/secrets"
        chmod 700 "$local_dir/secrets"
        (umask 077 && head -c "$2" /dev/urandom | base64 -w0 >"$file")
    fi
    cat "$file"
}

# install_program PROJECT_DIRECTORY NAME: prints the path of a copy in .local of what is built, so that a later build touches no running process.
# The path changes with the content, and so tells whether a running process is current.
install_program() {
    local from sum to
    from=$(dirname "$(program "$1" "$2")")
    # The tests' build of the functions app, which can be told where to die.
    [[ $2 != CloudOrch.Functions || -z ${CLOUDORCH_CRASH_POINTS:-} ]] || from=$root/$1/bin/CrashPoints/$configuration
    [[ -x $from/$2 ]] || die "$1 is not built for $configuration: run this without CLOUDORCH_BUILD=skip"
    sum=$(cd "$from" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
    to=$local_dir/bin/$2-$sum
    if [[ ! -x $to/$2 ]]; then
        rm -rf "$to.new"
        mkdir -p "$to.new"
        cp -r "$from/." "$to.new/"
        mv "$to.new" "$to"
    fi
    printf '%s' "$to/$2"
}

# Where the local Azure listens and what it is called: the loopback address, or with several servers the lab's, which all of them reach.
public_address() { cat "$local_dir/address" 2>/dev/null || printf 127.0.0.1; }

listens() { [[ -n $(ss -Hltn "sport = :$1" 2>/dev/null) ]]; }

start_local_azure() {
    local tool azurite_script
    tool=$(install_program infra/local/CloudOrch.Local cloudorch-local)
    step "certificates of this machine's own authority"
    "$tool" certificates --directory "$tls_dir" --address "$(public_address)" >/dev/null
    step "azurite, gate, broker, issuer"
    azurite_script=$("$root/infra/lib/azurite" 2>>"$log_dir/npm.log") || { tail -n 20 "$log_dir/npm.log" >&2; die "npm could not install azurite"; }
    mkdir -p "$local_dir/tables" "$issuer_dir" "$local_dir/bus"
    secret account-key 64 >/dev/null
    # It writes all of its tables to disk every five seconds, and answers nobody meanwhile: what measures a fleet keeps them in memory.
    local -a kept=(--location "$local_dir/tables")
    [[ ${CLOUDORCH_TABLES:-} != memory ]] || kept=(--inMemoryPersistence)
    start_process azurite "$root/infra/lib/with-settings" "$(azurite_settings | settings_file azurite)" node --require "$root/infra/local/azurite/stop-on-term.cjs" "$azurite_script" --silent --skipApiVersionCheck --disableTelemetry "${kept[@]}" \
        --tableHost 127.0.0.1 --tablePort "$(port azurite)" --tableKeepAliveTimeout 120
    # The same accounts: it checks what the nodes' tokens were signed with.
    start_process gate "$root/infra/lib/with-settings" "$local_dir/settings/azurite.env" "$tool" gate --listen "https://$(public_address):$(port gate)" --backend "http://127.0.0.1:$(port azurite)" \
        --certificate "$tls_dir/server.pem" --key "$tls_dir/server.key"
    start_process broker "$tool" broker --listen "https://$(public_address):$(port broker)" --directory "$local_dir/bus" \
        --certificate "$tls_dir/server.pem" --key "$tls_dir/server.key"
    start_process issuer "$tool" issuer --listen "https://$(public_address):$(port issuer)" --directory "$issuer_dir" \
        --certificate "$tls_dir/server.pem" --key "$tls_dir/server.key"
    local name
    for name in azurite gate broker issuer; do
        wait_until 60 "$name listens" listens "$(port "$name")"
    done
}

# settings_file NAME: writes standard input, readable by its owner only, and prints the path.
settings_file() {
    mkdir -p "$local_dir/settings"
    chmod 700 "$local_dir/settings"
    (umask 077 && cat >"$local_dir/settings/$1.env")
    printf '%s' "$local_dir/settings/$1.env"
}

readonly account=devstoreaccount1

# A key of this instance's own instead of the one that every Azurite has.
azurite_settings() { printf 'AZURITE_ACCOUNTS=%s:%s\n' "$account" "$(secret account-key 64)"; }

# functions_settings N: what a functions process reads (docs/settings.md); on Azure these are the app's settings.
functions_settings() {
    local nodes
    nodes=$(<"$local_dir/bus/connection.nodes")
    cat <<SETTINGS
Storage=DefaultEndpointsProtocol=https;AccountName=$account;AccountKey=$(secret account-key 64);TableEndpoint=https://$(public_address):$(port gate)/$account
ServiceBus=$(<"$local_dir/bus/connection")
NodeQueues__Host=$(public_address):$(port broker)
NodeQueues__RuleKey=${nodes##*SharedAccessKey=}
Serving__PublicUrl=$(api_url)
Serving__CertificateAuthorityFile=$tls_dir/ca.pem
Serving__TokenKeys=$(secret token-key 32)
AzureAd__Instance=https://$(public_address):$(port issuer)/
AzureAd__TenantId=organizations
AzureAd__ClientId=$audience
AzureAd__Audience=$audience
ASPNETCORE_URLS=https://127.0.0.1:$(port "functions-$1")
ASPNETCORE_Kestrel__Certificates__Default__Path=$tls_dir/server.pem
ASPNETCORE_Kestrel__Certificates__Default__KeyPath=$tls_dir/server.key
SSL_CERT_FILE=$tls_dir/bundle.pem
EmbeddedHost__StateDirectory=$local_dir/functions
SETTINGS
    [[ -z ${CLOUDORCH_KEPT_REVISIONS:-} ]] || printf 'Brain__KeptRevisions=%s\n' "$CLOUDORCH_KEPT_REVISIONS"
    [[ -z ${CLOUDORCH_CRASH_POINTS:-} ]] || printf 'CrashPointFile=%s\n' "$local_dir/crash-point"
}

start_functions() {
    local app tool n
    app=$(install_program functions/CloudOrch.Functions CloudOrch.Functions)
    mkdir -p "$local_dir/functions"
    tool=$(install_program infra/local/CloudOrch.Local cloudorch-local)
    step "two functions processes behind one address"
    for n in 1 2; do
        start_process "functions-$n" "$root/infra/lib/with-settings" "$(functions_settings "$n" | settings_file "functions-$n")" "$app"
    done
    start_process front "$tool" front --listen "https://$(public_address):$(port front)" --certificate "$tls_dir/server.pem" --key "$tls_dir/server.key" \
        --backend "https://127.0.0.1:$(port functions-1)" --backend "https://127.0.0.1:$(port functions-2)"
    for n in functions-1 functions-2 front; do
        wait_until 90 "$n listens" listens "$(port "$n")"
    done
    wait_until 90 "the API answers" call GET /version
}

# token TENANT OBJECT_ID ROLES HOURS: an access token of the local issuer.
token() {
    local tool
    tool=$(install_program infra/local/CloudOrch.Local cloudorch-local)
    "$tool" token --directory "$issuer_dir" --issuer "https://$(public_address):$(port issuer)" --tenant "$1" --oid "$2" --audience "$audience" --roles "$3" --hours "$4"
}

api_url() { printf 'https://%s:%s' "$(public_address)" "$(port front)"; }

# call METHOD PATH [BODY]: as the administrator of the local tenant; prints the answer and returns 22 on an HTTP error.
call() {
    local -a arguments=(--silent --show-error --fail-with-body --max-time 20 --cacert "$tls_dir/ca.pem" --request "$1" --config -)
    [[ -z ${3:-} ]] || arguments+=(--header 'Content-Type: application/json' --data "$3")
    # The token goes through standard input, not over the command line.
    printf 'header = "Authorization: Bearer %s"\n' "$(administrator_token)" | curl "${arguments[@]}" "$(api_url)$2"
}

# The token of .local/kubeconfig: it lasts as long as .local does.
administrator_token() {
    local file=$local_dir/secrets/administrator-token
    if [[ ! -s $file ]]; then
        mkdir -p "$local_dir/secrets"
        (umask 077 && token "$tenant" "$administrator" Clusters.Create,cluster-admin 87600 >"$file")
    fi
    cat "$file"
}
