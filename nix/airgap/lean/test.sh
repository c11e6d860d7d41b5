#!/usr/bin/env bash
# Tests what the stand-in promises: program output only, standard input byte for byte, arguments,
# exit codes, deep recursion, messages with the file's own name.
# usage: nix/airgap/lean/test.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# expect NAME WANTED FOUND
expect() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s:\n  wanted %s\n  found  %s\n' "$1" "${2:0:200}" "${3:0:200}"
  fi
}

cat >"$work/echo.lean" <<'LEAN'
def depth : Nat → Nat
  | 0 => 0
  | n + 1 => depth n + 1

partial def copy (input output : IO.FS.Stream) : IO Unit := do
  let line ← input.getLine
  unless line.isEmpty do
    output.putStr line
    copy input output

/-- The code that the first argument asks for. -/
def main (args : List String) : IO UInt32 := do
  copy (← IO.getStdin) (← IO.getStdout)
  IO.println s!"{args} {depth 50000}"
  match args with
  | "throw" :: _ => throw (IO.userError "thrown")
  | "7" :: _ => return 7
  | _ => return 0
LEAN
# Characters of two, three and four bytes at every offset from a block's seam.
python3 -c 'print("\n".join("x" * n + "é€😀" * 20000 for n in range(9)))' >"$work/input"

code=0
"$here/lean" --run "$work/echo.lean" 7 'a b' <"$work/input" >"$work/out" 2>"$work/err" || code=$?
expect 'exit code' 7 "$code"
expect 'arguments and depth' '[7, a b] 50000' "$(tail -n 1 "$work/out")"
expect 'input' "$(sha256sum <"$work/input")" "$(head -n -1 "$work/out" | sha256sum)"
expect 'standard error' '' "$(cat "$work/err")"

# A line longer than a pipe holds, and a reader that comes late.
python3 -c 'print("é€😀" * 30000)' >"$work/long"
"$here/lean" --run "$work/echo.lean" <"$work/long" 2>&1 | { sleep 20; cat; } >"$work/out"
expect 'a long line through a slow pipe' "$(sha256sum <"$work/long")" "$(head -n 1 "$work/out" | sha256sum)"

code=0
"$here/lean" --run "$work/echo.lean" throw </dev/null >/dev/null 2>"$work/err" || code=$?
expect 'exit code of an exception' 1 "$code"
expect 'exception' 'uncaught exception: thrown' "$(cat "$work/err")"

echo 'def broken : Nat := "text"' >"$work/broken.lean"
code=0
"$here/lean" "$work/broken.lean" >"$work/out" 2>&1 || code=$?
expect 'exit code of an error' 1 "$code"
expect 'error' "$work/broken.lean:1:20: error: Type mismatch" "$(head -n 1 "$work/out")"
code=0
"$here/lean" --run "$work/broken.lean" >"$work/out" 2>&1 || code=$?
expect 'exit code of an error before running' 1 "$code"

echo 'theorem fine : 2 + 2 = 4 := rfl' >"$work/fine.lean"
expect 'a good file says nothing' '' "$("$here/lean" "$work/fine.lean" 2>&1)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
