"""The system calls of jobs and sessions: those that programs use, and none that looks at other processes.

What is left out: tracing and reading other processes, new namespaces and mounts, keyrings, io_uring,
userfaultfd, BPF, performance counters, modules, devices, clocks, and handles that open files by number.
Sockets are of one family, Unix: a network namespace does not cut AF_VSOCK, which reaches the hypervisor.
"""

import errno

from strongroom.sandbox.bpf import Never, Rule, program

# In the order of linux/unistd.h, by what they are about.
_FILES = (
    "read write open close stat fstat lstat poll lseek pread64 pwrite64 readv writev access pipe select "
    "dup dup2 sendfile fcntl flock fsync fdatasync truncate ftruncate getdents getcwd chdir fchdir rename "
    "mkdir rmdir creat link unlink symlink readlink chmod fchmod chown fchown lchown umask utime statfs "
    "fstatfs sync readahead setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr "
    "llistxattr flistxattr removexattr lremovexattr fremovexattr getdents64 fadvise64 epoll_create "
    "epoll_wait epoll_ctl utimes inotify_init inotify_add_watch inotify_rm_watch openat mkdirat fchownat "
    "futimesat newfstatat unlinkat renameat linkat symlinkat readlinkat fchmodat faccessat pselect6 ppoll "
    "splice tee sync_file_range utimensat epoll_pwait fallocate eventfd eventfd2 epoll_create1 dup3 pipe2 "
    "inotify_init1 preadv pwritev syncfs renameat2 memfd_create copy_file_range preadv2 pwritev2 statx "
    "close_range openat2 faccessat2 epoll_pwait2 io_setup io_destroy io_getevents io_submit io_cancel "
    "io_pgetevents"
)
_MEMORY = (
    "mmap mprotect munmap brk mremap msync mincore madvise shmget shmat shmctl shmdt mlock munlock "
    "mlockall munlockall mlock2 membarrier pkey_mprotect pkey_alloc pkey_free get_mempolicy"
)
_PROCESSES = (
    "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend "
    "rt_tgsigqueueinfo sigaltstack signalfd signalfd4 pause alarm getitimer setitimer getpid clone clone3 "
    "fork vfork execve execveat exit exit_group wait4 waitid kill tkill tgkill getuid getgid geteuid "
    "getegid setuid setgid setreuid setregid setresuid setresgid getresuid getresgid setfsuid setfsgid "
    "getgroups setgroups capget capset setpgid getpgid getpgrp getppid setsid getsid gettid prctl "
    "arch_prctl getrlimit setrlimit prlimit64 getrusage getpriority setpriority ioprio_get ioprio_set "
    "set_tid_address set_robust_list get_robust_list restart_syscall rseq futex futex_waitv pidfd_open "
    "pidfd_send_signal"
)
_SCHEDULING = (
    "sched_yield sched_setparam sched_getparam sched_setscheduler sched_getscheduler "
    "sched_get_priority_max sched_get_priority_min sched_rr_get_interval sched_setaffinity "
    "sched_getaffinity sched_setattr sched_getattr getcpu"
)
_TIME = (
    "nanosleep gettimeofday time times clock_gettime clock_getres clock_nanosleep timer_create "
    "timer_settime timer_gettime timer_getoverrun timer_delete timerfd_create timerfd_settime "
    "timerfd_gettime"
)
_MESSAGES = (
    "socket socketpair connect accept accept4 bind listen shutdown getsockname getpeername setsockopt "
    "getsockopt sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg semget semop semctl semtimedop msgget "
    "msgsnd msgrcv msgctl mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr"
)
_MACHINE = "uname sysinfo getrandom ioctl"

_UNIX = 1  # fixed: AF_UNIX, linux/socket.h
# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, linux/sched.h.
_NAMESPACES = (  # fixed: linux/sched.h
    0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
)
# What a terminal, a pipe and a file are asked: TCGETS to TCFLSH without TIOCSTI, sizes, process groups,
# pseudo terminals, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
_REQUESTS = (
    *(0x5401, 0x5402, 0x5403, 0x5404, 0x5409, 0x540A, 0x540B, 0x540E, 0x540F, 0x5410, 0x5411, 0x5413, 0x5414),
    *(0x541B, 0x5421, 0x5450, 0x5451, 0x80045430, 0x40045431, 0x5441),
)


# Memory that no process need have mapped: only a control group counts it.
_UNCOUNTED = frozenset({"memfd_create", "shmget", "msgget"})


def job_filter(*, machine: str = "", capped: bool = True) -> bytes:
    """Return the filter of jobs and sessions as `bwrap --seccomp` reads it; KeyError for another machine.

    `capped` says that a control group limits memory. Without one, calls are refused whose memory a watchdog
    cannot see.
    """
    lists = (_FILES, _MEMORY, _PROCESSES, _SCHEDULING, _TIME, _MESSAGES, _MACHINE)
    calls = [name for each in lists for name in each.split() if capped or name not in _UNCOUNTED]
    rules = {
        "clone": Rule(lacks=_NAMESPACES),
        # Its flags are behind a pointer, which a filter cannot read; on ENOSYS C libraries use clone.
        "clone3": Never(otherwise=errno.ENOSYS),
        # ZeroMQ, which Jupyter's kernels use, ends its process on EAFNOSUPPORT and goes on after this.
        "socket": Rule(equals=(_UNIX,), otherwise=errno.EINVAL),
        "socketpair": Rule(equals=(_UNIX,), otherwise=errno.EAFNOSUPPORT),
        "ioctl": Rule(argument=1, equals=_REQUESTS, otherwise=errno.ENOTTY),
    }
    return program(calls, rules, machine=machine)
