//! The helper: two short lives of this program between the parent and the jailed program.
//!
//! The first one leaves the namespaces of the parent and starts the second, which is thereby process 1 of its own process namespace. The
//! second builds the file system, gives up every privilege, and becomes the program. When the parent dies or kills the first one, the second
//! is killed by the kernel, and with it everything in the namespace. Each asks for that as soon as it can and then looks whether its parent
//! is still the one that started it, so that none is left over whose parent died before it had asked.

use super::{Jail, Limits, REFUSED_EXIT, filter};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl::{set_dumpable, set_no_new_privs, set_pdeathsig};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;
use nix::sys::statvfs::{FsFlags, statvfs};
use nix::unistd::{Gid, Uid, chdir, close, getegid, geteuid, getppid, pivot_root, setgroups, setresgid, setresuid};
use std::ffi::OsString;
use std::fs;
use std::io::{Read, Seek};
use std::os::unix::fs::symlink;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

type Failure = Box<dyn std::error::Error>;

/// First argument of the second life.
const SECOND: &str = "--in-namespaces";
const ORPHANED: &str = "whoever started it is gone";
/// `nobody`, who candidates are.
const NOBODY: u32 = 65534;
/// System folders that are shown when they are there; those that are links are made as links.
const SYSTEM: &[&str] = &["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store"];
/// Whether everything in a sandbox sees `path`, if it is there.
pub fn is_shown(path: &Path) -> bool {
    SYSTEM.iter().any(|folder| path.starts_with(folder))
}

const DEVICES: &[&str] = &["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"];
/// Where the new root is put together; every system has it, and it is hidden only in the namespace.
const STAGING: &str = "/tmp";

/// The helper mode: `args` are those after the ones in [`super::Launcher::helper`]. Returns only when the program did not run or has ended.
pub fn helper_main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    match helper(args.into_iter().collect()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("sandbox: {error}");
            ExitCode::from(REFUSED_EXIT)
        }
    }
}

fn helper(args: Vec<OsString>) -> Result<ExitCode, Failure> {
    let text = |arg: &OsString| arg.to_str().map(str::to_owned).ok_or("the plan is not UTF-8");
    match args.as_slice() {
        [parent, plan] => first(text(parent)?.parse()?, &text(plan)?),
        [second, root, parent, plan] if second == SECOND => {
            Err(second_life(root == "root", text(parent)?.parse()?, serde_json::from_str(&text(plan)?)?))
        }
        _ => Err("this mode is started by the pipeline only".into()),
    }
}

