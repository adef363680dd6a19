# SPDX-License-Identifier: Apache-2.0
# Sourced by packaging/test --soak: the long stages. Uses its functions and $top, $build, $cores, $scratch.
# shellcheck shell=bash disable=SC2154

fuzz_seconds=${KEYTURN_FUZZ_SECONDS:-600}

begin clang-tidy 60
within run-clang-tidy -quiet -p "$build" -j "$cores" "$top/(core|app)/.*\\.cpp\$" >"$scratch/tidy.txt" 2>&1 || {
    grep -E -A4 'warning:|error:' "$scratch/tidy.txt"
    exit 1
}
finish

begin "thread sanitizer" 90
build_preset tsan all
# gcc 12's TSan cannot place its shadow under the address randomisation of newer kernels.
fixed_addresses=()
! setarch -R true 2>/dev/null || fixed_addresses=(setarch -R)
(
    . packaging/test-environment.sh
    within "${fixed_addresses[@]}" ctest --test-dir build/tsan --parallel "$cores" --output-on-failure \
        --no-tests=error --label-exclude '^(soak|layers|compile)$'
) </dev/null
finish

begin "storms and long loads" 120
if ctest --test-dir "$build" --show-only --label-regex '^soak$' | grep -q 'Test *#'; then
    run_ctest "$build" "$scratch/soak.txt" --label-regex '^soak$'
else
    echo "No test carries the label soak."
fi
finish

begin "benchmark gates" 60
build_preset bench all
reports=()
for program in build/bench/tests/bench/bench_*; do
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then
        continue
    fi
    report="$scratch/$(basename "$program").json"
    within "$program" --benchmark_out="$report" --benchmark_out_format=json
    reports+=("$report")
done
report="$scratch/cli_speed.json"
within tests/fakes/with_keyring.sh unlocked /usr/bin/python3 -B tests/bench/cli_speed.py build/bench/app/cli/keyturn-cli \
    "$report"
reports+=("$report")
within /usr/bin/python3 -B tests/bench/gates.py "${reports[@]}"
finish

begin fuzzing 240
build_preset fuzz all
found=no
for program in build/fuzz/tests/fuzz/fuzz_*; do
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then
        continue
    fi
    found=yes
    name=$(basename "$program")
    corpora=("build/fuzz/corpus/$name")
    mkdir -p "${corpora[0]}"
    [ ! -d "tests/fuzz/seeds/${name#fuzz_}" ] || corpora+=("tests/fuzz/seeds/${name#fuzz_}")
    echo "-- $name for $fuzz_seconds s"
    within "$program" -max_total_time="$fuzz_seconds" -timeout=1 -rss_limit_mb=512 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/" "${corpora[@]}"
done
[ "$found" = yes ] || echo "There is no fuzz target."
finish
