//! The system call filter. Namespaces do the confining; the filter ends those who try.

use nix::libc;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition, SeccompFilter,
    SeccompRule,
};
use std::collections::BTreeMap;
use std::env::consts::ARCH;

type Failure = Box<dyn std::error::Error>;

/// Calls that nothing honest makes in here: whoever makes one is killed.
const FATAL: &[libc::c_long] = &[
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_open_by_handle_at,
];

/// Calls that libraries try and can do without; memory made by some of them would escape the limits.
const ABSENT: &[libc::c_long] = &[
    libc::SYS_clone3,
    libc::SYS_io_uring_setup,
    libc::SYS_userfaultfd,
    libc::SYS_perf_event_open,
    libc::SYS_memfd_create,
    libc::SYS_shmget,
    libc::SYS_msgget,
    libc::SYS_semget,
];

/// The filters, to be applied in this order.
pub fn filters(may_fork: bool) -> Result<Vec<BpfProgram>, Failure> {
    let mut fatal: BTreeMap<i64, Vec<SeccompRule>> = FATAL.iter().map(|call| (*call, Vec::new())).collect();
    let clone = if may_fork { vec![flags(NAMESPACES)?] } else { vec![no_thread()?] };
    fatal.insert(libc::SYS_clone, clone);
    #[cfg(target_arch = "x86_64")]
    if !may_fork {
        fatal.insert(libc::SYS_fork, Vec::new());
        fatal.insert(libc::SYS_vfork, Vec::new());
    }
    // Without `clone3` the C library falls back to `clone`, whose flags a filter can see.
    let absent = ABSENT.iter().map(|call| (*call, Vec::new())).collect();
    let errno = SeccompAction::Errno(u32::try_from(libc::ENOSYS)?);
    Ok(vec![compiled(absent, errno)?, compiled(fatal, SeccompAction::KillProcess)?])
}

fn compiled(rules: BTreeMap<i64, Vec<SeccompRule>>, action: SeccompAction) -> Result<BpfProgram, Failure> {
    Ok(SeccompFilter::new(rules, SeccompAction::Allow, action, ARCH.try_into()?)?.try_into()?)
}

/// The flags of `clone` that make namespaces, one rule each would be needed to forbid them all; a user namespace comes first in any abuse.
const NAMESPACES: libc::c_int = libc::CLONE_NEWUSER;

fn flags(set: libc::c_int) -> Result<SeccompRule, Failure> {
    let bits = u64::try_from(set)?;
    Ok(SeccompRule::new(vec![SeccompCondition::new(0, Len::Qword, Op::MaskedEq(bits), bits)?])?)
}

fn no_thread() -> Result<SeccompRule, Failure> {
    let bits = u64::try_from(libc::CLONE_THREAD)?;
    Ok(SeccompRule::new(vec![SeccompCondition::new(0, Len::Qword, Op::MaskedEq(bits), 0)?])?)
}