fn first(parent: i32, plan: &str) -> Result<ExitCode, Failure> {
    set_pdeathsig(Signal::SIGKILL)?;
    if getppid().as_raw() != parent {
        return Err(ORPHANED.into());
    }
    let jail: Jail = serde_json::from_str(plan)?;
    close_inherited(3 + jail.pipes)?;
    let (uid, gid) = (geteuid(), getegid());
    let spaces = CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS;
    // A real root stays root while it mounts, because as `nobody` it could not reach what only root may read; then it becomes `nobody`.
    if uid.is_root() {
        said("unshare", unshare(spaces))?;
    } else {
        said("unshare with a user namespace", unshare(spaces | CloneFlags::CLONE_NEWUSER))?;
        map_ids(0, uid, 0, gid)?;
    }
    let me = std::env::current_exe()?;
    let own: Vec<OsString> = std::env::args_os().skip(1).collect();
    let own = &own[..own.len().saturating_sub(2)];
    let number = Lineage::open()?.read()?.0.to_string();
    let role = if uid.is_root() { "root" } else { "user" };
    let status = Command::new(me).args(own).args([SECOND, role, &number, plan]).status()?;
    let code = status.code().or(status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Whose child this process is, in the numbers of the `/proc` that is there when it is opened: in a process namespace of its own, a process
/// has no other way to see its parent.
struct Lineage(fs::File);

impl Lineage {
    fn open() -> Result<Lineage, Failure> {
        Ok(Lineage(fs::File::open("/proc/self/stat").map_err(|error| format!("/proc/self/stat: {error}"))?))
    }

    /// This process and its parent, as they are now.
    fn read(&mut self) -> Result<(i32, i32), Failure> {
        self.0.rewind()?;
        let mut text = String::new();
        self.0.read_to_string(&mut text)?;
        // The name, in parentheses, may hold anything.
        let numbers = text.split_once(' ').zip(text.rsplit_once(") "));
        let ((own, _), (_, rest)) = numbers.ok_or("/proc/self/stat is unreadable")?;
        let parent = rest.split(' ').nth(1).ok_or("/proc/self/stat names no parent")?;
        Ok((own.parse()?, parent.parse()?))
    }
}

/// Closes what whoever started the pipeline has left open, from descriptor `first` on: a socket or a folder of theirs would be a way out.
fn close_inherited(first: i32) -> Result<(), Failure> {
    let open: Vec<i32> = fs::read_dir("/proc/self/fd")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|own| *own >= first)
        .collect();
    for own in open {
        // The one that the folder was read through is closed by now.
        let _ = close(own);
    }
    Ok(())
}

fn said<T>(what: &str, result: nix::Result<T>) -> Result<T, Failure> {
    result.map_err(|error| format!("{what}: {error}").into())
}

fn map_ids(to: u32, uid: Uid, to_group: u32, gid: Gid) -> Result<(), Failure> {
    let write = |file: &str, text: String| {
        fs::write(format!("/proc/self/{file}"), text).map_err(|error| format!("/proc/self/{file}: {error}"))
    };
    write("setgroups", "deny".to_owned())?;
    write("gid_map", format!("{to_group} {gid} 1"))?;
    write("uid_map", format!("{to} {uid} 1"))?;
    Ok(())
}

/// Becomes the program; what it returns is why it could not.
fn second_life(root: bool, parent: i32, jail: Jail) -> Failure {
    match prepare(root, parent, &jail) {
        Ok(mut command) => format!("cannot start `{}`: {}", jail.program.display(), command.exec()).into(),
        Err(error) => error,
    }
}

fn prepare(root: bool, parent: i32, jail: &Jail) -> Result<Command, Failure> {
    // Taken back by the kernel when it becomes somebody else, and so asked for again at the end.
    set_pdeathsig(Signal::SIGKILL)?;
    let mut lineage = Lineage::open()?;
    // Read before the file system changes, and applied after it.
    let filters = filter::filters(jail.may_fork)?;
    build_root(jail)?;
    if root {
        setgroups(&[])?;
        setresgid(NOBODY.into(), NOBODY.into(), NOBODY.into())?;
        setresuid(NOBODY.into(), NOBODY.into(), NOBODY.into())?;
    }
    // A namespace of its own: the count of its processes starts at none, and `exec` as somebody else than its root leaves no capability.
    let (uid, gid) = (geteuid(), getegid());
    set_dumpable(true)?;
    said("inner user namespace", unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNS))?;
    map_ids(NOBODY, uid, NOBODY, gid)?;
    // It cannot be taken away from in here, but covered or made read-only it can be.
    if jail.proc {
        // The user of a namespace may still be root to the kernel's own settings below `/proc/sys`.
        let bare = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
        let flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY | bare;
        said("read-only /proc", mount(NONE, "/proc", NONE, flags, NONE))?;
    } else {
        said("cover /proc", mount(Some("none"), "/proc", Some("tmpfs"), MsFlags::MS_RDONLY, Some("size=4k,mode=555")))?;
    }
    limit(&jail.limits)?;
    set_no_new_privs()?;
    set_pdeathsig(Signal::SIGKILL)?;
    if lineage.read()?.1 != parent {
        return Err(ORPHANED.into());
    }
    drop(lineage);
    let mut command = Command::new(&jail.program);
    command.args(&jail.args).env_clear().current_dir("/tmp");
    for (key, value) in
        [("HOME", "/tmp"), ("TMPDIR", "/tmp"), ("PATH", "/usr/bin:/bin"), ("LANG", "C.UTF-8"), ("TZ", "UTC")]
    {
        command.env(key, value);
    }
    command.envs(&jail.env);
    for program in &filters {
        seccompiler::apply_filter(program)?;
    }
    Ok(command)
}

const NONE: Option<&str> = None;

