// SPDX-License-Identifier: GPL-3.0-or-later
// A list of what is forbidden, not of what is allowed: the libraries' needs change with their
// versions and the processor, and a call that an honest page suddenly misses would park it. What is
// on the list is what takes a process beyond itself.
#include "pipeline/syscall_filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace linka {

#if defined(__x86_64__) || defined(__aarch64__)
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t machine = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t machine = AUDIT_ARCH_AARCH64;
#endif

constexpr std::uint32_t number_at = offsetof(seccomp_data, nr);
constexpr std::uint32_t machine_at = offsetof(seccomp_data, arch);
// The low half of an argument: both processors are little-endian.
constexpr std::uint32_t argument_at = offsetof(seccomp_data, args);

constexpr int forbidden[] = {
    // the network, beside the pair of sockets that leads to the broker
    SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
    // programs and other processes
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
    SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal, SYS_kcmp, SYS_setsid, SYS_setpgid,
    SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_tkill, SYS_setpriority, SYS_process_madvise,
    // files' rights, owners, times and attributes, which Landlock does not guard
    SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_setxattr, SYS_lsetxattr,
    SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    // the system
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_open_tree,
    SYS_move_mount, SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr, SYS_bpf,
    SYS_perf_event_open, SYS_userfaultfd, SYS_io_uring_setup, SYS_io_uring_enter,
    SYS_io_uring_register, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff,
    SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_clock_adjtime, SYS_sethostname,
    SYS_setdomainname, SYS_quotactl, SYS_acct, SYS_syslog, SYS_personality, SYS_vhangup,
    SYS_fanotify_init, SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid,
    SYS_setresgid, SYS_setgroups, SYS_setfsuid, SYS_setfsgid, SYS_capset,
#if defined(__x86_64__)
    SYS_fork, SYS_vfork, SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
    SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS_uselib, SYS_kexec_file_load
#endif
};

constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;

class Program {
 public:
  void load(std::uint32_t at) { put(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)); }
  void answer(std::uint32_t what) { put(BPF_STMT(BPF_RET | BPF_K, what)); }
  // The next instruction (or the next `skip`) is passed over unless the value is this.
  void when(std::uint32_t value, std::uint8_t skip = 1) {
    put(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip));
  }
  void unless(std::uint32_t value, std::uint8_t skip = 1) {
    put(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skip, 0));
  }
  void when_at_least(std::uint32_t value) { put(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, 0, 1)); }
  void unless_bits(std::uint32_t bits) { put(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0)); }
  sock_fprog program() { return {static_cast<unsigned short>(code_.size()), code_.data()}; }

 private:
  void put(sock_filter instruction) { code_.push_back(instruction); }
  std::vector<sock_filter> code_;
};

}  // namespace

bool knows_this_machine() {
  return true;
}

void filter_system_calls(bool may_signal_others) {
  const auto self = static_cast<std::uint32_t>(::getpid());
  Program p;
  // Calls by another door (32-bit, x32) have other numbers: that door is shut.
  p.load(machine_at);
  p.unless(machine);
  p.answer(refuse);
  p.load(number_at);
#if defined(__x86_64__)
  p.when_at_least(0x40000000);
  p.answer(refuse);
#endif
  for (const int number : forbidden) {
    p.when(static_cast<std::uint32_t>(number));
    p.answer(refuse);
  }
  // Threads, but no processes. clone3 hides its flags behind a pointer: the C library then takes
  // clone.
  p.when(SYS_clone3);
  p.answer(SECCOMP_RET_ERRNO | ENOSYS);
  p.when(SYS_clone, 4);
  p.load(argument_at);
  p.unless_bits(CLONE_THREAD);
  p.answer(refuse);
  p.answer(SECCOMP_RET_ALLOW);
  // Its own limits may be asked and lowered.
  p.when(SYS_prlimit64, 4);
  p.load(argument_at);
  p.unless(0);
  p.answer(refuse);
  p.answer(SECCOMP_RET_ALLOW);
  p.when(SYS_socketpair, 4);
  p.load(argument_at);
  p.unless(AF_UNIX);
  p.answer(refuse);
  p.answer(SECCOMP_RET_ALLOW);
  if (!may_signal_others)
    for (const int number : {SYS_kill, SYS_tgkill}) {
      p.when(static_cast<std::uint32_t>(number), 4);
      p.load(argument_at);
      p.unless(self);
      p.answer(refuse);
      p.answer(SECCOMP_RET_ALLOW);
    }
  p.answer(SECCOMP_RET_ALLOW);
  const sock_fprog filter = p.program();
  ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

#else

bool knows_this_machine() {
  return false;
}
void filter_system_calls(bool) {}

#endif

}  // namespace linka
