# `just` with no argument lists the recipes; `tests/run`, which CI calls, runs `ready` and `nix-check`.

set shell := ["bash", "-euo", "pipefail", "-c"]

etymon := "cargo run --quiet --release --"
# The Rust host of golden/artifacts, which `check` holds equal to what the spec emits, is compiled once for every suite.
wire := 'ETYMON_ENCD="$(tests/setup/encd.sh --print)" ' + etymon + " parity --suite wire"

[private]
default:
    @just --list --unsorted

# Emit every artifact from golden/spec into golden/artifacts, and those of the examples
[group('work')]
build:
    {{ etymon }} build
    {{ etymon }} build --no-store --spec examples/consumer/spec --out examples/consumer/golden
    {{ etymon }} build --spec examples/instruments --out golden/instruments

# Fail if the committed artifacts are not what the spec emits
[group('work')]
check:
    {{ etymon }} check
    {{ etymon }} check --spec examples/consumer/spec --artifacts examples/consumer/golden
    {{ etymon }} check --spec examples/instruments --artifacts golden/instruments

# Format the Rust sources
[group('work')]
fmt:
    cargo fmt --all

# Write the image that the Lean modules describe, then emit from it
[group('work')]
export: && build
    {{ etymon }} lean export --out golden/spec

# Ask every implementation the same questions: evaluator, Lean, JavaScript, native Rust, wasm twice; then, without flags, four servers on loopback
[group('tests')]
parity *flags:
    {{ etymon }} parity {{ flags }}
    {{ if flags == "" { wire } else { "" } }}

[private]
vectors:
    {{ etymon }} parity

# Drive four servers on loopback through the same scripts: the JavaScript node, the Rust host, the Worker, the Lean reference
[group('tests')]
wire *flags:
    {{ wire }} {{ flags }}

# Compare implementations on generated programs
[group('tests')]
fuzz programs="2000" seed="1" *flags:
    {{ etymon }} fuzz --programs {{ programs }} --seed {{ seed }} {{ flags }}

# Compare kernels on random scripts of requests to a node: whatever one is asked is asked of all
[group('tests')]
scripts count="100" seed="1" testees="js,native,wasm-wasmtime,wasm-node":
    {{ etymon }} fuzz --scripts {{ count }} --seed {{ seed }} --testees {{ testees }}

# Check the whole Lean tree in the kernel, the axioms, the exported image and the lowered text
[group('tests')]
lean:
    {{ etymon }} lean check

# See a defect that is planted in the Lean referee
[group('tests')]
referee:
    cargo test --locked --package etymon-parity --test harness -- --ignored a_defect_in_the_referee_is_seen

# Formatting, lints, unit and command-line tests of every crate
[group('tests')]
test:
    cargo fmt --all -- --check
    cargo clippy --workspace --all-targets --locked -- --deny warnings
    cargo test --workspace --locked

# The store's suite on an S3-compatible server on loopback
[group('tests')]
store:
    tests/setup/s3.sh cargo test --locked --package etymon-store --features s3

# Same bytes for any number of threads, locale, time zone, folder and build profile
[group('tests')]
determinism:
    tests/e2e/determinism

# A project in strict TypeScript compiles against the packed package and runs; declarations that lie are found
[group('tests')]
typescript:
    tests/e2e/typescript/run

# The Worker in workerd: the client, a kill, a tampered store, a dry run of its deployment
[group('tests')]
worker:
    tests/e2e/worker/run

# Attacks on a server over real sockets; `worker`, or any command that takes the options of server.js
[group('tests')]
attacks server="javascript":
    tests/e2e/attacks/run "{{ server }}"

# The node's key is nowhere in what leaves a server; `worker`, or any command that takes the options of server.js
[group('tests')]
taint server="javascript":
    tests/e2e/taint/run "{{ server }}"

# The story of an enclave with the packed client, and a proxy that lies; the server's command may be given
[group('tests')]
client *server:
    tests/e2e/client/run {{ server }}

# The same story in headless Chromium, with the packages bundled
[group('tests')]
browser *server:
    tests/e2e/browser/run {{ server }}

# Requirements to signed code, by the command line: the committed examples, and what must not be accepted
[group('tests')]
pipeline:
    tests/e2e/pipeline/run

# The contracts of the example instruments: compiled without a warning, tested and attacked on an EVM in process, their money counted
[group('tests')]
instruments *specs:
    tests/e2e/instruments/run {{ specs }}

# From an emitted circuit to a settled loss: a local ceremony, honest and dishonest provers, the gate on an EVM in process
[group('tests')]
zk *folder:
    tests/e2e/zk/run {{ folder }}

# Five agents and an oracle on a local EVM: they agree, differ and are cheated on; then instruments are deployed
[group('tests')]
oracle:
    tests/e2e/oracle/run

# The language server, asked by the client library that editors are built on
[group('tests')]
lsp:
    tests/e2e/lsp/run

# The gateway's page in headless Chromium, with hostile names and a changed log
[group('tests')]
gateway:
    tests/e2e/gateway/run

# Hostile and honest candidates in the sandbox, backend by backend
[group('tests')]
candidates:
    cargo test --locked --package etymon-constraints -- --ignored
    cargo test --locked --package etymon --test interrupt -- --ignored

# The commands of the guides about nodes, clients, requirements and instruments do what the pages promise; `nodes`, `requirements` or `instruments` alone
[group('tests')]
guides *which:
    tests/e2e/guides/run {{ which }}

# Kills a server while clients commit: nothing that it acknowledged is lost; `rust`, `worker`, or any command that takes the options of server.js
[group('tests')]
lost server="javascript" commits="10000":
    tests/e2e/lost/run "{{ server }}" "{{ commits }}"

# Changes what a stopped server has on its disk: each change is refused at the start; `javascript` or `rust`
[group('tests')]
tampered server="javascript":
    tests/e2e/tampered/run "{{ server }}"

# Applications of every profile: made, installed, tested, derived again, compiled
[group('tests')]
apps:
    tests/e2e/apps/run

# Everything that Nix promises, in its sandbox: same bytes, rebuilds, flake check, drift, consumers
[group('tests')]
nix-check:
    tests/nix/run

# The figures of the README, side by side with their peers
[group('figures')]
bench:
    benches/run

# What of `outside` waits for sockets and disks more than it computes: servers side by side
[private]
abreast:
    tests/abreast 'tests/e2e/attacks/run javascript' 'tests/e2e/attacks/run worker' 'tests/e2e/attacks/run rust'
    tests/abreast 'tests/e2e/lost/run javascript 4000' 'tests/e2e/lost/run rust 4000'
    tests/abreast 'tests/e2e/tampered/run javascript' 'tests/e2e/tampered/run rust'
    tests/abreast 'tests/e2e/taint/run javascript' 'tests/e2e/taint/run worker' 'tests/e2e/taint/run rust'

# What no check of the flake runs in the sandbox
[group('tests')]
outside: check referee wire (fuzz "500" "1") (fuzz "300" "2" "--with-lean") scripts (scripts "2" "2" "lean") determinism typescript apps client browser guides pipeline lsp gateway store worker abreast

# All of it but Nix, and longer
[group('tests')]
ready: test lean vectors candidates instruments zk oracle outside (fuzz "2000" "3") lost (lost "rust") (lost "worker")
