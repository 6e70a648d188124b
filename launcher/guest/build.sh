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
. "$here/tools.sh"
begin

sources=$(cat "$here/build.sh" "$here/tools.sh" "$here/guest.c" | sha256sum | cut -d' ' -f1)
result() { printf 'kernel=%s\ninitrd=%s\n' "$out/vmlinux" "$out/initrd.img"; }
if [ -s "$out/vmlinux" ] && [ -s "$out/initrd.img" ] && [ "$(cat "$out/.sources" 2>/dev/null)" = "$sources" ]; then
    result
    exit 0
fi

install_tools
unpack_kernel linux-image-cloud-amd64
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
pack_initrd "$root" "$work/initrd.img"

mv "$work/vmlinux" "$out/vmlinux"
mv "$work/initrd.img" "$out/initrd.img"
echo "$sources" > "$out/.sources"
result
