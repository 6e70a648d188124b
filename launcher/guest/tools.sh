# Sourced by the scripts that build test guests: the folder to build in, Debian packages, the kernel. They set before:
# out (the folder), install (yes or no), packages (what the build itself needs).

say() { echo "guest: $*" >&2; }
fail() { say "error: $*"; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Makes the folder ready, where one build at a time goes on: tests, demo and bench share it. $work is gone at the end.
begin() {
    mkdir -p "$out"
    out=$(cd "$out" && pwd)
    exec 9> "$out/.lock"
    flock 9
    work=$(mktemp -d "$out/.work.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
}

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

# Fetches those packages that are not in $out/packages yet.
fetch() {
    absent=''
    for package; do
        ls "$out/packages/${package}"_*.deb > /dev/null 2>&1 || absent="$absent $package"
    done
    [ -n "$absent" ] || return 0
    say "fetching$absent (unpacked only, not installed)"
    mkdir -p "$work/fetch" "$out/packages"
    (cd "$work/fetch" && apt-get download -qq $absent 2> apt.log) \
        || fail "cannot fetch$absent: $(tail -n 1 "$work/fetch/apt.log"); is the network up, and was apt-get update run?"
    mv "$work/fetch"/*.deb "$out/packages/"
}

# Unpacks a package into $work/$2 without installing it; /bin, /lib and so on may be links there.
unpack() {
    fetch "$1"
    mkdir -p "$work/$2"
    for deb in "$out/packages/$1"_*.deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$work/$2" --keep-directory-symlink --exclude='./usr/share/doc/*' \
            --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*'
        return
    done
}

kernel_behind() { apt-cache depends "$1" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1; }

# Unpacks the kernel that the package $1 stands for into $work/kernel.
unpack_kernel() {
    kernel=$(kernel_behind "$1")
    [ -n "$kernel" ] || kernel=$(ls "$out/packages" 2>/dev/null | sed -n 's/^\(linux-image-[^_]*\)_.*/\1/p' | tail -n 1)
    if [ -z "$kernel" ] && [ $install = yes ]; then
        say "reading the package lists, to find the kernel"
        as_root apt-get update -qq
        kernel=$(kernel_behind "$1")
    fi
    [ -n "$kernel" ] || fail "the package lists have no $1; run apt-get update"
    unpack "$kernel" kernel
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
    case $magic in
        407642370) unpacker='lz4 -d -q - -' ;;
        1484404733) unpacker='xz -dc' ;;
        *)
            say "the kernel's payload is neither LZ4 nor XZ ($magic): taken as it is, which boots more slowly"
            cp "$1" "$2"
            return
            ;;
    esac
    tail -c "+$((offset + 1))" "$1" | head -c "$((length - 4))" | $unpacker > "$2"
}

# Packs the folder $1 as an initial RAM disk $2.
pack_initrd() {
    find "$1" -exec touch -h -d @0 {} +
    (cd "$1" && find . | LC_ALL=C sort | cpio --quiet --reproducible -R 0:0 -o -H newc) > "$2"
}
