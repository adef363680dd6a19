#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# with_keyring.sh STATE COMMAND...: runs COMMAND in a session of its own whose keychain is in the given state:
#   unlocked     gnome-keyring, default keyring open
#   locked       the same with one item in it, then locked
#   empty        gnome-keyring without any keyring: nothing was ever stored
#   no-service   a session bus on which no Secret Service runs or can be started
#   no-bus       no session bus at all
# A fresh HOME and XDG_RUNTIME_DIR keep every real keyring out of it. The exit status is COMMAND's.
set -eu

state=$1
shift

if [ -z "${KEYTURN_KEYRING_HOME:-}" ]; then
    KEYTURN_KEYRING_HOME=$(mktemp -d)
    trap 'rm -rf "$KEYTURN_KEYRING_HOME"' EXIT
    export KEYTURN_KEYRING_HOME HOME=$KEYTURN_KEYRING_HOME XDG_RUNTIME_DIR=$KEYTURN_KEYRING_HOME/run
    mkdir -m 0700 "$XDG_RUNTIME_DIR"
    unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS XDG_DATA_HOME XDG_CONFIG_HOME XDG_CURRENT_DESKTOP
    case $state in
    no-bus)
        "$@"
        ;;
    no-service)
        cat >"$HOME/bus.conf" <<BUS
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$XDG_RUNTIME_DIR</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
BUS
        dbus-run-session --config-file="$HOME/bus.conf" -- "$@"
        ;;
    unlocked | locked | empty)
        dbus-run-session -- "$0" "$state" "$@"
        ;;
    *)
        echo "with_keyring.sh: no such state: $state" >&2
        exit 2
        ;;
    esac
    exit
fi

# Inside the session: start the daemon under a process id that we know, and end it by that id.
if [ "$state" = empty ]; then
    gnome-keyring-daemon --foreground --components=secrets </dev/null >/dev/null 2>&1 &
else
    gnome-keyring-daemon --foreground --unlock --components=secrets < <(printf 'test') >/dev/null 2>&1 &
fi
keyring_pid=$!
trap 'kill "$keyring_pid" 2>/dev/null || true; wait "$keyring_pid" 2>/dev/null || true' EXIT
# Asking the bus for the owner does not start a second daemon; asking the service would.
for _ in $(seq 200); do
    if dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
        org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null | grep -q 'boolean true'; then
        break
    fi
    sleep 0.05
done
if [ "$state" = locked ]; then
    printf 'bG9ja2Vk' | secret-tool store --label=locked xdg:schema org.qt.keychain server org.keyturn.console.test \
        user v1/profile/00000000-0000-4000-8000-000000000001 type base64
    dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
        org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null
fi
"$@"
