//! Where testees are made: emits a batch, compiles it, and keeps what can be used again.

use crate::batch::Batch;
use crate::error::Error;
use crate::protocol::{Reply, shorten};
use crate::sabotage::Sabotage;
use crate::testee::Kind;
use crate::wire::Server;
use etymon_emit::targets::{self, Js, Lean, Rust};
use etymon_emit::{Artifact, Target, emit_all};
use etymon_spec::Spec;
use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Programs that testees need, and where things are.
#[derive(Clone, Debug)]
pub struct Tools {
    /// The checkout: holds `nix/airgap`, `crates/parity/hosts` and `golden`.
    pub root: PathBuf,
    /// Working folder, kept between runs so that dependencies compile once.
    pub work: PathBuf,
    /// `node`, version 20 or newer.
    pub node: PathBuf,
    /// `cargo`.
    pub cargo: PathBuf,
    /// `lean`: a real one, or the stand-in of `nix/airgap/lean`.
    pub lean: PathBuf,
    /// `node_modules` with what emitted JavaScript imports.
    pub packages: PathBuf,
    /// The built host `etymon-parity-wasmtime`, where there is one already.
    pub wasmtime_host: Option<PathBuf>,
    /// The Rust host, if there is one already.
    pub encd: Option<PathBuf>,
    /// Tells a person who waits what takes long.
    pub tell: fn(&str),
}

impl Tools {
    /// Tools of a checkout: its `node_modules`, `node` and `cargo` from the path, `lean` from the path or else the stand-in, working folder `target/parity`.
    /// `ETYMON_NODE`, `ETYMON_LEAN`, `ETYMON_NODE_MODULES`, `ETYMON_WASMTIME_HOST` and `ETYMON_ENCD` name others.
    pub fn of(root: &Path) -> Tools {
        let named = |variable: &str| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
        // Commands run in folders of their own, so nothing may stay relative.
        let root = &std::path::absolute(root).unwrap_or_else(|_| root.to_path_buf());
        let lean = named("ETYMON_LEAN").or_else(|| on_path("lean"));
        Tools {
            root: root.to_path_buf(),
            work: root.join("target/parity"),
            node: named("ETYMON_NODE").unwrap_or_else(|| PathBuf::from("node")),
            cargo: named("CARGO").unwrap_or_else(|| PathBuf::from("cargo")),
            lean: lean.unwrap_or_else(|| root.join("nix/airgap/lean/lean")),
            packages: named("ETYMON_NODE_MODULES").unwrap_or_else(|| modules(root)),
            wasmtime_host: named("ETYMON_WASMTIME_HOST"),
            encd: named("ETYMON_ENCD"),
            tell: |_| {},
        }
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// What the testees of one batch run.
#[derive(Debug, Default)]
pub struct Built {
    /// `conformance.js`.
    pub js: Option<PathBuf>,
    /// The native testee.
    pub native: Option<PathBuf>,
    /// The module for wasm hosts.
    pub wasm: Option<PathBuf>,
    /// `Referee.lean`.
    pub lean: Option<PathBuf>,
}

/// Emits and compiles. Holds the working folder for itself as long as it lives.
#[derive(Debug)]
pub struct Workshop {
    tools: Tools,
    sabotage: Option<Sabotage>,
    /// Whether the planted defect has met its text; after that a batch may well be without.
    damaged: AtomicBool,
    wasmtime_host: Option<PathBuf>,
    _lock: File,
}

impl Workshop {
    /// Takes the working folder, waiting for another run to leave it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn open(tools: Tools, sabotage: Option<Sabotage>) -> Result<Workshop, Error> {
        fs::create_dir_all(&tools.work).map_err(Error::io("create", &tools.work))?;
        let path = tools.work.join("lock");
        let lock = File::create(&path).map_err(Error::io("open", &path))?;
        rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive)
            .map_err(|error| Error::io("lock", &path)(error.into()))?;
        let wasmtime_host = tools.wasmtime_host.clone();
        Ok(Workshop { tools, sabotage, damaged: AtomicBool::new(false), wasmtime_host, _lock: lock })
    }

    /// The tools.
    pub fn tools(&self) -> &Tools {
        &self.tools
    }

    /// What was planted.
    pub fn sabotage(&self) -> Option<&Sabotage> {
        self.sabotage.as_ref()
    }

