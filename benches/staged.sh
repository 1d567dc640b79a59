#!/usr/bin/env bash
# How long `check --staged` takes beside `git status` and a cold `check`, with one note of a vault staged.
#
#     benches/staged.sh VAULT [RUNS]
#
# VAULT is a folder of notes; a copy of it becomes a repository in a temporary folder. Prints the best of
# RUNS runs of each in milliseconds (nine unless told otherwise), taken in turns so that a busy machine is
# busy for all of them. PORTOLAN names a program to take in place of a build of this one.
set -euo pipefail

vault=${1:?"usage: benches/staged.sh VAULT [RUNS]"}
runs=${2:-9}
cd "$(dirname "$0")/.."
[ -n "${PORTOLAN:-}" ] || cargo build --locked --release --quiet
portolan=${PORTOLAN:-$PWD/target/release/portolan}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$vault" "$work/vault"
cd "$work/vault"
rm -rf .git
export XDG_CACHE_HOME=$work/cache GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
git init --quiet .
git config user.name bench
git config user.email bench@example.org
git config gc.auto 0
git add --all
git commit --quiet --message 'as it was'
git gc --quiet
note=$(git ls-files '*.md' | sed -n '100p')
printf '\nOne more line.\n' >>"$note"
git add "$note"

# best COMMAND…: sets `ms` to what one run takes if that is the best so far of this name.
declare -A best
run() {
    local name=$1 start end ms status=0
    shift
    start=$(date +%s%N)
    "$@" >/dev/null 2>&1 || status=$?
    end=$(date +%s%N)
    [ "$status" -le 1 ] || { echo "$name: failed" >&2; exit 1; }
    ms=$(((end - start) / 10000))
    if [ -z "${best[$name]:-}" ] || [ "$ms" -lt "${best[$name]}" ]; then best[$name]=$ms; fi
}

git status --porcelain >/dev/null
for _ in $(seq "$runs"); do
    run 'git status' git status --porcelain
    run 'check, cold' "$portolan" --vault . check --no-cache
    run 'check --staged, cold' "$portolan" --vault . check --staged --no-cache
    run 'warming' "$portolan" --vault . check --staged
    run 'check --staged, warm' "$portolan" --vault . check --staged
done

show() { printf '%-24s %8s ms\n' "$1" "$((best[$1] / 100)).$(printf '%02d' "$((best[$1] % 100))")"; }
show 'git status'
show 'check --staged, warm'
show 'check, cold'
show 'check --staged, cold'
awk -v s="${best[git status]}" -v w="${best[check --staged, warm]}" -v c="${best[check, cold]}" \
    -v k="${best[check --staged, cold]}" \
    'BEGIN { printf "warm %.2f × git status, cold %.2f × check\n", w / s, k / c }'
