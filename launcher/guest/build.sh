#!/bin/sh
# Builds the test guest: a Debian cloud kernel and an initial RAM disk whose init is guest.c.
#
#   build.sh OUTDIR [--no-install]    OUTDIR/vmlinux and OUTDIR/initrd.img
#   build.sh --packages               the Debian packages that a build needs, one a line
#
# Kernel and busybox are unpacked from their packages, never installed. What was built is kept: a second call with the
# same sources returns at once and needs no network. Needs no root unless a package has to be installed.
set -eu

packages='gcc libc6-dev lz4 xz-utils cpio'
# In the order in which they must be loaded; button and evdev bring the power button.
modules='virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci
scsi_common scsi_mod virtio_scsi t10-pi crc64-rocksoft crc-t10dif crct10dif_common sd_mod button evdev'

say() { echo "guest: $*" >&2; }
fail() { say "error: $*"; exit 1; }
usage() { echo "usage: build.sh OUTDIR [--no-install] | build.sh --packages" >&2; exit 2; }

here=$(cd "$(dirname "$0")" && pwd)
out='' install=yes
for arg; do
    case $arg in
        --packages) printf '%s\n' $packages; exit 0 ;;
        --no-install) install=no ;;
        -*) usage ;;
        *) [ -z "$out" ] || usage; out=$arg ;;
    esac
done
[ -n "$out" ] || usage
mkdir -p "$out"
out=$(cd "$out" && pwd)

# One build at a time in a folder: tests, demo and bench share it.
exec 9> "$out/.lock"
flock 9

sources=$(cat "$here/build.sh" "$here/guest.c" | sha256sum | cut -d' ' -f1)
result() { printf 'kernel=%s\ninitrd=%s\n' "$out/vmlinux" "$out/initrd.img"; }
if [ -s "$out/vmlinux" ] && [ -s "$out/initrd.img" ] && [ "$(cat "$out/.sources" 2>/dev/null)" = "$sources" ]; then
    result
    exit 0
fi

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_tools() {
    missing=''
    for package in $packages; do
        dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    [ $install = yes ] || fail "these Debian packages are missing:$missing; install them, or leave --no-install out"
    say "installing$missing, to compile and pack the test guest"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
}

work=$(mktemp -d "$out/.work.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Unpacks a package into $work/$2 without installing it.
unpack() {
    deb=$(ls "$out/packages/$1"_*.deb 2>/dev/null | head -n 1 || true)
    if [ -z "$deb" ]; then
        say "fetching $1 (unpacked only, not installed)"
        mkdir -p "$work/fetch" "$out/packages"
        (cd "$work/fetch" && apt-get download -qq "$1" 2> apt.log) \
            || fail "cannot fetch $1: $(tail -n 1 "$work/fetch/apt.log"); is the network up, and was apt-get update run?"
        mv "$work/fetch/$1"_*.deb "$out/packages/"
        deb=$(ls "$out/packages/$1"_*.deb | head -n 1)
    fi
    dpkg-deb -x "$deb" "$work/$2"
}

word() { od -An -t"$3" -j "$2" -N "${3#u}" "$1" | tr -d ' '; }

# The ELF kernel out of a bzImage: the boot protocol's header says where the payload is (Documentation/x86/boot.rst,
# payload_offset and payload_length count from the protected-mode code). QEMU starts an ELF kernel several times faster.
extract_kernel() {
    [ "$(word "$1" 514 u4)" = 1400005704 ] || fail "$1 has no boot protocol header"
    sectors=$(word "$1" 497 u1)
    [ "$sectors" -ne 0 ] || sectors=4
    offset=$(((sectors + 1) * 512 + $(word "$1" 584 u4)))
    length=$(word "$1" 588 u4)
    magic=$(word "$1" "$offset" u4)
    # The last four bytes of the payload are the unpacked size, which is no part of the compressed stream.
    if [ "$magic" = 407642370 ]; then
        tail -c "+$((offset + 1))" "$1" | head -c "$((length - 4))" | lz4 -d -q - - > "$2"
    else
        say "the kernel's payload is not LZ4 ($magic): taken as it is, which boots more slowly"
        cp "$1" "$2"
    fi
}

install_tools
kernel=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
if [ -z "$kernel" ]; then
    kernel=$(ls "$out/packages" 2>/dev/null | sed -n 's/^\(linux-image-[^_]*\)_.*/\1/p' | tail -n 1)
fi
if [ -z "$kernel" ] && [ $install = yes ]; then
    say "reading the package lists, to find the cloud kernel"
    as_root apt-get update -qq
    kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
fi
[ -n "$kernel" ] || fail "the package lists have no linux-image-cloud-amd64; run apt-get update"
unpack "$kernel" kernel
unpack busybox-static busybox

say "making kernel and initial RAM disk"
extract_kernel "$(ls "$work"/kernel/boot/vmlinuz-*)" "$work/vmlinux"

root=$work/root
mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/modules"
gcc -static -O2 -Wall -Wextra -Werror -s -o "$root/init" "$here/guest.c"
cp "$(find "$work/busybox" -type f -path '*/bin/busybox')" "$root/bin/busybox"
: > "$root/modules/order"
for module in $modules; do
    file=$(find "$work/kernel" -name "$module.ko" -o -name "$module.ko.xz" | head -n 1)
    [ -n "$file" ] || continue # built in
    case $file in
        *.xz) xz -dc "$file" > "$root/modules/$module.ko" ;;
        *) cp "$file" "$root/modules/$module.ko" ;;
    esac
    echo "$module.ko" >> "$root/modules/order"
done
find "$root" -exec touch -h -d @0 {} +
(cd "$root" && find . | LC_ALL=C sort | cpio --quiet --reproducible -R 0:0 -o -H newc) > "$work/initrd.img"

mv "$work/vmlinux" "$out/vmlinux"
mv "$work/initrd.img" "$out/initrd.img"
echo "$sources" > "$out/.sources"
result
