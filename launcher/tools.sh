# Sourced by serai and verify: messages, the JDK, packages of the system, the build. They set launcher, project, target,
# build_log, jdk_major_min, no_install and no_build before.

fail() { printf 'serai: %s\n' "$*" >&2; exit 1; }
usage() { printf 'serai: %s (see serai help)\n' "$*" >&2; exit 2; }
progress() { printf '%s\n' "$*" >&2; }

# --- the tools -------------------------------------------------------------------------------------------------------

java_major() { # of the Java in $1, without starting it
    local line
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in
            JAVA_VERSION=*) line=${line#*\"}; line=${line%%[!0-9]*}; printf '%s' "$line"; return 0 ;;
        esac
    done <"$1/release"
    return 1
}

is_fit() { local major; [ -x "$1/bin/javac" ] && major=$(java_major "$1") && [ "$major" -ge "$jdk_major_min" ]; }

find_jdk() {
    local candidate
    if [ -n "${JAVA_HOME:-}" ] && is_fit "$JAVA_HOME"; then jdk=$JAVA_HOME; return; fi
    candidate=$(command -v javac) && candidate=$(readlink -f "$candidate") && candidate=${candidate%/bin/javac} &&
        is_fit "$candidate" && jdk=$candidate && return
    for candidate in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
        is_fit "$candidate" && jdk=$candidate && return
    done
    fail "no JDK $jdk_major_min or newer in JAVA_HOME, PATH, /usr/lib/jvm, /usr/java, /opt or your home." \
        "Install one: 'apt-get install openjdk-25-jdk-headless' where the system has it, or Eclipse Temurin 25" \
        "(https://adoptium.net), and set JAVA_HOME if it lies elsewhere."
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# install WHY PACKAGE...: from the system's packages
install_packages() {
    local why=$1
    shift
    [ -z "$no_install" ] || fail "missing: $* ($why), and --no-install forbids to install it"
    command -v apt-get >/dev/null || fail "missing: $* ($why); install it with this system's package manager"
    progress "installing $* ($why)"
    mkdir -p "$target"
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$build_log" 2>&1; then
        as_root apt-get update >>"$build_log" 2>&1
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$build_log" 2>&1 ||
            fail "$* cannot be installed; see $build_log (root or sudo without a password is needed)"
    fi
}

need() { # need PROGRAM WHY PACKAGE...
    local program=$1
    shift
    command -v "$program" >/dev/null || install_packages "$@"
}

need_package() { # need_package PACKAGE WHY, for what is no program
    dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^ii' || install_packages "$2" "$1"
}

# --- the build -------------------------------------------------------------------------------------------------------

is_built() {
    [ -f "$target/built" ] && [ -x "$target/native/serai-watchdog" ] && [ -x "$target/native/serai-client" ] || return 1
    [ -z "$(find "$project/pom.xml" "$project/bundles" "$launcher/src" "$launcher/pom.xml" "$launcher/native" \
        -name target -prune -o -path '*/src/test' -prune -o -type f -newer "$target/built" -print -quit 2>/dev/null)" ]
}

build() {
    local total=0 line
    mkdir -p "$target/native"
    : >"$build_log"
    progress "building Serai (log: $build_log)"
    need mvn 'to build' maven
    need cc 'to compile the watchdog' gcc libc6-dev
    need_package libc6-dev 'to compile the watchdog'
    touch "$target/built.new"
    JAVA_HOME=$jdk mvn -B -f "$project/pom.xml" -pl launcher -am package -Dmaven.test.skip=true 2>&1 | tee -a "$build_log" |
        while IFS= read -r line; do
            case $line in
                '[INFO] Building '*']') line=${line#'[INFO] Building '}; progress "  ${line##* } ${line%% *}" ;;
            esac
        done
    [ "${PIPESTATUS[0]}" = 0 ] || fail "the build failed: $(grep -m1 '^\[ERROR\]' "$build_log"); the whole log is $build_log"
    compile_native
    make_aot_cache
    mv "$target/built.new" "$target/built"
}

compile_native() {
    local source program
    for source in "$launcher"/native/*.c; do
        [ -f "$source" ] || continue
        program=$target/native/serai-$(basename "$source" .c)
        cc -O2 -std=gnu11 -Wall -Wextra -Werror -o "$program.new" "$source" >>"$build_log" 2>&1 ||
            fail "$source does not compile; see $build_log"
        mv "$program.new" "$program"
    done
}

ensure_built() {
    find_jdk
    if [ -n "$no_build" ]; then
        [ -d "$target/repository" ] || fail "nothing is built, and --no-build forbids to build"
    elif ! is_built; then
        build
    fi
}