    /// The host for [`Kind::WasmWasmtime`].
    pub fn wasmtime_host(&self) -> Option<&Path> {
        self.wasmtime_host.as_deref()
    }

    /// Emits a batch and builds what `kinds` run; native and wasm at the same time.
    ///
    /// # Errors
    /// [`Error::Spec`] when a target refuses it, [`Error::Setup`] and [`Error::Start`] when it cannot be built.
    pub fn build(&mut self, batch: &Batch, kinds: &[Kind]) -> Result<Built, Error> {
        let wants = |kind: Kind| kinds.contains(&kind);
        let wasm = wants(Kind::WasmWasmtime) || wants(Kind::WasmNode);
        if wants(Kind::WasmWasmtime) && self.wasmtime_host.is_none() {
            self.wasmtime_host = Some(self.build_wasmtime_host()?);
        }
        let mut targets: Vec<&dyn Target> = Vec::new();
        targets.extend(wants(Kind::Js).then_some(&Js as &dyn Target));
        targets.extend((wasm || wants(Kind::Native)).then_some(&Rust as &dyn Target));
        targets.extend(wants(Kind::Lean).then_some(&Lean as &dyn Target));
        let artifacts = emit_all(&batch.spec, &targets).map_err(|report| Error::spec(&report))?;
        let mut built = Built::default();
        if wants(Kind::Js) {
            self.find_packages(Js::dependencies(&batch.spec))?;
            built.js = Some(self.place(Kind::Js, "js", &artifacts)?.join("js/conformance.js"));
        }
        if wants(Kind::Lean) {
            built.lean = Some(self.place(Kind::Lean, "lean", &artifacts)?.join("lean/Referee.lean"));
        }
        (built.native, built.wasm) = thread::scope(|scope| {
            let native = wants(Kind::Native).then(|| scope.spawn(|| self.native(&artifacts)));
            let wasm = wasm.then(|| self.wasm(&artifacts)).transpose();
            let native = native.map(|thread| thread.join().unwrap_or_else(|_| Err(gone(Kind::Native)))).transpose();
            Ok::<_, Error>((native?, wasm?))
        })?;
        Ok(built)
    }

    /// The refusal to emit a batch for `kind`, if there is one: the code of the first finding.
    pub fn refuses(&self, batch: &Batch, kind: Kind) -> Option<Reply> {
        let target: &dyn Target = if kind == Kind::Js { &Js } else { &Rust };
        let refused = emit_all(&batch.spec, &[target]).err()?;
        refused.iter().next().map(|first| Reply::Refused(first.code.to_string()))
    }

