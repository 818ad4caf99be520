#!/usr/bin/env bash
# Tries a U-ViT on the scenes that recipes/picture-book.sh has encoded: trains it with its text tower for a given time and tells, at each checkpoint, the loss of held-out tokens
# that show things, by the share of masked places. So networks can be compared before one is trained for long.
#   recipes/trial.sh SIZES [FOLDER]      sizes as recipes/picture-book/model.json has them; FOLDER as of recipes/picture-book.sh, artifacts/picture-book unless another is given
# CPU_SECONDS is the processor time, which is the same however busy the machine is: 7200, an hour on two cores. Started again it goes on. The result is a table on standard output.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
sizes=${1:?recipes/trial.sh SIZES [FOLDER]}
folder=${2:-$root/artifacts/picture-book}
: "${AMUSED:=$root/amused}" "${CPU_SECONDS:=7200}" "${BATCH:=32}" "${CHECKPOINT_EVERY:=100}" "${BACKGROUND_WEIGHT:=0.3}"
output=$folder/trials/$(basename "$sizes" .json)
precision=bf16
grep -qE 'avx512_bf16|amx_bf16' /proc/cpuinfo 2> /dev/null || precision=fp32
mkdir -p "$output"

# used: the seconds of processor time of all legs before this one, and of this one.
before=$(cat "$output/cpu-seconds" 2> /dev/null || echo 0)
ticks=$(getconf CLK_TCK)
used() { awk -v before="$before" -v ticks="$ticks" '$3 != "Z" { print int(before + ($14 + $15) / ticks) }' "/proc/$1/stat" 2> /dev/null; }

"$AMUSED" train --model-config "$sizes" --vqvae "$folder/vq" --tokenizer "$folder/tokenizer" --train-text-encoder --data "$folder/shards/train" \
  --validation-data "$folder/shards/held-out" --batch-size "$BATCH" --background-weight "$BACKGROUND_WEIGHT" --condition-dropout 0.1 --contiguous-masks 0.25 \
  --optimizer muon --learning-rate 1.5e-3 --lr-scheduler constant_with_warmup --lr-warmup-steps 20 --max-grad-norm 1 --max-steps 1000000 \
  --precision $precision --checkpoint-every "$CHECKPOINT_EVERY" --resume latest --output "$output" &
training=$!
trap 'kill -TERM $training 2> /dev/null; wait $training' INT TERM
while seconds=$(used $training) && [[ -n $seconds ]]; do
  echo "$seconds" > "$output/cpu-seconds"
  if ((seconds >= CPU_SECONDS)); then
    kill -TERM $training
    break
  fi
  sleep "${POLL:-5}"
done
wait $training || [[ $? == 143 ]]

echo "| $(basename "$sizes" .json), $(($(cat "$output/cpu-seconds") / 60)) minutes of processor time | 1.0 | 0.9 | 0.7 | 0.4 |"
echo "|---|---|---|---|---|"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
  (i = column["held_out_loss_1.0"]) && $i != "" {
    printf "| %d updates | %.2f | %.2f | %.2f | %.2f |\n", $1, $i, $column["held_out_loss_0.9"], $column["held_out_loss_0.7"], $column["held_out_loss_0.4"] }' "$output/log.csv"
