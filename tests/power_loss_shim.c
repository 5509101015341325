// SPDX-License-Identifier: GPL-3.0-or-later
// Loaded before libc (LD_PRELOAD): notes what the program does to files below POWER_LOSS_ROOT, in
// order, into POWER_LOSS_LOG. One record an operation, after it succeeded:
//   length (u32, of what follows), kind (char), inode (u64), offset (u64), then two texts, each with
//   its length (u32): a path and another path, or the bytes written.
// Kinds: C a file opened for writing (offset 1: made or emptied), W written, T cut to a length, F
// flushed (a file or a folder), R renamed, E exchanged, L linked, U removed, D folder made, X folder
// removed.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int log_fd = -1;
static char root[PATH_MAX];
static size_t root_length;

#define REAL(result, name, ...) \
  static result (*real_##name)(__VA_ARGS__); \
  if (real_##name == NULL) real_##name = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char* log = getenv("POWER_LOSS_LOG");
  const char* below = getenv("POWER_LOSS_ROOT");
  if (log == NULL || below == NULL || strlen(below) >= sizeof root) return;
  strcpy(root, below);
  root_length = strlen(root);
  REAL(int, open, const char*, int, ...);
  log_fd = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  // Out of the way of what programs close by number.
  const int high = fcntl(log_fd, F_DUPFD_CLOEXEC, 500);
  if (high >= 0) log_fd = high;
}

// The path below the root, or null when it is none of ours.
static const char* ours(const char* path) {
  if (log_fd < 0 || strncmp(path, root, root_length) != 0) return NULL;
  return path[root_length] == '/' ? path + root_length + 1 : NULL;
}

static const char* absolute(int at, const char* path, char* out) {
  if (path[0] == '/') return path;
  char folder[PATH_MAX], link[64];
  if (at == AT_FDCWD) {
    if (getcwd(folder, sizeof folder) == NULL) return path;
  } else {
    snprintf(link, sizeof link, "/proc/self/fd/%d", at);
    const ssize_t n = readlink(link, folder, sizeof folder - 1);
    if (n < 0) return path;
    folder[n] = 0;
  }
  snprintf(out, PATH_MAX, "%.2000s/%.2000s", folder, path);
  return out;
}

static const char* path_of(int fd, char* out) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t n = readlink(link, out, PATH_MAX - 1);
  if (n < 0) return NULL;
  out[n] = 0;
  return ours(out);
}

static void note(char kind, uint64_t inode, uint64_t offset, const char* one, const void* two,
                 size_t two_length) {
  const int saved = errno;
  const uint32_t first = (uint32_t)strlen(one), second = (uint32_t)two_length;
  const uint32_t length = 1 + 8 + 8 + 4 + first + 4 + second;
  struct iovec parts[] = {{(void*)&length, 4},   {&kind, 1},           {&inode, 8},
                          {&offset, 8},          {(void*)&first, 4},   {(void*)one, first},
                          {(void*)&second, 4},   {(void*)two, second}};
  REAL(ssize_t, writev, int, const struct iovec*, int);
  if (real_writev(log_fd, parts, 8) < 0) abort();
  errno = saved;
}

static uint64_t inode_of(int fd) {
  struct stat st;
  return fstat(fd, &st) == 0 ? (uint64_t)st.st_ino : 0;
}
static uint64_t inode_at(const char* path) {
  struct stat st;
  return lstat(path, &st) == 0 ? (uint64_t)st.st_ino : 0;
}

static void note_opened(int fd, int flags, int was_there) {
  char path[PATH_MAX];
  if (fd < 0 || (flags & O_ACCMODE) == O_RDONLY) return;
  const char* own = path_of(fd, path);
  if (own != NULL) note('C', inode_of(fd), !was_there || (flags & O_TRUNC) ? 1 : 0, own, "", 0);
}

#define OPEN(name) \
  int name(const char* path, int flags, ...) { \
    va_list more; \
    va_start(more, flags); \
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    REAL(int, name, const char*, int, ...); \
    const int there = access(path, F_OK) == 0; \
    const int fd = real_##name(path, flags, mode); \
    note_opened(fd, flags, there); \
    return fd; \
  }
OPEN(open)
OPEN(open64)

FILE* fopen64(const char* path, const char* mode) {
  REAL(FILE*, fopen64, const char*, const char*);
  const int there = access(path, F_OK) == 0;
  FILE* file = real_fopen64(path, mode);
  if (file != NULL && mode[0] != 'r')
    note_opened(fileno(file), O_WRONLY | (mode[0] == 'w' ? O_TRUNC : 0), there);
  return file;
}
FILE* fopen(const char* path, const char* mode) {
  return fopen64(path, mode);
}

