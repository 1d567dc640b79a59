#!/usr/bin/env python3
"""Runs portolan side by side with the least that a checker must do, and prints ratios of time and memory.

usage: benches/against-floor.py [--portolan BIN] [--floor BIN] [--runs N] (--notes N | --vault DIR)...

Each pair of commands runs in turn, A B A B ..., so that a busy machine slows both; a ratio is the median of the
pairs'. Without --portolan and --floor both are built from this repository (benches/vault/floor.rs). Another program
may stand in for the floor where it takes `walk DIR -j 2` and `parse DIR -j 2`. --notes makes a vault of so many
notes in a temporary folder; in a vault of --vault no note is written, so it is not measured after a change. Needs Python 3 and a Unix.
"""
import argparse, os, pathlib, shutil, statistics, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def build(kind, name):
    subprocess.run(["cargo", "build", "--release", "--quiet", kind, name], cwd=ROOT, check=True)
    folder = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    return str(folder / ("examples" if kind == "--example" else "") / name)


def run(command, env):
    """Wall and CPU seconds, and the peak of memory in MiB."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {child.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(what, a, b, runs, env, target, before=lambda: None):
    """Prints how command a compares with command b."""
    pairs = []
    for i in range(runs + 1):
        before()
        pair = run(a, env), run(b, env)
        if i:  # the first pair warms the page cache
            pairs.append(pair)
    ratio = lambda n: statistics.median(one[n] / other[n] for one, other in pairs)
    wall = statistics.median(one[0] for one, _ in pairs)
    peak = max(one[2] for one, _ in pairs)
    print(f"{what:44} {wall * 1000:9.0f} ms {ratio(0):6.2f} x wall {ratio(1):6.2f} x cpu "
          f"(wanted: {target}) {peak:7.1f} MiB", flush=True)


def measure(vault, portolan, floor, own, runs, made):
    notes = sorted(vault.rglob("*.md"))
    size = sum(note.stat().st_size for note in notes) / (1 << 20)
    print(f"\n{len(notes):,} notes, {size:.1f} MiB: memory wanted is under {size / 4 + 30:.0f} MiB")
    with tempfile.TemporaryDirectory() as cache:
        env = {"PATH": os.environ["PATH"], "HOME": cache, "XDG_CACHE_HOME": cache, "LC_ALL": "C",
               "RAYON_NUM_THREADS": "2"}
        threads = ["2"] if own else ["-j", "2"]
        walk, parse = ([floor, verb, str(vault), *threads] for verb in ("walk", "parse"))
        check = [portolan, "--vault", str(vault), "check"]
        compare("cold check : parse", [*check, "--no-cache"], parse, runs, env, "1.3")
        time.sleep(2.1)  # what was saved a moment ago counts as changed
        run(check, env)
        compare("nothing changed : walk", check, walk, runs, env, "2")
        if not made:
            return  # nobody's own notes are written
        # A second vault stays as it is.
        twin = vault.with_name(vault.name + "-twin")
        shutil.copytree(vault, twin)
        time.sleep(2.1)
        unchanged = [portolan, "--vault", str(twin), "check"]
        run(unchanged, env)
        try:
            for what, documents, line in (("one note changed", False, "Another line."),
                                          ("a line in a note of a system", True, "Another line."),
                                          ("a fact in a note of a system", True, "## A heading")):
                note = next(n for n in notes[len(notes) // 2:] if is_of_system(n) == documents)
                # What this one keeps is there for the next pair, once its note has settled.
                change, undo = saver(note, line)
                compare(f"{what} : walk", check, walk, runs, env, "2.4", change)
                compare(f"{what} : nothing changed", check, unchanged, runs, env, "1.2", change)
                undo()
        finally:
            shutil.rmtree(twin)


def is_of_system(note):
    """Whether the note documents a system: then boards and rules about the whole vault ask for it."""
    return b"## System Initialization" in note.read_bytes()


def saver(note, line):
    """What saves a note with some more of a line, an hour ago, and what gives it its own text back."""
    text = note.read_bytes()

    def save():
        note.write_bytes(text + f"\n{line}\n".encode() * (1 + time.time_ns() % 7))
        old = time.time() - 3600
        os.utime(note, (old, old))
    return save, lambda: note.write_bytes(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portolan")
    parser.add_argument("--floor")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--notes", type=int, action="append", default=[])
    parser.add_argument("--vault", type=pathlib.Path, action="append", default=[])
    args = parser.parse_args()
    portolan = args.portolan or build("--bin", "portolan")
    own = build("--example", "floor") if args.notes or not args.floor else None
    floor = args.floor or own
    for vault in args.vault:
        measure(vault, portolan, floor, floor == own, args.runs, made=False)
    for notes in args.notes or ([] if args.vault else [1_000, 10_000]):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="portolan-vault-"))
        try:
            subprocess.run([own, "make", str(folder), str(notes)], check=True)
            measure(folder, portolan, floor, floor == own, args.runs, made=True)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