/// A small file system in memory with nothing but what is needed, as the root.
fn build_root(jail: &Jail) -> Result<(), Failure> {
    said("private mounts", mount(NONE, "/", NONE, MsFlags::MS_REC | MsFlags::MS_PRIVATE, NONE))?;
    // What is bound may itself lie under the staging folder, so the old root stays in reach, below the new one, until all is bound.
    let safe = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    said("new root", mount(Some("none"), STAGING, Some("tmpfs"), safe, Some("size=1m,mode=755")))?;
    chdir(STAGING)?;
    fs::create_dir("old")?;
    said("pivot_root", pivot_root(".", "old"))?;
    chdir("/")?;
    for folder in SYSTEM {
        show_system(folder)?;
    }
    for bind in &jail.binds {
        show(&bind.from, &bind.to)?;
    }
    fs::create_dir("/dev")?;
    for device in DEVICES {
        fs::write(device, "")?;
        let old = old(Path::new(device));
        said(device, mount(Some(&old), Path::new(device), NONE, MsFlags::MS_BIND, NONE))?;
    }
    symlink("/proc/self/fd", "/dev/fd")?;
    fs::create_dir("/proc")?;
    let bare = safe | MsFlags::MS_NOEXEC;
    said("mount /proc", mount(Some("proc"), "/proc", Some("proc"), bare, NONE))?;
    fs::create_dir("/tmp")?;
    let size = format!("size={},nr_inodes=4096,mode=1777", jail.limits.scratch);
    let flags = if jail.scratch_exec { safe } else { bare };
    said("scratch folder", mount(Some("none"), "/tmp", Some("tmpfs"), flags, Some(size.as_str())))?;
    said("leave the old root", umount2("/old", MntFlags::MNT_DETACH))?;
    fs::remove_dir("/old")?;
    said(
        "read-only root",
        mount(NONE, "/", NONE, safe | MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY, NONE),
    )
}

/// Where `path` of the old root is while the new one is put together.
fn old(path: &Path) -> PathBuf {
    Path::new("/old").join(path.strip_prefix("/").unwrap_or(path))
}

fn show_system(folder: &str) -> Result<(), Failure> {
    let from = old(Path::new(folder));
    match fs::symlink_metadata(&from) {
        Err(_) => Ok(()),
        Ok(about) if about.is_symlink() => Ok(symlink(fs::read_link(&from)?, folder)?),
        Ok(_) => show(Path::new(folder), Path::new(folder)),
    }
}

fn show(from: &Path, to: &Path) -> Result<(), Failure> {
    let from = old(from);
    if from.is_dir() {
        fs::create_dir_all(to)?;
    } else {
        fs::create_dir_all(to.parent().unwrap_or(to))?;
        fs::write(to, "")?;
    }
    let name = to.display().to_string();
    // In a user namespace the flags of what is bound are locked and have to be repeated.
    let locked = locked(statvfs(&from)?.flags());
    said(&name, mount(Some(&from), to, NONE, MsFlags::MS_BIND | MsFlags::MS_REC, NONE))?;
    let flags = MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY | MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    said(&name, mount(NONE, to, NONE, flags | locked, NONE))
}

fn locked(of: FsFlags) -> MsFlags {
    let pairs = [
        (FsFlags::ST_NOEXEC, MsFlags::MS_NOEXEC),
        (FsFlags::ST_NOATIME, MsFlags::MS_NOATIME),
        (FsFlags::ST_NODIRATIME, MsFlags::MS_NODIRATIME),
        (FsFlags::ST_RELATIME, MsFlags::MS_RELATIME),
    ];
    pairs.into_iter().filter(|(flag, _)| of.contains(*flag)).map(|(_, flag)| flag).collect()
}

fn limit(limits: &Limits) -> Result<(), Failure> {
    // The parent counts all processes together; this one ends a process that the parent has lost.
    let cpu = limits.cpu.as_secs().saturating_add(2);
    for (resource, most) in [
        (Resource::RLIMIT_DATA, limits.memory),
        (Resource::RLIMIT_AS, limits.address_space),
        (Resource::RLIMIT_NPROC, limits.processes),
        (Resource::RLIMIT_FSIZE, limits.scratch),
        (Resource::RLIMIT_NOFILE, 256),
        (Resource::RLIMIT_CORE, 0),
    ] {
        said("limits", setrlimit(resource, most, most))?;
    }
    // At the second one the system kills without saying why.
    said("limits", setrlimit(Resource::RLIMIT_CPU, cpu, cpu.saturating_add(2)))
}