static void note_written(int fd, const void* data, ssize_t n) {
  char path[PATH_MAX];
  if (n <= 0 || log_fd < 0 || fd == log_fd) return;
  const int saved = errno;
  const char* own = path_of(fd, path);
  const off_t end = own == NULL ? -1 : lseek(fd, 0, SEEK_CUR);
  if (end >= 0) note('W', inode_of(fd), (uint64_t)(end - n), own, data, (size_t)n);
  errno = saved;
}
ssize_t write(int fd, const void* data, size_t size) {
  REAL(ssize_t, write, int, const void*, size_t);
  const ssize_t n = real_write(fd, data, size);
  note_written(fd, data, n);
  return n;
}
ssize_t writev(int fd, const struct iovec* parts, int count) {
  REAL(ssize_t, writev, int, const struct iovec*, int);
  const ssize_t n = real_writev(fd, parts, count);
  if (n > 0 && log_fd >= 0 && fd != log_fd) {
    char* all = malloc((size_t)n);
    size_t have = 0;
    for (int i = 0; i < count && have < (size_t)n; ++i) {
      size_t part = parts[i].iov_len;
      if (part > (size_t)n - have) part = (size_t)n - have;
      memcpy(all + have, parts[i].iov_base, part);
      have += part;
    }
    note_written(fd, all, n);
    free(all);
  }
  return n;
}
int ftruncate(int fd, off_t length) {
  REAL(int, ftruncate, int, off_t);
  const int r = real_ftruncate(fd, length);
  char path[PATH_MAX];
  const char* own = r == 0 ? path_of(fd, path) : NULL;
  if (own != NULL) note('T', inode_of(fd), (uint64_t)length, own, "", 0);
  return r;
}

#define SYNC(name) \
  int name(int fd) { \
    REAL(int, name, int); \
    const int r = real_##name(fd); \
    char path[PATH_MAX]; \
    const char* own = r == 0 ? path_of(fd, path) : NULL; \
    if (own != NULL) note('F', inode_of(fd), 0, own, "", 0); \
    return r; \
  }
SYNC(fsync)
SYNC(fdatasync)

static void note_pair(char kind, int at1, const char* from, int at2, const char* to) {
  char one[PATH_MAX], two[PATH_MAX];
  const char* a = ours(absolute(at1, from, one));
  const char* b = ours(absolute(at2, to, two));
  char whole[PATH_MAX];
  if (b != NULL)
    note(kind, inode_at(absolute(at2, to, whole)), 0, a == NULL ? "" : a, b, strlen(b));
}
int rename(const char* from, const char* to) {
  REAL(int, rename, const char*, const char*);
  const int r = real_rename(from, to);
  if (r == 0) note_pair('R', AT_FDCWD, from, AT_FDCWD, to);
  return r;
}
int renameat2(int at1, const char* from, int at2, const char* to, unsigned flags) {
  REAL(int, renameat2, int, const char*, int, const char*, unsigned);
  const int r = real_renameat2(at1, from, at2, to, flags);
  if (r == 0) note_pair(flags & 2u ? 'E' : 'R', at1, from, at2, to);
  return r;
}
int link(const char* from, const char* to) {
  REAL(int, link, const char*, const char*);
  const int r = real_link(from, to);
  if (r == 0) note_pair('L', AT_FDCWD, from, AT_FDCWD, to);
  return r;
}
static void note_gone(char kind, int at, const char* path) {
  char whole[PATH_MAX];
  const char* own = ours(absolute(at, path, whole));
  if (own != NULL) note(kind, 0, 0, own, "", 0);
}
int unlink(const char* path) {
  REAL(int, unlink, const char*);
  const int r = real_unlink(path);
  if (r == 0) note_gone('U', AT_FDCWD, path);
  return r;
}
int rmdir(const char* path) {
  REAL(int, rmdir, const char*);
  const int r = real_rmdir(path);
  if (r == 0) note_gone('X', AT_FDCWD, path);
  return r;
}
int remove(const char* path) {
  struct stat st;
  return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) ? rmdir(path) : unlink(path);
}
int unlinkat(int at, const char* path, int flags) {
  REAL(int, unlinkat, int, const char*, int);
  char whole[PATH_MAX], kept[PATH_MAX];
  snprintf(kept, sizeof kept, "%s", absolute(at, path, whole));
  const int r = real_unlinkat(at, path, flags);
  if (r == 0) note_gone(flags & AT_REMOVEDIR ? 'X' : 'U', AT_FDCWD, kept);
  return r;
}
int mkdir(const char* path, mode_t mode) {
  REAL(int, mkdir, const char*, mode_t);
  const int r = real_mkdir(path, mode);
  char whole[PATH_MAX];
  const char* own = r == 0 ? ours(absolute(AT_FDCWD, path, whole)) : NULL;
  if (own != NULL) note('D', inode_at(path), 0, own, "", 0);
  return r;
}
