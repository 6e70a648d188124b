#!/bin/sh
# Builds a Linux host that is an iSCSI initiator: Debian's kernel, with its iSCSI, its multipath and its ALUA handler; a
# small initial RAM disk; and a root disk with udev, open-iscsi, multipath-tools, sg3-utils, e2fsprogs and fio.
#
#   initiator.sh OUTDIR [--no-install]    OUTDIR/vmlinux, OUTDIR/initrd.img and OUTDIR/root.img
#   initiator.sh --packages               the Debian packages that a build needs, one a line
#
# Packages for the guest are unpacked, never installed. What was built is kept: a second call with the same sources
# returns at once and needs no network. Needs no root unless a package has to be installed.
set -eu

packages='lz4 xz-utils cpio e2fsprogs'
# With the libraries that these depend on, and no other package.
guest_packages='udev dmsetup kmod open-iscsi multipath-tools kpartx sg3-utils sg3-utils-udev e2fsprogs fio'
boot_modules='virtio_pci virtio_blk ext4 crc32c_generic overlay'
root_modules="$boot_modules virtio_net sd_mod sg iscsi_tcp dm-multipath dm-service-time dm-round-robin scsi_dh_alua"
root_size=384M

usage() { echo "usage: initiator.sh OUTDIR [--no-install] | initiator.sh --packages" >&2; exit 2; }

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

sources=$(cat "$here/initiator.sh" "$here/tools.sh" "$here"/initiator/* | sha256sum | cut -d' ' -f1)
if [ -s "$out/root.img" ] && [ "$(cat "$out/.sources" 2>/dev/null)" = "$sources" ]; then
    exit 0
fi

# The packages given, with their libraries and the libraries of these.
with_libraries() {
    known="$*" more="$*"
    while [ -n "$more" ]; do
        more=$(apt-cache depends $more | sed -n 's/^ *\(Pre\)\?Depends: \(\(lib\|zlib\)[^ ]*\)$/\2/p' | sort -u |
            while read -r library; do
                case " $known " in *" $library "*) ;; *) printf '%s ' "$library" ;; esac
            done)
        known="$known $more"
    done
    printf '%s' "$known"
}

# Copies the modules $2... and all that they need from the unpacked kernel into the folder $1.
copy_modules() {
    into=$1
    shift
    : > "$work/files"
    for module; do
        line=$(sed -n "s/-/_/g; s/:/ /; /\/$(echo "$module" | tr - _)\.ko /p" "$work/modules.dep" | head -n 1)
        [ -n "$line" ] || fail "the kernel has no module $module"
        for file in $line; do
            grep -m 1 "^$(echo "$file" | sed 's/_/[-_]/g'):" "$modules/modules.dep" | cut -d: -f1 >> "$work/files"
        done
    done
    mkdir -p "$into/lib/modules/$release"
    (cd "$modules" && sort -u "$work/files" | cpio --quiet -pdmu "$into/lib/modules/$release")
    cp "$modules/modules.builtin" "$modules/modules.order" "$into/lib/modules/$release/"
    "$busybox" depmod -b "$into" "$release"
}

install_tools
unpack_kernel linux-image-amd64
unpack busybox-static busybox
busybox=$(find "$work/busybox" -type f -path '*/bin/busybox')

say "making kernel, initial RAM disk and root disk of the initiator"
extract_kernel "$(ls "$work"/kernel/boot/vmlinuz-*)" "$work/vmlinux"
modules=$(echo "$work"/kernel/lib/modules/*)
release=${modules##*/}
"$busybox" depmod -b "$work/kernel" "$release"
sed 's/\.xz//g' "$modules/modules.dep" > "$work/modules.dep"

boot=$work/boot
mkdir -p "$boot/bin" "$boot/dev" "$boot/proc" "$boot/sys" "$boot/disk" "$boot/ram" "$boot/root"
cp "$busybox" "$boot/bin/busybox"
cp "$here/initiator/boot" "$boot/init"
chmod 755 "$boot/init"
copy_modules "$boot" $boot_modules
pack_initrd "$boot" "$work/initrd.img"

root=$work/root
mkdir -p "$root/usr"
for folder in bin sbin lib lib64; do
    mkdir -p "$root/usr/$folder"
    ln -s "usr/$folder" "$root/$folder"
done
wanted=$(with_libraries $guest_packages)
fetch $wanted
for package in $wanted; do
    unpack "$package" root
done
mkdir -p "$root/dev" "$root/proc" "$root/sys" "$root/run" "$root/tmp" "$root/mnt" "$root/etc/multipath" "$root/var/lock"
cp "$busybox" "$root/bin/busybox"
for applet in $("$busybox" --list); do
    [ -e "$root/bin/$applet" ] || [ -L "$root/bin/$applet" ] || [ -e "$root/sbin/$applet" ] || ln -s busybox "$root/bin/$applet"
done
copy_modules "$root" $root_modules
install -m 755 "$here/initiator/run" "$root/sbin/serai-run"
install -m 644 "$here/initiator/multipath.conf" "$root/etc/multipath.conf"
printf 'root:x:0:0:root:/:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\n' > "$root/etc/group"
find "$root" -exec touch -h -d @0 {} +
mkfs.ext4 -q -O ^has_journal -E root_owner=0:0,hash_seed=00000000-0000-0000-0000-000000000001 \
    -U 00000000-0000-0000-0000-000000000002 -d "$root" "$work/root.img" "$root_size" > /dev/null 2>&1 \
    || fail "the root disk cannot be made of $(du -sh "$root" | cut -f1) of files in $root_size"

for file in vmlinux initrd.img root.img; do
    mv "$work/$file" "$out/$file"
done
echo "$sources" > "$out/.sources"