    /// An empty folder of that name below the working folder.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn empty_folder(&self, name: &str) -> Result<PathBuf, Error> {
        let folder = self.tools.work.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Error::io("remove", &folder))?;
        }
        fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
        Ok(folder)
    }

    /// Emits the whole tree of a spec and builds what `servers` run.
    ///
    /// # Errors
    /// As [`Workshop::build`].
    pub fn servers(&self, spec: &Spec, servers: &[Server]) -> Result<Servers, Error> {
        let artifacts = emit_all(spec, &targets::ALL).map_err(|report| Error::spec(&report))?;
        self.find_packages(Js::dependencies(spec))?;
        let tree = self.tools.work.join("servers");
        write_tree(&tree, &artifacts)?;
        let host = servers.contains(&Server::Rust).then(|| self.rust_host(&tree)).transpose()?;
        Ok(Servers { tools: self.tools.clone(), tree, host })
    }

    /// The Rust host around the kernel as wasm, as it is released.
    fn rust_host(&self, tree: &Path) -> Result<PathBuf, Error> {
        if let Some(own) = &self.tools.encd {
            return Ok(own.clone());
        }
        let name = Server::Rust.name();
        let target = self.tools.work.join("servers.target");
        (self.tools.tell)("building the Rust host and its kernel, which takes some minutes the first time");
        let mut command = Command::new(self.tools.root.join("nix/airgap/wasm-cargo"));
        command.args(["build", "--quiet", "--locked", "--release", "--lib", "--manifest-path"]);
        command.arg(tree.join("rust/Cargo.toml")).env("CARGO_TARGET_DIR", &target);
        run(name, command, "it is emitted code; tests/setup/wasm.sh installs what wasm32 needs")?;
        let mut command = Command::new(&self.tools.cargo);
        command.args(["build", "--quiet", "--locked", "--release", "--manifest-path"]);
        command.arg(tree.join("rust/host/Cargo.toml")).env("CARGO_TARGET_DIR", &target);
        command.env("ENC_CORE_WASM", target.join("wasm32-unknown-unknown/release/enc_core.wasm"));
        run(name, command, "its crates come from the registry")?;
        Ok(target.join("release/encd"))
    }

    /// Sees to it that Node finds what emitted JavaScript imports: above the working folder, or else where the tools say, which is linked then.
    fn find_packages(&self, wanted: &[(&'static str, &'static str)]) -> Result<(), Error> {
        let Tools { packages, work, .. } = &self.tools;
        let link = modules(work);
        if link.is_symlink() {
            fs::remove_file(&link).map_err(Error::io("remove", &link))?;
        }
        let above = |name: &str| work.ancestors().map(modules).find(|folder| folder.join(name).is_dir());
        let found = |(name, version): &(&str, &str)| above(name).is_some_and(|own| holds(&own, name, version));
        if wanted.iter().all(found) {
            return Ok(());
        }
        if let Some((name, version)) = wanted.iter().find(|(name, version)| !holds(packages, name, version)) {
            return Err(Error::Package { name, version, folder: packages.clone() });
        }
        let packages = std::path::absolute(packages).map_err(Error::io("find", packages))?;
        std::os::unix::fs::symlink(packages, &link).map_err(Error::io("create", &link))
    }

    fn native(&self, artifacts: &[Artifact]) -> Result<PathBuf, Error> {
        let folder = self.place(Kind::Native, "rust", artifacts)?.join("rust");
        let mut command = Command::new(&self.tools.cargo);
        command.args(["build", "--quiet", "--bin", "testee"]);
        let target = self.compile(Kind::Native, command, &folder)?;
        Ok(target.join("debug/testee"))
    }

    fn wasm(&self, artifacts: &[Artifact]) -> Result<PathBuf, Error> {
        let folder = self.place(Kind::WasmNode, "rust", artifacts)?.join("rust");
        let mut command = Command::new(self.tools.root.join("nix/airgap/wasm-cargo"));
        command.args(["build", "--quiet", "--lib"]);
        let target = self.compile(Kind::WasmNode, command, &folder)?;
        Ok(target.join("wasm32-unknown-unknown/debug/enc_core.wasm"))
    }

    /// Runs a build of the crate in `folder`; returns the target folder, which no other crate of that name may share.
    fn compile(&self, kind: Kind, mut command: Command, folder: &Path) -> Result<PathBuf, Error> {
        let target = self.tools.work.join(kind.name()).with_extension("target");
        // Curves are slow unless optimized; what is under test is not.
        command.args(["--config", "profile.dev.package.'*'.opt-level=2"]);
        command.arg("--manifest-path").arg(folder.join("Cargo.toml")).env("CARGO_TARGET_DIR", &target);
        // What makes a build slow and is not looked at.
        let settings = [
            ("CARGO_INCREMENTAL", "0"),
            ("CARGO_PROFILE_DEV_DEBUG", "0"),
            ("CARGO_PROFILE_DEV_OPT_LEVEL", "0"),
            ("CARGO_PROFILE_DEV_STRIP", "debuginfo"),
        ];
        command.envs(settings);
        let help = match kind {
            Kind::Native => "it is emitted code",
            _ => "it is emitted code; tests/setup/wasm.sh installs what wasm32 needs",
        };
        run(kind.name(), command, help)?;
        Ok(target)
    }

    fn build_wasmtime_host(&self) -> Result<PathBuf, Error> {
        // One for the checkout, whatever the working folder: its source is the checkout's.
        let target = self.tools.root.join("target/parity/host.target");
        let mut command = Command::new(&self.tools.cargo);
        command.args(["build", "--quiet", "--locked", "--profile", "parity-host", "-p", "etymon-parity-wasmtime"]);
        command.arg("--manifest-path").arg(self.tools.root.join("Cargo.toml")).env("CARGO_TARGET_DIR", &target);
        (self.tools.tell)("building the wasmtime host, which takes a minute or two and happens once");
        run(Kind::WasmWasmtime.name(), command, "the crate wasmtime comes from crates.io")?;
        Ok(target.join("parity-host/etymon-parity-wasmtime"))
    }

    /// Writes the artifacts of a target below `<work>/<kind>`, damaged where damage is planted, and removes what an earlier batch left there.
    fn place(&self, kind: Kind, target: &str, artifacts: &[Artifact]) -> Result<PathBuf, Error> {
        let folder = self.tools.work.join(kind.name());
        let mut kept = HashSet::new();
        for artifact in artifacts.iter().filter(|artifact| artifact.target == target) {
            let path = folder.join(&artifact.path);
            let bytes = match &self.sabotage {
                Some(sabotage) => sabotage.damage(kind, &artifact.path, &artifact.bytes),
                None => None,
            };
            self.damaged.fetch_or(bytes.is_some(), Ordering::Relaxed);
            write(&path, bytes.as_deref().unwrap_or(&artifact.bytes))?;
            kept.insert(path);
        }
        let to_damage = self.sabotage.as_ref().is_some_and(|sabotage| sabotage.concerns_text_of(kind));
        if to_damage && !self.damaged.load(Ordering::Relaxed) {
            return Err(Error::Setup { testee: kind.name(), reason: "the text to be damaged is not there".to_owned() });
        }
        remove_others(&folder, &kept)?;
        Ok(folder)
    }
}

