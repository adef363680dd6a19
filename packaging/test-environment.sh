# SPDX-License-Identifier: Apache-2.0
# Sourced by packaging/test: everything of the environment that a test can see. Needs $top and $scratch.
# A person's own AWS profile, keyring, proxy, locale or display must not change what a test does.
# shellcheck shell=bash disable=SC2154

while read -r name; do
    unset "$name"
done < <(compgen -e | grep -E '^(AWS_|KEYTURN_(VAULT|PASSPHRASE_FILE|PROFILE)$|XDG_|QT_|DISPLAY$|WAYLAND_DISPLAY$|DBUS_SESSION_BUS_ADDRESS$|LD_PRELOAD$|PYTHON)|_proxy$|_PROXY$')

export LC_ALL=C.UTF-8 TZ=UTC
export HOME="$scratch/home" XDG_RUNTIME_DIR="$scratch/run" TMPDIR="$scratch/tmp"
mkdir -p "$HOME" "$XDG_RUNTIME_DIR" "$TMPDIR"
chmod 700 "$XDG_RUNTIME_DIR"
chmod 711 "$scratch" "$TMPDIR" # PostgreSQL refuses to run as root: its own user passes through to its folder
export QT_QPA_PLATFORM=offscreen QT_LOGGING_RULES='qt.qpa.*=false'
export PYTHONDONTWRITEBYTECODE=1

# Leaks are looked for: a leaked secret is not wiped. What is not ours stands in lsan.supp with its reason.
export ASAN_OPTIONS="detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:allocator_may_return_null=1"
export LSAN_OPTIONS="suppressions=$top/packaging/lsan.supp:print_suppressions=0"
export UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1"
# A test of kills forks a child that starts threads of its own.
export TSAN_OPTIONS="die_after_fork=0:halt_on_error=1:second_deadlock_stack=1:suppressions=$top/packaging/tsan.supp"
