#!/usr/bin/env bash
# Counts the instructions of a check of a made-up vault, and of the Markdown parser alone on the same notes. The
# number of the one for each of the other grows when a check does more work, whatever compiler or processor there
# is; it must not grow by more than 5 % against benches/instructions.txt.
#
# usage: benches/count.sh [--update]    Needs valgrind; without it there is a notice and no failure.
set -euo pipefail
cd "$(dirname "$0")/.."

kept=benches/instructions.txt
notes=1000

if ! command -v valgrind >/dev/null; then
    echo "notice: no valgrind here, instructions are not counted"
    exit 0
fi

cargo build --locked --release --quiet --bin portolan
# The yardstick is built as the tests build it, the parser optimised and the loop around it not: what counts is that
# it stays the same. A second release build would take minutes.
cargo build --locked --quiet --example floor
built="${CARGO_TARGET_DIR:-target}"
portolan="$built/release/portolan"
floor="$built/debug/examples/floor"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$floor" make "$work/vault" "$notes"

# One thread, no settings of anybody: nothing but the program may change the count.
count() {
    # A check that finds something ends with 1.
    { env -i HOME="$work" XDG_CACHE_HOME="$work/cache" PATH=/usr/bin:/bin LC_ALL=C TZ=UTC RAYON_NUM_THREADS=1 \
        valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" || true; } 2>&1 >/dev/null |
        sed -n 's/.*Collected : //p'
}
check() { count "$portolan" --vault "$work/vault" check --format concise "$@"; }

parse=$(count "$floor" parse "$work/vault" 1)
cold=$(check --no-cache)
sleep 2.1 # what was saved a moment ago counts as changed
check >/dev/null
unchanged=$(check)

now="$work/now"
awk -v parse="$parse" -v cold="$cold" -v unchanged="$unchanged" 'BEGIN {
    printf "cold %.3f\nunchanged %.4f\n", cold / parse, unchanged / parse
}' >"$now"
echo "instructions: parse $parse, cold check $cold, unchanged check $unchanged"

if [ "${1:-}" = --update ]; then
    {
        echo "# Instructions of a check for each one of the Markdown parser; written by benches/count.sh --update."
        cat "$now"
    } >"$kept"
fi
if [ ! -e "$kept" ]; then
    echo "notice: no $kept to compare with; benches/count.sh --update writes it"
    exit 0
fi
awk '
    /^#/ { next }
    NR == FNR { was[$1] = $2; next }
    {
        change = ($2 / was[$1] - 1) * 100
        printf "%-10s %s for each instruction of the parser, was %s (%+.1f %%)\n", $1, $2, was[$1], change
        if (change > 5) worse = 1
    }
    END { if (worse) print "a check has become slower by more than 5 %; where it has to be: benches/count.sh --update"; exit worse }
' "$kept" "$now"