/// What servers run.
#[derive(Debug)]
pub struct Servers {
    tools: Tools,
    /// Every artifact, where emission puts it.
    tree: PathBuf,
    /// The Rust host.
    host: Option<PathBuf>,
}

impl Servers {
    /// The command that starts a server; the flags are the same for all.
    pub fn command(&self, server: Server) -> Command {
        let node = |kernel: Option<String>| {
            let mut command = Command::new(&self.tools.node);
            command.arg(self.tree.join("js/node/server.js"));
            command.args(kernel.into_iter().flat_map(|kernel| ["--kernel".to_owned(), kernel]));
            command
        };
        match server {
            Server::Node => node(None),
            Server::Lean => {
                let program = self.tree.join("lean/Referee.lean");
                node(Some(format!("{} --run {}", self.tools.lean.display(), program.display())))
            }
            Server::Worker => {
                let mut command = Command::new(self.tools.root.join("tests/setup/worker.sh"));
                command.arg("--artifacts").arg(&self.tree);
                command
            }
            Server::Rust => Command::new(self.host.as_deref().unwrap_or(Path::new("encd"))),
        }
    }
}

fn modules(folder: &Path) -> PathBuf {
    folder.join("node_modules")
}

/// Whether a folder of packages has this one in this version.
fn holds(modules: &Path, name: &str, version: &str) -> bool {
    let manifest = fs::read_to_string(modules.join(name).join("package.json"));
    manifest.is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")))
}

fn gone(kind: Kind) -> Error {
    Error::Setup { testee: kind.name(), reason: "its builder panicked".to_owned() }
}

/// Leaves a file alone that has these bytes, so that compilers see no change.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
    }
    fs::write(path, bytes).map_err(Error::io("write", path))
}

/// Writes artifacts and removes what an earlier tree left there.
fn write_tree(folder: &Path, artifacts: &[Artifact]) -> Result<(), Error> {
    let mut kept = HashSet::new();
    for artifact in artifacts {
        let path = folder.join(&artifact.path);
        write(&path, &artifact.bytes)?;
        kept.insert(path);
    }
    remove_others(folder, &kept)
}

fn remove_others(folder: &Path, kept: &HashSet<PathBuf>) -> Result<(), Error> {
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(Error::io("read", &folder))? {
            let path = entry.map_err(Error::io("read", &folder))?.path();
            if path.is_dir() {
                open.push(path);
            } else if !kept.contains(&path) {
                fs::remove_file(&path).map_err(Error::io("remove", &path))?;
            }
        }
    }
    Ok(())
}

fn run(testee: &'static str, mut command: Command, help: &'static str) -> Result<(), Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|source| Error::Start {
        program: program.clone(),
        testee,
        source,
        help,
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    // The first error tells more than the last line.
    let from = said.find("error").unwrap_or(0);
    let reason = format!("`{program}` ended with {} ({help}): {}", output.status, shorten(&said[from..]));
    Err(Error::Setup { testee, reason })
}
